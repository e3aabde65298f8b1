// The usual ways to sign an embed link wrongly, tried one by one.
#pragma once

#include "dialects/looker/signature.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace casement::looker {

/// What may have gone into a signature.
struct SignedParts {
    std::string_view scheme;  ///< "https", or empty when it is not known
    std::string_view host;    ///< as the browser sends it
    SignedTexts texts;
    /// Every parameter as it stands in the query, still encoded.
    std::map<std::string, std::string, std::less<>> raw;
    std::string_view signature;  ///< decoded once
};

/// What was done wrongly, to follow "The signature was made with this secret, but …"; nullopt when
/// no known mistake with this secret gives the signature. Some thousands of HMACs: for the command
/// line and for a validator that counts its callers, never for a login.
[[nodiscard]] std::optional<std::string> find_mistake(const SignedParts& parts,
                                                      std::string_view secret);

}  // namespace casement::looker
