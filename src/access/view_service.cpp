#include "access/view_service.h"

#include "access/snapshot_view.h"
#include "access/time_range.h"
#include "base/log.h"
#include "dashboards/timezone.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::access {
namespace {

using dashboards::Panel;
using dashboards::Variable;

constexpr std::string_view kAll = "*";

/// What a viewer may know of a query's failure: never the engine's words, which quote the query.
Error for_viewer(const Error& error) {
    if (error.code == "query_timeout") {
        return {ErrorKind::timeout,
                "query_timeout",
                "This panel took too long. Try a shorter time range.",
                {}};
    }
    if (error.code == "too_busy") {
        return {
            ErrorKind::unavailable, "too_busy", "The server is busy. Try again in a moment.", {}};
    }
    if (error.code == "attribute_missing") return error;
    if (error.code == "model_not_granted") {
        return {ErrorKind::forbidden,
                "model_not_granted",
                "You are not allowed to see this panel's data.",
                {}};
    }
    if (error.code == "query_cancelled") {
        return {ErrorKind::unavailable, "query_cancelled", "The query was stopped.", {}};
    }
    if (error.code == "query_too_large") {
        return {ErrorKind::too_large,
                "query_too_large",
                "This panel's result is too large to show. Try a shorter time range.",
                {}};
    }
    return {ErrorKind::internal,
            "query_failed",
            "This panel could not be loaded. Its author finds the reason in the server's log.",
            {}};
}

void log_failure(const Viewer& viewer, int panel, const Error& error) {
    if (error.code == "query_cancelled") return;
    log::warning("panel_failed", {{"dashboard", viewer.view->uid},
                                  {"panel", panel},
                                  {"code", error.code},
                                  {"reason", error.message}});
}

std::string error_line(int panel, const Error& error) {
    const json::object line{{"panel", panel},
                            {"error", {{"code", error.code}, {"message", error.message}}}};
    return json::serialize(line) + "\n";
}

/// A zone that the URL names wins; then the person's own where the dashboard leaves it to the
/// viewer; then the dashboard's.
void settle_zone(const View& view, const ViewRequest& request, Selection& selection) {
    const bool persons = !view.timezone.empty();
    std::string wanted = request.query_timezone;
    if (wanted == "user_timezone") wanted = persons ? view.timezone : "";
    if (wanted.empty() && persons && view.document->timezone == "browser") wanted = view.timezone;
    selection.timezone_fixed = !wanted.empty() && dashboards::is_timezone(wanted);
    selection.timezone =
        selection.timezone_fixed ? wanted : settle_timezone(*view.document, request.timezone);
}

bool expands(const Variable& variable, const std::vector<std::string>& values) {
    return variable.type != Variable::Type::text &&
           std::find(values.begin(), values.end(), kAll) != values.end();
}

/// The rule of a variable that was chosen and may only take what its query offers, or nullptr.
const VariableRule* offered_only(const View& view, std::string_view name,
                                 const ChosenValues& chosen) {
    for (const auto& rule : view.rules) {
        if (rule.variable->name != name) continue;
        const bool asks = rule.variable->type == Variable::Type::query;
        return rule.only_offered && asks && chosen.contains(std::string(name)) ? &rule : nullptr;
    }
    return nullptr;
}

data::Value bound_value(const Variable& variable, const std::vector<std::string>& values) {
    if (!variable.multi && values.size() == 1) return data::Scalar{values.front()};
    std::vector<data::Scalar> list;
    list.reserve(values.size());
    for (const auto& value : values)
        list.emplace_back(value);
    return list;
}

/// The line of a panel whose tables are all there.
std::string data_line(const Panel& panel, const Selection& selection,
                      const std::vector<data::TablePtr>& tables) {
    std::size_t size = 256;
    for (const auto& table : tables)
        size += table->json.size() + 64;
    std::string line;
    line.reserve(size);
    line += fmt::format(R"({{"panel":{},"from":{},"to":{},"interval_ms":{},"frames":[)", panel.id,
                        to_unix_millis(selection.from), to_unix_millis(selection.to),
                        selection.interval.count());
    for (std::size_t i = 0; i < tables.size(); ++i) {
        if (i > 0) line += ',';
        line += R"({"name":)";
        line += json::serialize(json::value(panel.queries[i].name));
        line += ',';
        // The table's JSON is an object; its members follow the name.
        line.append(tables[i]->json, 1);
    }
    line += "]}\n";
    return line;
}

/// A snapshot's line as it was made; a text panel's has no data in it, as everywhere.
std::string still_line(const View& view, const Panel& panel, const Selection& selection) {
    const auto found = view.still->lines.find(panel.id);
    return found == view.still->lines.end() ? data_line(panel, selection, {}) : found->second;
}

}  // namespace

ViewService::ViewService(data::Engine& engine, const Clock& clock, data::QueryLimits limits,
                         bool text_frames)
    : engine_(&engine), limits_(limits), clock_(&clock), text_frames_(text_frames) {}

data::Query ViewService::query_of(const Viewer& viewer, const Selection& selection,
                                  const QueryPlan& plan,
                                  const dashboards::PanelQuery& query) const {
    data::Query bound;
    bound.org = viewer.view->org;
    bound.source = plan.source;
    bound.scope = plan.scope;
    bound.text = query.text;
    bound.settings = query.settings;
    if (query.language == dashboards::PanelQuery::Language::promql) {
        const auto points = (selection.to - selection.from) / selection.interval;
        bound.window = data::Window{selection.from, selection.to, selection.interval,
                                    static_cast<int>(points)};
    }
    bound.fresh = selection.fresh;
    bound.cache_time = selection.cache_time;
    bound.limits = limits_;
    bound.parameters["from"] = data::Scalar{selection.from};
    bound.parameters["to"] = data::Scalar{selection.to};
    bound.parameters["interval"] =
        data::Scalar{std::chrono::duration_cast<microseconds>(selection.interval)};
    bound.parameters["timezone"] = data::Scalar{selection.timezone};
    for (const auto& [name, values] : selection.values) {
        const auto* variable = viewer.view->document->variable(name);
        if (variable != nullptr) {
            bound.parameters[variable->parameter_name()] = bound_value(*variable, values);
        }
    }
    return bound;
}

asio::awaitable<Result<std::vector<dashboards::Choice>>> ViewService::choices_of(
    Viewer viewer, const Variable& variable, std::shared_ptr<Cancellation> cancellation) {
    if (variable.type != Variable::Type::query) co_return variable.choices;
    const auto& plan = viewer.view->plan(variable);
    if (plan.refused) co_return for_viewer(*plan.refused);
    data::Query query;
    query.org = viewer.view->org;
    query.source = plan.source;
    query.scope = plan.scope;
    query.text = variable.query.text;
    query.settings = variable.query.settings;
    query.limits = limits_;
    auto outcome = co_await engine_->run(std::move(query), std::move(cancellation));
    if (!outcome) {
        log_failure(viewer, 0, outcome.error());
        co_return for_viewer(outcome.error());
    }
    std::vector<dashboards::Choice> choices;
    for (auto& choice : outcome->table->choices()) {
        choices.push_back({std::move(choice.value), std::move(choice.label)});
    }
    co_return choices;
}

asio::awaitable<Result<Selection>> ViewService::select(Viewer viewer, ViewRequest request,
                                                       std::shared_ptr<Cancellation> cancellation) {
    const auto& document = *viewer.view->document;
    const auto& settings = viewer.view->settings;
    auto shown = apply_rules(viewer.view->rules, request.variables);
    if (!shown) co_return shown.error();
    auto range =
        settle_range(document, settings, {request.span, request.from, request.to}, clock_->now());
    if (!range) co_return range.error();

    Selection selection;
    selection.shown = std::move(*shown);
    selection.values = selection.shown;
    selection.span = range->span;
    selection.from = range->from;
    selection.to = range->to;
    selection.interval = bucket(range->from, range->to, request.width);
    selection.width = request.width;
    selection.fresh = request.fresh;
    if (request.fresh && !viewer.view->fresh) {
        co_return forbidden("missing_permission",
                            "Asking past the cache needs the permission clear_cache_refresh.");
    }
    settle_zone(*viewer.view, request, selection);
    for (auto& [name, values] : selection.values) {
        const auto* variable = document.variable(name);
        const auto* to_check = offered_only(*viewer.view, name, request.variables);
        const bool all = expands(*variable, values);
        const bool takes_first = variable->first_choice && values.empty();
        if (!all && !takes_first && to_check == nullptr) continue;
        auto choices = co_await choices_of(viewer, *variable, cancellation);
        if (!choices) co_return choices.error();
        if (takes_first) {
            if (!choices->empty()) values = {choices->front().value};
            selection.shown[name] = values;
            continue;
        }
        if (to_check != nullptr) {
            if (auto fits = check_offered(*to_check, values, *choices); !fits) {
                co_return fits.error();
            }
        }
        if (!all) continue;
        values.clear();
        for (auto& choice : *choices)
            values.push_back(std::move(choice.value));
    }
    co_return selection;
}

std::optional<std::string> ViewService::cached_panel_line(const Viewer& viewer,
                                                          const Selection& selection, int panel) {
    const auto* found = viewer.view->document->panel(panel);
    if (found == nullptr) return std::nullopt;
    if (viewer.view->still) return still_line(*viewer.view, *found, selection);
    const auto own = panel_selection(selection, *found);
    std::vector<data::TablePtr> tables;
    tables.reserve(found->queries.size());
    if (selection.fresh) return std::nullopt;
    for (const auto& query : found->queries) {
        const auto& plan = viewer.view->plan(*found, query);
        if (plan.refused) return std::nullopt;
        auto table = engine_->cached(query_of(viewer, own, plan, query));
        if (!table) return std::nullopt;
        tables.push_back(std::move(table));
    }
    return data_line(*found, own, tables);
}

asio::awaitable<std::string> ViewService::panel_line(Viewer viewer, Selection selection, int panel,
                                                     std::shared_ptr<Cancellation> cancellation) {
    const auto* found = viewer.view->document->panel(panel);
    if (found == nullptr) {
        co_return error_line(panel,
                             not_found("panel_not_found", "This panel is not on the dashboard."));
    }
    if (viewer.view->still) co_return still_line(*viewer.view, *found, selection);
    const auto own = panel_selection(selection, *found);
    std::vector<data::TablePtr> tables;
    tables.reserve(found->queries.size());
    for (const auto& query : found->queries) {
        const auto& plan = viewer.view->plan(*found, query);
        if (plan.refused) {
            log_failure(viewer, panel, *plan.refused);
            co_return error_line(panel, for_viewer(*plan.refused));
        }
        auto bound = query_of(viewer, own, plan, query);
        auto outcome = co_await engine_->run(std::move(bound), cancellation);
        if (!outcome) {
            log_failure(viewer, panel, outcome.error());
            co_return error_line(panel, for_viewer(outcome.error()));
        }
        tables.push_back(std::move(outcome->table));
    }
    co_return data_line(*found, own, tables);
}

asio::awaitable<Result<std::vector<ViewService::QueryResult>>> ViewService::panel_results(
    Viewer viewer, Selection selection, int panel, std::shared_ptr<Cancellation> cancellation) {
    const auto* found = viewer.view->document->panel(panel);
    if (found == nullptr) {
        co_return not_found("panel_not_found", "This panel is not on the dashboard.");
    }
    const auto own = panel_selection(selection, *found);
    std::vector<QueryResult> results;
    for (const auto& query : found->queries) {
        const auto& plan = viewer.view->plan(*found, query);
        if (plan.refused) {
            log_failure(viewer, panel, *plan.refused);
            results.push_back({query.name, nullptr, for_viewer(*plan.refused)});
            continue;
        }
        auto bound = query_of(viewer, own, plan, query);
        auto outcome = co_await engine_->run(std::move(bound), cancellation);
        if (!outcome) {
            log_failure(viewer, panel, outcome.error());
            results.push_back({query.name, nullptr, for_viewer(outcome.error())});
            continue;
        }
        results.push_back({query.name, std::move(outcome->table), std::nullopt});
    }
    co_return results;
}

asio::awaitable<Result<std::string>> ViewService::export_csv(
    Viewer viewer, Selection selection, int panel, std::string query,
    std::shared_ptr<Cancellation> cancellation) {
    if (!viewer.view->settings.download) {
        co_return forbidden("download_not_allowed", "This dashboard does not allow downloads.");
    }
    const auto* found = viewer.view->document->panel(panel);
    if (found == nullptr) {
        co_return not_found("panel_not_found", "This panel is not on the dashboard.");
    }
    const auto wanted =
        std::find_if(found->queries.begin(), found->queries.end(),
                     [&](const auto& q) { return query.empty() || q.name == query; });
    if (wanted == found->queries.end()) {
        co_return not_found("query_not_found", "This panel has no such data.");
    }
    const auto& plan = viewer.view->plan(*found, *wanted);
    if (plan.refused) co_return for_viewer(*plan.refused);
    auto bound = query_of(viewer, panel_selection(selection, *found), plan, *wanted);
    if (const auto most = viewer.view->download_rows; most != 0) {
        bound.limits.rows = std::min(bound.limits.rows, most);
    }
    auto outcome = co_await engine_->run(std::move(bound), std::move(cancellation));
    if (!outcome) {
        log_failure(viewer, panel, outcome.error());
        co_return for_viewer(outcome.error());
    }
    co_return outcome->table->csv();
}

}  // namespace casement::access
