#include "access/view_settling.h"

#include "access/source_reference.h"
#include "dashboards/choices.h"
#include "dashboards/repeats.h"
#include "data/query.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::access {
namespace {

using PlanOne = std::function<QueryPlan(const dashboards::PanelQuery&)>;

constexpr std::size_t kMostChoosable = 200;

/// Names of the organization's sources of the variable's type; `plan` decides which of them the
/// grant may use.
std::vector<ChoosableSource> choosable_sources(const store::Snapshot& snapshot, store::OrgId org,
                                               const dashboards::Variable& variable,
                                               const PlanOne& plan) {
    std::vector<dashboards::Choice> names;
    for (const auto* row : snapshot.list<store::Source>(org))
        if (row->type == variable.source_type) names.push_back({row->name, row->name});
    std::sort(names.begin(), names.end(),
              [](const auto& a, const auto& b) { return a.value < b.value; });
    std::vector<ChoosableSource> sources;
    const auto offered = dashboards::offered_choices(variable, std::move(names));
    if (!offered) return sources;
    for (const auto& choice : *offered) {
        const auto* row = snapshot.source_by_name(org, choice.value);
        // An expression with a group may make a name of it that is none, or another's.
        if (row == nullptr || row->type != variable.source_type) continue;
        dashboards::PanelQuery query;
        query.source = row->name;
        auto planned = plan(query);
        if (planned.refused) continue;
        sources.push_back({row->name, row->uid, std::move(planned)});
        if (sources.size() == kMostChoosable) break;
    }
    return sources;
}

/// By which variable each panel is repeated, itself or with its row.
std::vector<std::string> repeats_of(const dashboards::Dashboard& document) {
    std::vector<std::string> repeated(document.panels.size());
    const dashboards::Panel* row = nullptr;
    for (const auto& placed : dashboards::place_panels(document, {}).panels) {
        if (placed.panel->type == dashboards::PanelType::row) row = placed.panel;
        const bool by_row = row != nullptr && row->repeat;
        const auto& repeat = by_row ? row->repeat : placed.panel->repeat;
        // An imported document may repeat by what it does not have.
        if (!repeat || document.variable(repeat->variable) == nullptr) continue;
        repeated[static_cast<std::size_t>(placed.panel - document.panels.data())] =
            repeat->variable;
    }
    return repeated;
}

/// The attribute without a value that a query would need through one of its variables, or empty.
/// Such a query does not run: with an empty value, a text that treats one as "no filter" would show
/// every row.
std::string missing_attribute(const std::vector<VariableRule>& rules, const std::string& sql) {
    const auto names = data::named_parameters(sql);
    for (const auto& rule : rules) {
        const bool empty = rule.mode == VariableMode::locked && rule.defaults.empty();
        if (empty && names.contains(rule.variable->parameter_name()))
            return rule.variable->attribute;
    }
    return {};
}

}  // namespace

QueryPlan settle_query(const store::Snapshot& snapshot, store::OrgId org,
                       const dashboards::PanelQuery& query, const PlanSource& plan) {
    QueryPlan settled;
    if (query.source.starts_with('$')) {
        settled.source_variable = dashboards::source_variable(query);
        return settled;
    }
    const auto source = source_of(snapshot, org, query);
    if (!source) {
        settled.refused = source.error();
        return settled;
    }
    auto planned = plan(*source, query.model);
    if (!planned) {
        settled.refused = planned.error();
        return settled;
    }
    settled.source = std::move(planned->source);
    settled.scope = std::move(planned->scope);
    if (const auto* row = snapshot.source_by_name(org, settled.source); row != nullptr) {
        settled.source_type = row->type;
    }
    return settled;
}

void settle_queries(View& view, const store::Snapshot& snapshot, const PlanOne& plan) {
    view.order = dashboards::order_of(view.document->variables);
    view.repeated_by = repeats_of(*view.document);
    keep_within(view.rules, view.order);
    for (const auto& variable : view.document->variables) {
        if (variable.type != dashboards::Variable::Type::source) continue;
        view.sources[variable.name] = choosable_sources(snapshot, view.org, variable, plan);
    }
    for (const auto& panel : view.document->panels) {
        auto& plans = view.panels.emplace_back();
        for (const auto& query : panel.queries) {
            auto settled = plan(query);
            const auto missing = missing_attribute(view.rules, query.text);
            if (!missing.empty()) {
                settled.refused =
                    forbidden("attribute_missing",
                              fmt::format("There is nothing to show: you have no value for \"{}\".",
                                          missing));
            }
            plans.push_back(std::move(settled));
        }
    }
    for (const auto& variable : view.document->variables) {
        const bool asks = variable.type == dashboards::Variable::Type::query;
        view.variables.push_back(asks ? plan(variable.query) : QueryPlan{});
    }
}

AttributeValues locked_attributes(const std::vector<VariableRule>& rules) {
    AttributeValues values;
    for (const auto& rule : rules) {
        if (rule.variable->attribute.empty() || rule.mode != VariableMode::locked) continue;
        const bool all =
            std::find(rule.defaults.begin(), rule.defaults.end(), "*") != rule.defaults.end();
        // "*" is every choice of a picker; as an attribute it would be a value of that name.
        if (!all) values[rule.variable->attribute] = rule.defaults;
    }
    return values;
}

}  // namespace casement::access
