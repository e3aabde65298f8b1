// What a dashboard document may contain, declared once: checked by read_dashboard, published as
// JSON Schema.
#include "dashboards/dashboard.h"
#include "dashboards/field_shapes.h"
#include "dashboards/limits.h"

#include <map>

namespace casement::dashboards {
namespace {

using Members = std::vector<ShapeMember>;

Shape column_name() {
    return column_shape();
}

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
        optional("time_column", column_name().described("Default: the first time column.")),
        optional("series_column",
                 column_name().described("Text column whose values split the rows into series.")),
        optional("value_columns",
                 Shape::list(column_name(), 50).described("Default: every number column.")),
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
        optional("label_column", column_name().described("Default: the first text column.")),
        optional("value_columns",
                 Shape::list(column_name(), 50).described("Default: every number column.")),
        optional("orientation", Shape::one_of({"vertical", "horizontal"})),
        optional("stack", Shape::boolean()),
        optional("sort", Shape::one_of({"none", "asc", "desc"}).described("By value.")),
        optional("limit", Shape::integer(1, 1000).described("At most so many bars.")),
    };
}

Members table_options() {
    const Shape column = Shape::object({
        required("name", column_name().described("Of the result's column.")),
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
                             required("column", column_name()),
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
            break;
    }
    return {};
}

Shape make_options(PanelType type) {
    if (type == PanelType::text) return Shape::object({});
    Members members = common_options();
    for (auto& member : own_options(type))
        members.push_back(std::move(member));
    return Shape::object(std::move(members));
}

// One published object for the options of every type: a member is described with the types that
// take it. "sort" is a word in a bar chart and an object in a table.
Shape all_options() {
    Members members = common_options();
    const std::pair<PanelType, const char*> types[] = {{PanelType::timeseries, "timeseries"},
                                                       {PanelType::stat, "stat"},
                                                       {PanelType::barchart, "barchart"},
                                                       {PanelType::table, "table"}};
    std::map<std::string, std::size_t> places;
    for (const auto& [type, name] : types) {
        for (auto& member : own_options(type)) {
            const std::string text = member.shape.description;
            const auto [place, is_new] = places.try_emplace(member.name, members.size());
            if (is_new) {
                member.shape.description = std::string(name) + (text.empty() ? "." : ": " + text);
                members.push_back(std::move(member));
                continue;
            }
            ShapeMember& known = members[place->second];
            known.shape.description = name + (", " + known.shape.description);
            if (known.shape.type != member.shape.type) {
                known.shape = Shape::any().described(
                    "barchart: \"none\", \"asc\" or \"desc\", by value; table: {\"column\", "
                    "\"direction\"}.");
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
        required("sql", Shape::text(1, kMaxSqlBytes)
                            .described("One SELECT. Values come as $name: the dashboard's "
                                       "variables and $from, $to, $interval, $timezone.")));
    return Shape::object(std::move(members));
}

Shape panel() {
    Members members{
        required("id", Shape::integer(1, 1'000'000).described("Unique in the dashboard.")),
        required("type", Shape::one_of({"timeseries", "stat", "barchart", "table", "text"})),
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
                 Shape::list(query(true), kMaxQueries).described("All panels but text.")),
        optional("options", all_options()),
        optional("markdown", Shape::text(0, kMaxMarkdownBytes).described("Text panels.")),
    };
    add(members, panel_field_members());
    return Shape::object(std::move(members));
}

Shape variable() {
    return Shape::object({
        required("name", Shape::text(1, 64).matching("[A-Za-z_][A-Za-z0-9_]{0,63}")),
        optional("label", Shape::text(0, 100)),
        required("type", Shape::one_of({"list", "query", "text"})),
        optional("choices", Shape::list(Shape::object({
                                            required("value", Shape::text(1, 256)),
                                            optional("label", Shape::text(0, 256)),
                                        }),
                                        1000)
                                .described("list: what may be chosen.")),
        optional("query", query(false).described(
                              "query: the first column gives the values, the second the labels.")),
        optional("multi", Shape::boolean().described("Several may be chosen; binds as a list.")),
        optional("include_all",
                 Shape::boolean().described("\"*\" may be chosen: every choice at once.")),
        optional("default", Shape::list(Shape::text(0, 4096), 1000)),
        optional("max_length", Shape::integer(1, 4096).described("text: bytes. Default: 256.")),
        optional("attribute",
                 Shape::text(1, 64)
                     .matching("[a-z0-9_]{1,64}")
                     .described("User attribute that this variable is locked to, for viewers who "
                                "have attributes.")),
    });
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
        optional("variables", Shape::list(variable(), kMaxVariables)),
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
        for (int i = 0; i <= static_cast<int>(PanelType::row); ++i) {
            const auto known = static_cast<PanelType>(i);
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
