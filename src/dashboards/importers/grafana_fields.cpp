// Field options: what a panel says of all its fields, and what it overrides for single ones.
#include "base/encoding.h"
#include "dashboards/colours.h"
#include "dashboards/importers/grafana_legacy.h"
#include "dashboards/importers/grafana_parts.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::dashboards::grafana {
namespace {

constexpr std::size_t kMostThresholds = 50;
constexpr std::size_t kMostMappings = 200;
constexpr std::size_t kMostOverrides = 200;
constexpr std::size_t kMostNames = 1000;
constexpr std::size_t kLongestText = 200;
constexpr std::size_t kLongestPattern = 256;
constexpr std::size_t kLongestUnit = 64;

/// The colour of a step or a mapping; grey where it has none that can be drawn.
std::string step_colour(const json::object& from) {
    return colour_of(text_or_empty(from, "color")).value_or("#808080");
}

void read_thresholds(const json::object& defaults, json::object& set) {
    const auto* thresholds = object_at(defaults, "thresholds");
    const auto* steps = thresholds == nullptr ? nullptr : list_at(*thresholds, "steps");
    if (steps == nullptr) return;
    json::array list;
    std::optional<double> last;
    for (const auto& item : *steps) {
        const auto* step = item.if_object();
        if (step == nullptr || list.size() >= kMostThresholds) continue;
        const auto value = loose_number(*step, "value");
        if (!value && !list.empty()) continue;
        if (value && last && *value <= *last) continue;
        last = value ? value : last;
        list.push_back({{"value", value ? json::value(*value) : json::value(nullptr)},
                        {"color", step_colour(*step)}});
    }
    if (list.empty()) return;
    set["thresholds"] = std::move(list);
    if (text_or_empty(*thresholds, "mode") == "percentage") set["thresholds_mode"] = "percentage";
}

bool is_known_scale(std::string_view mode) {
    constexpr std::string_view kScales[] = {
        "thresholds",       "continuous-GrYlRd", "continuous-RdYlGr",  "continuous-BlYlRd",
        "continuous-YlRd",  "continuous-BlPu",   "continuous-YlBl",    "continuous-blues",
        "continuous-reds",  "continuous-greens", "continuous-purples", "continuous-viridis",
        "continuous-magma", "continuous-plasma", "continuous-inferno", "continuous-cividis"};
    return std::find(std::begin(kScales), std::end(kScales), mode) != std::end(kScales);
}

void read_colour(const json::object& defaults, json::object& set) {
    const auto* colour = object_at(defaults, "color");
    if (colour == nullptr) return;
    const auto mode = text_or_empty(*colour, "mode");
    json::object ours;
    if (mode == "fixed" || mode == "shades") {
        const auto fixed = colour_of(text_or_empty(*colour, "fixedColor"));
        if (!fixed) return;
        ours = {{"mode", mode}, {"color", *fixed}};
    } else if (is_known_scale(mode)) {
        ours = {{"mode", mode}};
    } else if (mode.starts_with("palette-")) {
        ours = {{"mode", mode == "palette-classic-by-name" ? "palette-by-name" : "palette"}};
    } else {
        return;
    }
    const auto by = text_or_empty(*colour, "seriesBy");
    if (by == "last" || by == "min" || by == "max") ours["by"] = by;
    set["color"] = std::move(ours);
}

void add_result(const json::object& from, json::object& mapping) {
    if (const auto text = text_at(from, "text")) {
        mapping["text"] = std::string(utf8_head(*text, kLongestText));
    }
    if (const auto written = text_at(from, "color")) {
        if (const auto colour = colour_of(*written)) mapping["color"] = *colour;
    }
}

void add_number(const json::object& from, std::string_view name, json::object& mapping) {
    if (const auto number = loose_number(from, name)) mapping[name] = *number;
}

std::string special_match(const json::value* match) {
    if (match != nullptr && match->is_bool()) return match->get_bool() ? "true" : "false";
    if (match == nullptr || !match->is_string()) return "null";
    const std::string_view word = match->get_string();
    for (const std::string_view known : {"true", "false", "nan", "null+nan", "empty"}) {
        if (word == known) return std::string(known);
    }
    return "null";
}

/// One of ours for each value, in the order that the page shows them.
void add_values(const json::object& options, json::array& mappings) {
    std::map<std::pair<double, std::size_t>, json::object> list;
    for (const auto& [value, item] : options) {
        const auto* result = item.if_object();
        if (result == nullptr || value.size() > kLongestText) continue;
        json::object mapping{{"type", "value"}, {"value", value}};
        add_result(*result, mapping);
        const auto index = number_at(*result, "index").value_or(0);
        list.emplace(std::pair(index, list.size()), std::move(mapping));
    }
    for (auto& [index, mapping] : list)
        mappings.push_back(std::move(mapping));
}

void read_mappings(const json::object& defaults, json::object& set) {
    const auto* written = list_at(defaults, "mappings");
    if (written == nullptr || written->empty()) return;
    json::array mappings;
    for (const auto& item : modern_mappings(*written)) {
        const auto* one = item.if_object();
        const auto* options = one == nullptr ? nullptr : object_at(*one, "options");
        if (options == nullptr || mappings.size() >= kMostMappings) continue;
        const auto type = text_or_empty(*one, "type");
        if (type == "value") {
            add_values(*options, mappings);
            continue;
        }
        json::object mapping{{"type", type}};
        if (type == "range") {
            add_number(*options, "from", mapping);
            add_number(*options, "to", mapping);
        } else if (type == "regex") {
            mapping["pattern"] =
                std::string(utf8_head(text_or_empty(*options, "pattern"), kLongestPattern));
        } else if (type == "special") {
            const auto* match = options->if_contains("match");
            mapping["match"] = special_match(match);
        } else {
            continue;
        }
        if (const auto* result = object_at(*options, "result")) add_result(*result, mapping);
        mappings.push_back(std::move(mapping));
    }
    if (!mappings.empty()) set["mappings"] = std::move(mappings);
}

void read_text(const json::object& defaults, std::string_view from, std::string_view to,
               json::object& set) {
    const auto text = text_or_empty(defaults, from);
    if (!text.empty()) set[to] = std::string(utf8_head(text, kLongestText));
}

json::array names_in(const json::object& options) {
    json::array names;
    const auto* list = list_at(options, "names");
    if (list == nullptr) return names;
    for (const auto& name : *list) {
        if (name.is_string() && names.size() < kMostNames) names.push_back(name);
    }
    return names;
}

/// nullopt: there is no such matcher here.
std::optional<json::object> match_of(const json::object& matcher) {
    const auto id = text_or_empty(matcher, "id");
    const auto text = text_or_empty(matcher, "options");
    const auto plain = std::string(utf8_head(text, kLongestPattern));
    if (id == "byName") return json::object{{"by", "name"}, {"value", plain}};
    if (id == "byRegexp") return json::object{{"by", "regexp"}, {"value", plain}};
    if (id == "byType") {
        const std::string_view type = text == "string" ? std::string_view("text") : text;
        const bool known =
            type == "number" || type == "text" || type == "time" || type == "boolean";
        if (!known) return std::nullopt;
        return json::object{{"by", "type"}, {"value", std::string(type)}};
    }
    if (id == "numeric" || id == "time") {
        return json::object{{"by", "type"}, {"value", id == "time" ? "time" : "number"}};
    }
    if (id == "byFrameRefID") return json::object{{"by", "query"}, {"value", plain}};
    const auto* options = object_at(matcher, "options");
    if (options == nullptr) return std::nullopt;
    if (id == "byNames") {
        auto names = names_in(*options);
        if (names.empty()) return std::nullopt;
        json::object match{{"by", "names"}, {"value", std::move(names)}};
        if (text_or_empty(*options, "mode") == "exclude") match["except"] = true;
        return match;
    }
    if (id != "byValue") return std::nullopt;
    const auto op = text_or_empty(*options, "op");
    const auto value = number_at(*options, "value");
    const auto reducer = text_or_empty(*options, "reducer");
    constexpr std::string_view kOperators[] = {"eq", "neq", "gt", "gte", "lt", "lte"};
    const bool known =
        std::find(std::begin(kOperators), std::end(kOperators), op) != std::end(kOperators);
    if (!known || !value || reducer.empty() || reducer.size() > 16) return std::nullopt;
    return json::object{{"by", "value"},
                        {"value", {{"reducer", reducer}, {"op", op}, {"value", *value}}}};
}

/// The properties of an override as the defaults that they stand for.
json::object as_defaults(const json::array& properties) {
    json::object defaults;
    json::object custom;
    for (const auto& item : properties) {
        const auto* property = item.if_object();
        if (property == nullptr) continue;
        const auto id = text_or_empty(*property, "id");
        const auto* value = property->if_contains("value");
        const json::value meant = value == nullptr ? json::value(nullptr) : *value;
        if (id == "custom.hideFrom.viz") {
            custom["hidden"] = meant;
        } else if (id.starts_with("custom.")) {
            custom[id.substr(7)] = meant;
        } else {
            defaults[id] = meant;
        }
    }
    if (!custom.empty()) defaults["custom"] = std::move(custom);
    return defaults;
}

void note_unread(const json::object& matcher, Notes& notes) {
    notes.left_out(fmt::format("What is set for fields that are picked by \"{}\".",
                               utf8_head(text_or_empty(matcher, "id"), 64)));
}

}  // namespace

void read_field_options(const json::object& defaults, json::object& set, Notes& notes) {
    if (const auto unit = text_at(defaults, "unit"); unit && !unit->empty()) {
        set["unit"] = std::string(utf8_head(*unit, kLongestUnit));
    }
    constexpr int kMostDecimals = 10;
    if (const auto decimals = loose_number(defaults, "decimals")) {
        set["decimals"] = bounded(*decimals, 0, kMostDecimals);
    }
    const auto min = loose_number(defaults, "min");
    const auto max = loose_number(defaults, "max");
    if (!min || !max || *min < *max) {
        if (min) set["min"] = *min;
        if (max) set["max"] = *max;
    }
    read_text(defaults, "displayName", "display_name", set);
    read_text(defaults, "noValue", "no_value", set);
    read_colour(defaults, set);
    read_thresholds(defaults, set);
    read_mappings(defaults, set);
    if (auto links = links_of(defaults, notes); !links.empty()) set["links"] = std::move(links);
}

std::optional<std::string> colour_of(std::string_view written) {
    // The page's own words: for what is neither dark nor light.
    if (written == "text" || written == "panel") return "#8e8e8e";
    return page_colour(written);
}

json::array overrides_of(const json::object& panel, PanelType type, Notes& notes) {
    json::array overrides;
    const auto* field = object_at(panel, "fieldConfig");
    const auto* list = field == nullptr ? nullptr : list_at(*field, "overrides");
    if (list == nullptr) return overrides;
    for (const auto& item : *list) {
        const auto* one = item.if_object();
        const auto* matcher = one == nullptr ? nullptr : object_at(*one, "matcher");
        const auto* properties = one == nullptr ? nullptr : list_at(*one, "properties");
        if (matcher == nullptr || properties == nullptr || properties->empty()) continue;
        if (overrides.size() >= kMostOverrides) {
            notes.left_out("Some of what is set for single fields: there is too much of it.");
            break;
        }
        auto match = match_of(*matcher);
        if (!match) {
            note_unread(*matcher, notes);
            continue;
        }
        const auto defaults = as_defaults(*properties);
        json::object set;
        read_field_options(defaults, set, notes);
        read_custom_options(defaults, type, set, notes);
        if (!set.empty())
            overrides.push_back({{"match", std::move(*match)}, {"set", std::move(set)}});
    }
    return overrides;
}

}  // namespace casement::dashboards::grafana
