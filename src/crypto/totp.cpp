#include "crypto/totp.h"

#include "base/encoding.h"
#include "crypto/hash.h"

#include <fmt/format.h>

namespace casement::crypto {
namespace {

constexpr std::uint32_t kModulus = 1'000'000;
constexpr std::size_t kDigits = 6;

std::string counter_bytes(std::int64_t step) {
    auto value = static_cast<std::uint64_t>(step);
    std::string bytes(8, '\0');
    for (std::size_t i = bytes.size(); i-- > 0; value >>= 8U)
        bytes[i] = static_cast<char>(value & 0xffU);
    return bytes;
}

}  // namespace

std::string to_base32(std::string_view bytes) {
    constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string out;
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (const char c : bytes) {
        held = (held << 8U) | static_cast<unsigned char>(c);
        bits += 8;
        for (; bits >= 5; bits -= 5)
            out += kLetters[(held >> (bits - 5)) & 31U];
    }
    if (bits > 0) out += kLetters[(held << (5 - bits)) & 31U];
    return out;
}

std::int64_t totp_step(Time at) {
    return to_unix_micros(at) / 1'000'000 / kTotpStepSeconds;
}

std::string totp_code(const Secret& secret, std::int64_t step) {
    const auto mac = hmac_sha1(secret.reveal(), counter_bytes(step));
    // Dynamic truncation, RFC 4226 §5.3.
    const auto at = static_cast<std::size_t>(static_cast<unsigned char>(mac.back()) & 15U);
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i)
        number = (number << 8U) | static_cast<unsigned char>(mac[at + i]);
    return fmt::format("{:06}", (number & 0x7fff'ffffU) % kModulus);
}

std::optional<std::int64_t> find_totp_step(const Secret& secret, std::string_view code, Time now) {
    if (secret.empty() || code.size() != kDigits) return std::nullopt;
    const auto current = totp_step(now);
    std::optional<std::int64_t> found;
    for (const auto step : {current - 1, current, current + 1}) {
        if (equal_in_constant_time(totp_code(secret, step), code)) found = step;
    }
    return found;
}

std::string totp_uri(const Secret& secret, std::string_view issuer, std::string_view account) {
    return fmt::format(
        "otpauth://totp/{0}:{1}?secret={2}&issuer={0}&algorithm=SHA1&digits={3}"
        "&period={4}",
        percent_encode(issuer), percent_encode(account), to_base32(secret.reveal()), kDigits,
        kTotpStepSeconds);
}

}  // namespace casement::crypto
