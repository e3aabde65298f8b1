#include "dashboards/importers/grafana_parts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace casement::dashboards::grafana {
namespace {

// The vendor's names for colours, from dark to light.
struct Hue {
    std::string_view name;
    std::array<std::string_view, 5> shades;
};
constexpr std::array<std::string_view, 5> kShades = {"dark-", "semi-dark-", "", "light-",
                                                     "super-light-"};
constexpr Hue kHues[] = {
    {"red", {"#C4162A", "#E02F44", "red", "#FF7383", "#FFA6B0"}},
    {"orange", {"#FA6400", "#FF780A", "#FF9830", "#FFB357", "#FFCB7D"}},
    {"yellow", {"#E0B400", "#F2CC0C", "yellow", "#FFEE52", "#FFF899"}},
    {"green", {"#37872D", "#56A64B", "green", "#96D98D", "#C8F2C2"}},
    {"blue", {"#1F60C4", "#3274D9", "blue", "#8AB8FF", "#C0D8FF"}},
    {"purple", {"#8F3BB8", "#A352CC", "#B877D9", "#CA95E5", "#DEB6F2"}},
};
constexpr std::size_t kMostThresholds = 20;

bool is_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
}

std::optional<std::string> hex_colour(std::string_view digits) {
    if (!is_hex(digits)) return std::nullopt;
    if (digits.size() == 6 || digits.size() == 8) return fmt::format("#{}", digits.substr(0, 6));
    if (digits.size() != 3) return std::nullopt;
    return fmt::format("#{0}{0}{1}{1}{2}{2}", digits[0], digits[1], digits[2]);
}

/// "rgb(1, 2, 3)", "rgba(1, 2, 3, 0.5)".
std::optional<std::string> mixed_colour(std::string_view text) {
    const auto open = text.find('(');
    if (open == std::string_view::npos) return std::nullopt;
    text.remove_prefix(open + 1);
    std::array<int, 3> parts{};
    for (auto& part : parts) {
        while (text.starts_with(' ') || text.starts_with(','))
            text.remove_prefix(1);
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), part);
        if (failed != std::errc{} || part < 0 || part > 255) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    }
    return fmt::format("#{:02X}{:02X}{:02X}", parts[0], parts[1], parts[2]);
}

const json::object* custom_of(const json::object& defaults) {
    return object_at(defaults, "custom");
}

std::string colour_mode(const json::object& defaults) {
    const auto* colour = object_at(defaults, "color");
    return colour == nullptr ? std::string() : text_or_empty(*colour, "mode");
}

/// A threshold colours a stat unless it says otherwise; elsewhere only where it is asked for.
bool shows_thresholds(const json::object& defaults, PanelType type) {
    const auto mode = colour_mode(defaults);
    if (type == PanelType::stat) return mode.empty() || mode == "thresholds";
    if (type != PanelType::timeseries) return mode == "thresholds";
    const auto* custom = custom_of(defaults);
    const auto* style = custom == nullptr ? nullptr : object_at(*custom, "thresholdsStyle");
    return style != nullptr && text_or_empty(*style, "mode") != "off";
}

/// Percentages of the way from `min` to `max` need both.
std::optional<double> threshold_value(double value, bool percentage, std::optional<double> min,
                                      std::optional<double> max) {
    if (!percentage) return value;
    if (!min || !max) return std::nullopt;
    return *min + (*max - *min) * value / 100;
}

void read_thresholds(const json::object& defaults, json::object& options, Notes& notes) {
    const auto* thresholds = object_at(defaults, "thresholds");
    const auto* steps = thresholds == nullptr ? nullptr : list_at(*thresholds, "steps");
    if (steps == nullptr) return;
    const bool percentage = text_or_empty(*thresholds, "mode") == "percentage";
    const auto min = number_at(defaults, "min");
    const auto max = number_at(defaults, "max");
    json::array list;
    std::optional<double> last;
    for (const auto& item : *steps) {
        const auto* step = item.if_object();
        if (step == nullptr || list.size() >= kMostThresholds) continue;
        const auto written = text_or_empty(*step, "color");
        const auto colour = colour_of(written);
        const auto at = number_at(*step, "value");
        // No colour of its own below the first step.
        if (!at && list.empty() && !colour) continue;
        const auto value = at ? threshold_value(*at, percentage, min, max) : std::nullopt;
        const bool fits = colour && (value ? !last || *value > *last : !at && list.empty());
        if (!fits) {
            notes.left_out("The thresholds: one of them has no plain colour or value.");
            return;
        }
        last = value ? value : last;
        list.push_back(
            {{"value", value ? json::value(*value) : json::value(nullptr)}, {"color", *colour}});
    }
    if (!list.empty()) options["thresholds"] = std::move(list);
}

void read_numbers(const json::object& defaults, json::object& options, Notes& notes) {
    if (const auto unit = text_at(defaults, "unit")) {
        if (const auto ours = unit_of(*unit)) {
            if (*ours != "none") options["unit"] = *ours;
        } else {
            notes.left_out("Its unit says how to write a number, which is not followed.");
        }
    }
    constexpr int kMostDecimals = 10;
    if (const auto decimals = number_at(defaults, "decimals")) {
        options["decimals"] = bounded(*decimals, 0, kMostDecimals);
    }
    const auto min = number_at(defaults, "min");
    const auto max = number_at(defaults, "max");
    if (min && max && *min >= *max) return;
    if (min) options["min"] = *min;
    if (max) options["max"] = *max;
}

std::size_t count_at(const json::object& object, std::string_view name) {
    const auto* list = list_at(object, name);
    return list == nullptr ? 0 : list->size();
}

}  // namespace

std::optional<std::string> colour_of(std::string_view written) {
    if (written.starts_with('#')) return hex_colour(written.substr(1));
    if (written.starts_with("rgb")) return mixed_colour(written);
    for (const auto& hue : kHues) {
        for (std::size_t i = 0; i < kShades.size(); ++i) {
            if (written.size() == kShades[i].size() + hue.name.size() &&
                written.starts_with(kShades[i]) && written.ends_with(hue.name)) {
                return std::string(hue.shades[i]);
            }
        }
    }
    return std::nullopt;
}

void read_common_options(const json::object& panel, PanelType type, json::object& options,
                         Notes& notes) {
    if (const auto* own = object_at(panel, "options")) {
        if (const auto* legend = object_at(*own, "legend")) {
            const bool shown = flag_at(*legend, "showLegend", true) &&
                               text_or_empty(*legend, "displayMode") != "hidden";
            if (type == PanelType::timeseries || type == PanelType::barchart) {
                options["legend"] = shown;
            }
        }
    }
    const auto* field = object_at(panel, "fieldConfig");
    if (field == nullptr) return;
    if (const auto overrides = count_at(*field, "overrides")) {
        notes.left_out(fmt::format("What is set for single fields ({} override{}).", overrides,
                                   overrides == 1 ? "" : "s"));
    }
    const auto* defaults = object_at(*field, "defaults");
    if (defaults == nullptr) return;
    read_numbers(*defaults, options, notes);
    if (shows_thresholds(*defaults, type)) read_thresholds(*defaults, options, notes);
    if (colour_mode(*defaults) == "fixed") {
        const auto colour = colour_of(text_or_empty(*object_at(*defaults, "color"), "fixedColor"));
        if (colour) options["colors"] = json::array{json::value(*colour)};
    }
    if (count_at(*defaults, "mappings") > 0) notes.left_out("Texts in the place of values.");
    if (count_at(*defaults, "links") > 0 || count_at(panel, "links") > 0) {
        notes.left_out("Links.");
    }
    if (!text_or_empty(*defaults, "displayName").empty()) notes.left_out("Names of series.");
}

}  // namespace casement::dashboards::grafana
