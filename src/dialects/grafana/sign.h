// Makes links of each version, for the command line and for tests. Pure.
#pragma once

#include "base/error.h"
#include "crypto/secret.h"
#include "dialects/grafana/key.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::grafana {

/// What a developer has to sign with: a whole key, or only the hash of one.
struct SigningKey {
    Secret hash;
    // Empty when only the hash is known.
    Secret text;    ///< the whole key or token
    Secret secret;  ///< the 32 letters and digits within it
    std::string salt;
    bool is_token = false;
    // A legacy key says these itself.
    std::string name;
    std::int64_t org = 0;
};
/// A legacy key, a token, or 100 lower-case hex digits. Errors: key_malformed.
[[nodiscard]] Result<SigningKey> read_signing_key(std::string_view text);

/// A link to be made. `url` is an ordinary dashboard URL, with or without a host, its query already
/// encoded: "https://dash.example/d/sales/sales?var-region=eu".
struct LinkParts {
    std::string url;
    std::string key_name;  ///< versions 2 and 3
    std::int64_t org = 1;
    std::int64_t time = 0;  ///< seconds since 1970; version 2: when signed; version 3: its end
    std::optional<std::int64_t> session;  ///< seconds; left out when there is none
    // Version 3 only.
    std::string nonce;
    std::vector<std::string> locked;  ///< names of variables that the URL has values for
    std::vector<std::string> bounded;
};

/// Path and query of a URL or of a request target; what follows a '#' is not part of either.
[[nodiscard]] std::string_view target_of(std::string_view url) noexcept;

/// Why these cannot become a link of that version that opens, as a sentence for the developer;
/// nullopt when they can. Never holds a secret.
[[nodiscard]] std::optional<std::string> signing_problem(int version, const LinkParts& parts);

/// The URL with the whole key in it, percent-encoded. `parts` must have no signing_problem.
[[nodiscard]] std::string make_v1_url(const LinkParts& parts, const Secret& key);
/// The signed URLs. `key_hash` must be a key's hash, and `parts` without a signing_problem.
[[nodiscard]] std::string make_v2_url(const LinkParts& parts, const Secret& key_hash);
[[nodiscard]] std::string make_v3_url(const LinkParts& parts, const Secret& key_hash);

}  // namespace casement::grafana
