// A viewer's wishes held against the grant, and the values that queries then see:
// ViewService::select() and what it needs.
#include "access/panel_failure.h"
#include "access/time_range.h"
#include "access/view_service.h"
#include "base/round_interval.h"
#include "dashboards/choices.h"
#include "dashboards/durations.h"
#include "dashboards/repeats.h"
#include "dashboards/timezone.h"
#include "data/prometheus_window.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::access {
namespace {

using dashboards::Choice;
using dashboards::Variable;

constexpr std::string_view kAll = "*";

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

bool is_all(const Variable& variable, const std::vector<std::string>& values) {
    return variable.type != Variable::Type::text && variable.type != Variable::Type::constant &&
           std::find(values.begin(), values.end(), kAll) != values.end();
}

bool offers(const std::vector<Choice>& choices, std::string_view value) {
    return std::any_of(choices.begin(), choices.end(),
                       [&](const Choice& choice) { return choice.value == value; });
}

/// What of `values` is offered; else what of the defaults is; else the first choice there is.
std::vector<std::string> still_offered(const VariableRule& rule, std::vector<std::string> values,
                                       const std::vector<Choice>& choices) {
    const auto drop = [&](std::vector<std::string>& list) {
        std::erase_if(list, [&](const std::string& value) { return !offers(choices, value); });
    };
    drop(values);
    if (!values.empty()) return values;
    values = rule.defaults;
    if (is_all(*rule.variable, values)) return values;
    drop(values);
    if (values.empty() && !choices.empty()) values = {choices.front().value};
    return values;
}

/// Of an interval variable: its length now.
std::optional<std::chrono::milliseconds> interval_of(const Variable& variable,
                                                     const std::string& value,
                                                     const Selection& selection) {
    if (!variable.automatic || value != "auto") return dashboards::read_duration(value);
    const auto exact = std::chrono::duration_cast<std::chrono::milliseconds>(
        (selection.to - selection.from) / variable.automatic->count);
    return std::max(round_interval(exact), variable.automatic->min);
}

/// In an imported document every variable is a text. Only its queries name a source loosely, or say
/// of which type the source is that a variable chooses.
bool is_imported(const dashboards::PanelQuery& query) {
    return query.loose_source || !query.source_type.empty();
}

/// `as_text`: lengths of time are bound as the query's own language writes them.
data::Value bound_value(const Variable& variable, const std::vector<std::string>& values,
                        const Selection& selection, bool as_text) {
    if (variable.type == Variable::Type::interval && values.size() == 1) {
        const auto length = interval_of(variable, values.front(), selection);
        if (!length) return data::Scalar{};
        if (as_text) return data::Scalar{dashboards::duration_text(*length)};
        return data::Scalar{std::chrono::duration_cast<microseconds>(*length)};
    }
    if (!variable.multi && values.size() == 1) return data::Scalar{values.front()};
    std::vector<data::Scalar> list;
    list.reserve(values.size());
    for (const auto& value : values)
        list.emplace_back(value);
    return list;
}

/// What a language that asks by time range and grid is given.
data::Window window_of(const Selection& selection, const json::object& settings) {
    const auto points = (selection.to - selection.from) / selection.interval;
    return data::align_window(
        {selection.from, selection.to, selection.interval, static_cast<int>(points)}, settings);
}

Error not_offered(const Variable& variable) {
    auto error =
        forbidden("value_not_allowed",
                  fmt::format("The variable \"{}\" does not offer this value.", variable.name));
    error.field = "variables." + variable.name;
    return error;
}

/// The source's own name, also where its uid was given; the first of all where nothing was chosen.
Result<void> settle_source(const View& view, const VariableRule& rule, bool chosen, bool gives_way,
                           std::vector<std::string>& values) {
    const auto& variable = *rule.variable;
    const auto& sources = view.sources.at(variable.name);
    if (!values.empty()) {
        if (const auto* known = view.source(variable.name, values.front()); known != nullptr) {
            values = {known->name};
            return {};
        }
        // What is fixed is never exchanged for another; its queries are refused.
        if (rule.mode == VariableMode::locked) return {};
        if (chosen && !gives_way) return not_offered(variable);
    }
    values.clear();
    if (!variable.attribute.empty() && rule.mode == VariableMode::locked) return {};
    if (rule.mode == VariableMode::bounded) {
        for (const auto& allowed : rule.allowed) {
            const auto* known = view.source(variable.name, allowed);
            if (known != nullptr && values.empty()) values = {known->name};
        }
    } else if (!sources.empty()) {
        values = {sources.front().name};
    }
    return {};
}

}  // namespace

data::Query ViewService::query_of(const Viewer& viewer, const Selection& selection,
                                  const ChosenValues& values, const QueryPlan& plan,
                                  const dashboards::PanelQuery& query) const {
    const bool promql = query.language == dashboards::PanelQuery::Language::promql;
    data::Query bound;
    bound.org = viewer.view->org;
    bound.source = plan.source;
    bound.scope = plan.scope;
    bound.text = query.text;
    bound.settings = query.settings;
    if (promql) bound.window = window_of(selection, bound.settings);
    bound.fresh = selection.fresh;
    bound.cache_time = selection.cache_time;
    bound.limits = limits_;
    bound.parameters["from"] = data::Scalar{selection.from};
    bound.parameters["to"] = data::Scalar{selection.to};
    bound.parameters["interval"] =
        data::Scalar{std::chrono::duration_cast<microseconds>(selection.interval)};
    bound.parameters["timezone"] = data::Scalar{selection.timezone};
    json::object patterns;
    for (const auto& [name, own] : values) {
        const auto* variable = viewer.view->document->variable(name);
        if (variable == nullptr || variable->type == Variable::Type::filters) continue;
        const auto all = selection.all_values.find(name);
        // A clone has its one value, whatever stands for all of them.
        const bool whole = all != selection.all_values.end() && own == selection.values.at(name);
        if (promql && whole) patterns[variable->parameter_name()] = all->second;
        bound.parameters[variable->parameter_name()] =
            bound_value(*variable, own, selection, promql || is_imported(query));
    }
    if (!patterns.empty()) bound.settings["patterns"] = std::move(patterns);
    return bound;
}

asio::awaitable<Result<ViewService::Choices>> ViewService::choices_of(
    Viewer viewer, Selection selection, const Variable& variable,
    std::shared_ptr<Cancellation> cancellation) {
    if (variable.type == Variable::Type::source) {
        Choices choices;
        for (const auto& source : viewer.view->sources.at(variable.name))
            choices.push_back({source.name, source.name});
        co_return choices;
    }
    if (variable.type == Variable::Type::interval && variable.automatic) {
        Choices choices{{"auto", "auto"}};
        choices.insert(choices.end(), variable.choices.begin(), variable.choices.end());
        co_return choices;
    }
    if (variable.type != Variable::Type::query) co_return variable.choices;
    const auto& plan = viewer.view->settled(viewer.view->plan(variable), selection.values);
    if (plan.refused) co_return for_viewer(*viewer.view, *plan.refused);
    // Without a value of what it follows from there is nothing to choose, and certainly not
    // everything.
    const auto& document = *viewer.view->document;
    const auto place = static_cast<std::size_t>(&variable - document.variables.data());
    for (const auto parent : viewer.view->order.named.at(place)) {
        const auto found = selection.values.find(document.variables[parent].name);
        if (found == selection.values.end() || found->second.empty()) co_return Choices{};
    }
    auto query = query_of(viewer, selection, selection.values, plan, variable.query);
    query.fresh = false;
    if (variable.query.language == dashboards::PanelQuery::Language::promql) {
        // Then also functions of labels are understood.
        query.settings["variable"] = true;
    }
    auto outcome = co_await engine_->run(std::move(query), std::move(cancellation));
    if (!outcome) {
        log_failure(viewer, 0, outcome.error());
        co_return for_viewer(*viewer.view, outcome.error());
    }
    Choices choices;
    for (auto& choice : outcome->table->choices())
        choices.push_back({std::move(choice.value), std::move(choice.label)});
    auto offered = dashboards::offered_choices(variable, std::move(choices));
    if (!offered) {
        log_failure(viewer, 0, offered.error());
        co_return for_viewer(*viewer.view, offered.error());
    }
    co_return offered;
}

asio::awaitable<Result<void>> ViewService::settle_variable(
    Viewer viewer, Selection& selection, std::size_t place, const ViewRequest& request,
    std::shared_ptr<Cancellation> cancellation) {
    const auto& rule = viewer.view->rules[place];
    const auto& variable = *rule.variable;
    auto& values = selection.values[variable.name];
    const bool chosen = request.variables.contains(variable.name);
    if (variable.type == Variable::Type::source) {
        const auto settled = settle_source(*viewer.view, rule, chosen, request.gives_way, values);
        if (!settled) co_return settled.error();
        selection.shown[variable.name] = values;
        co_return Result<void>();
    }
    if (variable.type == Variable::Type::interval) {
        const bool known =
            values.empty() || interval_of(variable, values.front(), selection).has_value();
        if (!known) co_return not_offered(variable);
        if (values.empty()) values = {variable.choices.front().value};
        selection.shown[variable.name] = values;
        co_return Result<void>();
    }
    const bool asks = variable.type == Variable::Type::query;
    const bool all = is_all(variable, values);
    // Only what the viewer may choose: one that is locked and has no value stays without.
    const bool takes_first =
        variable.first_choice && rule.mode == VariableMode::free && values.empty();
    const bool check = rule.only_offered && asks && chosen;
    // A default was right for other values of what it follows from.
    const bool follows = asks && rule.mode == VariableMode::free &&
                         !viewer.view->order.named[place].empty() && (!chosen || request.gives_way);
    if (!all && !takes_first && !check && !follows) co_return Result<void>();
    auto choices = co_await choices_of(viewer, selection, variable, cancellation);
    if (!choices) {
        if (!follows && !takes_first) co_return choices.error();
        // What cannot be had now leaves the variable without a value, so that what names it does
        // not run, and the rest of the dashboard does.
        values.clear();
        selection.shown[variable.name] = values;
        co_return Result<void>();
    }
    if (follows && !all) {
        values = still_offered(rule, std::move(values), *choices);
        selection.shown[variable.name] = values;
    } else if (takes_first) {
        if (!choices->empty()) values = {choices->front().value};
        selection.shown[variable.name] = values;
    } else if (check) {
        if (auto fits = check_offered(rule, values, *choices); !fits) co_return fits.error();
    }
    if (!is_all(variable, values)) co_return Result<void>();
    const bool open = rule.mode == VariableMode::free && !rule.only_offered;
    if (open && !variable.all_value.empty()) {
        selection.all_values[variable.name] = variable.all_value;
    }
    values.clear();
    for (auto& choice : *choices)
        values.push_back(std::move(choice.value));
    co_return Result<void>();
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
    for (const auto place : viewer.view->order.order) {
        auto settled = co_await settle_variable(viewer, selection, place, request, cancellation);
        if (!settled) co_return settled.error();
    }
    co_return selection;
}

std::vector<PanelRef> panels_of(const View& view, const Selection& selection,
                                const std::vector<PanelRef>& wanted) {
    std::vector<PanelRef> panels;
    const auto placement = dashboards::place_panels(*view.document, selection.values);
    const auto add = [&](const dashboards::PlacedPanel& placed) {
        if (placed.panel->type == dashboards::PanelType::row) return;
        PanelRef ref(placed.panel->id, placed.repeat);
        // A panel may be named, and one of its clones beside it.
        if (std::find(panels.begin(), panels.end(), ref) == panels.end()) {
            panels.push_back(std::move(ref));
        }
    };
    if (wanted.empty()) {
        for (const auto& placed : placement.panels)
            if (!placed.folded) add(placed);
        return panels;
    }
    for (const auto& ref : wanted) {
        bool repeated = false;
        for (const auto& placed : placement.panels) {
            if (ref.repeat || placed.panel->id != ref.id || !placed.repeat) continue;
            repeated = true;
            add(placed);
        }
        if (!repeated && std::find(panels.begin(), panels.end(), ref) == panels.end()) {
            panels.push_back(ref);
        }
    }
    return panels;
}

}  // namespace casement::access
