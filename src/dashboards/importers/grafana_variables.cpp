#include "base/encoding.h"
#include "dashboards/importers/grafana_parts.h"
#include "dashboards/importers/grafana_sql_places.h"
#include "dashboards/limits.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace casement::dashboards::grafana {
namespace {

constexpr std::string_view kAll = "*";
constexpr std::string_view kVendorAll = "$__all";
constexpr std::size_t kLongestValue = 256;
constexpr std::size_t kLongestText = 4096;
constexpr std::size_t kMostChoices = 1000;
constexpr std::size_t kLongestName = 64;

bool is_plain_name(std::string_view name) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    return !name.empty() && name.size() <= kLongestName &&
           std::all_of(name.begin(), name.end(), fits);
}

/// A text, or the only one of a list.
std::vector<std::string> values_at(const json::object& object, std::string_view name) {
    std::vector<std::string> values;
    const auto add = [&](const json::value& value) {
        if (value.is_string() && !value.get_string().empty()) {
            values.emplace_back(value.get_string());
        } else if (value.is_int64()) {
            values.push_back(fmt::format("{}", value.get_int64()));
        }
    };
    const auto* member = object.if_contains(name);
    if (member == nullptr) return values;
    if (const auto* list = member->if_array()) {
        for (const auto& item : *list)
            add(item);
    } else {
        add(*member);
    }
    return values;
}

std::vector<std::string> current_of(const json::object& entry) {
    const auto* current = object_at(entry, "current");
    return current == nullptr ? std::vector<std::string>() : values_at(*current, "value");
}

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

/// "a,b", "label : value", "a\,b".
std::vector<Choice> split_choices(std::string_view text) {
    std::vector<Choice> choices;
    std::string part;
    const auto finish = [&] {
        const auto whole = trimmed(part);
        part.clear();
        if (whole.empty()) return;
        const auto at = whole.find(" : ");
        if (at == std::string::npos) {
            choices.push_back({whole, whole});
        } else {
            choices.push_back({trimmed(whole.substr(at + 3)), trimmed(whole.substr(0, at))});
        }
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == ',') {
            part += text[++i];
        } else if (text[i] == ',') {
            finish();
        } else {
            part += text[i];
        }
    }
    finish();
    return choices;
}

/// What the vendor's page had stored for the picker.
std::vector<Choice> stored_choices(const json::object& entry) {
    std::vector<Choice> choices;
    const auto* list = list_at(entry, "options");
    if (list == nullptr) return choices;
    for (const auto& item : *list) {
        const auto* option = item.if_object();
        const auto value = option == nullptr ? std::string() : text_or_empty(*option, "value");
        if (value.empty() || value == kVendorAll) continue;
        const auto label = text_or_empty(*option, "text");
        choices.push_back({value, label.empty() ? value : label});
    }
    return choices;
}

class Reader {
  public:
    Reader(Dashboard& out, Scope& scope, const Notes& notes)
        : out_(out), scope_(scope), notes_(notes) {}

    void read(const json::object& entry) {
        const auto name = text_or_empty(entry, "name");
        auto notes = notes_.about(fmt::format("variable {}", utf8_head(name, kLongestName)));
        if (!is_plain_name(name)) {
            return notes.left_out("Its name is empty, too long, or no plain name.");
        }
        if (!seen_.insert(name).second) return notes.left_out("There are two of this name.");
        const auto type = text_or_empty(entry, "type");
        if (type == "datasource") return read_source(name, entry, notes);
        if (type == "adhoc" || type == "filters") {
            return notes.left_out("Filters that a viewer puts together himself are not offered.");
        }
        if (out_.variables.size() >= static_cast<std::size_t>(kMaxVariables)) {
            return notes.left_out(fmt::format("A dashboard has at most {}.", kMaxVariables));
        }
        Variable variable;
        variable.name = name;
        const auto label = text_or_empty(entry, "label");
        variable.label = label.empty() ? name : std::string(utf8_head(label, 100));
        variable.include_all = flag_at(entry, "includeAll");
        variable.multi = flag_at(entry, "multi") || variable.include_all;
        variable.hidden = number_at(entry, "hide").value_or(0) >= 2;
        const bool taken = type == "query"      ? read_query(entry, variable, notes)
                           : type == "custom"   ? read_custom(entry, variable, notes)
                           : type == "interval" ? read_interval(entry, variable, notes)
                           : type == "textbox"  ? read_text(entry, variable, notes)
                           : type == "constant" ? read_constant(entry, variable, notes)
                                                : unknown(type, notes);
        if (!taken) return;
        if (variable.include_all && !flag_at(entry, "multi")) {
            notes.changed("Several of its values can be chosen at once, as all of them can.");
        }
        if (!text_or_empty(entry, "allValue").empty()) {
            notes.changed("All means every choice there is, and not the text that stood for it.");
        }
        add(std::move(variable));
    }

  private:
    static bool unknown(std::string_view type, Notes& notes) {
        notes.left_out(fmt::format("Variables of type \"{}\" are not offered.",
                                   utf8_head(type, kLongestName)));
        return false;
    }

    /// By a name that the engine takes, that is not ours, and that no other variable has: to the
    /// engine, `$Host` and `$host` are one.
    void add(Variable variable) {
        auto parameter = variable.name;
        if (parameter.front() >= '0' && parameter.front() <= '9') parameter.insert(0, "v_");
        parameter.resize(std::min<std::size_t>(parameter.size(), kLongestName - 4));
        const auto plain = parameter;
        for (int i = 1;
             is_reserved_name(parameter) || !parameters_.insert(lower_word(parameter)).second;
             ++i) {
            parameter = fmt::format("{}_{}", plain, i);
        }
        if (parameter != variable.name) variable.parameter = parameter;
        scope_.variables.push_back({variable.name, variable.multi, variable.parameter});
        out_.variables.push_back(std::move(variable));
    }

    void read_source(const std::string& name, const json::object& entry, Notes& notes) {
        const auto current = current_of(entry);
        const auto value = current.size() == 1 ? current.front() : std::string();
        scope_.sources[name] = value;
        notes.changed(value.empty() || value == "default"
                          ? std::string("It stands for the organization's default source.")
                          : fmt::format("It stands for the source \"{}\" and cannot be changed by "
                                        "a viewer.",
                                        utf8_head(value, kLongestName)));
    }

    bool read_query(const json::object& entry, Variable& variable, Notes& notes) {
        variable.type = Variable::Type::query;
        json::object target;
        if (const auto* object = object_at(entry, "query")) {
            target = *object;
        } else {
            target["rawSql"] = text_or_empty(entry, "query");
        }
        auto query = choices_query(target, entry.if_contains("datasource"), scope_, notes);
        if (!query) {
            notes.left_out(query.error().message);
            return false;
        }
        // Choices are the same for everybody who looks: nothing is bound when they are fetched.
        if (query->text.find('$') != std::string::npos) {
            notes.left_out(
                "Its choices depend on the time range or on another variable, which is "
                "not offered.");
            return false;
        }
        variable.query = std::move(*query);
        if (!text_or_empty(entry, "regex").empty()) {
            notes.left_out("The expression that picks parts of its choices.");
        }
        if (number_at(entry, "sort").value_or(0) > 0) {
            notes.left_out("The order of its choices is the query's.");
        }
        take_defaults(entry, variable);
        variable.first_choice = variable.defaults.empty();
        return true;
    }

    bool read_custom(const json::object& entry, Variable& variable, Notes& notes) {
        auto choices = split_choices(text_or_empty(entry, "query"));
        if (choices.empty() || text_or_empty(entry, "valuesFormat") == "json") {
            choices = stored_choices(entry);
        }
        return read_list(entry, std::move(choices), variable, notes);
    }

    bool read_interval(const json::object& entry, Variable& variable, Notes& notes) {
        if (flag_at(entry, "auto")) notes.left_out("The choice \"auto\".");
        variable.include_all = variable.multi = false;
        return read_list(entry, split_choices(text_or_empty(entry, "query")), variable, notes);
    }

    bool read_constant(const json::object& entry, Variable& variable, Notes& notes) {
        auto value = text_or_empty(entry, "query");
        if (value.empty()) {
            const auto current = current_of(entry);
            if (!current.empty()) value = current.front();
        }
        variable.include_all = variable.multi = false;
        return read_list({}, {{value, value}}, variable, notes);
    }

    static bool read_text(const json::object& entry, Variable& variable, Notes&) {
        variable.type = Variable::Type::text;
        variable.include_all = variable.multi = false;
        const auto current = current_of(entry);
        const auto value = current.empty() ? text_or_empty(entry, "query") : current.front();
        variable.defaults = {std::string(utf8_head(value, kLongestText))};
        if (variable.defaults[0].size() > kLongestValue) variable.max_length = kLongestText;
        return true;
    }

    bool read_list(const json::object& entry, std::vector<Choice> choices, Variable& variable,
                   Notes& notes) {
        variable.type = Variable::Type::list;
        std::set<std::string> values;
        for (auto& choice : choices) {
            const bool fits = !choice.value.empty() && choice.value.size() <= kLongestValue &&
                              choice.value != kAll && variable.choices.size() < kMostChoices;
            if (!fits) {
                notes.left_out("A choice that is too long, or one too many.");
            } else if (values.insert(choice.value).second) {
                choice.label = utf8_head(choice.label, kLongestValue);
                variable.choices.push_back(std::move(choice));
            }
        }
        if (variable.choices.empty()) {
            notes.left_out("It has no choices.");
            return false;
        }
        take_defaults(entry, variable);
        std::erase_if(variable.defaults, [&](const std::string& value) {
            return value != kAll && !values.contains(value);
        });
        if (variable.defaults.empty()) variable.defaults = {variable.choices.front().value};
        return true;
    }

    static void take_defaults(const json::object& entry, Variable& variable) {
        for (auto& value : current_of(entry)) {
            if (value == kVendorAll) {
                if (!variable.include_all) continue;
                variable.defaults = {std::string(kAll)};
                return;
            }
            if (value == kAll || value.size() > kLongestValue) continue;
            if (variable.multi || variable.defaults.empty()) {
                variable.defaults.push_back(std::move(value));
            }
        }
        if (variable.defaults.empty() && variable.include_all) {
            variable.defaults = {std::string(kAll)};
        }
    }

    Dashboard& out_;
    Scope& scope_;
    const Notes& notes_;
    std::set<std::string> seen_;
    std::set<std::string> parameters_;
};

}  // namespace

void read_variables(const json::object& document, Dashboard& out, Scope& scope,
                    const Notes& notes) {
    const auto* templating = object_at(document, "templating");
    const auto* list = templating == nullptr ? nullptr : list_at(*templating, "list");
    if (list == nullptr) return;
    Reader reader(out, scope, notes);
    // Data sources first: the queries of the others may name them.
    for (const bool sources : {true, false}) {
        for (const auto& item : *list) {
            const auto* entry = item.if_object();
            if (entry != nullptr && (text_or_empty(*entry, "type") == "datasource") == sources) {
                reader.read(*entry);
            }
        }
    }
}

}  // namespace casement::dashboards::grafana
