// The variables of a document, from JSON to structs.
#include "dashboards/choices.h"
#include "dashboards/dependencies.h"
#include "dashboards/durations.h"
#include "dashboards/filters.h"
#include "dashboards/read_parts.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace casement::dashboards {
namespace {

using Type = Variable::Type;

constexpr std::array<std::pair<std::string_view, Type>, 7> kTypes = {{{"list", Type::list},
                                                                      {"query", Type::query},
                                                                      {"text", Type::text},
                                                                      {"interval", Type::interval},
                                                                      {"constant", Type::constant},
                                                                      {"source", Type::source},
                                                                      {"filters", Type::filters}}};

constexpr std::array<std::pair<std::string_view, Variable::Sort>, 9> kSorts = {
    {{"none", Variable::Sort::none},
     {"alpha_asc", Variable::Sort::alpha_asc},
     {"alpha_desc", Variable::Sort::alpha_desc},
     {"numeric_asc", Variable::Sort::numeric_asc},
     {"numeric_desc", Variable::Sort::numeric_desc},
     {"alpha_ignore_case_asc", Variable::Sort::alpha_ignore_case_asc},
     {"alpha_ignore_case_desc", Variable::Sort::alpha_ignore_case_desc},
     {"natural_asc", Variable::Sort::natural_asc},
     {"natural_desc", Variable::Sort::natural_desc}}};

template <class Table>
auto value_of(const Table& table, std::string_view name) {
    for (const auto& [known, value] : table)
        if (known == name) return value;
    return table.front().second;
}

/// Which types take a member.
struct Taken {
    const char* member;
    std::vector<Type> types;
    const char* words;  ///< "is only for variables of type …"
};

const std::vector<Taken>& members_of_types() {
    static const std::vector<Taken> members = {
        {"choices", {Type::list, Type::interval}, "list and interval"},
        {"query", {Type::query}, "query"},
        {"regex", {Type::query, Type::source}, "query and source"},
        {"sort", {Type::query}, "query"},
        {"auto", {Type::interval}, "interval"},
        {"source_type", {Type::source}, "source"},
        {"source", {Type::filters}, "filters"},
        {"model", {Type::filters}, "filters"},
        {"keys", {Type::filters}, "filters"},
        {"max_length", {Type::text}, "text"},
        {"multi", {Type::list, Type::query}, "list and query"},
        {"include_all", {Type::list, Type::query}, "list and query"},
        {"all_value", {Type::list, Type::query}, "list and query"},
        {"attribute",
         {Type::list, Type::query, Type::text, Type::source},
         "list, query, text and source"}};
    return members;
}

constexpr std::array<std::pair<Type, const char*>, 4> kRequired = {{{Type::list, "choices"},
                                                                    {Type::interval, "choices"},
                                                                    {Type::query, "query"},
                                                                    {Type::source, "source_type"}}};

Result<void> check_members(const Variable& variable, const json::object& written,
                           const std::string& path) {
    for (const auto& [member, types, words] : members_of_types()) {
        const bool fits = std::find(types.begin(), types.end(), variable.type) != types.end();
        if (!fits && written.contains(member)) {
            return wrong(fmt::format("{}.{}", path, member),
                         fmt::format("is only for variables of type {}", words));
        }
    }
    for (const auto& [type, member] : kRequired) {
        if (type == variable.type && !written.contains(member)) {
            return wrong(fmt::format("{}.{}", path, member), "is required for this type");
        }
    }
    if (written.contains("source") && written.contains("model")) {
        return wrong(path + ".model", "stands in the place of source; give one of them");
    }
    if (!variable.all_value.empty() && !variable.include_all) {
        return wrong(path + ".all_value", "is only for variables with include_all");
    }
    return {};
}

Result<void> check_choices(const Variable& variable, const std::string& path) {
    const bool takes = variable.type == Type::list || variable.type == Type::interval;
    if (takes && variable.choices.empty()) return wrong(path + ".choices", "needs an entry");
    std::set<std::string> values;
    for (std::size_t i = 0; i < variable.choices.size(); ++i) {
        const auto& value = variable.choices[i].value;
        const auto entry = fmt::format("{}.choices[{}].value", path, i);
        if (value == "*") return wrong(entry, "cannot be \"*\", which means every choice");
        if (variable.type == Type::interval && !read_duration(value)) {
            return wrong(entry, "must be a duration such as \"30s\", \"5m\" or \"1h\"");
        }
        if (!values.insert(value).second) return wrong(entry, "is there twice");
    }
    return {};
}

bool is_choice(const Variable& variable, const std::string& value) {
    if (variable.automatic && value == "auto") return true;
    return std::any_of(variable.choices.begin(), variable.choices.end(),
                       [&](const Choice& choice) { return choice.value == value; });
}

Result<void> check_default(const Variable& variable, const std::string& value,
                           const std::string& entry) {
    switch (variable.type) {
        case Type::list:
        case Type::query:
            if (value == "*") {
                if (variable.include_all) return {};
                return wrong(entry, "may be \"*\" only with include_all");
            }
            if (variable.type == Type::query) {
                if (value.empty()) return wrong(entry, "must not be empty");
                return {};
            }
            [[fallthrough]];
        case Type::interval:
            if (is_choice(variable, value)) return {};
            return wrong(entry, "is not one of the choices");
        case Type::source:
            if (value.empty() || value == "*") return wrong(entry, "must be a source's name");
            return {};
        case Type::filters: {
            const auto filter = read_filter(value);
            if (!filter) return wrong(entry, "must be written key|operator|value");
            const auto& keys = variable.keys;
            if (keys.empty() || std::find(keys.begin(), keys.end(), filter->key) != keys.end()) {
                return {};
            }
            return wrong(entry, "has a key that is not among keys");
        }
        case Type::text:
            if (static_cast<std::int64_t>(value.size()) <= variable.max_length) return {};
            return wrong(entry, "is longer than max_length");
        case Type::constant:
            break;
    }
    return {};
}

Result<void> check_variable(const Variable& variable, const json::object& written,
                            const std::string& path) {
    if (is_reserved_name(variable.name)) {
        return wrong(path + ".name", "is taken: from, to, interval and timezone are always there");
    }
    if (auto ok = check_members(variable, written, path); !ok) return ok;
    if (auto ok = check_choices(variable, path); !ok) return ok;
    if (!variable.regex.empty()) {
        if (const auto pattern = ChoicePattern::create(variable.regex); !pattern) {
            return wrong(path + ".regex", pattern.error().message);
        }
    }
    if (variable.type == Type::constant && variable.defaults.size() != 1) {
        return wrong(path + ".default", "must have the one value of a constant");
    }
    const bool several = variable.multi || variable.type == Type::filters;
    if (!several && variable.defaults.size() > 1) {
        return wrong(path + ".default", "may have one entry unless multi is true");
    }
    if (variable.type == Type::filters && variable.defaults.size() > kMaxFilters) {
        return wrong(path + ".default", "has too many filters");
    }
    for (std::size_t i = 0; i < variable.defaults.size(); ++i) {
        const std::string entry = fmt::format("{}.default[{}]", path, i);
        if (auto ok = check_default(variable, variable.defaults[i], entry); !ok) return ok;
    }
    return {};
}

Result<void> read_auto(const json::object& written, const std::string& path, Variable& out) {
    const auto* member = written.if_contains("auto");
    if (member == nullptr) return {};
    Variable::Auto automatic;
    const auto& object = member->get_object();
    if (const auto* count = object.if_contains("count")) {
        automatic.count = static_cast<int>(count->get_int64());
    }
    if (const auto min = text_at(object, "min")) {
        const auto length = read_duration(*min);
        if (!length) return wrong(path + ".auto.min", "must be a duration such as \"10s\"");
        automatic.min = *length;
    }
    out.automatic = automatic;
    return {};
}

Result<Variable> read_variable(const json::object& written, const std::string& path) {
    Variable variable;
    variable.name = *text_at(written, "name");
    variable.label = text_at(written, "label").value_or(variable.name);
    variable.type = value_of(kTypes, *text_at(written, "type"));
    for (const auto& entry : list_at(written, "choices")) {
        const auto& choice = entry.get_object();
        std::string value = *text_at(choice, "value");
        std::string label = text_at(choice, "label").value_or(value);
        variable.choices.push_back({std::move(value), std::move(label)});
    }
    if (const auto* query = written.if_contains("query")) {
        auto read = read_query(query->get_object(), path + ".query");
        if (!read) return read.error();
        variable.query = std::move(*read);
    }
    if (variable.type == Type::filters) {
        variable.query.source = text_at(written, "source").value_or("");
        variable.query.model = text_at(written, "model").value_or("");
    }
    variable.regex = text_at(written, "regex").value_or("");
    variable.sort = value_of(kSorts, text_at(written, "sort").value_or("none"));
    if (auto ok = read_auto(written, path, variable); !ok) return ok.error();
    variable.source_type = text_at(written, "source_type").value_or("");
    for (const auto& key : list_at(written, "keys"))
        variable.keys.emplace_back(key.get_string());
    variable.multi = flag_at(written, "multi", false);
    variable.include_all = flag_at(written, "include_all", false);
    variable.all_value = text_at(written, "all_value").value_or("");
    for (const auto& entry : list_at(written, "default")) {
        variable.defaults.emplace_back(entry.get_string());
    }
    const bool chooses = variable.type == Type::list || variable.type == Type::query;
    variable.first_choice = chooses && variable.defaults.empty();
    if (const auto* length = written.if_contains("max_length")) {
        variable.max_length = length->get_int64();
    }
    variable.attribute = text_at(written, "attribute").value_or("");
    if (auto ok = check_variable(variable, written, path); !ok) return ok.error();
    return variable;
}

/// Each of a circle would wait for the others.
Result<void> check_order(const std::vector<Variable>& variables) {
    const auto circle = order_of(variables).circle;
    if (circle.empty()) return {};
    std::string names;
    for (const auto place : circle)
        names += fmt::format("{} -> ", variables[place].name);
    return wrong(fmt::format("variables[{}].query", circle.front()),
                 fmt::format("follows from itself: {}{}", names, variables[circle.front()].name));
}

}  // namespace

Result<std::vector<Variable>> read_variables(const json::array& written) {
    std::vector<Variable> variables;
    std::set<std::string> names;
    for (std::size_t i = 0; i < written.size(); ++i) {
        const std::string path = fmt::format("variables[{}]", i);
        auto variable = read_variable(written[i].get_object(), path);
        if (!variable) return variable.error();
        std::string lower = variable->name;
        for (char& c : lower) {
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        }
        // `$Airport` and `$airport` are one parameter to the engine that binds them.
        if (!names.insert(std::move(lower)).second) {
            return wrong(path + ".name", "is the name of another variable");
        }
        variables.push_back(std::move(*variable));
    }
    if (auto ok = check_order(variables); !ok) return ok.error();
    return variables;
}

}  // namespace casement::dashboards
