#include "access/view_of_document.h"

#include "access/publish_check.h"
#include "access/user_attributes.h"
#include "access/view_settling.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::access {
namespace {

/// Looker's limit for those who may not take everything (looker.md §3.2, download_with_limit).
constexpr std::size_t kLimitedRows = 5000;

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

/// An author tries out what he writes: what others have by their attributes, he chooses.
std::vector<VariableRule> rules_of_author(const dashboards::Dashboard& document) {
    std::vector<VariableRule> rules;
    for (const auto& variable : document.variables) {
        VariableRule rule;
        rule.variable = &variable;
        const bool constant = variable.type == dashboards::Variable::Type::constant;
        rule.mode = constant ? VariableMode::locked : VariableMode::free;
        rule.defaults = variable.defaults;
        rules.push_back(std::move(rule));
    }
    return rules;
}

/// The attributes decide, as they do for a person; nobody else's link fixes anything.
std::vector<VariableRule> rules_of_attributes(const dashboards::Dashboard& document,
                                              const AttributeValues& attributes) {
    auto rules = rules_of_author(document);
    for (auto& rule : rules) {
        const auto& attribute = rule.variable->attribute;
        if (rule.mode == VariableMode::locked || attribute.empty()) continue;
        rule.mode = VariableMode::locked;
        const auto found = attributes.find(attribute);
        rule.defaults = found == attributes.end() ? std::vector<std::string>{} : found->second;
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

/// Everything that does not depend on whose eyes it is.
std::shared_ptr<View> begin_view(ShownDocument shown) {
    auto view = std::make_shared<View>();
    view->org = shown.org;
    view->object = std::move(shown.object);
    view->uid = std::move(shown.uid);
    view->content = std::move(shown.content);
    view->title = std::move(shown.title);
    view->document = std::move(shown.document);
    return view;
}

/// Whatever decides them, values of an attribute that is hidden are told to no page.
void hide_values(View& view, const store::Snapshot& snapshot) {
    for (auto& rule : view.rules) {
        const auto& attribute = rule.variable->attribute;
        if (attribute.empty() || rule.mode != VariableMode::locked) continue;
        const auto* known = snapshot.by_name<store::UserAttribute>(view.org, attribute);
        if (known != nullptr && is_hidden(*known)) rule.hidden = true;
    }
}

void settle_by_attributes(View& view, const store::Snapshot& snapshot,
                          const AttributeValues& attributes, SourceRule rule) {
    settle_queries(view, snapshot, [&](const dashboards::PanelQuery& query) {
        return settle_query(
            snapshot, view.org, query, [&](std::string_view source, std::string_view model) {
                return plan_query(snapshot, view.org, attributes, source, model, rule);
            });
    });
}

}  // namespace

Result<ViewPtr> view_of_document(const store::Snapshot& snapshot, ShownDocument shown,
                                 const store::Share& share) {
    auto view = begin_view(std::move(shown));
    view->content.clear();
    if (!share.title.empty()) view->title = share.title;
    view->settings = read_share_settings(share.settings);
    if (share.type == "open" || share.type == "embed") {
        if (auto fits = check_may_be_public(*view->document); !fits) return fits.error();
    }
    view->rules = variable_rules(*view->document, view->settings);
    hide_values(*view, snapshot);
    settle_by_attributes(*view, snapshot, locked_attributes(view->rules),
                         source_rule(view->rules, view->settings.require_scope));
    return ViewPtr(std::move(view));
}

Result<ViewPtr> view_of_document(const store::Snapshot& snapshot, ShownDocument shown,
                                 const EmbedGrant& grant) {
    auto view = begin_view(std::move(shown));
    view->settings.time_selectable = view->document->time_selectable;
    const bool all_rows = grant.allows("download_without_limit");
    view->settings.download = all_rows || grant.allows("download_with_limit");
    view->download_rows = all_rows ? 0 : kLimitedRows;
    view->timezone = grant.timezone;
    view->rules = rules_of_person(*view->document, grant);
    hide_values(*view, snapshot);

    // A permission for models opens something of the whole page only where all its models have it.
    bool drill = true;
    bool fresh = true;
    settle_queries(*view, snapshot, [&](const dashboards::PanelQuery& query) {
        std::string model_name;
        auto settled = settle_query(
            snapshot, view->org, query, [&](std::string_view source, std::string_view model) {
                auto planned = plan_query(snapshot, view->org, grant, source, model);
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

Result<ViewPtr> view_of_document(const store::Snapshot& snapshot, ShownDocument shown,
                                 const KeyGrant& grant) {
    auto view = begin_view(std::move(shown));
    if (auto fits = check_narrowed(*view->document, grant); !fits) return fits.error();
    if (grant.panel != 0) view->document = only_panel(*view->document, grant.panel);
    view->settings.time_selectable = view->document->time_selectable;
    view->settings.any_range = true;
    view->settings.download = true;
    view->rules = rules_of_key(*view->document, grant);
    hide_values(*view, snapshot);
    settle_by_attributes(*view, snapshot, locked_attributes(view->rules),
                         source_rule(view->rules, false));
    return ViewPtr(std::move(view));
}

Result<ViewPtr> view_of_document(const store::Snapshot& snapshot, ShownDocument shown,
                                 const AttributeValues& attributes) {
    auto view = begin_view(std::move(shown));
    view->settings.time_selectable = view->document->time_selectable;
    view->settings.any_range = true;
    view->settings.download = true;
    view->rules = rules_of_attributes(*view->document, attributes);
    hide_values(*view, snapshot);
    settle_by_attributes(*view, snapshot, attributes, SourceRule::ungoverned);
    return ViewPtr(std::move(view));
}

ViewPtr view_of_author(const store::Snapshot& snapshot, ShownDocument shown) {
    auto view = begin_view(std::move(shown));
    view->settings.time_selectable = true;
    view->settings.any_range = true;
    view->settings.download = true;
    view->fresh = true;
    view->failures_told = true;
    view->rules = rules_of_author(*view->document);
    settle_queries(*view, snapshot, [&](const dashboards::PanelQuery& query) {
        return settle_query(
            snapshot, view->org, query,
            [&](std::string_view source, std::string_view model) -> Result<PlannedQuery> {
                if (model.empty()) return PlannedQuery{std::string(source), {}, nullptr};
                const auto* row = snapshot.by_name<store::Model>(view->org, model);
                if (row == nullptr) {
                    return not_found("model_not_found",
                                     fmt::format("There is no model \"{}\".", model));
                }
                return PlannedQuery{row->source, std::string(model), nullptr};
            });
    });
    return view;
}

}  // namespace casement::access
