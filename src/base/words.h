// English for numbers of things.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace casement {

/// "1 credential", "3 credentials", "0 credentials". `thing` takes an s.
[[nodiscard]] std::string counted(std::size_t count, std::string_view thing);

/// What something does that is right for none of them: "fits none of the 3 credentials", "does not
/// fit the only credential", "fits no credential, since there is none".
[[nodiscard]] std::string fits_none_of(std::size_t count, std::string_view thing);

/// "2 of its 3 credentials can sign", "its only credential cannot sign", "it has no credential": a
/// sentence without its point, that begins with a capital.
[[nodiscard]] std::string how_many_can_sign(std::size_t usable, std::size_t all,
                                            std::string_view thing);

/// "Only the first row is", "Only the first 3 rows are".
[[nodiscard]] std::string only_the_first(std::size_t count, std::string_view thing);

}  // namespace casement
