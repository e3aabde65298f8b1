#include "access/panel_lines.h"

#include "access/sent_answers.h"
#include "access/snapshot_view.h"
#include "data/table_rest.h"

#include <functional>

#include <fmt/format.h>

namespace casement::access {
namespace {

using dashboards::Panel;
using dashboards::Variable;

/// A line up to where the answer follows.
std::string line_start(const PanelRef& ref, const Selection& selection) {
    // Without its brace: the rest follows.
    auto line = json::serialize(line_head(ref));
    line.pop_back();
    line += fmt::format(R"(,"from":{},"to":{},"interval_ms":{})", to_unix_millis(selection.from),
                        to_unix_millis(selection.to), selection.interval.count());
    return line;
}

/// Whose answer it is: a version is for one panel of one view in one session.
std::string whose(const Viewer& viewer, const PanelRef& ref) {
    return json::serialize(json::array{viewer.session->id, viewer.view->object, ref.id,
                                       ref.repeat ? json::value(*ref.repeat) : json::value()});
}

void append_frame(std::string& line, std::string_view name, std::string_view table) {
    line += R"({"name":)";
    line += json::serialize(json::value(name));
    line += ',';
    // The table's JSON is an object; its members follow the name.
    line.append(table, 1);
}

/// What is new in `table` for who has `known`; empty when all of it has to be sent.
std::string rest_of(const data::Table& table, const data::TablePtr& known) {
    const auto kept = data::rows_in_common(*known, table);
    if (!kept) return {};
    auto rest = data::rest_json(table, *kept);
    return rest.size() < table.json.size() ? rest : std::string();
}

}  // namespace

json::object line_head(const PanelRef& panel) {
    json::object line{{"panel", panel.id}};
    if (panel.repeat) line["repeat"] = *panel.repeat;
    return line;
}

std::string still_line(const View& view, const Panel& panel, const Selection& selection) {
    const auto found = view.still->lines.find(panel.id);
    if (found != view.still->lines.end()) return found->second;
    return line_start(panel.id, selection) + R"(,"frames":[]})" + "\n";
}

std::string ViewService::data_line(const Viewer& viewer, const Panel& panel, const PanelRef& ref,
                                   const Selection& selection, const ChosenValues& values,
                                   const std::vector<data::TablePtr>& tables,
                                   std::string_view have) const {
    auto line = line_start(ref, selection);
    SentAnswers::Told told;
    if (sent_ != nullptr && viewer.session && !tables.empty()) {
        std::vector<std::string_view> names;
        for (const auto& query : panel.queries)
            names.emplace_back(query.name);
        told = sent_->tell(whose(viewer, ref), names, tables, have,
                           [&] { return question_of(viewer, panel, selection, values); });
    }
    if (!told.version.empty()) line += fmt::format(R"(,"version":"{}")", told.version);
    if (told.unchanged) {
        line += R"(,"unchanged":true})";
        line += '\n';
        return line;
    }
    std::size_t size = line.size() + 64;
    for (const auto& table : tables)
        size += table->json.size() + 64;
    if (told.known.empty()) line.reserve(size);
    line += R"(,"frames":[)";
    for (std::size_t i = 0; i < tables.size(); ++i) {
        if (i > 0) line += ',';
        const auto rest =
            i < told.known.size() ? rest_of(*tables[i], told.known[i]) : std::string();
        append_frame(line, panel.queries[i].name, rest.empty() ? tables[i]->json : rest);
    }
    line += "]}\n";
    return line;
}

std::uint64_t ViewService::question_of(const Viewer& viewer, const Panel& panel,
                                       const Selection& selection,
                                       const ChosenValues& values) const {
    std::string question;
    for (const auto& query : panel.queries) {
        const auto& plan = viewer.view->settled(viewer.view->plan(panel, query), values);
        auto bound = query_of(viewer, selection, values, plan, query);
        bound.parameters["from"] = data::Scalar{};
        bound.parameters["to"] = data::Scalar{};
        if (bound.window) bound.window->from = bound.window->to = Time{};
        question += data::cache_key(bound, 0);
    }
    // Filters stand in no parameter.
    for (const auto& variable : viewer.view->document->variables) {
        const auto found = values.find(variable.name);
        if (variable.type != Variable::Type::filters || found == values.end()) continue;
        for (const auto& value : found->second)
            question += fmt::format("{}:{}", value.size(), value);
    }
    // Where two have one hash, the versions tell their answers apart.
    return std::hash<std::string>{}(question);
}

}  // namespace casement::access
