#include "access/view.h"

#include "access/document_cache.h"
#include "access/publish_check.h"
#include "access/source_reference.h"
#include "dashboards/choices.h"
#include "dashboards/repeats.h"
#include "data/query.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::access {
namespace {

/// Looker's limit for those who may not take everything (looker.md §3.2, download_with_limit).
constexpr std::size_t kLimitedRows = 5000;

template <class Plan>
QueryPlan settle(const store::Snapshot& snapshot, store::OrgId org,
                 const dashboards::PanelQuery& query, Plan plan) {
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

constexpr std::size_t kMostChoosable = 200;

/// Names of the organization's sources of the variable's type; `plan` decides which of them the
/// grant may use.
template <class Plan>
std::vector<ChoosableSource> choosable_sources(const store::Snapshot& snapshot, store::OrgId org,
                                               const dashboards::Variable& variable, Plan plan) {
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

template <class Plan>
void settle_queries(View& view, const store::Snapshot& snapshot, Plan plan) {
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

/// Values that a share fixes stand for the attributes that their variables name.
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

/// Everything is the viewer's to choose, but for what the link fixes. Nobody but the link can give
/// an attribute its value.
std::vector<VariableRule> rules_of_key(const dashboards::Dashboard& document,
                                       const KeyGrant& grant) {
    std::vector<VariableRule> rules;
    for (const auto& variable : document.variables) {
        VariableRule rule;
        rule.variable = &variable;
        rule.mode = VariableMode::free;
        rule.defaults = variable.defaults;
        const auto locked = grant.locked.find(variable.name);
        const auto bounded = grant.bounded.find(variable.name);
        if (variable.type == dashboards::Variable::Type::constant) {
            rule.mode = VariableMode::locked;
        } else if (locked != grant.locked.end()) {
            rule.mode = VariableMode::locked;
            rule.defaults = locked->second;
        } else if (!variable.attribute.empty()) {
            rule.mode = VariableMode::locked;
            rule.defaults.clear();
        } else if (bounded != grant.bounded.end()) {
            rule.mode = VariableMode::bounded;
            rule.allowed = bounded->second;
            std::erase_if(rule.defaults, [&](const std::string& value) {
                return std::find(rule.allowed.begin(), rule.allowed.end(), value) ==
                       rule.allowed.end();
            });
            if (rule.defaults.empty() && !rule.allowed.empty()) {
                rule.defaults = {rule.allowed.front()};
            }
        }
        rules.push_back(std::move(rule));
    }
    return rules;
}

/// What a link narrows by must be there, and must not be fixed otherwise: what it was meant to
/// keep in would be open.
Result<void> check_narrowed(const dashboards::Dashboard& document, const KeyGrant& grant) {
    for (const auto* values : {&grant.locked, &grant.bounded}) {
        for (const auto& [name, given] : *values) {
            const auto* variable = document.variable(name);
            if (variable == nullptr) {
                return forbidden("variable_missing",
                                 fmt::format("The link fixes the variable \"{}\", which this "
                                             "dashboard does not have.",
                                             name));
            }
            const bool constant = variable->type == dashboards::Variable::Type::constant;
            if (constant && given != variable->defaults) {
                return forbidden("variable_constant",
                                 fmt::format("The link fixes the variable \"{}\", which is a "
                                             "constant of this dashboard with another value.",
                                             name));
            }
        }
    }
    return {};
}

/// Everything is the viewer's to choose, but for what his attributes decide.
std::vector<VariableRule> rules_of_person(const dashboards::Dashboard& document,
                                          const EmbedGrant& grant) {
    std::vector<VariableRule> rules;
    for (const auto& variable : document.variables) {
        VariableRule rule;
        rule.variable = &variable;
        rule.mode = VariableMode::free;
        rule.defaults = variable.defaults;
        if (variable.type == dashboards::Variable::Type::constant) {
            rule.mode = VariableMode::locked;
        } else if (!variable.attribute.empty()) {
            rule.mode = VariableMode::locked;
            rule.defaults.clear();
            const bool editable = std::find(grant.editable.begin(), grant.editable.end(),
                                            variable.attribute) != grant.editable.end();
            const auto found = grant.attributes.find(variable.attribute);
            if (!editable && found != grant.attributes.end()) rule.defaults = found->second;
            rule.hidden = std::find(grant.hidden.begin(), grant.hidden.end(), variable.attribute) !=
                          grant.hidden.end();
        }
        rules.push_back(std::move(rule));
    }
    return rules;
}

/// The same dashboard with nothing else on it.
std::shared_ptr<const dashboards::Dashboard> only_panel(const dashboards::Dashboard& document,
                                                        std::int64_t panel) {
    auto narrowed = std::make_shared<dashboards::Dashboard>(document);
    std::erase_if(narrowed->panels,
                  [&](const dashboards::Panel& on_it) { return on_it.id != panel; });
    return narrowed;
}

/// A view of content with everything that does not depend on whose grant it is.
Result<std::shared_ptr<View>> begin_view(store::OrgId org, const Content& content,
                                         DocumentCache& documents) {
    if (content.dashboard == nullptr && content.look == nullptr) {
        return not_found("content_not_found", "There is no dashboard at this address.");
    }
    auto document = content.dashboard != nullptr ? documents.get(*content.dashboard)
                                                 : documents.get(*content.look);
    if (!document) return document.error();
    auto view = std::make_shared<View>();
    view->org = org;
    view->content = to_string(content.ref);
    view->title = content.title;
    view->document = std::move(*document);
    if (content.dashboard != nullptr) {
        view->object = fmt::format("dashboard:{}", content.dashboard->id);
        view->uid = content.dashboard->uid;
    } else {
        view->object = fmt::format("look:{}", content.look->id);
        view->uid = fmt::format("look-{}", content.look->id);
    }
    return view;
}

}  // namespace

const QueryPlan& View::plan(const dashboards::Panel& panel,
                            const dashboards::PanelQuery& query) const {
    const auto i = static_cast<std::size_t>(&panel - document->panels.data());
    const auto j = static_cast<std::size_t>(&query - panel.queries.data());
    return panels.at(i).at(j);
}

const QueryPlan& View::plan(const dashboards::Variable& variable) const {
    return variables.at(static_cast<std::size_t>(&variable - document->variables.data()));
}

const ChoosableSource* View::source(std::string_view variable, std::string_view value) const {
    const auto found = sources.find(variable);
    if (found == sources.end()) return nullptr;
    for (const auto member : {&ChoosableSource::name, &ChoosableSource::uid}) {
        for (const auto& choosable : found->second)
            if (choosable.*member == value) return &choosable;
    }
    return nullptr;
}

const QueryPlan& View::settled(const QueryPlan& plan, const ChosenValues& values) const {
    if (plan.source_variable.empty() || plan.refused) return plan;
    static const QueryPlan none = [] {
        QueryPlan refused;
        refused.refused = not_found("source_not_found",
                                    "There is no source of data that this panel could use here.");
        return refused;
    }();
    const auto chosen = values.find(plan.source_variable);
    if (chosen == values.end() || chosen->second.size() != 1) return none;
    const auto* choosable = source(plan.source_variable, chosen->second.front());
    return choosable == nullptr ? none : choosable->plan;
}

Result<void> check_may_be_public(const dashboards::Dashboard& document) {
    for (const auto& variable : document.variables) {
        if (variable.attribute.empty()) continue;
        return forbidden(
            "dashboard_not_public",
            fmt::format(
                "This dashboard cannot be open to everybody: its variable \"{}\" stands for "
                "an attribute of the person who looks, and a stranger has none.",
                variable.name));
    }
    return {};
}

Result<ViewPtr> view_of_share(const store::Snapshot& snapshot, const store::Share& share,
                              DocumentCache& documents) {
    const auto* dashboard = snapshot.dashboard(share.dashboard);
    if (dashboard == nullptr) {
        return not_found("share_not_found", "This dashboard is no longer shared.");
    }
    auto document = documents.get(*dashboard);
    if (!document) return document.error();

    auto view = std::make_shared<View>();
    view->org = share.org;
    view->object = fmt::format("dashboard:{}", dashboard->id);
    view->uid = dashboard->uid;
    view->document = std::move(*document);
    view->title = share.title.empty() ? view->document->title : share.title;
    view->settings = read_share_settings(share.settings);
    if (share.type == "open") {
        if (auto fits = check_may_be_public(*view->document); !fits) return fits.error();
    }
    view->rules = variable_rules(*view->document, view->settings);
    const auto attributes = locked_attributes(view->rules);
    const auto rule = source_rule(view->rules, view->settings.require_scope);
    settle_queries(*view, snapshot, [&](const dashboards::PanelQuery& query) {
        return settle(snapshot, share.org, query,
                      [&](std::string_view source, std::string_view model) {
                          return plan_query(snapshot, share.org, attributes, source, model, rule);
                      });
    });
    return ViewPtr(std::move(view));
}

Result<ViewPtr> view_of_content(const store::Snapshot& snapshot, store::OrgId org,
                                const EmbedGrant& grant, const Content& content,
                                DocumentCache& documents) {
    auto begun = begin_view(org, content, documents);
    if (!begun) return begun.error();
    auto view = std::move(*begun);
    view->settings.time_selectable = view->document->time_selectable;
    const bool all_rows = grant.allows("download_without_limit");
    view->settings.download = all_rows || grant.allows("download_with_limit");
    view->download_rows = all_rows ? 0 : kLimitedRows;
    view->timezone = grant.timezone;
    view->rules = rules_of_person(*view->document, grant);

    // A permission for models opens something of the whole page only where all its models have it.
    bool drill = true;
    bool fresh = true;
    settle_queries(*view, snapshot, [&](const dashboards::PanelQuery& query) {
        std::string model_name;
        auto settled =
            settle(snapshot, org, query, [&](std::string_view source, std::string_view model) {
                auto planned = plan_query(snapshot, org, grant, source, model);
                if (planned) model_name = planned->model;
                return planned;
            });
        // The sources that a variable may choose come one by one; which it will be is not known.
        if (!settled.source_variable.empty()) return settled;
        drill = drill && grant.allows("see_drill_overlay", model_name);
        fresh = fresh && grant.allows("clear_cache_refresh", model_name);
        settled.text_shown = !settled.refused && grant.allows("see_sql", model_name);
        return settled;
    });
    view->drill = drill;
    view->fresh = fresh;
    return ViewPtr(std::move(view));
}

Result<ViewPtr> view_of_content(const store::Snapshot& snapshot, store::OrgId org,
                                const KeyGrant& grant, const Content& content,
                                DocumentCache& documents) {
    auto begun = begin_view(org, content, documents);
    if (!begun) return begun.error();
    auto view = std::move(*begun);
    if (auto fits = check_narrowed(*view->document, grant); !fits) return fits.error();
    if (grant.panel != 0) view->document = only_panel(*view->document, grant.panel);
    view->settings.time_selectable = view->document->time_selectable;
    view->settings.any_range = true;
    view->settings.download = true;
    view->rules = rules_of_key(*view->document, grant);
    const auto attributes = locked_attributes(view->rules);
    const auto rule = source_rule(view->rules, false);
    settle_queries(*view, snapshot, [&](const dashboards::PanelQuery& query) {
        return settle(snapshot, org, query, [&](std::string_view source, std::string_view model) {
            return plan_query(snapshot, org, attributes, source, model, rule);
        });
    });
    return ViewPtr(std::move(view));
}

}  // namespace casement::access
