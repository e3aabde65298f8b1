#include "dialects/grafana/sign.h"

#include "base/encoding.h"
#include "dialects/grafana/link.h"
#include "dialects/grafana/query.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

using namespace parameter;

std::string_view without_fragment(std::string_view url) {
    return url.substr(0, url.find('#'));
}

void append(std::string& url, std::string_view name, std::string_view value) {
    const bool is_first = url.find('?') == std::string::npos;
    const bool is_open = url.ends_with('?') || url.ends_with('&');
    if (!is_open) url.push_back(is_first ? '?' : '&');
    url.append(name).append("=").append(percent_encode(value));
}

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names) {
        if (!out.empty()) out.push_back(',');
        out += name;
    }
    return out;
}

std::string v2_url(const LinkParts& parts, std::string_view signature) {
    std::string url(without_fragment(parts.url));
    append(url, kSign, signature);
    append(url, kTimestamp, std::to_string(parts.time));
    append(url, kName, parts.key_name);
    append(url, kOrgId, std::to_string(parts.org));
    if (parts.session) append(url, kExpireSeconds, std::to_string(*parts.session));
    return url;
}

std::string v3_url(const LinkParts& parts, std::string_view signature) {
    std::string url(without_fragment(parts.url));
    append(url, kCasementKey, parts.key_name);
    append(url, kCasementOrg, std::to_string(parts.org));
    append(url, kCasementExpires, std::to_string(parts.time));
    if (parts.session) append(url, kCasementSession, std::to_string(*parts.session));
    if (!parts.locked.empty()) append(url, kCasementLock, joined(parts.locked));
    if (!parts.bounded.empty()) append(url, kCasementBound, joined(parts.bounded));
    append(url, kCasementNonce, parts.nonce);
    append(url, kCasementSignature, signature);
    return url;
}

Result<SharableLink> parsed(const std::string& url) {
    return parse_link(target_of(url), {.longest_session = kLongestSession});
}

}  // namespace

std::string_view target_of(std::string_view url) noexcept {
    url = without_fragment(url);
    const auto scheme = url.find("://");
    if (scheme >= url.find_first_of("/?")) return url;
    const auto path = url.find_first_of("/?", scheme + 3);
    return path == std::string_view::npos ? std::string_view() : url.substr(path);
}

// What the server's own reader refuses cannot be signed.
std::optional<std::string> signing_problem(int version, const LinkParts& parts) {
    if (version < 1 || version > 3) return "There are versions 1, 2 and 3.";
    const auto target = target_of(parts.url);
    if (has_proof(target)) {
        return "The URL has a key or a signature in it already. Give it without one.";
    }
    if (version == 1) {
        const auto page = read_target(target);
        return page ? std::nullopt : std::optional(page.error().message);
    }
    const auto url =
        version == 2 ? v2_url(parts, std::string(32, '0')) : v3_url(parts, std::string(64, '0'));
    const auto link = parsed(url);
    return link ? std::nullopt : std::optional(link.error().message);
}

Result<SigningKey> read_signing_key(std::string_view text) {
    SigningKey out;
    if (is_key_hash(text)) {
        out.hash = Secret(std::string(text));
        return out;
    }
    out.text = Secret(std::string(text));
    if (kind_of(text) == KeyKind::token) {
        auto token = parse_service_token(text);
        if (!token) return token.error();
        out.is_token = true;
        out.secret = token->secret;
        out.salt = token->checksum;
    } else {
        auto key = parse_legacy_key(text);
        if (!key) return key.error();
        out.secret = key->secret;
        out.salt = key->name;
        out.name = key->name;
        out.org = key->org;
    }
    out.hash = key_hash(out.secret, out.salt);
    return out;
}

std::string make_v1_url(const LinkParts& parts, const Secret& key) {
    std::string url(without_fragment(parts.url));
    append(url, kKey, key.reveal());
    return url;
}

std::string make_v2_url(const LinkParts& parts, const Secret& key_hash) {
    return v2_url(parts, sign_v2(key_hash, std::to_string(parts.time)));
}

std::string make_v3_url(const LinkParts& parts, const Secret& key_hash) {
    // The texts that the server will read out of the link are those that are signed.
    const auto link = parsed(v3_url(parts, std::string(64, '0')));
    return v3_url(parts, sign_v3(key_hash, std::get<SignedV3>(link.value().proof).texts));
}

}  // namespace casement::grafana
