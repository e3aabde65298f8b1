// The usual ways to sign a secure embed link wrongly, tried one by one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace casement::datadog {

/// The parts of a link that may have gone into a signature.
struct SignedParts {
    std::string_view token;
    std::string_view nonce;
    std::string_view raw_nonce;  ///< as it stands in the query, still encoded
    std::string_view ts;
    std::string_view share_token;
};

/// What was done wrongly, to follow "The token was made with this credential, but …"; nullopt when
/// no known mistake with this credential gives the token. A few hundred HMACs: for the command
/// line, never for a request.
[[nodiscard]] std::optional<std::string> find_mistake(const SignedParts& parts,
                                                      std::string_view credential);

}  // namespace casement::datadog
