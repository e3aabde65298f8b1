#include "dialects/looker/link.h"

#include "base/encoding.h"
#include "base/shape.h"
#include "base/url_query.h"
#include "dialects/looker/reasons.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

namespace casement::looker {
namespace {

constexpr std::string_view kRewrittenPath = "/embed/login/embed/";
/// What to take off a rewritten path to have the signed one.
constexpr std::size_t kRewrittenPrefix = kRewrittenPath.size() - kLoginPath.size();
constexpr std::size_t kMaxTokenLength = 2048;
constexpr std::size_t kMostNamesSaid = 5;

/// Added by the SDK to a link that it rewrote; unsigned, so they decide nothing.
constexpr std::array<std::string_view, 3> kOuterParameters = {"embed_domain", "sdk",
                                                              "sandboxed_host"};

using Values = std::map<std::string, std::string, std::less<>>;

Error malformed(std::string message) {
    return refusal(kLinkMalformed, std::move(message));
}

// "This request includes invalid params: …" says the names, so they are made fit to be shown.
std::string shown(std::string_view name) {
    if (!is_utf8(name)) return "\"?\"";
    return json::serialize(json::string(utf8_head(name, 64)));
}

bool is_short_text(std::string_view text) {
    return is_utf8(text) && has_no_controls(text) && text.size() <= kMaxTextLength;
}

Result<Values> read_parameters(std::string_view query) {
    Values values;
    for (const auto& [raw_name, raw_value] : split_query(query)) {
        // Decoded before it is compared: `%74ime` is a second `time`, not a stranger.
        auto name = form_decode(raw_name);
        auto value = form_decode(raw_value);
        if (!name || !value) return malformed("The link has a broken percent escape in it.");
        if (values.contains(*name)) {
            return refusal(
                kParameterDuplicate,
                fmt::format("The link has the parameter {} more than once.", shown(*name)),
                is_utf8(*name) ? utf8_head(*name, 64) : std::string_view());
        }
        values.emplace(std::move(*name), std::move(*value));
    }
    return values;
}

std::optional<Error> find_unknown(const Values& values, bool is_rewritten) {
    std::vector<std::string> unknown;
    for (const auto& [name, value] : values) {
        const bool known =
            std::ranges::any_of(parameters(), [&](const auto& one) { return one.name == name; }) ||
            (is_rewritten && std::ranges::find(kOuterParameters, name) != kOuterParameters.end());
        if (!known) unknown.push_back(name);
    }
    if (unknown.empty()) return std::nullopt;
    return unknown_parameters(unknown);
}

std::optional<std::string> take(Values& values, std::string_view name) {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return std::move(found->second);
}

Result<LoginLink> read_cookieless(Values values, InnerTarget target) {
    if (values.size() > 1) {
        return malformed(
            "A login with embed_authentication_token has no other parameter beside it.");
    }
    auto token = std::move(values.begin()->second);
    const bool is_token = !token.empty() && token.size() <= kMaxTokenLength &&
                          std::ranges::all_of(token, [](char c) { return c > ' ' && c < '\x7f'; });
    if (!is_token) {
        return refusal(kParameterInvalid,
                       "'embed_authentication_token' must be the token as it was acquired.",
                       kAuthenticationToken);
    }
    return LoginLink(CookielessLogin{std::move(token), std::move(target)});
}

Result<LoginLink> read_signed(Values values, std::string_view path, bool is_rewritten,
                              InnerTarget target) {
    if (auto error = find_unknown(values, is_rewritten)) return *error;
    SignedLogin link;
    for (const auto& parameter : parameters()) {
        const auto found = values.find(parameter.name);
        if (found == values.end()) {
            if (!parameter.required) continue;
            return refusal(kParameterMissing,
                           fmt::format("Missing required parameter: {}", parameter.name),
                           parameter.name);
        }
        if (auto error = read_value(parameter, found->second, link.values)) return *error;
    }
    link.texts = {std::string(path),
                  *take(values, "nonce"),
                  *take(values, "time"),
                  *take(values, "session_length"),
                  *take(values, "external_user_id"),
                  *take(values, "permissions"),
                  *take(values, "models"),
                  take(values, "group_ids"),
                  take(values, "external_group_id"),
                  take(values, "user_attributes"),
                  *take(values, "access_filters")};
    link.signature = *take(values, "signature");
    link.target = std::move(target);
    if (is_rewritten) {
        link.outer_embed_domain = take(values, "embed_domain");
        link.outer_sdk = take(values, "sdk");
        for (const auto& [name, outer] : {std::pair("embed_domain", &link.outer_embed_domain),
                                          std::pair("sdk", &link.outer_sdk)}) {
            if (!*outer || is_short_text(**outer)) continue;
            return refusal(kParameterInvalid,
                           fmt::format("'{}' must be at most 255 characters of text.", name), name);
        }
        // Without them the page behind the link would not talk to the SDK that loaded it.
        if (!link.target.embed_domain) link.target.embed_domain = link.outer_embed_domain;
        if (!link.target.sdk) link.target.sdk = link.outer_sdk;
    }
    return LoginLink(std::move(link));
}

}  // namespace

bool is_login_link(std::string_view target) noexcept {
    return target.starts_with(kLoginPath) || target.starts_with(kRewrittenPath);
}

Result<LoginLink> parse_login_link(std::string_view target) {
    if (target.size() > kMaxLinkLength) return malformed("The link is too long.");
    const bool is_clean = std::ranges::all_of(
        target, [](char c) { return c > ' ' && c < '\x7f' && c != '#' && c != '\\'; });
    if (!is_clean) {
        return malformed(
            "The link has a space, a '#', a '\\' or a character outside ASCII in it. Each of them "
            "must be percent-encoded.");
    }
    const bool is_rewritten = target.starts_with(kRewrittenPath);
    if (is_rewritten) target.remove_prefix(kRewrittenPrefix);
    const auto question = target.find('?');
    const auto path = target.substr(0, question);
    if (!path.starts_with(kLoginPath) || path.size() == kLoginPath.size()) {
        return malformed("The path of the link must be /login/embed/ and the encoded embed path.");
    }
    if (path.size() > kMaxPathLength) return malformed("The embed path is too long.");
    const auto inner = form_decode(path.substr(kLoginPath.size()));
    if (!inner) return malformed("The embed path has a broken percent escape in it.");

    auto values = read_parameters(question == std::string_view::npos ? std::string_view()
                                                                     : target.substr(question + 1));
    if (!values) return values.error();
    const bool is_cookieless = values->contains(kAuthenticationToken);
    auto page = read_target(*inner);
    if (!page) return page.error();
    return is_cookieless ? read_cookieless(std::move(*values), std::move(*page))
                         : read_signed(std::move(*values), path, is_rewritten, std::move(*page));
}

std::string string_to_sign(const SignedLogin& link, std::string_view host) {
    return string_to_sign(host, link.texts);
}

Result<std::int64_t> verify_signature(const SignedLogin& link, std::string_view host,
                                      std::span<const EmbedSecretView> secrets, Time now) {
    const auto text = string_to_sign(link, host);
    const auto given = from_base64(link.signature);
    std::optional<std::int64_t> usable;
    bool has_unusable = false;
    for (const auto& one : secrets) {
        if (!given || one.secret == nullptr || one.secret->empty()) continue;
        const bool fits =
            equal_in_constant_time(digest(one.algorithm, one.secret->reveal(), text), *given);
        const bool can_sign = one.enabled && (!one.expires_at || *one.expires_at > now);
        if (fits && can_sign && !usable) usable = one.id;
        has_unusable = has_unusable || (fits && !can_sign);
    }
    if (usable) return *usable;
    if (has_unusable) {
        return refusal(kSecretDisabled,
                       "This link is signed with an embed secret that was disabled or has "
                       "expired. Sign with one that is in use.",
                       "signature");
    }
    return refusal(kSignatureInvalid,
                   "'signature' param failed to authenticate. The link is not signed with an "
                   "enabled embed secret, or it was changed after it was signed.",
                   "signature");
}

std::optional<Error> check_window(const SignedLogin& link, Time now) {
    const auto age = seconds(to_unix_seconds(now)) - link.values.time;
    if (age <= kValidFor && -age <= kValidFor) return std::nullopt;
    static constexpr std::string_view kVendorsWords =
        "'time' param is not within 5 minutes of the server's system time";
    if (age > kValidFor) {
        return refusal(kLinkExpired,
                       fmt::format("{}: the link is older than that. Reload the page you came "
                                   "from to get a new one.",
                                   kVendorsWords),
                       "time");
    }
    return refusal(kLinkNotYetValid,
                   fmt::format("{}: the link is signed for a time in the future. The clock of the "
                               "server that signed it must be set right.",
                               kVendorsWords),
                   "time");
}

Error unknown_parameters(std::span<const std::string> names) {
    std::string list;
    for (const auto& name : names.first(std::min(names.size(), kMostNamesSaid))) {
        if (!list.empty()) list += ", ";
        list += shown(name);
    }
    if (names.size() > kMostNamesSaid) list += ", …";
    const auto& first = names.front();
    return refusal(kParameterUnknown,
                   fmt::format("This request includes invalid params: [{}]", list),
                   is_utf8(first) ? utf8_head(first, 64) : std::string_view());
}

}  // namespace casement::looker
