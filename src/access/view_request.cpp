#include "access/view_service.h"

#include <algorithm>

namespace casement::access {

const Shape& view_request_shape() {
    static const Shape shape = Shape::object({
        optional("panels", Shape::list(Shape::integer(0, 1'000'000), 100)
                               .described("Ids of the panels wanted; all when absent.")),
        optional("time", Shape::object({
                                           optional("span", Shape::text(1, 8)),
                                           optional("from", Shape::integer(0, 253'402'300'799'000)),
                                           optional("to", Shape::integer(0, 253'402'300'799'000)),
                                       })
                             .described("A named span, or a range in epoch milliseconds.")),
        optional("variables", Shape::map(Shape::list(Shape::text(0, 4096), 500), 50)
                                  .described("Values by variable name.")),
        optional("width",
                 Shape::integer(100, 10'000)
                     .described("Pixels a chart may fill; decides the bucket of $interval.")),
        optional("timezone", Shape::text(0, 64).described("IANA name of the viewer's time zone.")),
    });
    return shape;
}

Result<ViewRequest> read_view_request(const json::object& body) {
    if (auto error = check(body, view_request_shape())) return *error;
    ViewRequest request;
    if (const auto* panels = body.if_contains("panels")) {
        for (const auto& id : panels->get_array()) {
            request.panels.push_back(static_cast<int>(id.get_int64()));
        }
        std::sort(request.panels.begin(), request.panels.end());
        request.panels.erase(std::unique(request.panels.begin(), request.panels.end()),
                             request.panels.end());
    }
    if (const auto* member = body.if_contains("time")) {
        const auto& time = member->get_object();
        request.span = text_at(time, "span").value_or("");
        const auto* from = time.if_contains("from");
        const auto* to = time.if_contains("to");
        if ((from == nullptr) != (to == nullptr) || (from != nullptr && !request.span.empty())) {
            return invalid("invalid_time", "Give either a span, or both from and to.", "time");
        }
        if (from != nullptr) {
            request.from = Time{milliseconds{from->get_int64()}};
            request.to = Time{milliseconds{to->get_int64()}};
            if (*request.from >= *request.to) {
                return invalid("invalid_time", "The range must begin before it ends.", "time");
            }
        }
    }
    if (const auto* variables = body.if_contains("variables")) {
        for (const auto& [name, values] : variables->get_object()) {
            auto& chosen = request.variables[std::string(name)];
            for (const auto& value : values.get_array())
                chosen.emplace_back(value.get_string());
        }
    }
    if (const auto* width = body.if_contains("width")) {
        request.width = static_cast<int>(width->get_int64());
    }
    request.timezone = text_at(body, "timezone").value_or("");
    return request;
}

}  // namespace casement::access
