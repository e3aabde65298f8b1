#include "access/view_service.h"

#include "access/panel_failure.h"
#include "access/panel_lines.h"
#include "access/panel_times.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::access {
namespace {

using dashboards::Panel;
using dashboards::Variable;

std::string error_line(const PanelRef& panel, const Error& error) {
    auto line = line_head(panel);
    line["error"] = {{"code", error.code}, {"message", error.message}};
    return json::serialize(line) + "\n";
}

struct Clone {
    const Panel* panel = nullptr;
    ChosenValues values;  ///< with the clone's own one in them
};

/// What a data call names. A clone is one for a value that is chosen now: no other is let through.
Result<Clone> find_clone(const View& view, const Selection& selection, const PanelRef& ref) {
    const auto* panel = view.document->panel(ref.id);
    if (panel == nullptr) {
        return not_found("panel_not_found", "This panel is not on the dashboard.");
    }
    Clone clone{panel, selection.values};
    if (!ref.repeat) return clone;
    const auto place = static_cast<std::size_t>(panel - view.document->panels.data());
    const auto found = clone.values.find(view.repeated_by.at(place));
    const bool chosen =
        found != clone.values.end() &&
        std::find(found->second.begin(), found->second.end(), *ref.repeat) != found->second.end();
    if (!chosen) {
        return forbidden("repeat_not_selected",
                         "This panel is shown for chosen values only, and this is none of them.");
    }
    found->second = {*ref.repeat};
    return clone;
}

/// What a repeated panel is that is named alone: its clone for the first of the chosen values. One
/// that is not repeated, and one for which there is no value, is itself.
PanelRef first_clone(const View& view, const Selection& selection, int id) {
    const auto* panel = view.document->panel(id);
    if (panel == nullptr) return id;
    const auto place = static_cast<std::size_t>(panel - view.document->panels.data());
    const auto found = selection.values.find(view.repeated_by.at(place));
    if (found == selection.values.end() || found->second.empty()) return id;
    return {id, found->second.front()};
}

/// A query that names a variable without any value does not run: with an empty list or text, it
/// could be one that narrows nothing.
std::optional<Error> check_values(const View& view, const ChosenValues& values,
                                  const dashboards::PanelQuery& query) {
    for (const auto& variable : view.document->variables) {
        const bool binds = variable.type == Variable::Type::query ||
                           variable.type == Variable::Type::list ||
                           variable.type == Variable::Type::interval;
        if (!binds) continue;
        const auto found = values.find(variable.name);
        if (found == values.end() || !found->second.empty()) continue;
        const auto names = dashboards::names_in(query.text);
        if (names.contains(variable.name) || names.contains(variable.parameter_name())) {
            return forbidden("variable_without_value",
                             fmt::format("There is nothing to show: \"{}\" has nothing to "
                                         "choose from.",
                                         variable.label.empty() ? variable.name : variable.label));
        }
    }
    return std::nullopt;
}

bool has_filters(const View& view, const ChosenValues& values) {
    for (const auto& variable : view.document->variables) {
        if (variable.type != Variable::Type::filters) continue;
        const auto found = values.find(variable.name);
        if (found != values.end() && !found->second.empty()) return true;
    }
    return false;
}

}  // namespace

ViewService::ViewService(data::Engine& engine, const Clock& clock, data::QueryLimits limits,
                         bool text_frames)
    : engine_(&engine), limits_(limits), clock_(&clock), text_frames_(text_frames) {}

std::optional<std::string> ViewService::cached_panel_line(const Viewer& viewer,
                                                          const Selection& selection,
                                                          const PanelRef& panel,
                                                          std::string_view have) {
    const auto clone = find_clone(*viewer.view, selection, panel);
    if (!clone) return std::nullopt;
    const auto& found = *clone->panel;
    if (viewer.view->still) return still_line(*viewer.view, found, selection);
    if (selection.fresh) return std::nullopt;
    const auto own = panel_selection(selection, found);
    std::vector<data::TablePtr> tables;
    tables.reserve(found.queries.size());
    for (const auto& query : found.queries) {
        const auto& plan = viewer.view->settled(viewer.view->plan(found, query), clone->values);
        // What filters hold for it is not known without asking.
        if (plan.refused || has_filters(*viewer.view, clone->values)) return std::nullopt;
        if (check_values(*viewer.view, clone->values, query)) return std::nullopt;
        auto table = engine_->cached(query_of(viewer, own, clone->values, plan, query));
        if (!table) return std::nullopt;
        tables.push_back(std::move(table));
    }
    return data_line(viewer, found, panel, own, clone->values, tables, have);
}

void ViewService::note_time(const Viewer& viewer, int panel,
                            std::chrono::steady_clock::time_point begun,
                            const Result<data::Outcome>& outcome) const {
    const auto& view = *viewer.view;
    if (times_ == nullptr || view.object == kNewDashboard) return;
    // Whoever left did not wait, and a cached answer asked nobody.
    const bool reached = outcome ? !outcome->from_cache : outcome.error().code != "query_cancelled";
    if (!reached) return;
    const auto took = std::chrono::steady_clock::now() - begun;
    // Through a share it is the share's.
    const auto share = viewer.session ? viewer.session->share : 0;
    const auto object = share == 0 ? view.object : fmt::format("share:{}", share);
    times_->note(view.org, object, panel, std::chrono::duration_cast<microseconds>(took), !outcome);
}

asio::awaitable<Result<data::TablePtr>> ViewService::run_query(
    Viewer viewer, Selection selection, ChosenValues values, const Panel& panel,
    const dashboards::PanelQuery& query, std::size_t most_rows,
    std::shared_ptr<Cancellation> cancellation) {
    const auto& plan = viewer.view->settled(viewer.view->plan(panel, query), values);
    auto missing = check_values(*viewer.view, values, query);
    if (plan.refused || missing) {
        const auto& reason = plan.refused ? *plan.refused : *missing;
        log_failure(viewer, panel.id, reason);
        co_return for_viewer(*viewer.view, reason);
    }
    auto bound = co_await narrowed_query(viewer, selection, values, plan, query);
    if (!bound) {
        log_failure(viewer, panel.id, bound.error());
        co_return for_viewer(*viewer.view, bound.error());
    }
    if (most_rows != 0) bound->limits.rows = std::min(bound->limits.rows, most_rows);
    const auto begun = std::chrono::steady_clock::now();
    auto outcome = co_await engine_->run(std::move(*bound), std::move(cancellation));
    note_time(viewer, panel.id, begun, outcome);
    if (!outcome) {
        log_failure(viewer, panel.id, outcome.error());
        co_return for_viewer(*viewer.view, outcome.error());
    }
    co_return std::move(outcome->table);
}

asio::awaitable<std::string> ViewService::panel_line(Viewer viewer, Selection selection,
                                                     PanelRef panel,
                                                     std::shared_ptr<Cancellation> cancellation,
                                                     std::string have) {
    const auto clone = find_clone(*viewer.view, selection, panel);
    if (!clone) co_return error_line(panel, clone.error());
    const auto& found = *clone->panel;
    if (viewer.view->still) co_return still_line(*viewer.view, found, selection);
    const auto own = panel_selection(selection, found);
    std::vector<data::TablePtr> tables;
    tables.reserve(found.queries.size());
    for (const auto& query : found.queries) {
        auto table = co_await run_query(viewer, own, clone->values, found, query, 0, cancellation);
        if (!table) co_return error_line(panel, table.error());
        tables.push_back(std::move(*table));
    }
    co_return data_line(viewer, found, panel, own, clone->values, tables, have);
}

asio::awaitable<Result<std::vector<ViewService::QueryResult>>> ViewService::panel_results(
    Viewer viewer, Selection selection, PanelRef panel,
    std::shared_ptr<Cancellation> cancellation) {
    if (!panel.repeat) panel = first_clone(*viewer.view, selection, panel.id);
    const auto clone = find_clone(*viewer.view, selection, panel);
    if (!clone) co_return clone.error();
    const auto& found = *clone->panel;
    const auto own = panel_selection(selection, found);
    std::vector<QueryResult> results;
    for (const auto& query : found.queries) {
        auto table = co_await run_query(viewer, own, clone->values, found, query, 0, cancellation);
        if (table) {
            results.push_back({query.name, std::move(*table), std::nullopt});
        } else {
            results.push_back({query.name, nullptr, table.error()});
        }
    }
    co_return results;
}

asio::awaitable<Result<std::vector<ViewService::InspectedQuery>>> ViewService::inspect(
    Viewer viewer, Selection selection, PanelRef panel,
    std::shared_ptr<Cancellation> cancellation) {
    if (!viewer.view->failures_told) {
        co_return forbidden("missing_permission", "Queries are shown to who may write them.");
    }
    if (!panel.repeat) panel = first_clone(*viewer.view, selection, panel.id);
    const auto clone = find_clone(*viewer.view, selection, panel);
    if (!clone) co_return clone.error();
    const auto& found = *clone->panel;
    const auto own = panel_selection(selection, found);
    std::vector<InspectedQuery> queries;
    for (const auto& query : found.queries) {
        auto& one = queries.emplace_back();
        one.name = query.name;
        one.written = query.text;
        one.plan = viewer.view->settled(viewer.view->plan(found, query), clone->values);
        one.error = one.plan.refused;
        if (!one.error) one.error = check_values(*viewer.view, clone->values, query);
        if (one.error) continue;
        auto bound = co_await narrowed_query(viewer, own, clone->values, one.plan, query);
        if (!bound) {
            one.error = bound.error();
            continue;
        }
        one.asked = *bound;
        const auto begun = std::chrono::steady_clock::now();
        auto outcome = co_await engine_->run(std::move(*bound), cancellation);
        one.took = std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now() - begun);
        if (!outcome) {
            one.error = outcome.error();
            continue;
        }
        one.from_cache = outcome->from_cache;
        one.table = std::move(outcome->table);
    }
    co_return queries;
}

asio::awaitable<Result<std::string>> ViewService::export_csv(
    Viewer viewer, Selection selection, PanelRef panel, std::string query,
    std::shared_ptr<Cancellation> cancellation) {
    if (!viewer.view->settings.download) {
        co_return forbidden("download_not_allowed", "This dashboard does not allow downloads.");
    }
    const auto clone = find_clone(*viewer.view, selection, panel);
    if (!clone) co_return clone.error();
    const auto& queries = clone->panel->queries;
    const auto wanted = std::find_if(queries.begin(), queries.end(), [&](const auto& q) {
        return query.empty() || q.name == query;
    });
    if (wanted == queries.end()) {
        co_return not_found("query_not_found", "This panel has no such data.");
    }
    auto table = co_await run_query(viewer, panel_selection(selection, *clone->panel),
                                    clone->values, *clone->panel, *wanted,
                                    viewer.view->download_rows, std::move(cancellation));
    if (!table) co_return table.error();
    co_return (*table)->csv();
}

}  // namespace casement::access
