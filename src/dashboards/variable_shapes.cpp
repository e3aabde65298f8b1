#include "dashboards/variable_shapes.h"

namespace casement::dashboards {

Shape variable_shape(Shape query) {
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
        optional("query", query.described(
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

}  // namespace casement::dashboards
