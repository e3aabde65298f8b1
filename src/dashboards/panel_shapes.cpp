#include "dashboards/panel_shapes.h"

#include "dashboards/field_shapes.h"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace casement::dashboards {
namespace {

using Members = std::vector<ShapeMember>;

constexpr std::array<std::pair<PanelType, std::string_view>, 15> kTypes{{
    {PanelType::timeseries, "timeseries"},
    {PanelType::stat, "stat"},
    {PanelType::barchart, "barchart"},
    {PanelType::table, "table"},
    {PanelType::text, "text"},
    {PanelType::gauge, "gauge"},
    {PanelType::bargauge, "bargauge"},
    {PanelType::piechart, "piechart"},
    {PanelType::heatmap, "heatmap"},
    {PanelType::histogram, "histogram"},
    {PanelType::logs, "logs"},
    {PanelType::state_timeline, "state-timeline"},
    {PanelType::status_history, "status-history"},
    {PanelType::geomap, "geomap"},
    {PanelType::row, "row"},
}};

/// Of the types that show single values: which values those are.
Members single_values() {
    return {
        optional("value_column", column_shape().described("Default: every number column.")),
        optional("label_column",
                 column_shape().described("Names the values. Default: the first text column.")),
        optional("reduce", reduce_shape()),
        optional("values", Shape::boolean().described(
                               "One value per row, instead of one per column or series.")),
        optional("per_series", Shape::boolean().described("One value per number column.")),
        optional("fields", Shape::text(0, 256).described("Columns: a name, or a pattern as /…/.")),
        optional("limit", Shape::integer(1, 1000).described("At most so many values.")),
    };
}

Members with_single_values(Members own) {
    auto members = single_values();
    for (auto& member : own)
        members.push_back(std::move(member));
    return members;
}

Members gauge_options() {
    return with_single_values({
        optional("orientation",
                 Shape::one_of({"auto", "horizontal", "vertical"})
                     .described("auto, horizontal (side by side), vertical (one below another).")),
        optional("show_threshold_labels", Shape::boolean().described("The thresholds' numbers.")),
        optional("show_threshold_markers",
                 Shape::boolean().described("A band of the thresholds' colours. Default: true.")),
        optional("neutral",
                 Shape::number().described("Where the bar starts. Default: the lower end.")),
    });
}

Members bargauge_options() {
    return with_single_values({
        optional("display_mode",
                 Shape::one_of({"basic", "gradient", "lcd"}).described("Default: gradient.")),
        optional("orientation", Shape::one_of({"auto", "horizontal", "vertical"})),
        optional("show_unfilled",
                 Shape::boolean().described("The rest of the scale. Default: true.")),
        optional("value_mode", Shape::one_of({"color", "text", "hidden"})
                                   .described("Values in the bar's colour, in the text's, or "
                                              "none. Default: color.")),
        optional("name_placement", Shape::one_of({"auto", "top", "left", "hidden"})),
    });
}

Members piechart_options() {
    return with_single_values({
        optional("pie_type", Shape::one_of({"pie", "donut"})),
        optional("display_labels", Shape::list(Shape::one_of({"name", "value", "percent"}), 3)
                                       .described("What stands at the slices. Default: nothing.")),
        optional("legend_values", Shape::list(Shape::one_of({"value", "percent"}), 2)
                                      .described("What stands behind the names of the legend.")),
        optional("legend_placement", Shape::one_of({"bottom", "right"})),
        optional("sort",
                 Shape::one_of({"none", "asc", "desc"}).described("By value. Default: desc.")),
    });
}

Members heatmap_options() {
    return {
        optional("time_column", column_shape()),
        optional("calculate",
                 Shape::boolean().described("Count the rows into buckets here. Without it each "
                                            "number column is a bucket that counts already.")),
        optional("x_bucket_size", Shape::text(2, 16)
                                      .matching("[0-9]{1,6}(ms|s|m|h|d|w)")
                                      .described("With calculate: 30s, 5m, 1h.")),
        optional("x_bucket_count", Shape::integer(1, 500)),
        optional("y_bucket_size", Shape::number().described("With calculate; above 0.")),
        optional("y_bucket_count", Shape::integer(1, 200)),
        optional("y_scale", Shape::one_of({"linear", "log2", "log10"})
                                .described("With calculate: how buckets grow.")),
        optional("y_unit", Shape::text(0, 32).described("Of the buckets' bounds; unit is of the "
                                                        "cells' counts.")),
        optional("color_scheme",
                 Shape::one_of({"blues", "greens", "oranges", "reds", "purples", "greys",
                                "spectral", "turbo", "viridis", "magma", "inferno", "plasma"})),
        optional("color_scale",
                 Shape::one_of({"linear", "exponential"})
                     .described("exponential shows differences between small counts.")),
        optional("color_steps", Shape::integer(2, 128)),
        optional("color_reverse", Shape::boolean()),
        optional("color_min", Shape::number().described("Default: the least count.")),
        optional("color_max", Shape::number().described("Default: the greatest count.")),
        optional("hide_below", Shape::number().described("Smaller counts stay empty.")),
        optional("cell_gap", Shape::integer(0, 10).described("Pixels between cells. Default: 1.")),
        optional("show_value", Shape::one_of({"auto", "always", "never"})),
    };
}

Members histogram_options() {
    return {
        optional("value_columns", Shape::list(column_shape(), 50)),
        optional("bucket_size", Shape::number().described("Width of a bucket; above 0.")),
        optional("bucket_count",
                 Shape::integer(1, 500).described("About so many buckets. Default: 30.")),
        optional("bucket_offset", Shape::number().described("Where buckets start. Default: 0.")),
        optional("combine", Shape::boolean().described("All series as one.")),
        optional("stack", Shape::boolean().described("Bars on each other, instead of over.")),
        optional("fill", Shape::number().described("Opacity of the bars, 0 to 1.")),
        optional("line_width", Shape::number().described("Pixels, 0 to 10.")),
    };
}

Members logs_options() {
    return {
        optional("time_column", column_shape()),
        optional("message_column",
                 column_shape().described("Default: line, body, message, msg, or the first text.")),
        optional("level_column", column_shape().described("Default: level, severity, or lvl.")),
        optional("show_time", Shape::boolean().described("Default: true.")),
        optional("show_labels", Shape::boolean().described("The other columns before the line.")),
        optional("show_common_labels",
                 Shape::boolean().described("What all lines have in common, once, above them.")),
        optional("wrap_lines", Shape::boolean().described("Long lines break. Default: true.")),
        optional("pretty_json", Shape::boolean().described("Lines that are JSON over many lines.")),
        optional("details", Shape::boolean().described("A line opens its columns. Default: true.")),
        optional("dedup", Shape::one_of({"none", "exact", "numbers", "signature"})
                              .described("One line for many alike in a row, with their count.")),
        optional("sort_order", Shape::one_of({"descending", "ascending"})
                                   .described("By time. Default: descending, newest first.")),
    };
}

Members state_members() {
    return {
        optional("time_column", column_shape()),
        optional("series_column", column_shape()),
        optional("value_columns", Shape::list(column_shape(), 50)),
        optional(
            "show_value",
            Shape::one_of({"auto", "always", "never"}).described("The value as text in its box.")),
        optional("row_height", Shape::number().described("Part of a row's room, 0 to 1.")),
        optional("fill", Shape::number().described("Opacity of the boxes, 0 to 1.")),
        optional("line_width", Shape::number().described("Of the boxes' edges, 0 to 10.")),
    };
}

Members state_timeline_options() {
    auto members = state_members();
    members.push_back(
        optional("merge_values",
                 Shape::boolean().described("Equal values in a row are one box. Default: true.")));
    members.push_back(optional("align_value", Shape::one_of({"left", "center", "right"})));
    return members;
}

Members status_history_options() {
    auto members = state_members();
    members.push_back(
        optional("col_width", Shape::number().described("Part of a column's room, 0 to 1.")));
    return members;
}

Members geomap_options() {
    return {
        optional("location", Shape::one_of({"auto", "coordinates", "geohash", "country"})
                                 .described("What says where a row is.")),
        optional("latitude_column", column_shape()),
        optional("longitude_column", column_shape()),
        optional("geohash_column", column_shape()),
        optional("country_column",
                 column_shape().described("ISO 3166 codes of two or three letters.")),
        optional("value_column", column_shape().described("Gives markers size and colour.")),
        optional("label_column", column_shape()),
        optional("size_min", Shape::number().described("Radius in pixels, 1 to 100. Default: 4.")),
        optional("size_max", Shape::number().described("Default: 15.")),
        optional("marker_opacity", Shape::number().described("0 to 1. Default: 0.7.")),
        optional("view", Shape::one_of({"fit", "world", "center"})
                             .described("Where the map opens. Default: fit, all markers.")),
        optional("center_latitude", Shape::number()),
        optional("center_longitude", Shape::number()),
        optional("zoom", Shape::number().described("With center: 1 is the world, up to 20.")),
    };
}

struct Bounds {
    std::string_view name;
    double low;
    double high;
};

constexpr std::array<Bounds, 8> kBounds{{{"row_height", 0, 1},
                                         {"col_width", 0, 1},
                                         {"size_min", 1, 100},
                                         {"size_max", 1, 100},
                                         {"marker_opacity", 0, 1},
                                         {"center_latitude", -90, 90},
                                         {"center_longitude", -180, 180},
                                         {"zoom", 1, 20}}};

}  // namespace

std::string_view panel_type_name(PanelType type) {
    for (const auto& [known, name] : kTypes) {
        if (known == type) return name;
    }
    return "text";
}

std::optional<PanelType> panel_type_named(std::string_view name) {
    for (const auto& [type, known] : kTypes) {
        if (known == name) return type;
    }
    return std::nullopt;
}

std::vector<std::string> panel_type_names() {
    std::vector<std::string> names;
    names.reserve(kTypes.size());
    for (const auto& entry : kTypes)
        names.emplace_back(entry.second);
    return names;
}

std::vector<ShapeMember> rich_options(PanelType type) {
    switch (type) {
        case PanelType::gauge:
            return gauge_options();
        case PanelType::bargauge:
            return bargauge_options();
        case PanelType::piechart:
            return piechart_options();
        case PanelType::heatmap:
            return heatmap_options();
        case PanelType::histogram:
            return histogram_options();
        case PanelType::logs:
            return logs_options();
        case PanelType::state_timeline:
            return state_timeline_options();
        case PanelType::status_history:
            return status_history_options();
        case PanelType::geomap:
            return geomap_options();
        default:
            return {};
    }
}

std::optional<OutOfBounds> check_rich_options(const json::object& options) {
    const auto number = [&](std::string_view name) -> std::optional<double> {
        const auto* value = options.if_contains(name);
        if (value == nullptr || !value->is_number()) return std::nullopt;
        return value->to_number<double>();
    };
    for (const auto& [name, low, high] : kBounds) {
        const auto value = number(name);
        if (value && (*value < low || *value > high)) {
            return OutOfBounds{std::string(name), fmt::format("must be from {} to {}", low, high)};
        }
    }
    for (const std::string_view name : {"bucket_size", "y_bucket_size"}) {
        const auto value = number(name);
        if (value && *value <= 0) return OutOfBounds{std::string(name), "must be above 0"};
    }
    for (const auto& [low, high] :
         {std::pair{"size_min", "size_max"}, {"color_min", "color_max"}}) {
        const auto least = number(low);
        const auto most = number(high);
        if (least && most && *least > *most) {
            return OutOfBounds{high, fmt::format("must not be smaller than {}", low)};
        }
    }
    return std::nullopt;
}

}  // namespace casement::dashboards
