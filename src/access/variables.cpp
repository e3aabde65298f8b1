#include "access/variables.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::size_t kMostValues = 500;
constexpr std::string_view kAll = "*";

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
    if (variable.type != dashboards::Variable::Type::text) std::erase(values, "");
    return values;
}

VariableRule rule_for(const dashboards::Variable& variable, const TemplateVariable* listed) {
    VariableRule rule;
    rule.variable = &variable;
    rule.defaults = variable.defaults;
    if (listed == nullptr) return rule;
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

// "*" stands for every choice only where the author allowed that; elsewhere it is no value.
Result<void> check_free(const dashboards::Variable& variable,
                        const std::vector<std::string>& values) {
    for (const auto& value : values) {
        if (value == kAll && variable.type != dashboards::Variable::Type::text) {
            if (variable.include_all && values.size() == 1) continue;
            return refused("value_not_allowed", variable, "does not offer all values at once");
        }
        if (variable.type == dashboards::Variable::Type::list) {
            const bool known = std::any_of(variable.choices.begin(), variable.choices.end(),
                                           [&](const auto& c) { return c.value == value; });
            if (!known) return refused("value_not_allowed", variable, "does not offer this value");
        }
        if (static_cast<std::int64_t>(value.size()) > variable.max_length) {
            return wrong("value_too_long", variable.name,
                         fmt::format("takes at most {} bytes", variable.max_length));
        }
    }
    return {};
}

Result<void> check_value(const VariableRule& rule, const std::vector<std::string>& values) {
    const auto& variable = *rule.variable;
    if (values.empty()) return wrong("no_value", variable.name, "needs a value");
    if (values.size() > kMostValues || (!variable.multi && values.size() > 1)) {
        return wrong("too_many_values", variable.name,
                     variable.multi ? "has too many values" : "takes one value");
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
        const bool opens = settings.variables_selectable && count == 0 &&
                           variable.type != dashboards::Variable::Type::text &&
                           variable.attribute.empty();
        if (opens) {
            rule.mode = VariableMode::free;
            rule.only_offered = true;
        }
        rules.push_back(std::move(rule));
    }
    return rules;
}

Result<void> check_offered(const VariableRule& rule, const std::vector<std::string>& values,
                           const std::vector<dashboards::Choice>& offered) {
    for (const auto& value : values) {
        // Whether every choice at once may be had was decided with the rule.
        if (value == kAll || contains(rule.defaults, value)) continue;
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
            rule.variable->attribute.empty()) {
            return refused("variable_without_value", *rule.variable,
                           "is locked but has no value; its share or dashboard must give one");
        }
        result[rule.variable->name] = rule.defaults;
    }
    return result;
}

}  // namespace casement::access
