// The sharable link as the server receives it, in its three versions: read, verified, held against
// the clock. Pure: no I/O, no state. Whether its key exists and counts, which versions are
// accepted, and single use are decided elsewhere.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "crypto/secret.h"
#include "dialects/grafana/key.h"
#include "dialects/grafana/signature.h"
#include "dialects/grafana/target.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace casement::grafana {

/// Names of the parameters, as they stand in a link.
namespace parameter {
inline constexpr std::string_view kKey = "aliyun_api_key";
inline constexpr std::string_view kSign = "aliyun_api_key_sign";
inline constexpr std::string_view kTimestamp = "aliyun_api_key_timestamp";
inline constexpr std::string_view kName = "aliyun_api_key_name";
inline constexpr std::string_view kOrgId = "aliyun_api_key_org_id";
inline constexpr std::string_view kExpireSeconds = "aliyun_api_key_expire_seconds";
inline constexpr std::string_view kCasementKey = "casement_key";
inline constexpr std::string_view kCasementOrg = "casement_org";
inline constexpr std::string_view kCasementExpires = "casement_expires";
inline constexpr std::string_view kCasementSession = "casement_session";
inline constexpr std::string_view kCasementLock = "casement_lock";
inline constexpr std::string_view kCasementBound = "casement_bound";
inline constexpr std::string_view kCasementNonce = "casement_nonce";
inline constexpr std::string_view kCasementSignature = "casement_signature";
}  // namespace parameter

/// Version 1: the whole key stands in the link.
struct KeyInLink {
    Secret text;  ///< the key as it authenticates elsewhere too, decoded
    std::variant<LegacyKey, ServiceToken> key;
};

/// Version 2: signed with the stored hash of a key. The signature is over nothing but the
/// timestamp; all else may have been written by whoever holds the link.
struct SignedByHash {
    std::string signature;  ///< 32 lower-case hex digits, not yet verified
    std::string timestamp_text;
    seconds timestamp{};   ///< since 1970
    std::string key_name;  ///< of a legacy key or of a token, not of its service account
    std::int64_t org = 0;
    seconds session = kDefaultSession;  ///< 1 s to LinkLimits::longest_session
};

/// Version 3: signed with the same hash, over everything that decides what is opened.
struct SignedV3 {
    std::string signature;  ///< 64 lower-case hex digits, not yet verified
    SignedTexts texts;      ///< what the signature is over
    std::string key_name;
    std::int64_t org = 0;
    seconds expires{};  ///< since 1970; the link does not open from then on
    seconds session = kDefaultSession;
    std::string nonce;
    std::vector<Variable> locked;   ///< these values and no others
    std::vector<Variable> bounded;  ///< the viewer chooses among these values
};

struct SharableLink {
    Target target;
    std::variant<KeyInLink, SignedByHash, SignedV3> proof;
};

/// 1, 2 or 3.
[[nodiscard]] int version_of(const SharableLink& link) noexcept;

/// No server is configured for longer ones; for signing and explaining without a server.
inline constexpr seconds kLongestSession = std::chrono::hours(24 * 30);

struct LinkLimits {
    seconds longest_session = std::chrono::hours(24);
};

/// Reads a raw request target. Each parameter of a proof stands at most once, under its name
/// decoded once; versions do not mix; unknown aliyun_ and casement_ parameters are refused.
/// Errors: those of read_target, link_not_signed, versions_mixed, parameter_*, key_malformed,
/// organization_mismatch. None holds the value of a proof.
[[nodiscard]] Result<SharableLink> parse_link(std::string_view target,
                                              const LinkLimits& limits = {});

/// Whether `key_hash` signed it, in constant time. nullptr is for a key that is not known: the same
/// work, and false. What is not 100 lower-case hex digits verifies nothing.
[[nodiscard]] bool verify_signature(const SignedByHash& link, const Secret* key_hash);
[[nodiscard]] bool verify_signature(const SignedV3& link, const Secret* key_hash);

/// Whole seconds. Version 2: both ends of its 60 s included. Version 3: over at casement_expires.
/// link_expired, link_not_yet_valid, or nullopt.
[[nodiscard]] std::optional<Error> check_window(const SignedByHash& link, Time now);
[[nodiscard]] std::optional<Error> check_window(const SignedV3& link, Time now);

/// signature_invalid. The same words for an unknown key and a wrong signature.
[[nodiscard]] Error signature_invalid();

}  // namespace casement::grafana
