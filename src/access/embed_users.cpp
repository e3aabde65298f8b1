#include "access/embed_users.h"

#include "access/embed_grant.h"
#include "base/shape.h"

#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::string_view kFirstName = "Embed";
constexpr std::string_view kLastName = "User";
constexpr std::chrono::minutes kLoginTimeMayLag{1};

/// What the login says, else what is known already, else the default.
std::string name_of(const std::optional<std::string>& sent, const std::string& known,
                    std::string_view otherwise) {
    if (sent && !sent->empty()) return *sent;
    return known.empty() ? std::string(otherwise) : known;
}

/// The members of store::EmbedUser::grant.
json::object stored_grant(const store::Snapshot& snapshot, const EmbedLogin& login) {
    json::array permissions;
    for (const auto& permission : effective_permissions(login.permissions))
        permissions.emplace_back(permission);
    json::array models;
    for (const auto& model : login.models)
        models.emplace_back(model);
    json::array groups;
    for (const auto group : ordinary_groups(snapshot, login.org, login.group_ids))
        groups.emplace_back(group);
    json::object attributes;
    for (const auto& [name, value] : login.attributes)
        attributes[name] = value;
    return {{"permissions", std::move(permissions)},
            {"models", std::move(models)},
            {"groups", std::move(groups)},
            {"external_group_id", login.external_group_id},
            {"attributes", std::move(attributes)}};
}

/// Makes `row` what this login leaves behind. Says whether anything but the time changed.
bool take_over(const store::Snapshot& snapshot, const EmbedLogin& login,
               const PreparedLogin& prepared, store::EmbedUser& row) {
    const store::EmbedUser before = row;
    row.first_name = name_of(login.first_name, row.first_name, kFirstName);
    row.last_name = name_of(login.last_name, row.last_name, kLastName);
    row.grant = stored_grant(snapshot, login);
    row.external_group = prepared.external_group;
    row.timezone = login.timezone;
    return row.first_name != before.first_name || row.last_name != before.last_name ||
           row.grant != before.grant || row.external_group != before.external_group ||
           row.timezone != before.timezone;
}

Error disabled() {
    return forbidden("user_disabled",
                     "This user was disabled. Ask the people who run this application.");
}
Error removed() {
    return not_found("user_removed",
                     "This user was removed while signing in. Open the page again.");
}

bool is_missing(const Error& error) {
    return error.kind == ErrorKind::not_found;
}

struct Made {
    store::EmbedUser user;
    std::optional<store::Group> group;  ///< the external one
    bool new_user = false;
    bool new_group = false;
};

/// The group and its folder. Two first logins at once: writers of groups wait for one another, and
/// the second finds what the first has made.
Result<void> find_or_make_group(store::Transaction& tx, const EmbedLogin& login, Made& made) {
    auto found = tx.group_by_external_id(login.org, login.external_group_id);
    if (!found && !is_missing(found.error())) return found.error();
    store::Group group;
    if (found) {
        group = std::move(*found);
    } else {
        group.org = login.org;
        group.name = login.external_group_id;
        group.external_group_id = login.external_group_id;
        if (auto ok = tx.insert(group); !ok) return ok.error();
        made.new_group = true;
    }
    made.group = group;
    auto folder = tx.folder_of_external_group(group.id);
    if (folder) return {};
    if (!is_missing(folder.error())) return folder.error();
    store::Folder shared;
    shared.org = login.org;
    shared.name = "Embed Shared Group " + login.external_group_id;
    shared.groups = {group.id};
    shared.external_group = group.id;
    return tx.insert(shared);
}

Result<void> find_or_make_user(store::Transaction& tx, const EmbedLogin& login, Made& made) {
    auto found = tx.embed_user_by_external_id(login.org, login.external_user_id);
    if (!found && is_missing(found.error())) {
        store::EmbedUser user;
        user.org = login.org;
        user.external_user_id = login.external_user_id;
        user.first_name = name_of(login.first_name, {}, kFirstName);
        user.last_name = name_of(login.last_name, {}, kLastName);
        auto inserted = tx.insert(user);
        if (inserted) {
            made.user = std::move(user);
            made.new_user = true;
            return {};
        }
        if (inserted.error().kind != ErrorKind::conflict) return inserted.error();
        // Made by somebody else in between.
        found = tx.embed_user_by_external_id(login.org, login.external_user_id);
    }
    if (!found) return found.error();
    made.user = std::move(*found);
    return {};
}

/// Only when its folder is known too.
const store::Group* known_group(const store::Snapshot& snapshot, const EmbedLogin& login) {
    const auto* group = snapshot.group_by_external_id(login.org, login.external_group_id);
    if (group == nullptr || snapshot.folder_of_external_group(group->id) == nullptr) return nullptr;
    return group;
}

}  // namespace

EmbedUsers::EmbedUsers(store::Catalog& catalog, Audit& audit, const Clock& clock)
    : catalog_(&catalog), audit_(&audit), clock_(&clock) {}

Result<void> EmbedUsers::check(const store::Snapshot& snapshot, const EmbedLogin& login) const {
    return check_login(snapshot, login);
}

asio::awaitable<Result<PreparedLogin>> EmbedUsers::prepare(EmbedLogin login) {
    const auto before = catalog_->snapshot();
    if (auto ok = check(*before, login); !ok) co_return ok.error();

    auto found = co_await catalog_->embed_user_by_external_id(login.org, login.external_user_id);
    if (!found && !is_missing(found.error())) co_return found.error();
    if (found && found->disabled) co_return disabled();

    Made made;
    if (found) made.user = std::move(*found);
    const bool grouped = !login.external_group_id.empty();
    if (grouped) {
        if (const auto* group = known_group(*before, login)) made.group = *group;
    }
    if (made.user.id == 0 || grouped != made.group.has_value()) {
        std::function<Result<Made>(store::Transaction&)> work =
            [&login, grouped](store::Transaction& tx) -> Result<Made> {
            Made result;
            // The group first: a transaction that only touches embed users waits for nobody.
            if (grouped) {
                if (auto ok = find_or_make_group(tx, login, result); !ok) return ok.error();
            }
            if (auto ok = find_or_make_user(tx, login, result); !ok) return ok.error();
            // Refused, and so nothing of the above is kept.
            if (result.user.disabled) return disabled();
            return result;
        };
        auto written = co_await catalog_->write(std::move(work));
        if (!written) co_return written.error();
        made = std::move(*written);
        const std::string actor = fmt::format("user:{}", made.user.id);
        if (made.new_group) {
            audit_->record({login.org,
                            actor,
                            "group.created",
                            fmt::format("group:{}", made.group->id),
                            {},
                            {{"external_group_id", login.external_group_id}}});
        }
        if (made.new_user) {
            audit_->record({login.org,
                            actor,
                            "embed_user.created",
                            actor,
                            {},
                            {{"external_user_id", login.external_user_id}}});
        }
    }

    // The group comes from the transaction: one that another process made a moment ago may be
    // missing from every snapshot here.
    const auto snapshot = catalog_->snapshot();
    PreparedLogin prepared;
    prepared.org = login.org;
    prepared.user = made.user.id;
    if (made.group) prepared.external_group = made.group->id;
    prepared.grant = grant_of_login(*snapshot, login, made.group ? &*made.group : nullptr);
    prepared.grant.user = made.user.id;
    prepared.grant.name = name_of(login.first_name, made.user.first_name, kFirstName) + " " +
                          name_of(login.last_name, made.user.last_name, kLastName);
    prepared.session_length = login.session_length;
    co_return prepared;
}

asio::awaitable<Result<void>> EmbedUsers::logged_in(EmbedLogin login, PreparedLogin prepared) {
    const auto snapshot = catalog_->snapshot();
    const Time now = clock_->now();
    auto stored = co_await catalog_->embed_user(prepared.org, prepared.user);
    if (!stored) co_return is_missing(stored.error()) ? removed() : stored.error();
    if (stored->disabled) co_return disabled();
    const bool changed = take_over(*snapshot, login, prepared, *stored);
    const bool time_is_fresh = stored->logged_in_at && *stored->logged_in_at <= now &&
                               now - *stored->logged_in_at < kLoginTimeMayLag;
    if (!changed && time_is_fresh) co_return Result<void>{};

    // Read again inside: an API call may have changed the row (disabled it, set its profile) since.
    std::function<Result<bool>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<bool> {
        auto row = tx.load<store::EmbedUser>(prepared.user);
        if (!row) return is_missing(row.error()) ? removed() : row.error();
        if (row->org != prepared.org) return removed();
        if (row->disabled) return disabled();
        take_over(*snapshot, login, prepared, *row);
        row->logged_in_at = now;
        if (auto ok = tx.update(*row); !ok) return ok.error();
        return true;
    };
    auto written = co_await catalog_->write(std::move(work));
    if (!written) co_return written.error();
    co_return Result<void>{};
}

}  // namespace casement::access
