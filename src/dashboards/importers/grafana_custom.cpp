// `custom` of field options: how one series is drawn, how one column of a table looks.
#include "base/encoding.h"
#include "dashboards/importers/grafana_parts.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::dashboards::grafana {
namespace {

constexpr double kPercent = 100;
constexpr double kWidest = 10;
constexpr std::size_t kLongestText = 200;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// A word of the list, under our name for it.
void take_word(const json::object& from, std::string_view theirs, std::string_view ours,
               std::initializer_list<std::string_view> words, json::object& set) {
    const auto word = text_or_empty(from, theirs);
    if (is_one_of(word, words)) set[ours] = word;
}

void read_dashes(const json::object& style, json::object& set) {
    const auto* list = list_at(style, "dash");
    if (list == nullptr || list->empty() || list->size() > 8) return;
    json::array dash;
    for (const auto& item : *list) {
        if (!item.is_number()) return;
        dash.emplace_back(bounded(item.to_number<double>(), 0, 200));
    }
    set["dash"] = std::move(dash);
}

void read_line(const json::object& custom, json::object& set) {
    take_word(custom, "drawStyle", "style", {"line", "bars", "points"}, set);
    if (const auto fill = number_at(custom, "fillOpacity")) {
        set["fill"] = std::clamp(*fill, 0.0, kPercent) / kPercent;
    }
    if (const auto width = number_at(custom, "lineWidth")) {
        set["line_width"] = std::clamp(*width, 0.0, kWidest);
    }
    if (const auto* style = object_at(custom, "lineStyle")) {
        const auto fill = text_or_empty(*style, "fill");
        if (is_one_of(fill, {"solid", "dash", "dot"})) set["line_style"] = fill;
        read_dashes(*style, set);
    }
    take_word(custom, "lineInterpolation", "interpolation",
              {"linear", "smooth", "stepBefore", "stepAfter"}, set);
    take_word(custom, "showPoints", "points", {"auto", "always", "never"}, set);
    if (const auto size = number_at(custom, "pointSize")) {
        set["point_size"] = bounded(*size, 1, 40);
    }
    take_word(custom, "gradientMode", "gradient", {"none", "opacity", "hue", "scheme"}, set);
    const auto* span = custom.if_contains("spanNulls");
    const bool connects =
        span != nullptr && ((span->is_bool() && span->get_bool()) || span->is_number());
    if (span != nullptr) set["null_as"] = connects ? "connect" : "gap";
    if (span != nullptr && span->is_number() && span->to_number<double>() >= 1) {
        constexpr int kLongest = 999'999'999;
        set["connect_up_to"] = fmt::format("{}ms", bounded(span->to_number<double>(), 1, kLongest));
    }
    if (const auto align = number_at(custom, "barAlignment"); align && *align != 0) {
        set["bar_align"] = *align < 0 ? "before" : "after";
    }
    if (const auto width = number_at(custom, "barWidthFactor")) {
        set["bar_width"] = std::clamp(*width, 0.0, 1.0);
    }
    if (flag_at(custom, "nullAsZero")) set["null_as"] = "zero";
    if (const auto below = text_or_empty(custom, "fillBelowTo"); !below.empty()) {
        set["fill_below_to"] = std::string(utf8_head(below, kLongestText));
    }
}

void read_axis(const json::object& custom, json::object& set) {
    take_word(custom, "axisPlacement", "axis", {"left", "right", "hidden"}, set);
    if (const auto label = text_or_empty(custom, "axisLabel"); !label.empty()) {
        set["axis_label"] = std::string(utf8_head(label, 100));
    }
    if (const auto min = number_at(custom, "axisSoftMin")) set["soft_min"] = *min;
    if (const auto max = number_at(custom, "axisSoftMax")) set["soft_max"] = *max;
    if (flag_at(custom, "axisCenteredZero")) set["centered_zero"] = true;
    if (const auto* scale = object_at(custom, "scaleDistribution")) {
        const auto type = text_or_empty(*scale, "type");
        if (type == "log" || type == "symlog") {
            set["scale"] = type;
            set["log_base"] = number_at(*scale, "log") == 2 ? 2 : 10;
            const auto linear = number_at(*scale, "linearThreshold");
            if (type == "symlog" && linear) set["linear_threshold"] = *linear;
        }
    }
}

void read_stack(const json::object& custom, json::object& set) {
    const auto* stacking = object_at(custom, "stacking");
    if (stacking == nullptr) return;
    const auto mode = text_or_empty(*stacking, "mode");
    const auto* none = stacking->if_contains("group");
    // A series without a group is taken out of the stack.
    if (mode == "none" || (none != nullptr && *none == json::value(false))) {
        set["stack"] = false;
    } else if (mode == "normal") {
        set["stack"] = true;
    } else if (mode == "percent") {
        set["stack"] = true;
        set["stack_mode"] = "percent";
    }
    const auto group = text_or_empty(*stacking, "group");
    if (mode != "none" && !group.empty() && group != "A") {
        set["stack_group"] = std::string(utf8_head(group, 64));
    }
}

void read_hidden(const json::object& custom, json::object& set) {
    if (const auto* from = object_at(custom, "hideFrom")) {
        if (flag_at(*from, "viz")) set["hidden"] = true;
        if (flag_at(*from, "legend")) set["hide_in_legend"] = true;
        if (flag_at(*from, "tooltip") || flag_at(*from, "viz")) set["hide_in_tooltip"] = true;
    }
    if (flag_at(custom, "hidden")) set["hidden"] = true;
}

void read_series(const json::object& custom, json::object& set) {
    read_line(custom, set);
    read_axis(custom, set);
    read_stack(custom, set);
    const auto transform = text_or_empty(custom, "transform");
    if (transform == "negative-Y" || transform == "constant") set["negative"] = transform;
    if (const auto* style = object_at(custom, "thresholdsStyle")) {
        const auto mode = text_or_empty(*style, "mode");
        if (is_one_of(mode,
                      {"off", "line", "area", "dashed", "line+area", "dashed+area", "series"})) {
            set["thresholds_style"] = mode;
        }
    }
}

/// "gradient-gauge" and its like, of before schema version 38, as type and mode.
json::object cell_of(std::string_view display) {
    if (display == "gradient-gauge") return {{"type", "gauge"}, {"mode", "gradient"}};
    if (display == "lcd-gauge") return {{"type", "gauge"}, {"mode", "lcd"}};
    if (display == "basic") return {{"type", "gauge"}, {"mode", "basic"}};
    if (display == "color-background") return {{"type", display}, {"mode", "gradient"}};
    if (display == "color-background-solid") {
        return {{"type", "color-background"}, {"mode", "basic"}};
    }
    return {{"type", display}};
}

void read_cell(const json::object& custom, json::object& set) {
    const auto* written = object_at(custom, "cellOptions");
    const auto display = text_or_empty(custom, "displayMode");
    const auto cell = written != nullptr ? *written : cell_of(display);
    const auto type = text_or_empty(cell, "type");
    if (is_one_of(type, {"color-text", "color-background", "gauge", "sparkline", "json-view",
                         "pill", "data-links", "boolean"})) {
        json::object ours{{"type", type}};
        take_word(cell, "mode", "mode", {"basic", "gradient", "lcd"}, ours);
        take_word(cell, "valueDisplayMode", "value_mode", {"color", "text", "hidden"}, ours);
        if (flag_at(cell, "applyToRow")) ours["apply_to_row"] = true;
        if (flag_at(cell, "wrapText")) ours["wrap"] = true;
        set["cell"] = std::move(ours);
    }
    take_word(custom, "align", "align", {"auto", "left", "center", "right"}, set);
    constexpr int kLeast = 20;
    constexpr int kMost = 2000;
    if (const auto width = number_at(custom, "width"))
        set["width"] = bounded(*width, kLeast, kMost);
    if (const auto width = number_at(custom, "minWidth")) {
        set["min_width"] = bounded(*width, kLeast, kMost);
    }
    if (flag_at(custom, "filterable")) set["filterable"] = true;
}

/// Bars of charts and of time lines.
void read_bars(const json::object& custom, json::object& set) {
    if (const auto fill = number_at(custom, "fillOpacity")) {
        set["fill"] = std::clamp(*fill, 0.0, kPercent) / kPercent;
    }
    if (const auto width = number_at(custom, "lineWidth")) {
        set["line_width"] = std::clamp(*width, 0.0, kWidest);
    }
    read_axis(custom, set);
}

}  // namespace

void read_custom_options(const json::object& defaults, PanelType type, json::object& set, Notes&) {
    const auto* custom = object_at(defaults, "custom");
    if (custom == nullptr) return;
    if (type == PanelType::timeseries) {
        read_series(*custom, set);
    } else if (type == PanelType::table) {
        read_cell(*custom, set);
    } else {
        read_bars(*custom, set);
    }
    read_hidden(*custom, set);
}

}  // namespace casement::dashboards::grafana
