// Reading a document that another program has written: what is missing and what is of another type
// is the same.
#pragma once

#include "base/shape.h"

#include <cmath>
#include <optional>
#include <string>
#include <string_view>

namespace casement::dashboards {

[[nodiscard]] inline const json::object* object_at(const json::object& object,
                                                   std::string_view name) {
    const auto* value = object.if_contains(name);
    return value == nullptr ? nullptr : value->if_object();
}

[[nodiscard]] inline const json::array* list_at(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value == nullptr ? nullptr : value->if_array();
}

[[nodiscard]] inline std::string text_or_empty(const json::object& object, std::string_view name) {
    return text_at(object, name).value_or("");
}

[[nodiscard]] inline std::optional<double> number_at(const json::object& object,
                                                     std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    const auto number = value->to_number<double>();
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

[[nodiscard]] inline bool flag_at(const json::object& object, std::string_view name,
                                  bool otherwise = false) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_bool() ? value->get_bool() : otherwise;
}

[[nodiscard]] inline int bounded(double value, int low, int high) {
    if (!(value >= low)) return low;  // also when it is not a number
    return value >= high ? high : static_cast<int>(value);
}

}  // namespace casement::dashboards
