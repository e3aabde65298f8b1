// One-time codes of an authenticator app: RFC 6238 with HMAC-SHA-1, steps of 30 seconds and six
// digits, which is what every such app does.
#pragma once

#include "base/clock.h"
#include "crypto/secret.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace casement::crypto {

/// What RFC 4226 §4 recommends: 160 bits.
inline constexpr std::size_t kTotpSecretSize = 20;
inline constexpr std::int64_t kTotpStepSeconds = 30;

/// RFC 4648 §6, upper case, without padding: how secrets are typed into an authenticator.
[[nodiscard]] std::string to_base32(std::string_view bytes);

[[nodiscard]] std::int64_t totp_step(Time at);
/// Six digits. `secret` is raw bytes.
[[nodiscard]] std::string totp_code(const Secret& secret, std::int64_t step);

/// The step whose code this is: that of `now`, the one before or the one after; nullopt when it is
/// none of theirs, or the secret is empty. The codes are compared in constant time, all three of
/// them. That a step is not used twice is the caller's affair.
[[nodiscard]] std::optional<std::int64_t> find_totp_step(const Secret& secret,
                                                         std::string_view code, Time now);

/// What the authenticator scans: otpauth://totp/… (parameters as the apps read them).
[[nodiscard]] std::string totp_uri(const Secret& secret, std::string_view issuer,
                                   std::string_view account);

}  // namespace casement::crypto
