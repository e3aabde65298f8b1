#include "dashboards/field_shapes.h"

#include "dashboards/colours.h"
#include "dashboards/transformation_ids.h"

namespace casement::dashboards {
namespace {

using Members = std::vector<ShapeMember>;

constexpr std::int64_t kMostOverrides = 200;
constexpr std::int64_t kMostTransformations = 50;
constexpr std::int64_t kMostLinks = 50;
constexpr std::int64_t kLongestPattern = 256;

const char* const kReducer =
    "last|lastNotNull|first|firstNotNull|sum|max|min|logmin|mean|median|variance|stdDev|count|"
    "countAll|range|diff|diffperc|delta|step|changeCount|distinctCount|allIsZero|allIsNull|"
    "allValues|uniqueValues|p[1-9][0-9]?";

void add(Members& members, Members more) {
    for (auto& member : more)
        members.push_back(std::move(member));
}

Shape length() {
    return Shape::text(2, 16).matching("[0-9]{1,9}(ms|s|m|h|d|w|M|y)");
}

Shape template_text(std::int64_t most) {
    return Shape::text(0, most);
}

Shape thresholds() {
    return Shape::list(Shape::object({
                           required("value", Shape::number().or_null().described(
                                                 "From here on; null is the base colour.")),
                           required("color", colour_shape()),
                       }),
                       50)
        .described("In ascending order; the last one reached gives the colour.");
}

Shape mappings() {
    const Shape one_value = Shape::object({
        required("type", Shape::one_of({"value", "range", "regex", "special"})),
        optional("value", Shape::text(0, 256).described("value: the cell, as text.")),
        optional("from", Shape::number().or_null().described("range: null is no lower end.")),
        optional("to", Shape::number().or_null().described("range: null is no upper end.")),
        optional("pattern", Shape::text(1, kLongestPattern)
                                .described("regex: over the first characters of the text.")),
        optional("match", Shape::one_of({"true", "false", "null", "nan", "null+nan", "empty"})
                              .described("special.")),
        optional("text", Shape::text(0, 256).described(
                             "Shown instead; after a regex $1 is its first group.")),
        optional("color", colour_shape()),
    });
    return Shape::list(one_value, 200).described("The first that fits gives text and colour.");
}

Shape field_links() {
    return Shape::list(Shape::object({
                           required("title", Shape::text(0, 200)),
                           required("url", template_text(2000)),
                           optional("new_tab", Shape::boolean()),
                       }),
                       20)
        .described(
            "Opened from a value: https, http, mailto or a path of this server; may hold "
            "${__value.raw}, ${__field.name}, ${__data.fields.x}, ${__from} and variables.");
}

Members field_options() {
    return {
        optional("unit",
                 Shape::text(0, 64).described(
                     "none, short, percent (0-100), percentunit (0-1), bytes, ms, s, usd, eur and "
                     "the other names of docs/fields.md; any other text is written behind the "
                     "number.")),
        optional("decimals", Shape::integer(0, 10)),
        optional("min", Shape::number().described("Lower end of the value axis.")),
        optional("max", Shape::number().described("Upper end of the value axis.")),
        optional("display_name", template_text(256).described(
                                     "In the place of the column's name; may hold "
                                     "${__field.labels.x}, ${__field.name} and ${__series.name}.")),
        optional("no_value", Shape::text(0, 64).described("Where there is none. Default: –.")),
        optional(
            "color",
            Shape::object(
                {
                    required("mode",
                             Shape::text(1, 32).matching(
                                 "fixed|shades|thresholds|palette|palette-by-name|continuous-("
                                 "GrYlRd|RdYlGr|BlYlRd|YlRd|BlPu|YlBl|blues|reds|greens|purples|"
                                 "viridis|magma|plasma|inferno|cividis)")),
                    optional("color", colour_shape().described("fixed and shades.")),
                    optional("by", Shape::one_of({"last", "min", "max"})
                                       .described("Which value colours a whole series.")),
                })
                .described("Where the colour of a value or a series comes from.")),
        optional("thresholds", thresholds()),
        optional("thresholds_mode", Shape::one_of({"absolute", "percentage"})
                                        .described("percentage: of the way from min to max.")),
        optional("mappings", mappings()),
        optional("links", field_links()),
    };
}

Members cell_options() {
    return {
        optional("width", Shape::integer(20, 2000).described("Pixels.")),
        optional("min_width", Shape::integer(20, 2000).described("Pixels.")),
        optional("align", Shape::one_of({"auto", "left", "center", "right"})),
        optional("hidden", Shape::boolean()),
        optional("filterable", Shape::boolean().described("A filter in the head of the column.")),
        optional("cell",
                 Shape::object(
                     {
                         required("type", Shape::one_of({"auto", "color-text", "color-background",
                                                         "gauge", "sparkline", "json-view", "pill",
                                                         "data-links", "boolean"})),
                         optional("mode", Shape::one_of({"basic", "gradient", "lcd"})),
                         optional("value_mode", Shape::one_of({"color", "text", "hidden"})),
                         optional("apply_to_row", Shape::boolean()),
                         optional("wrap", Shape::boolean()),
                     })
                     .described("How a cell shows its value.")),
    };
}

Shape overrides() {
    Members set = field_options();
    add(set, {optional("style", Shape::one_of({"line", "area", "bars", "points"})),
              optional("fill", Shape::number()), optional("line_width", Shape::number()),
              optional("stack", Shape::boolean()),
              optional("null_as", Shape::one_of({"gap", "zero", "connect"}))});
    add(set, series_options());
    add(set, {optional("hide_in_legend", Shape::boolean()),
              optional("hide_in_tooltip", Shape::boolean())});
    add(set, cell_options());
    return Shape::list(
               Shape::object({
                   required(
                       "match",
                       Shape::object({
                           required("by", Shape::one_of({"name", "regexp", "type", "query", "names",
                                                         "value"})),
                           required("value",
                                    Shape::any().described(
                                        "name, regexp, type (number, text, time, boolean), "
                                        "query: a text; names: a list of texts; value: "
                                        "{\"reducer\", \"op\", \"value\"}.")),
                           optional("except", Shape::boolean().described("names: all but these.")),
                       })),
                   required("set", Shape::object(std::move(set))),
               }),
               kMostOverrides)
        .described("Options of some columns or series; a later one wins.");
}

Shape transformations() {
    const Shape one = Shape::object({
        required("id", Shape::one_of({transformation_ids().begin(), transformation_ids().end()})),
        optional("options", Shape::map(Shape::any(), 100)),
        optional("disabled", Shape::boolean()),
        optional("filter", Shape::map(Shape::any(), 10).described("Which frames it works on.")),
    });
    return Shape::list(one, kMostTransformations)
        .described("Done in the page, one after the other; options as Grafana writes them.");
}

}  // namespace

Shape colour_shape() {
    return Shape::text(1, 48).matching(colour_pattern());
}

Shape column_shape() {
    return Shape::text(1, 256);
}

Shape reduce_shape() {
    return Shape::text(1, 16).matching(kReducer).described(
        "How many rows become one number: last, first (both skip what is missing), sum, mean, min, "
        "max, count, range, diff, diffperc, delta, median, stdDev, variance, p95, … Default: "
        "last.");
}

Members common_options() {
    Members members = field_options();
    add(members,
        {optional("legend", Shape::boolean()),
         optional("colors",
                  Shape::list(colour_shape(), 50).described("Of the series, in their order."))});
    return members;
}

Members reduce_options() {
    return {
        optional("value_column", column_shape().described("Default: the first number column.")),
        optional("reduce", reduce_shape()),
        optional("values", Shape::boolean().described("One value per row instead of reducing.")),
        optional("per_series", Shape::boolean().described("One value per number column.")),
        optional("fields", Shape::text(0, 256).described("Columns: a name, or a pattern as /…/.")),
        optional("limit", Shape::integer(1, 1000).described("At most so many of them.")),
    };
}

Members series_options() {
    return {
        optional("interpolation", Shape::one_of({"linear", "smooth", "stepBefore", "stepAfter"})),
        optional("line_style", Shape::one_of({"solid", "dash", "dot"})),
        optional("dash", Shape::list(Shape::integer(0, 200), 8)
                             .described("Lengths of strokes and gaps, in pixels.")),
        optional("gradient", Shape::one_of({"none", "opacity", "hue", "scheme"})),
        optional("points", Shape::one_of({"auto", "always", "never"})),
        optional("point_size", Shape::integer(1, 40)),
        optional("stack_mode", Shape::one_of({"normal", "percent"})),
        optional("stack_group", Shape::text(0, 64).described("Only these are stacked together.")),
        optional("axis", Shape::one_of({"auto", "left", "right", "hidden"})),
        optional("axis_label", Shape::text(0, 100)),
        optional("axis_width", Shape::integer(0, 400)),
        optional("soft_min", Shape::number().described("The axis reaches at least so far down.")),
        optional("soft_max", Shape::number().described("The axis reaches at least so far up.")),
        optional("centered_zero", Shape::boolean()),
        optional("scale", Shape::one_of({"linear", "log", "symlog"})),
        optional("log_base", Shape::integer(2, 10).described("2 or 10.")),
        optional("linear_threshold", Shape::number().described("symlog: linear around zero.")),
        optional("bar_align", Shape::one_of({"before", "center", "after"})),
        optional("bar_width", Shape::number().described("Of the room for one, 0 to 1.")),
        optional("negative", Shape::one_of({"none", "negative-Y", "constant"})
                                 .described("negative-Y turns the values around.")),
        optional("fill_below_to", column_shape().described("Name of another series.")),
        optional("connect_up_to", length().described("Only gaps of at most this length.")),
        optional("thresholds_style", Shape::one_of({"off", "line", "dashed", "area", "line+area",
                                                    "dashed+area", "series"})),
    };
}

Members legend_options() {
    return {
        optional("legend_mode", Shape::one_of({"list", "table"})),
        optional("legend_placement", Shape::one_of({"bottom", "right"})),
        optional("legend_calcs", Shape::list(Shape::text(1, 16).matching(kReducer), 20)),
        optional("legend_sort", Shape::object({
                                    required("by", Shape::text(1, 32)),
                                    optional("direction", Shape::one_of({"asc", "desc"})),
                                })),
        optional("legend_width", Shape::integer(40, 2000)),
        optional("tooltip", Shape::one_of({"multi", "single", "none"})),
        optional("tooltip_sort", Shape::one_of({"none", "asc", "desc"})),
        optional("tooltip_hide_zeros", Shape::boolean()),
    };
}

Members stat_field_options() {
    return {
        optional("graph_mode", Shape::one_of({"none", "line", "area"})),
        optional("text_mode", Shape::one_of({"auto", "value", "value_and_name", "name", "none"})),
        optional("justify", Shape::one_of({"auto", "center"})),
        optional("orientation", Shape::one_of({"auto", "horizontal", "vertical"})),
        optional("wide_layout", Shape::boolean()),
        optional("show_percent_change", Shape::boolean()),
        optional("percent_change_color", Shape::one_of({"standard", "inverted", "same_as_value"})),
        optional("title_size", Shape::integer(4, 400)),
        optional("value_size", Shape::integer(4, 400)),
    };
}

Members table_field_options() {
    Members members = cell_options();
    add(members,
        {optional("show_header", Shape::boolean()),
         optional("cell_height", Shape::one_of({"sm", "md", "lg"})),
         optional("frozen_columns", Shape::integer(0, 20)),
         optional(
             "footer",
             Shape::object({
                 required("reducers", Shape::list(Shape::text(1, 16).matching(kReducer), 10, 1)),
                 optional("columns", Shape::list(column_shape(), 100)
                                         .described("Default: every number column.")),
             }))});
    return members;
}

Members panel_field_members() {
    return {
        optional("overrides", overrides()),
        optional("transformations", transformations()),
        optional("links", links_shape().described("Beside the panel's title.")),
        optional("interval", length().described("Shortest bucket of $interval.")),
        optional("cache_seconds",
                 Shape::integer(0, 604'800).described("How long a result is served again.")),
        optional("time_from",
                 length().described("This panel shows the last …, whatever the others show.")),
        optional("time_shift", length().described("This panel shows an earlier range.")),
        optional("hide_time_override", Shape::boolean()),
        optional("transparent", Shape::boolean().described("Drawn without a card.")),
    };
}

Shape links_shape() {
    return Shape::list(Shape::object({
                           required("title", Shape::text(0, 200)),
                           required("url", template_text(2000)),
                           optional("new_tab", Shape::boolean()),
                           optional("tooltip", Shape::text(0, 200)),
                           optional("keep_time", Shape::boolean().described(
                                                     "Adds from and to of what is shown.")),
                           optional("include_variables",
                                    Shape::boolean().described("Adds var-name=value of each.")),
                       }),
                       kMostLinks)
        .described("https, http, mailto or a path of this server; may hold ${name} of variables.");
}

}  // namespace casement::dashboards
