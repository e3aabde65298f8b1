#include "access/id_token.h"

#include "base/encoding.h"
#include "base/shape.h"
#include "crypto/public_key.h"
#include "crypto/secret.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

namespace casement::access {
namespace {

constexpr std::size_t kLongestToken = std::size_t{32} * 1024;
constexpr std::size_t kLongestSubject = 255;
constexpr std::chrono::seconds kLeeway{60};
constexpr std::chrono::hours kOldest{1};

Error refused(std::string reason) {
    return unauthenticated("openid_token_refused", std::move(reason));
}

std::optional<json::object> read_part(std::string_view part) {
    const auto text = from_base64url(part);
    if (!text) return std::nullopt;
    json::error_code failed;
    json::parse_options options;
    options.max_depth = 16;
    auto value = json::parse(*text, failed, {}, options);
    if (failed || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

std::optional<Time> time_at(const json::object& claims, std::string_view name) {
    const auto* value = claims.if_contains(name);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    json::error_code inexact;
    const auto seconds = value->to_number<double>(inexact);
    // Beyond the year 9999 it is no time. Until then a double holds every second.
    if (inexact || !(seconds >= 0 && seconds < 253'402'300'800.0)) return std::nullopt;
    return Time{std::chrono::seconds{static_cast<std::int64_t>(seconds)}};
}

std::optional<std::string> bytes_at(const json::object& key, std::string_view name) {
    const auto text = text_at(key, name);
    if (!text) return std::nullopt;
    return from_base64url(*text);
}

bool signed_by(const json::object& key, std::string_view algorithm, std::string_view message,
               std::string_view signature) {
    const auto type = text_at(key, "kty").value_or("");
    if (const auto use = text_at(key, "use"); use && *use != "sig") return false;
    if (const auto named = text_at(key, "alg"); named && *named != algorithm) return false;
    if (algorithm == "RS256" && type == "RSA") {
        const auto n = bytes_at(key, "n");
        const auto e = bytes_at(key, "e");
        if (!n || !e) return false;
        const auto made = crypto::PublicKey::rsa(*n, *e);
        return made && made->verifies_rs256(message, signature);
    }
    if (algorithm == "ES256" && type == "EC" && text_at(key, "crv") == "P-256") {
        const auto x = bytes_at(key, "x");
        const auto y = bytes_at(key, "y");
        if (!x || !y) return false;
        const auto made = crypto::PublicKey::p256(*x, *y);
        return made && made->verifies_es256(message, signature);
    }
    return false;
}

/// The keys that may have signed it: the one it names, else all.
std::vector<const json::object*> candidates(const json::object& set, const json::object& header) {
    std::vector<const json::object*> found;
    const auto* keys = set.if_contains("keys");
    if (keys == nullptr || !keys->is_array()) return found;
    const auto id = text_at(header, "kid");
    for (const auto& item : keys->get_array()) {
        const auto* key = item.if_object();
        if (key == nullptr || (id && text_at(*key, "kid") != id)) continue;
        found.push_back(key);
    }
    return found;
}

bool is_for(const json::object& claims, const std::string& client_id) {
    const auto* audience = claims.if_contains("aud");
    if (audience == nullptr) return false;
    bool several = false;
    if (audience->is_string()) {
        if (audience->get_string() != client_id) return false;
    } else if (audience->is_array()) {
        const auto& list = audience->get_array();
        const bool named = std::any_of(list.begin(), list.end(), [&](const json::value& one) {
            return one.is_string() && one.get_string() == client_id;
        });
        if (!named) return false;
        several = list.size() > 1;
    } else {
        return false;
    }
    const auto* party = claims.if_contains("azp");
    if (party == nullptr) return !several;
    return party->is_string() && party->get_string() == client_id;
}

Result<void> check_claims(const json::object& claims, const IdTokenRules& rules) {
    if (text_at(claims, "iss") != rules.issuer) return refused("It is of another issuer.");
    if (!is_for(claims, rules.client_id)) return refused("It is for another application.");
    const auto expires = time_at(claims, "exp");
    const auto issued = time_at(claims, "iat");
    if (!expires || !issued) return refused("It does not say since when and how long it is good.");
    if (*expires + kLeeway <= rules.now) return refused("It has expired.");
    if (*issued - kLeeway > rules.now) return refused("It is from the future: check the clocks.");
    if (*issued + kOldest < rules.now) return refused("It is too old.");
    if (claims.contains("nbf")) {
        const auto begins = time_at(claims, "nbf");
        if (!begins || *begins - kLeeway > rules.now) return refused("It is not good yet.");
    }
    const auto nonce = text_at(claims, "nonce").value_or("");
    if (rules.nonce.empty() || !equal_in_constant_time(nonce, rules.nonce)) {
        return refused("It belongs to another sign-in.");
    }
    return {};
}

}  // namespace

Result<IdClaims> verify_id_token(std::string_view token, const json::object& keys,
                                 const IdTokenRules& rules) {
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    if (token.size() > kLongestToken || first == std::string_view::npos || first == last ||
        token.substr(first + 1, last - first - 1).find('.') != std::string_view::npos) {
        return refused("It is no signed token.");
    }
    const auto header = read_part(token.substr(0, first));
    auto claims = read_part(token.substr(first + 1, last - first - 1));
    const auto signature = from_base64url(token.substr(last + 1));
    if (!header || !claims || !signature) return refused("It is no signed token.");
    const auto algorithm = text_at(*header, "alg").value_or("");
    if (algorithm != "RS256" && algorithm != "ES256") {
        return refused("It is signed by another method than RS256 and ES256.");
    }
    // Extensions that must be understood (RFC 7515 §4.1.11): none are.
    if (header->contains("crit")) return refused("It needs what this server does not know.");
    const auto may_be = candidates(keys, *header);
    if (may_be.empty()) {
        return unavailable("openid_key_unknown", "It is signed with a key that is not known.");
    }
    const bool holds = std::any_of(may_be.begin(), may_be.end(), [&](const json::object* key) {
        return signed_by(*key, algorithm, token.substr(0, last), *signature);
    });
    if (!holds) return refused("Its signature does not hold.");
    if (auto good = check_claims(*claims, rules); !good) return good.error();
    IdClaims person;
    person.subject = text_at(*claims, "sub").value_or("");
    if (person.subject.empty() || person.subject.size() > kLongestSubject) {
        return refused("It does not say who has signed in.");
    }
    person.email = text_at(*claims, "email").value_or("");
    const auto* verified = claims->if_contains("email_verified");
    person.email_verified = verified != nullptr && verified->is_bool() && verified->get_bool();
    person.name = text_at(*claims, "name").value_or("");
    person.all = std::move(*claims);
    return person;
}

}  // namespace casement::access
