// How links of version 2 (the vendor's) and version 3 (ours) are signed. Pure.
#pragma once

#include "crypto/secret.h"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casement::grafana {

/// Version 2 opens this long before and after its timestamp.
inline constexpr std::chrono::seconds kValidFor{60};
/// Version 3 may end this far ahead at most, and the signer's clock may be kValidFor ahead of ours.
inline constexpr std::chrono::seconds kMostAhead = std::chrono::hours(1);
inline constexpr std::chrono::seconds kDefaultSession = std::chrono::hours(1);
inline constexpr std::size_t kMinNonceLength = 16;  ///< characters of [A-Za-z0-9_-]
inline constexpr std::size_t kMaxNonceLength = 128;
inline constexpr std::size_t kMaxVariableName = 64;  ///< of a locked or bounded variable
inline constexpr std::size_t kMaxLockedNames = 64;

/// The first line of what version 3 signs, so that no other protocol's text is one of ours.
inline constexpr std::string_view kVersion3 = "casement-grafana-v3";

/// 16 raw bytes of MD5. For links of this dialect, which know no other digest.
[[nodiscard]] std::string md5(std::string_view data);

/// Version 2: lower-case hex of MD5 over the key's hash, '_' and the timestamp; 32 characters.
[[nodiscard]] std::string sign_v2(const Secret& key_hash, std::string_view timestamp);

/// A name and one value.
using Pair = std::pair<std::string, std::string>;

/// What version 3 signs, as texts. None may have a line feed in it; the reader of links and
/// signing_problem see to that.
struct SignedTexts {
    std::string path;           ///< as it stands in the URL, still encoded
    std::string org;            ///< casement_org
    std::string key_name;       ///< casement_key, decoded
    std::string expires;        ///< casement_expires
    std::string session;        ///< casement_session; empty when the link has none
    std::string nonce;          ///< casement_nonce
    std::string panel;          ///< panelId of a /d-solo/ link, decoded; else empty
    std::vector<Pair> locked;   ///< each value of each locked variable, decoded; in any order
    std::vector<Pair> bounded;  ///< the same of the bounded ones
};

struct SignedLine {
    std::string name;  ///< what stands there: "path", "casement_org", "var-region", …
    std::string text;
};
/// The lines in their order: kVersion3, path, org, key name, expires, session, nonce, "panel:N" of
/// a /d-solo/ link, "lock:NAME=VALUE" sorted bytewise by name and then value, "bound:NAME=VALUE"
/// likewise.
[[nodiscard]] std::vector<SignedLine> signed_lines(const SignedTexts& texts);
/// The same joined by LF, without one at the end.
[[nodiscard]] std::string string_to_sign(const SignedTexts& texts);

/// Lower-case hex of HMAC-SHA256, keyed with the key's hash as text; 64 characters.
[[nodiscard]] std::string sign_v3(const Secret& key_hash, const SignedTexts& texts);

/// 1 to kMaxVariableName of [A-Za-z0-9_.-]: a name that can be locked or bounded.
[[nodiscard]] bool is_variable_name(std::string_view name) noexcept;
/// kMinNonceLength to kMaxNonceLength of [A-Za-z0-9_-].
[[nodiscard]] bool is_nonce(std::string_view text) noexcept;

}  // namespace casement::grafana
