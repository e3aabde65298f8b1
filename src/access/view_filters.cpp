// Filters that a viewer puts together: in the queries, and what there is to filter by.
#include "access/panel_failure.h"
#include "access/query_filters.h"
#include "access/view_service.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::access {
namespace {

using dashboards::Filter;
using dashboards::PanelQuery;
using dashboards::Variable;

constexpr std::size_t kMostAsked = 8;  // queries that are looked at for keys or values

bool concerns(const Variable& variable, const PanelQuery& query) {
    if (!variable.query.source.empty()) return variable.query.source == query.source;
    if (!variable.query.model.empty()) return variable.query.model == query.model;
    return true;
}

bool is_label(std::string_view name) {
    return !name.empty() && (name.front() < '0' || name.front() > '9') &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_';
           });
}

bool same_name(std::string_view one, std::string_view other) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                      [&](char a, char b) { return lower(a) == lower(b); });
}

/// A description is made without the model: what that hides from this viewer is taken away again,
/// by name.
void hide(data::Source::Description& described, const data::ScopePtr& scope) {
    if (!scope) return;
    for (const auto& relation : scope->relations) {
        for (const auto& covered : relation.covered) {
            if (covered.how != data::CoveredColumn::How::hidden) continue;
            std::erase_if(described.columns, [&](const data::Column& column) {
                return same_name(column.name, covered.name);
            });
        }
    }
}

/// Matchers are put into every selector as those of a model are: by the scope.
data::ScopePtr with_labels(const data::ScopePtr& scope, const std::vector<Filter>& filters) {
    auto relations = scope ? scope->relations : std::vector<data::ScopedRelation>{{"*", {}, {}}};
    for (auto& relation : relations) {
        for (const auto& filter : filters) {
            data::RowFilter label;
            label.column = filter.key;
            label.values = filter.values;
            relation.filters.push_back(std::move(label));
        }
    }
    return data::make_scope(scope ? scope->model : "filters", std::move(relations));
}

Error cannot_hold(const Filter& filter) {
    return {ErrorKind::unprocessable,
            "filter_not_applicable",
            fmt::format("This panel cannot be shown: a filter by \"{}\" is set, and its data "
                        "cannot be filtered like that.",
                        filter.key),
            {}};
}

struct HeldFilters {
    std::vector<Filter> filters;
    std::vector<bool> must_hold;  ///< as `filters`: fixed by the grant
};

HeldFilters filters_for(const View& view, const ChosenValues& values, const PanelQuery& query) {
    HeldFilters held;
    for (const auto& rule : view.rules) {
        const auto& variable = *rule.variable;
        if (variable.type != Variable::Type::filters || !concerns(variable, query)) continue;
        const auto found = values.find(variable.name);
        if (found == values.end()) continue;
        for (const auto& text : found->second) {
            auto filter = dashboards::read_filter(text);
            // One that cannot be read must not be one that does not count.
            if (!filter) filter = Filter{text, Filter::Operator::equal, {""}};
            held.filters.push_back(std::move(*filter));
            held.must_hold.push_back(rule.mode != VariableMode::free);
        }
    }
    return held;
}

}  // namespace

asio::awaitable<Result<data::Query>> ViewService::narrowed_query(Viewer viewer, Selection selection,
                                                                 ChosenValues values,
                                                                 QueryPlan plan,
                                                                 const PanelQuery& query) {
    auto bound = query_of(viewer, selection, values, plan, query);
    auto held = filters_for(*viewer.view, values, query);
    if (held.filters.empty()) co_return bound;
    if (query.language == PanelQuery::Language::promql) {
        std::vector<Filter> kept;
        for (std::size_t i = 0; i < held.filters.size(); ++i) {
            const auto& filter = held.filters[i];
            const bool equals = filter.operation == Filter::Operator::equal ||
                                filter.operation == Filter::Operator::one_of;
            if (equals && is_label(filter.key)) {
                kept.push_back(filter);
            } else if (held.must_hold[i] || is_label(filter.key)) {
                co_return cannot_hold(filter);
            }
        }
        if (!kept.empty()) bound.scope = with_labels(bound.scope, kept);
        co_return bound;
    }
    auto described = co_await engine_->describe(bound.org, bound.source, bound.text);
    if (!described) co_return described.error();
    hide(*described, bound.scope);
    std::vector<Filter> kept;
    for (std::size_t i = 0; i < held.filters.size(); ++i) {
        const auto& filter = held.filters[i];
        if (has_column(described->columns, filter.key))
            kept.push_back(filter);
        else if (held.must_hold[i])
            co_return cannot_hold(filter);
    }
    if (kept.empty()) co_return bound;
    if (auto done = narrow(bound, plan.source_type, *described, kept); !done) {
        co_return done.error();
    }
    co_return bound;
}

asio::awaitable<Result<ViewService::Choices>> ViewService::filter_choices(
    Viewer viewer, Selection selection, std::string name, std::string key,
    std::shared_ptr<Cancellation> cancellation) {
    const auto& view = *viewer.view;
    const auto rule =
        std::find_if(view.rules.begin(), view.rules.end(), [&](const VariableRule& known) {
            return known.variable->name == name && known.variable->type == Variable::Type::filters;
        });
    if (rule == view.rules.end()) {
        co_return not_found("variable_not_found", "There are no filters of this name.");
    }
    if (rule->mode != VariableMode::free) {
        co_return forbidden("variable_locked", "These filters cannot be changed.");
    }
    const auto& keys = rule->variable->keys;
    Choices choices;
    if (key.empty() && !keys.empty()) {
        for (const auto& known : keys)
            choices.push_back({known, known});
        co_return choices;
    }
    if (!key.empty() && !keys.empty() && std::find(keys.begin(), keys.end(), key) == keys.end()) {
        co_return forbidden("value_not_allowed", "There is no filtering by this.");
    }
    std::set<std::string> seen;
    std::set<std::string> texts;
    for (const auto& panel : view.document->panels) {
        for (const auto& query : panel.queries) {
            const auto& plan = view.settled(view.plan(panel, query), selection.values);
            if (plan.refused || !concerns(*rule->variable, query)) continue;
            auto asked = query_of(viewer, selection, selection.values, plan, query);
            if (query.language == PanelQuery::Language::promql) {
                if (!key.empty() && !is_label(key)) continue;
                asked.text = key.empty() ? "label_names()" : fmt::format("label_values({})", key);
                asked.settings = {{"variable", true}};
            }
            if (texts.size() == kMostAsked ||
                !texts.insert(asked.source + "\n" + asked.text).second) {
                continue;
            }
            if (query.language != PanelQuery::Language::promql) {
                auto described = co_await engine_->describe(asked.org, asked.source, asked.text);
                if (!described) continue;
                hide(*described, asked.scope);
                if (key.empty()) {
                    for (const auto& column : described->columns)
                        if (seen.insert(column.name).second) {
                            choices.push_back({column.name, column.name});
                        }
                    continue;
                }
                if (!has_column(described->columns, key)) continue;
                ask_for_values(asked, plan.source_type, *described, key);
            }
            auto outcome = co_await engine_->run(std::move(asked), cancellation);
            if (!outcome) {
                log_failure(viewer, panel.id, outcome.error());
                continue;
            }
            for (auto& choice : outcome->table->choices())
                if (seen.insert(choice.value).second) {
                    choices.push_back({choice.value, choice.value});
                }
        }
    }
    co_return choices;
}

}  // namespace casement::access
