// Who the person is here whom the provider has named.
#include "access/open_id.h"
#include "base/encoding.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::array<std::string_view, 3> kRoles{"Admin", "Editor", "Viewer"};
constexpr std::size_t kLongestHandle = 254;
constexpr std::size_t kLongestName = 200;

json::object identity_json(const std::string& issuer, const std::string& subject) {
    return {{"issuer", issuer}, {"subject", subject}};
}

bool is_of(const store::User& user, const json::object& identity) {
    const auto* known = user.profile.if_contains("identity");
    return known != nullptr && known->is_object() && known->get_object() == identity;
}

const store::User* find_user(const store::Snapshot& snapshot, store::OrgId org,
                             const json::object& identity) {
    for (const auto* user : snapshot.users(org))
        if (is_of(*user, identity)) return user;
    return nullptr;
}

/// The strongest role among the claim's values; empty: it names none.
std::string role_in(const json::object& claims, const std::string& name) {
    if (name.empty()) return {};
    const auto* claim = claims.if_contains(name);
    if (claim == nullptr) return {};
    const auto named = [&](std::string_view role) {
        if (claim->is_string()) return claim->get_string() == role;
        if (!claim->is_array()) return false;
        return std::ranges::any_of(claim->get_array(), [&](const json::value& one) {
            return one.is_string() && one.get_string() == role;
        });
    };
    for (const auto role : kRoles)
        if (named(role)) return std::string(role);
    return {};
}

/// As a handle: an address that has been verified, else what the person is called there.
std::string handle_in(const IdClaims& claims) {
    if (claims.email_verified) return claims.email;
    return text_at(claims.all, "preferred_username").value_or("");
}

bool is_handle(std::string_view text) {
    return !text.empty() && text.size() <= kLongestHandle && is_utf8(text) &&
           std::ranges::none_of(
               text, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; });
}

Error disabled() {
    return unauthenticated("openid_user_disabled",
                           "Your account here is disabled. Ask an administrator.");
}

}  // namespace

store::OrgId OpenId::organization(const store::Snapshot& snapshot) const {
    const auto all = snapshot.organizations();
    if (settings_.org_name.empty()) return all.empty() ? 0 : all.front()->id;
    for (const auto* one : all)
        if (one->name == settings_.org_name) return one->id;
    return 0;
}

asio::awaitable<Result<store::User>> OpenId::user_of(IdClaims claims, const Browser& browser) {
    const auto snapshot = catalog_->snapshot();
    const auto org = organization(*snapshot);
    const auto identity = identity_json(settings_.issuer, claims.subject);
    const auto role = role_in(claims.all, settings_.role_claim);
    const auto handle = handle_in(claims);
    const auto* known = find_user(*snapshot, org, identity);
    bool linked = false;
    if (known == nullptr) {
        const auto* same = handle.empty() ? nullptr : snapshot->user_by_handle(org, handle);
        const bool may_link = same != nullptr && settings_.match_email && claims.email_verified &&
                              !same->profile.contains("identity");
        if (same != nullptr && !may_link) {
            co_return unauthenticated(
                "openid_handle_taken",
                "There is a user of your address here already, who signs in with a password. Ask "
                "an administrator.");
        }
        known = same;
        linked = same != nullptr;
    }
    if (known == nullptr && (!settings_.sign_up || org == 0 || !is_handle(handle))) {
        co_return unauthenticated(
            "openid_user_unknown",
            "You are signed in at the provider, but you are no user here. Ask an administrator.");
    }
    if (known != nullptr && known->disabled) co_return disabled();
    const auto name = std::string(utf8_head(claims.name, kLongestName));
    std::function<Result<store::User>(store::Transaction&)> work =
        [&, id = known == nullptr ? 0 : known->id](store::Transaction& tx) -> Result<store::User> {
        store::User row;
        if (id != 0) {
            auto found = tx.load<store::User>(id);
            if (!found) return found.error();
            row = std::move(*found);
            if (row.disabled) return disabled();
        } else {
            row.org = org;
            row.uuid = random_->uuid();
            row.handle = handle;
            row.name = is_utf8(name) && !name.empty() ? name : handle;
            row.role = settings_.role;
        }
        const auto before = row;
        row.profile["identity"] = identity;
        if (!role.empty()) row.role = role;
        if (id == 0) {
            if (auto done = tx.insert(row); !done) return done.error();
        } else if (row.profile != before.profile || row.role != before.role) {
            if (auto done = tx.update(row); !done) return done.error();
        }
        return row;
    };
    auto written = co_await catalog_->write(std::move(work));
    if (!written) co_return written.error();
    const auto record = [&](std::string action) {
        audit_->record({org,
                        "system",
                        std::move(action),
                        fmt::format("user:{}", written->id),
                        browser.client,
                        {{"by", "openid"}, {"handle", written->handle}, {"role", written->role}}});
    };
    if (known == nullptr) {
        record("user.created");
    } else if (linked) {
        record("user.linked");
    } else if (known->role != written->role) {
        record("user.changed");
    }
    co_return written;
}

}  // namespace casement::access
