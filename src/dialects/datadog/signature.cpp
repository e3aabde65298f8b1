#include "dialects/datadog/signature.h"

#include "base/encoding.h"
#include "crypto/hash.h"

#include <algorithm>

namespace casement::datadog {
namespace {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_visible(char c) {
    return c > ' ' && c < '\x7f';
}

bool begins_with(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}

}  // namespace

bool is_share_token(std::string_view text) noexcept {
    return text.size() >= 8 && text.size() <= 64 &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                      c == '_';
           });
}

bool is_token(std::string_view text) noexcept {
    return text.size() == kTokenLength && std::all_of(text.begin(), text.end(), [](char c) {
               return is_digit(c) || (c >= 'a' && c <= 'f');
           });
}

bool is_nonce(std::string_view text) noexcept {
    return !text.empty() && text.size() <= kMaxNonceLength &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_visible(c) && c != '|'; });
}

bool is_timestamp(std::string_view text) noexcept {
    return !text.empty() && text.size() <= kMaxTimestampLength &&
           std::all_of(text.begin(), text.end(), is_digit) &&
           (text.front() != '0' || text.size() == 1);
}

std::string signed_text(std::string_view nonce, std::string_view ts) {
    std::string text;
    text.reserve(nonce.size() + 1 + ts.size());
    text.append(nonce).append("|").append(ts);
    return text;
}

std::string sign(std::string_view credential, std::string_view nonce, std::string_view ts) {
    return crypto::hmac_sha256_hex(credential, signed_text(nonce, ts));
}

std::optional<std::string> signing_problem(std::string_view base_url, std::string_view credential,
                                           std::string_view nonce, std::string_view ts) {
    if (!begins_with(base_url, "https://") && !begins_with(base_url, "http://")) {
        return "The base URL must begin with https:// (or http:// on one's own machine). "
               "Use the url that was shown when the share was made.";
    }
    if (base_url.find_first_of("?#") != std::string_view::npos) {
        return "The base URL must have no query and no fragment: token, nonce and ts are appended "
               "after a question mark.";
    }
    if (!std::all_of(base_url.begin(), base_url.end(), is_visible)) {
        return "The base URL has a space, a line break or a character outside ASCII in it.";
    }
    if (credential.empty()) {
        return "The credential is empty. Anyone can sign with an empty key, so no share accepts "
               "it.";
    }
    if (!is_nonce(nonce)) {
        return "The nonce must be 1 to 128 visible ASCII characters without '|'. "
               "16 random bytes as hex are right.";
    }
    if (!is_timestamp(ts)) {
        return "The timestamp must be whole seconds since 1970 (UTC), 1 to 12 digits.";
    }
    return std::nullopt;
}

std::string signed_url(std::string_view base_url, std::string_view credential,
                       std::string_view nonce, std::string_view ts) {
    std::string url(base_url);
    url.append("?token=").append(sign(credential, nonce, ts));
    url.append("&nonce=").append(percent_encode(nonce));
    url.append("&ts=").append(ts);
    return url;
}

}  // namespace casement::datadog
