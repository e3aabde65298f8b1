#include "base/encoding.h"
#include "dashboards/choices.h"
#include "dashboards/field_shapes.h"
#include "dashboards/importers/grafana_parts.h"
#include "dashboards/importers/grafana_sql_places.h"
#include "dashboards/importers/grafana_variable_order.h"
#include "dashboards/limits.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace casement::dashboards::grafana {
namespace {

constexpr std::string_view kAll = "*";
constexpr std::string_view kVendorAll = "$__all";
constexpr std::string_view kVendorAuto = "$__auto_interval";
constexpr std::size_t kLongestValue = 256;
constexpr std::size_t kLongestText = 4096;
constexpr std::size_t kLongestExpression = 500;
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
                           : type == "adhoc" || type == "filters"
                               ? read_filters(entry, variable, notes)
                               : unknown(type, notes);
        if (!taken) {
            scope_.variables.push_back({.name = name,
                                        .multi = false,
                                        .parameter = {},
                                        .labelled = false,
                                        .missing = true});
            return;
        }
        if (variable.include_all && !flag_at(entry, "multi")) {
            notes.changed("Several of its values can be chosen at once, as all of them can.");
        }
        read_all(entry, variable);
        notes.taken(fmt::format("Offered as {}.", word_of(variable.type)));
        add(std::move(variable));
    }

  private:
    static std::string_view word_of(Variable::Type type) {
        switch (type) {
            case Variable::Type::query:
                return "choices that a query answers";
            case Variable::Type::text:
                return "a text";
            case Variable::Type::interval:
                return "lengths of time";
            case Variable::Type::constant:
                return "a constant";
            case Variable::Type::source:
                return "a choice of sources";
            case Variable::Type::filters:
                return "filters";
            case Variable::Type::list:
                break;
        }
        return "a list";
    }

    static bool is_labelled(const Variable& variable) {
        if (variable.type == Variable::Type::query) {
            return variable.query.text.find("__text") != std::string::npos ||
                   variable.regex.find("(?<text>") != std::string::npos;
        }
        return std::any_of(variable.choices.begin(), variable.choices.end(),
                           [](const Choice& choice) { return choice.label != choice.value; });
    }

    static bool unknown(std::string_view type, Notes& notes) {
        notes.left_out(fmt::format("Variables of type \"{}\" are not offered.",
                                   utf8_head(type, kLongestName)));
        return false;
    }

    static void read_all(const json::object& entry, Variable& variable) {
        if (!variable.include_all) return;
        const auto all = text_or_empty(entry, "allValue");
        variable.all_value = std::string(utf8_head(all, kLongestExpression));
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
        scope_.variables.push_back(
            {variable.name, variable.multi, variable.parameter, is_labelled(variable)});
        if (!variable.defaults.empty() && length_of(variable.defaults.front())) {
            scope_.lengths[variable.name] = variable.defaults.front();
        }
        out_.variables.push_back(std::move(variable));
    }

    /// One of a type that can be asked here is the viewer's to choose. What the picker showed last
    /// is where it begins, when there is such a source. Others stand for their stored value.
    void read_source(const std::string& name, const json::object& entry, Notes& notes) {
        const auto current = current_of(entry);
        const auto value = current.size() == 1 ? current.front() : std::string();
        SourceRef ref{value, source_type_of(text_or_empty(entry, "query"))};
        if (value == "default" || value.find('$') != std::string::npos) ref.name.clear();
        const bool asks = scope_.context != nullptr && scope_.context->source_type != nullptr;
        if (asks && !ref.name.empty()) {
            const auto type = scope_.context->source_type(ref.name);
            if (type.empty() || (!ref.type.empty() && type != ref.type)) ref.name.clear();
        }
        const auto input = scope_.sources.find(name);
        if (input != scope_.sources.end() && !input->second.name.empty()) {
            ref.name = input->second.name;
        }
        if (ref.type.empty() || out_.variables.size() >= static_cast<std::size_t>(kMaxVariables)) {
            notes.changed(ref.name.empty()
                              ? std::string("It stands for the organization's default source.")
                              : fmt::format("It stands for the source \"{}\" and cannot be changed "
                                            "by a viewer.",
                                            utf8_head(ref.name, kLongestName)));
            scope_.sources[name] = std::move(ref);
            return;
        }
        Variable variable;
        variable.name = name;
        const auto label = text_or_empty(entry, "label");
        variable.label = label.empty() ? name : std::string(utf8_head(label, 100));
        variable.type = Variable::Type::source;
        variable.source_type = ref.type;
        if (!read_regex(entry, variable, notes)) return;
        variable.hidden = number_at(entry, "hide").value_or(0) >= 2;
        if (!ref.name.empty()) variable.defaults = {ref.name};
        notes.taken("Offered as a choice of sources.");
        scope_.sources[name] = {"$" + name, ref.type};
        add(std::move(variable));
    }

    bool read_query(const json::object& entry, Variable& variable, Notes& notes) {
        variable.type = Variable::Type::query;
        json::object target;
        if (const auto* object = object_at(entry, "query")) {
            target = *object;
        } else {
            target["query"] = text_or_empty(entry, "query");
        }
        auto query = choices_query(target, entry.if_contains("datasource"), scope_, notes);
        if (query && query->text.empty()) {
            query = Error{ErrorKind::unprocessable, "query_not_importable", "It asks nothing.", {}};
        }
        if (!query) {
            notes.left_out(query.error().message);
            return false;
        }
        variable.query = std::move(*query);
        if (!read_regex(entry, variable, notes)) return false;
        read_sort(entry, variable);
        take_defaults(entry, variable);
        variable.first_choice = variable.defaults.empty();
        return true;
    }

    /// Without its expression it would offer more than its author meant.
    static bool read_regex(const json::object& entry, Variable& variable, Notes& notes) {
        variable.regex = text_or_empty(entry, "regex");
        if (variable.regex.empty()) return true;
        if (variable.regex.size() > kLongestExpression) {
            notes.left_out("Its expression is too long.");
            return false;
        }
        const auto pattern = ChoicePattern::create(variable.regex);
        if (!pattern) {
            notes.left_out(fmt::format("Its expression {}.", pattern.error().message));
            return false;
        }
        return true;
    }

    static void read_sort(const json::object& entry, Variable& variable) {
        using enum Variable::Sort;
        constexpr Variable::Sort kSorts[] = {none,
                                             alpha_asc,
                                             alpha_desc,
                                             numeric_asc,
                                             numeric_desc,
                                             alpha_ignore_case_asc,
                                             alpha_ignore_case_desc,
                                             natural_asc,
                                             natural_desc};
        const auto sort = bounded(number_at(entry, "sort").value_or(0), 0, 8);
        variable.sort = kSorts[static_cast<std::size_t>(sort)];
    }

    bool read_custom(const json::object& entry, Variable& variable, Notes& notes) {
        auto choices = split_choices(text_or_empty(entry, "query"));
        if (choices.empty() || text_or_empty(entry, "valuesFormat") == "json") {
            choices = stored_choices(entry);
        }
        return read_list(entry, std::move(choices), variable, notes);
    }

    bool read_interval(const json::object& entry, Variable& variable, Notes& notes) {
        variable.include_all = variable.multi = false;
        auto choices = split_choices(text_or_empty(entry, "query"));
        const auto is_none = [](const Choice& choice) { return !length_of(choice.value); };
        if (std::erase_if(choices, is_none) > 0) {
            notes.left_out("A choice that is no length of time.");
        }
        if (!read_list(entry, std::move(choices), variable, notes)) return false;
        variable.type = Variable::Type::interval;
        if (!flag_at(entry, "auto")) return true;
        Variable::Auto automatic;
        automatic.count = bounded(number_at(entry, "auto_count").value_or(30), 1, 1000);
        if (const auto least = length_of(text_or_empty(entry, "auto_min"))) automatic.min = *least;
        variable.automatic = automatic;
        const auto current = current_of(entry);
        if (!current.empty() && current.front().starts_with(kVendorAuto)) {
            variable.defaults = {"auto"};
        }
        return true;
    }

    bool read_constant(const json::object& entry, Variable& variable, Notes& notes) {
        auto value = text_or_empty(entry, "query");
        if (value.empty()) {
            const auto current = current_of(entry);
            if (!current.empty()) value = current.front();
        }
        if (value.starts_with("${") && value.ends_with('}')) {
            const auto input = scope_.constants.find(value.substr(2, value.size() - 3));
            if (input != scope_.constants.end()) value = input->second;
        }
        variable.include_all = variable.multi = false;
        if (value.size() > kLongestText) {
            notes.left_out("Its value is too long.");
            return false;
        }
        variable.type = Variable::Type::constant;
        variable.defaults = {std::move(value)};
        variable.hidden = true;
        return true;
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

    bool read_filters(const json::object& entry, Variable& variable, Notes& notes) {
        const auto ref = source_of(entry.if_contains("datasource"), scope_);
        if (!ref || ref->type != "prometheus") {
            notes.left_out("Filters are offered for sources of type \"prometheus\" only.");
            return false;
        }
        variable.type = Variable::Type::filters;
        variable.include_all = variable.multi = false;
        variable.query.source = ref->name;
        variable.query.source_type = ref->type;
        variable.query.loose_source = !ref->name.starts_with('$');
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

const json::array* variables_in(const json::object& document) {
    const auto* templating = object_at(document, "templating");
    return templating == nullptr ? nullptr : list_at(*templating, "list");
}

}  // namespace

void read_variables(const json::object& document, Dashboard& out, Scope& scope,
                    const Notes& notes) {
    const auto* list = variables_in(document);
    if (list == nullptr) return;
    Reader reader(out, scope, notes);
    for (const auto* entry : reading_order(*list))
        reader.read(*entry);
    // The pickers stand as in the document.
    std::map<std::string, std::size_t, std::less<>> places;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const auto* entry = (*list)[i].if_object();
        if (entry != nullptr) places.emplace(text_or_empty(*entry, "name"), i);
    }
    std::sort(out.variables.begin(), out.variables.end(),
              [&](const Variable& a, const Variable& b) {
                  return places.at(a.name) < places.at(b.name);
              });
}

}  // namespace casement::dashboards::grafana
