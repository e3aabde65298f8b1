// What a dashboard document may contain, declared once: checked by read_dashboard, published as
// JSON Schema.
#include "dashboards/dashboard.h"
#include "dashboards/field_shapes.h"
#include "dashboards/limits.h"
#include "dashboards/panel_shapes.h"
#include "dashboards/variable_shapes.h"

#include <algorithm>
#include <map>

namespace casement::dashboards {
namespace {

using Members = std::vector<ShapeMember>;

// A PromQL duration of one unit. "ms" stands before "m", or a search would end too early.
constexpr std::string_view kStep = "[1-9][0-9]{0,9}(ms|[smhdwy])";

void add(Members& members, Members more) {
    for (auto& member : more)
        members.push_back(std::move(member));
}

Members timeseries_options() {
    Members members{
        optional("style", Shape::one_of({"line", "area", "bars", "points"})),
        optional("stack", Shape::boolean()),
        optional("fill", Shape::number().described("Opacity below the line, 0 to 1.")),
        optional("line_width", Shape::number().described("Pixels, 0 to 10.")),
        optional("time_column", column_shape().described("Default: the first time column.")),
        optional("series_column",
                 column_shape().described("Text column whose values split the rows into series.")),
        optional("value_columns",
                 Shape::list(column_shape(), 50).described("Default: every number column.")),
        optional("null_as", Shape::one_of({"gap", "zero", "connect"})),
    };
    add(members, series_options());
    add(members, legend_options());
    return members;
}

Members stat_options() {
    Members members = reduce_options();
    add(members,
        {optional("sparkline", Shape::boolean().described("The rows as a small line behind it.")),
         optional("color_mode", Shape::one_of({"value", "background", "background_solid", "none"})
                                    .described("What the threshold's colour paints."))});
    add(members, stat_field_options());
    return members;
}

Members barchart_options() {
    return {
        optional("label_column", column_shape().described("Default: the first text column.")),
        optional("value_columns",
                 Shape::list(column_shape(), 50).described("Default: every number column.")),
        optional("orientation", Shape::one_of({"vertical", "horizontal"})),
        optional("stack", Shape::boolean()),
        optional("sort", Shape::one_of({"none", "asc", "desc"}).described("By value.")),
        optional("limit", Shape::integer(1, 1000).described("At most so many bars.")),
    };
}

Members table_options() {
    const Shape column = Shape::object({
        required("name", column_shape().described("Of the result's column.")),
        optional("title", Shape::text(0, 200).described("Head of the column. Default: name.")),
        optional("unit", Shape::text(0, 32)),
        optional("decimals", Shape::integer(0, 10)),
        optional("align", Shape::one_of({"left", "center", "right"})),
        optional("bar", Shape::boolean().described("A bar behind the number.")),
        optional("width", Shape::integer(20, 2000).described("Pixels.")),
    });
    Members members{
        optional("columns",
                 Shape::list(column, 100)
                     .described("Shown columns in their order. Default: all of the result.")),
        optional("page_size", Shape::integer(1, 1000)),
        optional("sort", Shape::object({
                             required("column", column_shape()),
                             required("direction", Shape::one_of({"asc", "desc"})),
                         })),
    };
    add(members, table_field_options());
    return members;
}

Members own_options(PanelType type) {
    switch (type) {
        case PanelType::timeseries:
            return timeseries_options();
        case PanelType::stat:
            return stat_options();
        case PanelType::barchart:
            return barchart_options();
        case PanelType::table:
            return table_options();
        default:
            return rich_options(type);
    }
}

Shape make_options(PanelType type) {
    if (type == PanelType::text || type == PanelType::row) return Shape::object({});
    Members members = common_options();
    for (auto& member : own_options(type))
        members.push_back(std::move(member));
    return Shape::object(std::move(members));
}

// The published shape takes what any of the types takes.
void widen(Shape& known, const Shape& other) {
    for (const auto& choice : other.choices) {
        if (std::find(known.choices.begin(), known.choices.end(), choice) == known.choices.end()) {
            known.choices.push_back(choice);
        }
    }
    known.min = std::min(known.min, other.min);
    known.max = std::max(known.max, other.max);
}

// One published object for the options of every type: a member is described with the types that
// take it. "sort" is a word in a bar chart and an object in a table.
Shape all_options() {
    Members members = common_options();
    std::map<std::string, std::size_t> places;
    for (const auto& name : panel_type_names()) {
        for (auto& member : own_options(*panel_type_named(name))) {
            const std::string text = member.shape.description;
            const auto [place, is_new] = places.try_emplace(member.name, members.size());
            if (is_new) {
                member.shape.description = name + (text.empty() ? "." : ": " + text);
                members.push_back(std::move(member));
                continue;
            }
            ShapeMember& known = members[place->second];
            known.shape.description = name + (", " + known.shape.description);
            if (known.shape.type == member.shape.type) {
                widen(known.shape, member.shape);
            } else {
                known.shape = Shape::any().described(
                    "barchart, piechart: \"none\", \"asc\" or \"desc\", by value; table: "
                    "{\"column\", \"direction\"}.");
            }
        }
    }
    return Shape::object(std::move(members))
        .described("Which of these a panel takes depends on its type.");
}

Shape query(bool named) {
    Members members;
    if (named) {
        members.push_back(optional("name", Shape::text(1, 64)
                                               .matching("[A-Za-z0-9][A-Za-z0-9 _-]*")
                                               .described("Default: A, B, C, …")));
        members.push_back(
            optional("hide", Shape::boolean().described("Runs for the transformations only.")));
    }
    members.push_back(
        optional("source", Shape::text(1, 100).described("Name of the source; or else model.")));
    members.push_back(optional(
        "model", Shape::text(1, 100).described(
                     "Name of the model: its relations, narrowed to the rows of the viewer.")));
    members.push_back(
        optional("sql", Shape::text(1, kMaxSqlBytes)
                            .described("One SELECT. Values come as $name: the dashboard's "
                                       "variables and $from, $to, $interval, $timezone.")));
    members.push_back(optional(
        "promql", Shape::text(1, kMaxPromqlBytes)
                      .described(named ? "In the place of sql: one PromQL expression. Values come "
                                         "as $name or ${name}, in matchers and durations."
                                       : "In the place of sql: label_values(…), label_names(…), "
                                         "metrics(…) or query_result(…).")));
    if (!named) return Shape::object(std::move(members));
    members.push_back(optional(
        "legend", Shape::text(0, 1000).described("promql: name of a series; {{label}} is the "
                                                 "label's value. Default: the series itself.")));
    members.push_back(optional("format", Shape::one_of({"time_series", "table", "heatmap"})
                                             .described("promql. Default: time_series.")));
    members.push_back(optional(
        "instant", Shape::boolean().described("promql: one value per series, at the range's "
                                              "end.")));
    members.push_back(optional(
        "min_step", Shape::text(2, 20)
                        .matching(std::string(kStep))
                        .described("promql: shortest step, such as \"30s\" or \"1m\". Default: the "
                                   "source's scrape interval.")));
    return Shape::object(std::move(members));
}

Shape panel() {
    Members members{
        required("id", Shape::integer(1, 1'000'000).described("Unique in the dashboard.")),
        required("type", Shape::one_of(panel_type_names())),
        optional("title", Shape::text(0, 200)),
        optional("description", Shape::text(0, 2000)),
        required("grid", Shape::object({
                                           required("x", Shape::integer(0, kGridColumns - 1)),
                                           required("y", Shape::integer(0, 10'000)),
                                           required("w", Shape::integer(1, kGridColumns)),
                                           required("h", Shape::integer(1, 100)),
                                       })
                             .described("Columns of 24, rows of 36 pixels.")),
        optional("queries",
                 Shape::list(query(true), kMaxQueries).described("All panels but text and rows.")),
        optional("options", all_options()),
        optional("markdown", Shape::text(0, kMaxMarkdownBytes).described("Text panels.")),
        optional("collapsed",
                 Shape::boolean().described("row: its panels, all up to the next row, are folded "
                                            "away until a viewer opens it.")),
        optional("repeat",
                 Shape::object(
                     {
                         required("variable", Shape::text(1, 64)),
                         optional("direction",
                                  Shape::one_of({"h", "v"})
                                      .described("Side by side over the whole width (default), or "
                                                 "one below the other. Not for rows.")),
                         optional("max_per_row", Shape::integer(1, kGridColumns)
                                                     .described("Side by side. Default: 4.")),
                     })
                     .described("Once for each chosen value of the variable; a row with its "
                                "panels.")),
    };
    add(members, panel_field_members());
    return Shape::object(std::move(members));
}

Shape make_dashboard() {
    return Shape::object({
        optional("$schema", Shape::text(0, 500).described("For editors.")),
        optional("uid", Shape::text(1, 64).matching("[A-Za-z0-9_-]{1,64}")),
        required("title", Shape::text(1, 200)),
        optional("description", Shape::text(0, 4000)),
        optional("tags", Shape::list(Shape::text(1, 64), 50)),
        optional("theme", Shape::one_of({"system", "light", "dark"})),
        optional("timezone", Shape::text(1, 64).described(
                                 "browser (default), UTC, or a name such as Europe/Berlin.")),
        optional("refresh", Shape::text(2, 8).or_null().described(
                                "How often the viewer asks again: 30s, 5m, 1h. At least 5s.")),
        optional(
            "time",
            Shape::object({
                optional("span", Shape::one_of({"15m", "1h", "4h", "1d", "2d", "1w", "1mo", "3mo",
                                                "6mo", "1y"})
                                     .described("The last …, ending now. Default: 1d.")),
                optional("from", Shape::text(10, 40).described("RFC 3339, with to.")),
                optional("to", Shape::text(10, 40).described("RFC 3339, with from.")),
                optional("selectable",
                         Shape::boolean().described(
                             "Whether a viewer may change the range. Default: true.")),
                optional("as_of", Shape::text(10, 40).described(
                                      "RFC 3339: what now means, for data that stands still.")),
            })),
        optional("variables", Shape::list(variable_shape(query(false)), kMaxVariables)),
        optional("links", links_shape().described("In the head of the page.")),
        required("panels", Shape::list(panel(), kMaxPanels)),
    });
}

}  // namespace

const Shape& dashboard_shape() {
    static const Shape shape = make_dashboard();
    return shape;
}

const Shape& options_shape(PanelType type) {
    static const auto shapes = [] {
        std::map<PanelType, Shape> all;
        for (const auto& name : panel_type_names()) {
            const auto known = *panel_type_named(name);
            all.emplace(known, make_options(known));
        }
        return all;
    }();
    return shapes.at(type);
}

json::object dashboard_json_schema() {
    json::object schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                        {"title", "Casement dashboard"}};
    for (auto& [name, value] : to_json_schema(dashboard_shape()))
        schema[name] = value;
    return schema;
}

}  // namespace casement::dashboards
