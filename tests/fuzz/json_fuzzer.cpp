// Any bytes as a request body: read, held against a shape with everything in it, written again.
#include "base/encoding.h"
#include "base/shape.h"
#include "fuzz/promise.h"

#include <algorithm>
#include <cmath>
#include <string>

using namespace casement;
using fuzz::promise;

namespace {

const Shape& rich_shape() {
    static const Shape shape = [] {
        const Shape variable = Shape::object({
            required("name", Shape::text(1, 64).matching("[A-Za-z_][A-Za-z0-9_]*")),
            optional("prefix", Shape::text(0, 200).or_null()),
            optional("default_values", Shape::list(Shape::text(0, 200), 8)),
            optional("visible_tags", Shape::list(Shape::text(0, 200), 8).or_null()),
        });
        const Shape attributes = Shape::object({
            required("title", Shape::text(1, 200)),
            required("status", Shape::one_of({"active", "paused"})),
            optional("global_time_selectable", Shape::boolean()),
            optional("count", Shape::integer(-5, 1000)),
            optional("ratio", Shape::number().or_null()),
            optional("selectable_template_vars", Shape::list(variable, 4)),
            optional("labels", Shape::map(Shape::text(0, 16), 4)),
            optional("anything", Shape::any()),
        });
        const Shape data = Shape::object(
            {required("type", Shape::text(1, 64)), required("attributes", attributes)});
        return Shape::object({required("data", data.open())});
    }();
    return shape;
}

/// Equal, but for the last digits of a double: Boost.JSON reads those fast and not exactly.
bool same(const json::value& a, const json::value& b) {
    if (a.kind() != b.kind()) return false;
    if (a.is_double()) {
        const double x = a.get_double();
        const double y = b.get_double();
        return x == y || std::abs(x - y) <= 1e-12 * std::max(std::abs(x), std::abs(y)) + 1e-300;
    }
    if (const auto* list = a.if_array()) {
        const auto& other = b.get_array();
        return std::equal(list->begin(), list->end(), other.begin(), other.end(), same);
    }
    if (const auto* object = a.if_object()) {
        const auto& other = b.get_object();
        return object->size() == other.size() &&
               std::all_of(object->begin(), object->end(), [&](const auto& member) {
                   const auto* twin = other.if_contains(member.key());
                   return twin != nullptr && same(member.value(), *twin);
               });
    }
    return a == b;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto value = parse_json(fuzz::text_of(bytes, size));
    if (!value) {
        promise(value.error().code == "invalid_json", "what is no JSON is invalid_json");
        promise(is_utf8(value.error().message) && is_utf8(value.error().field),
                "a refusal can be written as JSON");
        return 0;
    }
    const auto written = json::serialize(*value);
    const auto again = parse_json(written);
    promise(again.has_value(), "what was written can be read");
    promise(same(*value, *again), "and is the same");

    if (const auto error = check(*value, rich_shape())) {
        promise(error->code == "invalid_body", "a wrong shape is invalid_body");
        promise(is_utf8(error->message) && is_utf8(error->field),
                "a refusal can be written as JSON");
        promise(error->message.size() < 1024, "a refusal does not send the input back");
        return 0;
    }
    const auto& data = value->at("data").as_object();
    const auto title = text_at(data.at("attributes").as_object(), "title");
    promise(title && !title->empty() && title->size() <= 200, "what was checked can be read");
    promise(title->find('\0') == std::string::npos, "text has no NUL");
    return 0;
}
