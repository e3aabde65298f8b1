#include "dashboards/variable_shapes.h"

namespace casement::dashboards {

Shape variable_shape(Shape query) {
    return Shape::object({
        required("name", Shape::text(1, 64).matching("[A-Za-z_][A-Za-z0-9_]{0,63}")),
        optional("label", Shape::text(0, 100)),
        required("type", Shape::one_of({"list", "query", "text", "interval", "constant", "source",
                                        "filters"})),
        optional("choices", Shape::list(Shape::object({
                                            required("value", Shape::text(1, 256)),
                                            optional("label", Shape::text(0, 256)),
                                        }),
                                        1000)
                                .described("list, interval: what may be chosen.")),
        optional(
            "query",
            query.described(
                "query: the first column gives the values, the second the labels. May name other "
                "variables, and $from, $to and $timezone.")),
        optional("regex", Shape::text(1, 1024).described(
                              "query, source: /expression/flags; which choices stay, and by its "
                              "groups (value, text, or the first) what of them.")),
        optional("sort", Shape::one_of({"none", "alpha_asc", "alpha_desc", "numeric_asc",
                                        "numeric_desc", "alpha_ignore_case_asc",
                                        "alpha_ignore_case_desc", "natural_asc", "natural_desc"})
                             .described("query: the order of the choices. Default: none.")),
        optional(
            "auto",
            Shape::object(
                {
                    optional("count", Shape::integer(1, 1000).described(
                                          "Intervals that the range should hold. Default: 30.")),
                    optional("min", Shape::text(2, 16).described("Shortest one. Default: 10s.")),
                })
                .described("interval: \"auto\" may be chosen, and follows the time range.")),
        optional("source_type", Shape::text(1, 64).described(
                                    "source: only sources of this type (\"prometheus\").")),
        optional("source",
                 Shape::text(1, 100).described("filters: only queries that name this source.")),
        optional("model",
                 Shape::text(1, 100).described("filters: only queries that name this model.")),
        optional("keys", Shape::list(Shape::text(1, 256), 200)
                             .described("filters: what may be filtered by. Default: the columns "
                                        "or labels that are there.")),
        optional("multi", Shape::boolean().described("Several may be chosen; binds as a list.")),
        optional("include_all",
                 Shape::boolean().described("\"*\" may be chosen: every choice at once.")),
        optional("all_value",
                 Shape::text(1, 1024).described("What \"*\" stands for in PromQL, in the place of "
                                                "every choice, where nothing bounds the "
                                                "variable: .*, say.")),
        optional("default", Shape::list(Shape::text(0, 4096), 1000)),
        optional("max_length", Shape::integer(1, 4096).described("text: bytes. Default: 256.")),
        optional("attribute",
                 Shape::text(1, 64)
                     .matching("[a-z0-9_]{1,64}")
                     .described("User attribute that this variable is locked to, for viewers who "
                                "have attributes.")),
    });
}

}  // namespace casement::dashboards
