#include "access/user_service.h"

#include "access/last_admin.h"
#include "access/user_rules.h"
#include "store/console_store.h"

#include <functional>
#include <utility>

namespace casement::access {
namespace {

std::string user_object(std::int64_t id) {
    return fmt::format("user:{}", id);
}

Error own_user(std::string message) {
    return forbidden("own_user", std::move(message));
}

Result<void> check_change(const Principal& who, std::int64_t id, const UserChange& change) {
    if (change.name) {
        if (auto fits = check_new_name(*change.name, "name"); !fits) return fits;
    }
    if (change.role && !is_role(*change.role)) {
        return invalid("invalid_role", "The role is one of Admin, Editor, Viewer.", "role");
    }
    if (who.user == 0 || who.user != id) return {};
    if (change.disabled.value_or(false)) {
        return own_user("You cannot disable yourself. Another administrator can.");
    }
    if (change.role && *change.role != "Admin") {
        return own_user("You cannot take your own role away. Another administrator can.");
    }
    return {};
}

void apply(const UserChange& change, store::User& user) {
    if (change.name && *change.name != user.name) {
        user.name = *change.name;
        // Its parts follow from the whole name again.
        user.profile.erase("first_name");
        user.profile.erase("last_name");
    }
    if (change.role) user.role = *change.role;
    if (change.disabled) user.disabled = *change.disabled;
}

}  // namespace

Result<store::User> UserService::find(const Principal& who, std::int64_t id) const {
    if (auto allowed = who.require(Permission::org_manage); !allowed) return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    const auto* user = find_own<store::User>(*snapshot, who.org, id);
    if (user == nullptr) return no_such_object();
    return *user;
}

asio::awaitable<Result<store::User>> UserService::update(Principal who, std::int64_t id,
                                                         UserChange change) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    if (auto fits = check_change(who, id, change); !fits) co_return fits.error();
    const auto snapshot = parts_.catalog.snapshot();
    store::User before;
    std::function<Result<store::User>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<store::User> {
        auto row = load_own<store::User>(tx, who.org, id);
        if (!row) return row.error();
        before = *row;
        const bool stays =
            change.role.value_or(row->role) == "Admin" && !change.disabled.value_or(row->disabled);
        if (!stays) {
            if (auto other = check_other_admin(tx, *snapshot, *row); !other) return other.error();
        }
        apply(change, *row);
        if (auto updated = tx.update(*row); !updated) return updated.error();
        return row;
    };
    auto written = co_await parts_.catalog.write(std::move(work));
    if (!written) co_return written.error();
    parts_.record(
        who, "user.changed", user_object(id),
        {{"name", written->name}, {"role", written->role}, {"disabled", written->disabled}});
    const bool ends = written->role != before.role || (written->disabled && !before.disabled);
    if (ends) {
        // The console asks for the role at every call; a page in a frame keeps what it was granted.
        auto ended = co_await sessions_->end_all_of(who.org, id, who.actor);
        if (!ended) co_return ended.error();
    }
    co_return written;
}

asio::awaitable<Result<void>> UserService::reset_totp(Principal who, std::int64_t id) {
    const auto user = find(who, id);
    if (!user) co_return user.error();
    if (who.user == id) {
        co_return own_user(
            "Your own second factor is taken away under Security and sessions, with your "
            "password.");
    }
    const auto removed = co_await store::ConsoleStore::of(parts_.catalog).remove_totp(id);
    if (!removed) co_return removed.error();
    if (!*removed) co_return not_found("totp_not_set", "This user has no second factor.");
    parts_.record(who, "user.totp_reset", user_object(id), {{"handle", user->handle}});
    co_return Result<void>{};
}

asio::awaitable<Result<std::size_t>> UserService::end_console_sessions(std::int64_t id) {
    auto& console = store::ConsoleStore::of(parts_.catalog);
    const auto open = co_await console.sessions_of(id);
    if (!open) co_return open.error();
    std::size_t count = 0;
    for (const auto& session : *open) {
        const auto ended = co_await console.end_session(id, session.id);
        if (!ended) co_return ended.error();
        if (*ended) ++count;
    }
    co_return count;
}

asio::awaitable<Result<std::size_t>> UserService::end_sessions(Principal who, std::int64_t id) {
    const auto user = find(who, id);
    if (!user) co_return user.error();
    const auto console = co_await end_console_sessions(id);
    if (!console) co_return console.error();
    const auto embedded = co_await sessions_->end_all_of(who.org, id, who.actor);
    if (!embedded) co_return embedded.error();
    const auto count = *console + *embedded;
    parts_.record(who, "user.sessions_ended", user_object(id),
                  {{"count", static_cast<std::int64_t>(count)}});
    co_return count;
}

asio::awaitable<Result<store::Group>> set_group_roles(CatalogParts parts, Principal who,
                                                      std::int64_t group,
                                                      std::vector<std::int64_t> roles) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    if (roles.size() > kMaxListed) {
        co_return wrong_value("roles", "A group has at most 500 roles.");
    }
    const auto snapshot = parts.catalog.snapshot();
    std::vector<std::int64_t> each_once;
    for (const auto role : roles) {
        if (find_own<store::Role>(*snapshot, who.org, role) == nullptr) {
            co_return wrong_value("roles", fmt::format("There is no role {}.", role));
        }
        set_listed(each_once, role, true);
    }
    std::function<Result<void>(store::Group&)> change =
        [&each_once](store::Group& row) -> Result<void> {
        row.roles = each_once;
        return {};
    };
    auto written = co_await edit_row(parts, who.org, group, std::move(change));
    if (!written) co_return written.error();
    json::array list(each_once.begin(), each_once.end());
    parts.record(who, "group.roles_changed", fmt::format("group:{}", group),
                 {{"roles", std::move(list)}});
    co_return written;
}

}  // namespace casement::access
