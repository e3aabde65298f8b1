// API keys and service account tokens as Grafana writes them, and the hash that stands for either
// of them in a table. Pure: whose key it is, and whether it still counts, is known elsewhere.
#pragma once

#include "base/error.h"
#include "crypto/random.h"
#include "crypto/secret.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace casement::grafana {

inline constexpr std::size_t kSecretLength = 32;       ///< characters of [0-9A-Za-z]
inline constexpr std::size_t kMaxKeyNameLength = 190;  ///< bytes, as Grafana's table has it
inline constexpr std::size_t kMaxKeyLength = 2048;     ///< characters of a whole key
inline constexpr std::size_t kKeyHashLength = 100;     ///< lower-case hex digits

/// The hash of a migrated legacy key stays what it was, so the kind of a stored key says nothing
/// about its salt: verify with the stored hash, never with one computed by kind.
enum class KeyKind { legacy, token };
/// What a text claims to be: whatever starts with "gl" is a token, right or wrong.
[[nodiscard]] KeyKind kind_of(std::string_view key) noexcept;

/// Base64 of {"k":SECRET,"n":NAME,"id":ORGANIZATION}.
struct LegacyKey {
    Secret secret;
    std::string name;  ///< the salt of the hash
    std::int64_t org = 0;
};
/// Exactly the three members, each once and of its type, in any order. Error: key_malformed, which
/// says what is wrong and never what the key is.
[[nodiscard]] Result<LegacyKey> parse_legacy_key(std::string_view key);
/// Byte for byte as Go writes it.
[[nodiscard]] Secret write_legacy_key(const LegacyKey& key);

/// glsa_SECRET_CHECKSUM.
struct ServiceToken {
    Secret secret;
    std::string checksum;  ///< 8 lower-case hex digits, the salt of the hash
};
/// Error: key_malformed, as above.
[[nodiscard]] Result<ServiceToken> parse_service_token(std::string_view token);
[[nodiscard]] Secret write_service_token(const ServiceToken& token);

/// CRC-32 of "glsa_SECRET", its four bytes little-endian, in lower-case hex.
[[nodiscard]] std::string token_checksum(const Secret& secret);

/// What Grafana stores for a key and what signs its links: hex of PBKDF2-HMAC-SHA256 with 10 000
/// iterations and 50 bytes. Milliseconds of work: on a BlockingPool, behind a limiter.
[[nodiscard]] Secret key_hash(const Secret& secret, std::string_view salt);
[[nodiscard]] Secret key_hash(const LegacyKey& key);
[[nodiscard]] Secret key_hash(const ServiceToken& token);
/// 100 lower-case hex digits.
[[nodiscard]] bool is_key_hash(std::string_view text) noexcept;

/// 1 to kMaxKeyNameLength bytes of UTF-8 without control characters.
[[nodiscard]] bool is_key_name(std::string_view name) noexcept;

/// New ones, their secrets uniformly chosen. A name that is_key_name refuses, or an organization
/// below 1, is a bug (std::logic_error).
[[nodiscard]] LegacyKey make_legacy_key(crypto::Random& random, std::string name, std::int64_t org);
[[nodiscard]] ServiceToken make_service_token(crypto::Random& random);

}  // namespace casement::grafana
