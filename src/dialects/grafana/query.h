// The query of a link: its parameters as they stand, which of them prove something, and the same
// URL without those.
#pragma once

#include "base/error.h"

#include <string>
#include <string_view>
#include <vector>

namespace casement::grafana {

inline constexpr std::size_t kMaxLinkLength = 16'384;  ///< bytes of path and query
inline constexpr std::size_t kMaxParameters = 256;
inline constexpr std::size_t kMaxParameterName = 255;    ///< bytes, decoded
inline constexpr std::size_t kMaxParameterValue = 4096;  ///< bytes, decoded

/// Both form-decoded once, as Go and browsers do: `%XX`, and '+' is a space.
struct Parameter {
    std::string name;
    std::string value;
    std::string_view raw_value;  ///< as it stands in the link, which must outlive this
};

/// The path of a raw request target: everything before the first '?'.
[[nodiscard]] std::string_view path_of(std::string_view target) noexcept;
/// Everything after it; empty when there is none.
[[nodiscard]] std::string_view query_of(std::string_view target) noexcept;

/// Checks a raw request target as a whole and reads its parameters in their order. Errors:
/// link_malformed, parameter_invalid for a value with a control character, or that is too long.
[[nodiscard]] Result<std::vector<Parameter>> read_query(std::string_view target);

/// Whether a decoded name belongs to a link's proof: it begins with aliyun_ or casement_, in any
/// case. What is proof is never a page's parameter, and never in the URL that a page goes on with.
[[nodiscard]] bool is_proof(std::string_view name) noexcept;

/// Whether there is any proof in a raw request target, right or wrong. Also where read_query
/// refuses, so that a broken link is refused as one.
[[nodiscard]] bool has_proof(std::string_view target);

/// The same path and query without any proof, everything else byte for byte and in its order. A
/// name is decoded leniently here: in doubt it goes. Fit for a Location header once read_target has
/// accepted `target`.
[[nodiscard]] std::string clean_target(std::string_view target);

}  // namespace casement::grafana
