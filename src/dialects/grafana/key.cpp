#include "dialects/grafana/key.h"

#include "base/encoding.h"
#include "base/shape.h"
#include "crypto/pbkdf2.h"
#include "dialects/grafana/reasons.h"
#include "dialects/grafana/text.h"

#include <stdexcept>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

constexpr std::string_view kTokenPrefix = "glsa_";
constexpr std::size_t kChecksumLength = 8;
constexpr unsigned kIterations = 10'000;
constexpr std::size_t kHashBytes = kKeyHashLength / 2;

Error malformed(std::string message) {
    return refusal(kKeyMalformed, std::move(message));
}

std::uint32_t crc32(std::string_view text) {
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const char c : text) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
    }
    return ~crc;
}

bool is_key_secret(std::string_view text) {
    return text.size() == kSecretLength && is_alphanumeric(text);
}

// encoding/json of Go: beside what JSON demands, '<', '>', '&' and the two line separators of
// Unicode are escaped. Names have no control characters.
std::string as_go_writes(std::string_view name) {
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (c == '<' || c == '>' || c == '&') {
            out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        } else if (const auto three = name.substr(i, 3);
                   three == "\xE2\x80\xA8" || three == "\xE2\x80\xA9") {
            out += three[2] == '\xA8' ? "\\u2028" : "\\u2029";
            i += 2;
        } else {
            out.push_back(c);
        }
    }
    return out;
}

}  // namespace

KeyKind kind_of(std::string_view key) noexcept {
    return key.starts_with("gl") ? KeyKind::token : KeyKind::legacy;
}

bool is_key_name(std::string_view name) noexcept {
    return !name.empty() && is_plain_text(name, kMaxKeyNameLength);
}

bool is_key_hash(std::string_view text) noexcept {
    return text.size() == kKeyHashLength && is_lower_hex(text);
}

Result<LegacyKey> parse_legacy_key(std::string_view key) {
    if (key.empty() || key.size() > kMaxKeyLength) {
        return malformed("The API key is empty or too long. Copy it whole, as it was shown once.");
    }
    const auto text = from_base64(key);
    if (!text) {
        return malformed(
            "The API key is not Base64 with its padding. Copy it whole, with the '=' at its end.");
    }
    const auto parsed = parse_json(*text);
    const auto* object = parsed ? parsed->if_object() : nullptr;
    if (object == nullptr || object->size() != 3) {
        return malformed(
            "The API key is Base64, but not of {\"k\", \"n\", \"id\"}, each of them once.");
    }
    const auto* secret = object->if_contains("k");
    const auto* name = object->if_contains("n");
    const auto* org = object->if_contains("id");
    const bool is_typed = secret != nullptr && secret->is_string() && name != nullptr &&
                          name->is_string() && org != nullptr && org->is_int64();
    if (!is_typed) {
        return malformed(
            "In the API key, \"k\" and \"n\" must be texts and \"id\" a whole number.");
    }
    const std::string_view letters = secret->get_string();
    if (!is_key_secret(letters)) {
        return malformed("The secret within the API key is not 32 letters and digits.");
    }
    const std::string_view name_text = name->get_string();
    if (!is_key_name(name_text)) {
        return malformed(
            "The name within the API key must be 1 to 190 bytes without control characters.");
    }
    if (org->get_int64() < 1) {
        return malformed("The organization within the API key must be 1 or more.");
    }
    return LegacyKey{Secret(std::string(letters)), std::string(name_text), org->get_int64()};
}

Secret write_legacy_key(const LegacyKey& key) {
    return Secret(to_base64(fmt::format(R"({{"k":"{}","n":"{}","id":{}}})", key.secret.reveal(),
                                        as_go_writes(key.name), key.org)));
}

Result<ServiceToken> parse_service_token(std::string_view token) {
    if (!token.starts_with(kTokenPrefix)) {
        return malformed("A service account token begins with glsa_.");
    }
    const auto rest = token.substr(kTokenPrefix.size());
    const auto underscore = rest.find('_');
    const auto secret = rest.substr(0, underscore);
    const auto checksum =
        underscore == std::string_view::npos ? std::string_view() : rest.substr(underscore + 1);
    if (!is_key_secret(secret) || checksum.size() != kChecksumLength || !is_lower_hex(checksum)) {
        return malformed(
            "A service account token is glsa_, 32 letters and digits, '_' and 8 lower-case hex "
            "digits. Copy it whole.");
    }
    ServiceToken out{Secret(std::string(secret)), std::string(checksum)};
    const auto right = token_checksum(out.secret);
    if (right == out.checksum) return out;
    auto bytes = *from_hex(right);
    if (to_hex(std::string(bytes.rbegin(), bytes.rend())) == out.checksum) {
        return malformed(
            "The checksum of the service account token has its bytes in the wrong order: CRC-32 "
            "is written with its lowest byte first.");
    }
    return malformed(
        "The checksum of the service account token does not fit the rest of it. It was cut or "
        "mistyped; copy it whole.");
}

Secret write_service_token(const ServiceToken& token) {
    return Secret(fmt::format("{}{}_{}", kTokenPrefix, token.secret.reveal(), token.checksum));
}

std::string token_checksum(const Secret& secret) {
    const Secret text(fmt::format("{}{}", kTokenPrefix, secret.reveal()));
    const auto crc = crc32(text.reveal());
    std::string bytes;
    for (unsigned shift = 0; shift < 32; shift += 8)
        bytes.push_back(static_cast<char>((crc >> shift) & 0xFFU));
    return to_hex(bytes);
}

Secret key_hash(const Secret& secret, std::string_view salt) {
    return Secret(to_hex(crypto::pbkdf2_sha256(secret, salt, kIterations, kHashBytes).reveal()));
}
Secret key_hash(const LegacyKey& key) {
    return key_hash(key.secret, key.name);
}
Secret key_hash(const ServiceToken& token) {
    return key_hash(token.secret, token.checksum);
}

LegacyKey make_legacy_key(crypto::Random& random, std::string name, std::int64_t org) {
    if (!is_key_name(name) || org < 1) throw std::logic_error("no name or organization of a key");
    return {Secret(random.alphanumeric(kSecretLength)), std::move(name), org};
}

ServiceToken make_service_token(crypto::Random& random) {
    Secret secret(random.alphanumeric(kSecretLength));
    auto checksum = token_checksum(secret);
    return {std::move(secret), std::move(checksum)};
}

}  // namespace casement::grafana
