#include "access/variables.h"

#include "dashboards/filters.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::size_t kMostValues = 500;
constexpr std::string_view kAll = "*";

using Type = dashboards::Variable::Type;

bool contains(const std::vector<std::string>& list, std::string_view value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

bool is_all(const std::vector<std::string>& values) {
    return values.size() == 1 && values.front() == kAll;
}

std::vector<std::string> sorted(std::vector<std::string> values) {
    std::sort(values.begin(), values.end());
    return values;
}

/// No choice of a list or a query is empty, so "" in a share is a value that was lost on its way
/// there; and many a query takes it for "no filter". Only a text may be empty.
std::vector<std::string> without_lost(const dashboards::Variable& variable,
                                      std::vector<std::string> values) {
    if (variable.type != Type::text) std::erase(values, "");
    return values;
}

VariableRule rule_for(const dashboards::Variable& variable, const TemplateVariable* listed) {
    VariableRule rule;
    rule.variable = &variable;
    rule.defaults = variable.defaults;
    if (listed == nullptr) return rule;
    if (variable.type == Type::constant) {
        // A share that means to set it is not told that it did: nothing runs.
        const auto& given = listed->default_values;
        if (!given.empty() && given != variable.defaults) rule.defaults.clear();
        return rule;
    }
    if (!listed->default_values.empty()) {
        rule.defaults = without_lost(variable, listed->default_values);
    }
    const auto visible = without_lost(variable, listed->visible_tags);
    if (visible.empty()) return rule;
    if (sorted(visible) == sorted(rule.defaults)) return rule;
    if (is_all(visible)) {
        rule.mode = VariableMode::free;
        return rule;
    }
    rule.mode = VariableMode::bounded;
    rule.allowed = visible;
    // A default outside the set would show what the set was drawn to keep out.
    std::erase_if(rule.defaults, [&](const auto& v) { return !contains(rule.allowed, v); });
    if (rule.defaults.empty()) rule.defaults = {rule.allowed.front()};
    return rule;
}

/// Where a share opens its variables. A source is one of what the grant may use anyway; one without
/// a picker is the author's, who has not shown that there are others.
bool may_be_opened(const dashboards::Variable& variable) {
    if (!variable.attribute.empty()) return false;
    if (variable.type == Type::source) return !variable.hidden;
    return variable.type != Type::text && variable.type != Type::constant;
}

Error refused(std::string_view code, const dashboards::Variable& variable, std::string_view what) {
    auto error = forbidden(code, fmt::format("The variable \"{}\" {}.", variable.name, what));
    error.field = "variables." + variable.name;
    return error;
}

Error wrong(std::string_view code, std::string_view name, std::string_view what) {
    const auto head = name.substr(0, 64);
    return invalid(code, fmt::format("The variable \"{}\" {}.", head, what),
                   fmt::format("variables.{}", head));
}

bool offers(const dashboards::Variable& variable, const std::string& value) {
    if (variable.automatic && value == "auto") return true;
    return std::any_of(variable.choices.begin(), variable.choices.end(),
                       [&](const auto& choice) { return choice.value == value; });
}

Result<void> check_filter(const dashboards::Variable& variable, const std::string& value) {
    const auto filter = dashboards::read_filter(value);
    if (!filter) return wrong("invalid_filter", variable.name, "takes key|operator|value");
    const auto& keys = variable.keys;
    if (keys.empty() || contains(keys, filter->key)) return {};
    return refused("value_not_allowed", variable, "cannot filter by this");
}

// "*" stands for every choice only where the author allowed that; elsewhere it is no value.
Result<void> check_free(const dashboards::Variable& variable,
                        const std::vector<std::string>& values) {
    for (const auto& value : values) {
        if (value == kAll && variable.type != Type::text) {
            if (variable.include_all && values.size() == 1) continue;
            return refused("value_not_allowed", variable, "does not offer all values at once");
        }
        const bool listed = variable.type == Type::list || variable.type == Type::interval;
        if (listed && !offers(variable, value)) {
            return refused("value_not_allowed", variable, "does not offer this value");
        }
        if (variable.type == Type::filters) {
            if (auto checked = check_filter(variable, value); !checked) return checked;
            continue;
        }
        if (static_cast<std::int64_t>(value.size()) > variable.max_length) {
            return wrong("value_too_long", variable.name,
                         fmt::format("takes at most {} bytes", variable.max_length));
        }
    }
    return {};
}

/// No filter narrows nothing, and a source without a default is the first there is.
bool may_not_be_empty(const dashboards::Variable& variable) {
    return variable.type != Type::filters && variable.type != Type::source;
}

Result<void> check_value(const VariableRule& rule, const std::vector<std::string>& values) {
    const auto& variable = *rule.variable;
    const bool is_filters = variable.type == Type::filters;
    // No filter at all is a choice too, but none among signed ones.
    if (values.empty() && is_filters && rule.mode != VariableMode::bounded) {
        return rule.mode == VariableMode::free || rule.defaults.empty()
                   ? Result<void>()
                   : refused("variable_locked", variable,
                             "is set by the link and cannot be changed");
    }
    if (values.empty()) return wrong("no_value", variable.name, "needs a value");
    const bool several = variable.multi || is_filters;
    const auto most = is_filters ? dashboards::kMaxFilters : kMostValues;
    if (values.size() > most || (!several && values.size() > 1)) {
        return wrong("too_many_values", variable.name,
                     several ? "has too many values" : "takes one value");
    }
    switch (rule.mode) {
        case VariableMode::locked:
            if (sorted(values) == sorted(rule.defaults)) return {};
            return refused("variable_locked", variable, "is set by the link and cannot be changed");
        case VariableMode::bounded:
            for (const auto& value : values) {
                if (!contains(rule.allowed, value)) {
                    return refused("value_not_allowed", variable, "does not allow this value");
                }
            }
            return {};
        case VariableMode::free:
            return check_free(variable, values);
    }
    return refused("variable_locked", variable, "cannot be changed");
}

}  // namespace

std::vector<VariableRule> variable_rules(const dashboards::Dashboard& dashboard,
                                         const ShareSettings& settings) {
    std::vector<VariableRule> rules;
    rules.reserve(dashboard.variables.size());
    for (const auto& variable : dashboard.variables) {
        // Two entries of one name: nobody can say which was meant, so neither opens anything.
        const auto named = [&](const TemplateVariable& v) { return v.name == variable.name; };
        const auto first =
            std::find_if(settings.variables.begin(), settings.variables.end(), named);
        const auto count =
            std::count_if(settings.variables.begin(), settings.variables.end(), named);
        auto rule = rule_for(variable, count == 1 ? &*first : nullptr);
        if (settings.variables_selectable && count == 0 && may_be_opened(variable)) {
            rule.mode = VariableMode::free;
            rule.only_offered = true;
        }
        rules.push_back(std::move(rule));
    }
    return rules;
}

void keep_within(std::vector<VariableRule>& rules, const dashboards::VariableOrder& order) {
    std::vector<bool> narrowed(rules.size(), false);
    for (const auto place : order.order) {
        auto& rule = rules[place];
        bool within = false;
        for (const auto parent : order.named[place])
            within = within || narrowed[parent];
        // A constant is the same for everybody: it keeps nobody apart.
        const bool own = rule.mode != VariableMode::free && rule.variable->type != Type::constant;
        narrowed[place] = own || within;
        if (!within) continue;
        rule.within = true;
        if (rule.mode == VariableMode::free) rule.only_offered = true;
    }
}

Result<void> check_offered(const VariableRule& rule, const std::vector<std::string>& values,
                           const std::vector<dashboards::Choice>& offered) {
    for (const auto& value : values) {
        // Whether every choice at once may be had was decided with the rule.
        if (value == kAll || (!rule.within && contains(rule.defaults, value))) continue;
        const bool known = std::any_of(offered.begin(), offered.end(),
                                       [&](const auto& choice) { return choice.value == value; });
        if (!known) {
            return refused("value_not_allowed", *rule.variable, "does not offer this value");
        }
    }
    return {};
}

Result<ChosenValues> apply_rules(const std::vector<VariableRule>& rules,
                                 const ChosenValues& chosen) {
    for (const auto& [name, values] : chosen) {
        const bool known = std::any_of(rules.begin(), rules.end(),
                                       [&](const auto& r) { return r.variable->name == name; });
        if (!known) return wrong("unknown_variable", name, "is not one of this dashboard's");
    }
    ChosenValues result;
    for (const auto& rule : rules) {
        const auto found = chosen.find(rule.variable->name);
        if (found != chosen.end()) {
            if (auto checked = check_value(rule, found->second); !checked) return checked.error();
            result[rule.variable->name] = found->second;
            continue;
        }
        // Fail closed: a locked variable without any value must not run queries "unfiltered".
        // One that follows an attribute may be empty: queries that name it are refused one by one.
        if (rule.defaults.empty() && rule.mode == VariableMode::locked &&
            rule.variable->attribute.empty() && may_not_be_empty(*rule.variable)) {
            return refused("variable_without_value", *rule.variable,
                           "is locked but has no value; its share or dashboard must give one");
        }
        result[rule.variable->name] = rule.defaults;
    }
    return result;
}

}  // namespace casement::access
