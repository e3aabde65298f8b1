#include "access/snapshot_view.h"

#include "access/snapshot_drawing.h"
#include "access/snapshot_frames.h"
#include "access/view_names.h"
#include "base/log.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace casement::access {
namespace {

using dashboards::Panel;
using dashboards::PanelType;

constexpr const char* kData = "snapshotData";
/// Stands where a document needs to name a source for its form; goes before anybody sees the view.
constexpr const char* kNoSource = "none";

json::object write_panel(const Panel& panel) {
    json::object written{
        {"id", panel.id},
        {"type", name_of(panel.type)},
        {"title", panel.title},
        {"description", panel.description},
        {"grid",
         {{"x", panel.grid.x}, {"y", panel.grid.y}, {"w", panel.grid.w}, {"h", panel.grid.h}}},
        {"options", panel.options}};
    if (panel.type == PanelType::text) written["markdown"] = panel.markdown;
    if (panel.collapsed) written["collapsed"] = true;
    return written;
}

/// The text that a variable's picker showed.
std::string shown_text(const dashboards::Variable& variable,
                       const std::vector<std::string>& values) {
    std::string text;
    for (const auto& value : values) {
        const auto known = std::find_if(variable.choices.begin(), variable.choices.end(),
                                        [&](const auto& choice) { return choice.value == value; });
        if (!text.empty()) text += ", ";
        text += value == "*" ? "All" : known == variable.choices.end() ? value : known->label;
    }
    constexpr std::size_t kLongest = 4096;
    if (text.size() <= kLongest) return text;
    auto end = kLongest;
    while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    return text.substr(0, end);
}

/// An imported dashboard may call a variable what a document of our own must not.
bool is_own_name(std::string_view name) {
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    return !name.empty() && name.size() <= 64 && !(name[0] >= '0' && name[0] <= '9') &&
           std::all_of(name.begin(), name.end(), is_plain) && !dashboards::is_reserved_name(name);
}

Error unreadable(const store::DashboardSnapshot& row, const Error& reason) {
    log::error("snapshot_unreadable",
               {{"snapshot", row.id}, {"field", reason.field}, {"reason", reason.message}});
    auto error = internal_error("This snapshot cannot be shown: its stored data is damaged.");
    error.code = "snapshot_unreadable";
    return error;
}

/// Takes the panels' data out of a document, by panel, and says in its place which names it has.
Result<std::map<int, ShownFrames>> take_data(json::object& document) {
    std::map<int, ShownFrames> taken;
    auto* panels = document.if_contains("panels");
    if (panels == nullptr || !panels->is_array()) return taken;
    for (auto& item : panels->get_array()) {
        if (!item.is_object()) continue;
        auto& panel = item.get_object();
        const auto* data = panel.if_contains(kData);
        const auto* id = panel.if_contains("id");
        if (data == nullptr || !data->is_array() || id == nullptr || !id->is_int64() ||
            !std::in_range<int>(id->get_int64())) {
            continue;
        }
        auto shown = show_frames(data->get_array());
        if (!shown) return shown.error();
        panel.erase(kData);
        // One is enough for the document's form; the names come afterwards.
        panel["queries"] = json::array{json::object{{"source", kNoSource}, {"sql", kNoSource}}};
        taken.insert_or_assign(static_cast<int>(id->get_int64()), std::move(*shown));
    }
    return taken;
}

/// Queries of a view have names, for the page, and nothing that anybody could run.
void name_queries(Panel& panel, const ShownFrames* shown) {
    panel.queries.clear();
    if (shown == nullptr) return;
    for (const auto& name : shown->names)
        panel.queries.emplace_back().name = name;
}

QueryPlan refused_plan() {
    QueryPlan plan;
    plan.refused = forbidden("snapshot_without_queries", "A snapshot has its data and no queries.");
    return plan;
}

void add_plans(View& view) {
    view.panels.clear();
    for (const auto& panel : view.document->panels)
        view.panels.emplace_back(panel.queries.size(), refused_plan());
    view.variables.assign(view.document->variables.size(), refused_plan());
    view.order = dashboards::order_of(view.document->variables);
    view.repeated_by.assign(view.document->panels.size(), {});
    view.rules.clear();
    for (const auto& variable : view.document->variables) {
        VariableRule rule;
        rule.variable = &variable;
        rule.mode = VariableMode::locked;
        rule.defaults = variable.defaults;
        view.rules.push_back(std::move(rule));
    }
}

std::string line_of(int panel, const dashboards::TimeRange& time, const ShownFrames& shown) {
    const auto from = time.from.value_or(Time{});
    const auto to = time.to.value_or(Time{});
    return fmt::format(R"({{"panel":{},"from":{},"to":{},"interval_ms":0,"frames":{}}})", panel,
                       to_unix_millis(from), to_unix_millis(to), shown.json) +
           "\n";
}

}  // namespace

json::object still_document(const dashboards::Dashboard& dashboard, const Selection& selection,
                            const std::map<int, json::object>& lines) {
    json::array variables;
    for (const auto& variable : dashboard.variables) {
        if (variable.hidden || !is_own_name(variable.name)) continue;
        const auto values = selection.shown.find(variable.name);
        json::array fixed;
        if (values != selection.shown.end()) {
            fixed.emplace_back(shown_text(variable, values->second));
        }
        variables.push_back(json::object{{"name", variable.name},
                                         {"label", variable.label},
                                         {"type", "text"},
                                         {"max_length", 4096},
                                         {"default", std::move(fixed)}});
    }
    json::array panels;
    for (const auto& panel : dashboard.panels) {
        auto written = write_panel(panel);
        if (const auto line = lines.find(panel.id); line != lines.end()) {
            written[kData] = frames_of_line(line->second);
        }
        panels.push_back(std::move(written));
    }
    json::array tags;
    for (const auto& tag : dashboard.tags)
        tags.emplace_back(tag);
    return {{"title", dashboard.title},
            {"description", dashboard.description},
            {"tags", std::move(tags)},
            {"theme", name_of(dashboard.theme)},
            {"timezone", dashboard.timezone},
            {"time",
             {{"from", to_rfc3339(selection.from)},
              {"to", to_rfc3339(selection.to)},
              {"selectable", false}}},
            {"variables", std::move(variables)},
            {"panels", std::move(panels)}};
}

Result<ViewPtr> view_of_snapshot(const store::DashboardSnapshot& row, std::string_view document) {
    auto parsed = parse_json(document);
    if (!parsed) return unreadable(row, parsed.error());
    if (!parsed->is_object()) return unreadable(row, invalid("invalid", "This is no object."));
    // Any other dialect's is Grafana's (see grafana::still_document).
    if (row.dialect != "casement") *parsed = drawn_document(parsed->get_object());
    auto data = take_data(parsed->get_object());
    if (!data) return unreadable(row, data.error());
    auto read = dashboards::read_dashboard(*parsed);
    if (!read) return unreadable(row, read.error());

    read->uid = fmt::format("snapshot-{}", row.id);
    read->refresh.reset();
    read->time_selectable = false;
    auto still = std::make_shared<StillData>();
    still->taken_at = row.created_at;
    for (auto& panel : read->panels) {
        const auto shown = data->find(panel.id);
        name_queries(panel, shown == data->end() ? nullptr : &shown->second);
        if (shown == data->end()) continue;
        auto line = line_of(panel.id, read->time, shown->second);
        still->bytes += line.size();
        still->lines.insert_or_assign(panel.id, std::move(line));
    }
    auto view = std::make_shared<View>();
    view->org = row.org;
    view->object = fmt::format("dashboard_snapshot:{}", row.id);
    view->uid = read->uid;
    view->title = row.name.empty() ? read->title : row.name;
    view->drill = false;
    view->document = std::make_shared<const dashboards::Dashboard>(std::move(*read));
    view->still = std::move(still);
    add_plans(*view);
    return ViewPtr(std::move(view));
}

Result<ViewPtr> only_panel(const ViewPtr& view, std::int64_t panel) {
    auto document = std::make_shared<dashboards::Dashboard>(*view->document);
    std::erase_if(document->panels, [&](const Panel& on_it) { return on_it.id != panel; });
    if (document->panels.empty()) {
        return not_found("panel_not_found", "This snapshot has no such panel.");
    }
    auto narrowed = std::make_shared<View>(*view);
    narrowed->document = std::move(document);
    add_plans(*narrowed);
    return ViewPtr(std::move(narrowed));
}

}  // namespace casement::access
