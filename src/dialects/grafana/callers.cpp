#include "dialects/grafana/callers.h"

#include "base/encoding.h"
#include "base/whole_number.h"
#include "dialects/grafana/key.h"

#include <utility>

namespace casement::grafana {
namespace {

constexpr std::string_view kOrgHeader = "X-Grafana-Org-Id";
constexpr std::string_view kUserOfKeys = "api_key";
constexpr std::string_view kOwnToken = "cas_";
/// As long as the longest key, its user and its Base64.
constexpr std::size_t kLongestBasic = 4096;
/// What no organization has: a header that cannot be read names none.
constexpr store::OrgId kNoOrganization = -1;

bool same_letters(std::string_view text, std::string_view lower) {
    if (text.size() != lower.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != lower[i]) return false;
    }
    return true;
}

/// The key that a request presents.
Result<Secret> presented_key(const http::Request& request) {
    // Sent twice, one could be the proxy's and the other one ours: it counts as none.
    if (request.headers.count("Authorization") != 1) {
        return unauthenticated("unauthorized", "Unauthorized");
    }
    if (const auto token = request.bearer()) {
        if (token->empty()) return unauthenticated("unauthorized", "Unauthorized");
        return Secret(std::string(*token));
    }
    const auto value = *request.headers.find("Authorization");
    const auto space = value.find(' ');
    if (space == std::string_view::npos || !same_letters(value.substr(0, space), "basic") ||
        value.size() > kLongestBasic) {
        return unauthenticated("unauthorized", "Unauthorized");
    }
    const auto pair = from_base64(value.substr(space + 1));
    const auto colon = pair ? pair->find(':') : std::string::npos;
    if (colon == std::string::npos) return unauthenticated("unauthorized", "Unauthorized");
    if (std::string_view(*pair).substr(0, colon) != kUserOfKeys) {
        return unauthenticated("password_refused",
                               "Invalid username or password. With Basic authentication the user "
                               "is api_key and the password is the key.");
    }
    return Secret(pair->substr(colon + 1));
}

/// The organization that the caller wants; 0: whatever the key's is.
store::OrgId wanted_org(const http::Request& request) {
    if (request.headers.count(kOrgHeader) == 0) return 0;
    if (request.headers.count(kOrgHeader) > 1) return kNoOrganization;
    const auto org = whole_number<store::OrgId>(*request.headers.find(kOrgHeader));
    return org && *org >= 0 ? *org : kNoOrganization;
}

std::string role_of(const access::Permissions& own) {
    for (const std::string_view role : {"Admin", "Editor", "Viewer"}) {
        if (access::may_grant(own, role)) return std::string(role);
    }
    return "None";
}

Result<Caller> by_own_token(const access::Authenticator& authenticator, std::string_view token,
                            store::OrgId wanted) {
    auto who = authenticator.by_token(token);
    if (!who) return unauthenticated("api_key_invalid", "Invalid API key");
    if (wanted != 0 && wanted != who->org) {
        return unauthenticated("api_key_organization_mismatch",
                               "API key does not belong to the requested organization");
    }
    Caller caller;
    caller.role = role_of(who->permissions);
    caller.who = std::move(*who);
    return caller;
}

bool has_form_of_key(std::string_view key) {
    return kind_of(key) == KeyKind::token ? parse_service_token(key).has_value()
                                          : parse_legacy_key(key).has_value();
}

}  // namespace

Result<void> Callers::may_send(const http::Request& head,
                               const std::optional<access::Permission>& permission) const {
    const auto key = presented_key(head);
    if (!key) return key.error();
    const auto wanted = wanted_org(head);
    access::Permissions known;
    if (key->reveal().starts_with(kOwnToken)) {
        const auto caller = by_own_token(*authenticator_, key->reveal(), wanted);
        if (!caller) return caller.error();
        known = caller->who.permissions;
    } else if (const auto id = check_->remembered(key->reveal())) {
        const auto holder = keys_->holder(*id, wanted);
        if (!holder) return holder.error();
        known = holder->principal.permissions;
    } else {
        if (has_form_of_key(key->reveal())) return {};
        return unauthenticated("api_key_invalid", "Invalid API key");
    }
    if (permission && !known.has(*permission)) {
        return forbidden("missing_permission", "You'll need additional permissions for this.");
    }
    return {};
}

std::optional<Caller> Callers::anonymous(const http::Request& request) const {
    const bool reads = request.method == http::Method::get || request.method == http::Method::head;
    if (!reads || request.headers.count("Authorization") != 0) return std::nullopt;
    if (!anonymous_->admits(request.client) || !anonymous_->admits_at(request.host)) {
        return std::nullopt;
    }
    auto who = anonymous_->principal(*catalog_->snapshot());
    const auto wanted = wanted_org(request);
    if (!who || (wanted != 0 && wanted != who->org)) return std::nullopt;
    Caller caller;
    caller.role = anonymous_->role();
    caller.who = std::move(*who);
    return caller;
}

asio::awaitable<Result<Caller>> Callers::identify(const http::Request& request) const {
    if (auto stranger = anonymous(request)) co_return std::move(*stranger);
    auto key = presented_key(request);
    if (!key) co_return key.error();
    const auto wanted = wanted_org(request);
    if (key->reveal().starts_with(kOwnToken)) {
        co_return by_own_token(*authenticator_, key->reveal(), wanted);
    }
    auto client = http::to_text(request.client);
    auto id = co_await check_->check(std::move(*key), client);
    if (!id) co_return id.error();
    auto holder = keys_->holder(*id, wanted);
    if (!holder) co_return holder.error();
    keys_->note_use(*holder, client);
    Caller caller;
    caller.account_key = holder->key;
    caller.account = holder->account;
    caller.role = std::move(holder->role);
    caller.who = std::move(holder->principal);
    co_return caller;
}

asio::awaitable<Result<Caller>> Callers::identify_own(const http::Request& request) const {
    if (persons_.concerns && persons_.concerns(request)) {
        auto who = co_await persons_.identify(request);
        if (!who) co_return who.error();
        Caller caller;
        caller.role = role_of(who->permissions);
        caller.who = std::move(*who);
        co_return caller;
    }
    auto caller = co_await identify(request);
    co_return caller;
}

Result<void> Callers::may_send_own(const http::Request& head,
                                   const std::optional<access::Permission>& permission) const {
    if (persons_.concerns && persons_.concerns(head)) return persons_.may_send(head);
    return may_send(head, permission);
}

}  // namespace casement::grafana
