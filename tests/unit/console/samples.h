// Bodies made from their declared shapes, so that a new operation is tested without being named.
#pragma once

#include "base/shape.h"

#include <functional>
#include <string>

namespace casement::console::test {

/// A value that fits, with every optional member there.
[[nodiscard]] json::value sample(const Shape& shape);

/// Calls `each` with a copy of `whole` for every text in it, put through every other JSON type.
void for_each_confusion(
    const Shape& shape, const json::value& whole,
    const std::function<void(const std::string& path, const json::value& body)>& each);

}  // namespace casement::console::test
