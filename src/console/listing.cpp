#include "console/listing.h"

#include <fmt/format.h>

namespace casement::console {

Parameter limit_parameter() {
    return {"limit", Shape::integer(1, kMostListed), "At most so many; 100 when absent."};
}

std::size_t limit_of(const Call& call) {
    return static_cast<std::size_t>(call.number("limit", 100));
}

Parameter after_parameter() {
    return {"after", Shape::integer(0, kAnyId), "`next` of the page before."};
}

Parameter offset_parameter() {
    return {"offset", Shape::integer(0, 10'000'000), "`next` of the page before."};
}

std::size_t offset_of(const Call& call) {
    return static_cast<std::size_t>(call.number("offset", 0));
}

Shape list_shape(std::string_view name, Shape item, std::int64_t most) {
    return Shape::object({required(std::string(name), Shape::list(std::move(item), most))});
}

Shape page_shape(std::string_view name, Shape item, std::string_view cursor) {
    auto shape = list_shape(name, std::move(item));
    shape.members.push_back(
        required("next", Shape::integer(1, kAnyId).or_null().described(
                             fmt::format("`{}` of the next page; null on the last.", cursor))));
    return shape;
}

}  // namespace casement::console
