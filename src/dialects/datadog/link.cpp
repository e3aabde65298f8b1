#include "dialects/datadog/link.h"

#include "base/encoding.h"
#include "base/url_query.h"

#include <array>
#include <charconv>

namespace casement::datadog {
namespace {

Error malformed(std::string message, std::string_view field = {}) {
    return invalid("malformed_link", std::move(message), std::string(field));
}

struct Expected {
    std::string_view name;
    bool (*is_right)(std::string_view) noexcept;
    std::string_view wanted;
};

constexpr std::array<Expected, 3> kParameters = {{
    {"token", is_token, "64 lower-case hex digits"},
    {"nonce", is_nonce, "1 to 128 visible ASCII characters without '|' (send '+' as %2B)"},
    {"ts", is_timestamp,
     "whole seconds since 1970 in 1 to 12 digits, without sign or leading zero"},
}};

}  // namespace

Result<Link> parse_link(std::string_view target) {
    if (target.size() > kMaxLinkLength) return malformed("The link is too long.");
    if (target.find('#') != std::string_view::npos) {
        return malformed("The link must have no fragment ('#').");
    }
    const auto question = target.find('?');
    const auto path = target.substr(0, question);
    if (!path.starts_with(kLandingPath)) {
        return malformed("The path of the link must be /sb/secure-embed/ and the share's token.");
    }
    Link link;
    link.share_token = path.substr(kLandingPath.size());
    if (!is_share_token(link.share_token)) {
        return malformed(
            "The share's token in the path is not one that we issue. Use the share's "
            "url as it was given.",
            "share_token");
    }

    std::array<std::optional<std::string>, kParameters.size()> values;
    const auto query =
        question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
    for (const auto& [raw_name, raw_value] : split_query(query)) {
        // Decoded before it is compared: `%74oken` is a second `token`, not a stranger.
        const auto name = form_decode(raw_name);
        if (!name) return malformed("The link has a broken percent escape in it.");
        for (std::size_t i = 0; i < kParameters.size(); ++i) {
            const auto& expected = kParameters[i];
            if (*name != expected.name) continue;
            if (values[i]) {
                return malformed("The link has the parameter '" + *name + "' more than once.",
                                 expected.name);
            }
            auto value = form_decode(raw_value);
            if (!value || !expected.is_right(*value)) {
                return malformed(
                    "The parameter '" + *name + "' must be " + std::string(expected.wanted) + ".",
                    expected.name);
            }
            values[i] = std::move(value);
        }
    }
    for (std::size_t i = 0; i < kParameters.size(); ++i) {
        if (!values[i]) {
            return malformed("The link has no parameter '" + std::string(kParameters[i].name) +
                                 "'. It needs token, nonce and ts.",
                             kParameters[i].name);
        }
    }
    link.token = std::move(*values[0]);
    link.nonce = std::move(*values[1]);
    link.ts_text = std::move(*values[2]);
    seconds::rep count = 0;  // is_timestamp leaves nothing to go wrong
    std::from_chars(link.ts_text.data(), link.ts_text.data() + link.ts_text.size(), count);
    link.ts = seconds(count);
    return link;
}

bool verify_signature(const Link& link, std::string_view credential) {
    if (credential.empty()) return false;
    return equal_in_constant_time(sign(credential, link.nonce, link.ts_text), link.token);
}

WindowState window(const Link& link, Time now) {
    const seconds clock(to_unix_seconds(now));
    if (clock - link.ts > kValidFor) return WindowState::expired;
    if (link.ts - clock > kMaxAhead) return WindowState::not_yet;
    return WindowState::inside;
}

std::optional<Error> check_window(const Link& link, Time now) {
    switch (window(link, now)) {
        case WindowState::inside:
            return std::nullopt;
        case WindowState::expired:
            return gone("link_expired",
                        "This link is older than 30 minutes. Reload the page you came from to get "
                        "a new one.");
        case WindowState::not_yet:
            break;
    }
    return forbidden("link_not_yet_valid",
                     "This link is signed for a time in the future. The clock of the server that "
                     "signed it must be set right.");
}

Error bad_signature() {
    return unauthenticated("bad_signature",
                           "This link is not signed with a credential of its share, or it was "
                           "changed after it was signed.");
}

std::string signed_url(std::string_view base_url, const Secret& credential, std::string_view nonce,
                       Time now) {
    return signed_url(base_url, credential.reveal(), nonce, std::to_string(to_unix_seconds(now)));
}

}  // namespace casement::datadog
