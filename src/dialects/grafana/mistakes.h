// The usual ways to sign a link of version 2 or 3 wrongly, tried one by one.
#pragma once

#include "dialects/grafana/sign.h"
#include "dialects/grafana/signature.h"

#include <optional>
#include <string>
#include <string_view>

namespace casement::grafana {

/// What may have gone into a signature.
struct SignedParts {
    std::string_view signature;  ///< as it was sent, decoded once
    /// Version 2.
    std::string_view timestamp;
    std::string_view key_name;
    std::string_view account;  ///< name of the token's service account, or empty
    /// Version 3; and the query as it stands in the URL.
    SignedTexts texts;
    std::string_view query;
};

/// What was done wrongly, to follow "The signature was made with this key, but …"; nullopt when no
/// known mistake with this key gives the signature. Dozens of key hashes and some thousands of
/// digests: for the command line and for a validator that counts its callers, never for a login.
[[nodiscard]] std::optional<std::string> find_v2_mistake(const SignedParts& parts,
                                                         const SigningKey& key);
[[nodiscard]] std::optional<std::string> find_v3_mistake(const SignedParts& parts,
                                                         const SigningKey& key);

}  // namespace casement::grafana
