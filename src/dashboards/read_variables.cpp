// The variables of a document, from JSON to structs.
#include "dashboards/read_parts.h"

#include <set>

#include <fmt/format.h>

namespace casement::dashboards {
namespace {

Result<void> check_variable(const Variable& variable, const json::object& written,
                            const std::string& path) {
    const bool is_list = variable.type == Variable::Type::list;
    const bool is_query = variable.type == Variable::Type::query;
    const bool is_text = variable.type == Variable::Type::text;
    if (is_reserved_name(variable.name)) {
        return wrong(path + ".name", "is taken: from, to, interval and timezone are always there");
    }
    if (is_list == variable.choices.empty()) {
        return wrong(path + ".choices", is_list ? "is required for a list, with at least one entry"
                                                : "is only for variables of type list");
    }
    if (is_query != written.contains("query")) {
        return wrong(path + ".query", is_query ? "is required for a variable of type query"
                                               : "is only for variables of type query");
    }
    if (!is_text && written.contains("max_length")) {
        return wrong(path + ".max_length", "is only for variables of type text");
    }
    if (is_text && (variable.multi || variable.include_all)) {
        return wrong(path + (variable.multi ? ".multi" : ".include_all"),
                     "is not for variables of type text");
    }
    std::set<std::string> values;
    for (std::size_t i = 0; i < variable.choices.size(); ++i) {
        const auto& value = variable.choices[i].value;
        if (value == "*") {
            return wrong(fmt::format("{}.choices[{}].value", path, i),
                         "cannot be \"*\", which means every choice");
        }
        if (!values.insert(value).second) {
            return wrong(fmt::format("{}.choices[{}].value", path, i), "is there twice");
        }
    }
    if (!variable.multi && variable.defaults.size() > 1) {
        return wrong(path + ".default", "may have one entry unless multi is true");
    }
    for (std::size_t i = 0; i < variable.defaults.size(); ++i) {
        const auto& value = variable.defaults[i];
        const std::string entry = fmt::format("{}.default[{}]", path, i);
        if (!is_text && value == "*") {
            if (!variable.include_all) return wrong(entry, "may be \"*\" only with include_all");
            continue;
        }
        if (is_list && !values.contains(value)) return wrong(entry, "is not one of the choices");
        if (is_query && value.empty()) return wrong(entry, "must not be empty");
        if (is_text && static_cast<std::int64_t>(value.size()) > variable.max_length) {
            return wrong(entry, "is longer than max_length");
        }
    }
    return {};
}

Result<Variable> read_variable(const json::object& written, const std::string& path) {
    Variable variable;
    variable.name = *text_at(written, "name");
    variable.label = text_at(written, "label").value_or(variable.name);
    const std::string type = *text_at(written, "type");
    variable.type = type == "list"    ? Variable::Type::list
                    : type == "query" ? Variable::Type::query
                                      : Variable::Type::text;
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
    variable.multi = flag_at(written, "multi", false);
    variable.include_all = flag_at(written, "include_all", false);
    for (const auto& entry : list_at(written, "default")) {
        variable.defaults.emplace_back(entry.get_string());
    }
    if (const auto* length = written.if_contains("max_length")) {
        variable.max_length = length->get_int64();
    }
    variable.attribute = text_at(written, "attribute").value_or("");
    if (auto ok = check_variable(variable, written, path); !ok) return ok.error();
    return variable;
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
    return variables;
}

}  // namespace casement::dashboards
