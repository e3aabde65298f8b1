// Where the text that a developer signed parts from the text that the server holds a link against.
#pragma once

#include "dialects/looker/signature.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace casement::looker {

struct Difference {
    std::size_t line = 0;  ///< from 1
    std::string name;      ///< "permissions"; "end" for a line that the server's text does not have
    std::optional<std::string> expected;  ///< the server's line, whole; nullopt: it has none here
    std::optional<std::string> supplied;  ///< the developer's; nullopt: his text ended before
};

/// The first line that differs; nullopt when the texts are the same byte for byte.
[[nodiscard]] std::optional<Difference> first_difference(std::span<const SignedLine> expected,
                                                         std::string_view supplied);

/// "line 7, permissions: the server has ["a"], your text has ["a", "b"]", fit for a terminal and
/// kept short.
[[nodiscard]] std::string describe(const Difference& difference);

}  // namespace casement::looker
