#include "access/people_service.h"

#include "access/last_admin.h"
#include "access/user_attributes.h"
#include "store/catalog_embed_users.h"

namespace casement::access {
namespace {

constexpr std::string_view kFirstName = "Embed";
constexpr std::string_view kLastName = "User";
constexpr std::string_view kRoleOfNewUsers = "Viewer";

std::string person_object(std::int64_t id) {
    return fmt::format("user:{}", id);
}

std::string full_name(std::string_view first, std::string_view last) {
    if (first.empty() || last.empty()) return std::string(first.empty() ? last : first);
    return fmt::format("{} {}", first, last);
}

/// Nobody locks himself out by mistake.
Result<void> check_other(const Principal& who, std::int64_t id) {
    if (who.user == 0 || who.user != id) return {};
    return forbidden("own_user", "This is the user in whose name this call is made.");
}

Error missing(const Error& error) {
    return error.kind == ErrorKind::not_found ? no_such_object() : error;
}

void apply(const PersonChange& change, Person& person) {
    if (auto* embed = std::get_if<store::EmbedUser>(&person.row)) {
        if (change.first_name) embed->first_name = *change.first_name;
        if (change.last_name) embed->last_name = *change.last_name;
        if (change.disabled) embed->disabled = *change.disabled;
    } else {
        auto& user = std::get<store::User>(person.row);
        const auto first = change.first_name.value_or(person.first_name());
        const auto last = change.last_name.value_or(person.last_name());
        if (change.first_name || change.last_name) {
            user.profile["first_name"] = first;
            user.profile["last_name"] = last;
            user.name = full_name(first, last);
        }
        if (change.disabled) user.disabled = *change.disabled;
    }
    if (change.locale) person.profile()["locale"] = *change.locale;
}

/// A user of this server who is not the last to administer it.
asio::awaitable<Result<Person>> disable_user(CatalogParts parts, store::OrgId org, std::int64_t id,
                                             PersonChange change) {
    const auto snapshot = parts.catalog.snapshot();
    std::function<Result<Person>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<Person> {
        auto row = load_own<store::User>(tx, org, id);
        if (!row) return row.error();
        if (auto other = check_other_admin(tx, *snapshot, *row); !other) return other.error();
        Person person{std::move(*row)};
        apply(change, person);
        if (auto updated = tx.update(*person.user()); !updated) return updated.error();
        return person;
    };
    auto written = co_await parts.catalog.write(std::move(work));
    co_return written;
}

asio::awaitable<Result<store::User>> remove_user(CatalogParts parts, store::OrgId org,
                                                 std::int64_t id) {
    const auto snapshot = parts.catalog.snapshot();
    std::function<Result<store::User>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<store::User> {
        auto row = load_own<store::User>(tx, org, id);
        if (!row) return row.error();
        if (auto other = check_other_admin(tx, *snapshot, *row); !other) return other.error();
        if (auto removed = tx.remove<store::User>(id); !removed) return removed.error();
        return row;
    };
    auto removed = co_await parts.catalog.write(std::move(work));
    co_return removed;
}

/// A row without grants, as prepare() of embed_users.h makes one.
Result<store::EmbedUser> find_or_insert(store::Transaction& tx, store::OrgId org,
                                        const std::string& external_id, bool& is_new) {
    is_new = false;
    auto found = tx.embed_user_by_external_id(org, external_id);
    if (found || found.error().kind != ErrorKind::not_found) return found;
    store::EmbedUser row;
    row.org = org;
    row.external_user_id = external_id;
    row.first_name = kFirstName;
    row.last_name = kLastName;
    auto inserted = tx.insert(row);
    if (!inserted && inserted.error().kind == ErrorKind::conflict) {
        return tx.embed_user_by_external_id(org, external_id);
    }
    if (!inserted) return inserted.error();
    is_new = true;
    return row;
}

}  // namespace

asio::awaitable<Result<Person>> PeopleService::find(Principal who, std::int64_t id) const {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    auto found = co_await find_person(parts_, who.org, id);
    co_return found;
}

asio::awaitable<Result<Person>> PeopleService::find_embed_user(Principal who,
                                                               std::string external_id) const {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    auto found = co_await parts_.catalog.embed_user_by_external_id(who.org, std::move(external_id));
    if (!found) co_return missing(found.error());
    co_return Person{std::move(*found)};
}

asio::awaitable<Result<std::vector<Person>>> PeopleService::search(Principal who,
                                                                   PersonQuery query) const {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    auto found = co_await search_people(parts_, who.org, std::move(query));
    co_return found;
}

asio::awaitable<Result<Person>> PeopleService::create(Principal who, NewUser what) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    std::optional<Result<UserSlots::Place>> place;
    if (slots_ != nullptr) place.emplace(slots_->take(who.org));
    if (place && !*place) co_return place->error();
    store::User row;
    row.org = who.org;
    row.uuid = parts_.random.uuid();
    row.handle = what.email.empty() ? "user-" + parts_.random.id() : what.email;
    row.name = full_name(what.first_name, what.last_name);
    row.role = kRoleOfNewUsers;
    row.disabled = what.disabled;
    row.profile = {{"first_name", what.first_name}, {"last_name", what.last_name}};
    if (!what.locale.empty()) row.profile["locale"] = what.locale;
    auto written = co_await insert_row(parts_, std::move(row));
    if (!written) co_return or_name_taken(written.error(), "email", what.email);
    parts_.record(who, "user.created", person_object(written->id), {{"handle", written->handle}});
    co_return Person{std::move(*written)};
}

asio::awaitable<Result<Person>> PeopleService::create_embed_user(Principal who,
                                                                 std::string external_id) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    bool is_new = false;
    std::function<Result<store::EmbedUser>(store::Transaction&)> work =
        [&](store::Transaction& tx) { return find_or_insert(tx, who.org, external_id, is_new); };
    auto written = co_await parts_.catalog.write(std::move(work));
    if (!written) co_return written.error();
    if (is_new) {
        parts_.record(who, "embed_user.created", person_object(written->id),
                      {{"external_user_id", external_id}});
    }
    co_return Person{std::move(*written)};
}

asio::awaitable<Result<Person>> PeopleService::update(Principal who, std::int64_t id,
                                                      PersonChange change) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const bool disables = change.disabled.value_or(false);
    if (disables) {
        if (auto other = check_other(who, id); !other) co_return other.error();
    }
    std::function<Result<void>(Person&)> edit = [&change](Person& person) -> Result<void> {
        apply(change, person);
        return {};
    };
    const bool guarded = disables && parts_.catalog.snapshot()->user(id) != nullptr;
    auto writing = guarded ? disable_user(parts_, who.org, id, change)
                           : edit_person(parts_, who.org, id, std::move(edit));
    auto written = co_await std::move(writing);
    if (!written) co_return written.error();
    parts_.record(who, "user.changed", person_object(id), {{"disabled", written->disabled()}});
    if (disables) {
        // After the row: whoever signs in meanwhile is refused by it.
        auto ended = co_await sessions_->end_all_of(who.org, id, who.actor);
        if (!ended) co_return ended.error();
    }
    co_return written;
}

asio::awaitable<Result<void>> PeopleService::remove(Principal who, std::int64_t id) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    if (auto other = check_other(who, id); !other) co_return other.error();
    const auto found = co_await find_person(parts_, who.org, id);
    if (!found) co_return found.error();
    if (found->user() != nullptr) {
        const auto removed = co_await remove_user(parts_, who.org, id);
        if (!removed) co_return removed.error();
        parts_.record(who, "user.deleted", person_object(id), {{"handle", removed->handle}});
    } else {
        const auto removed = co_await remove_row<store::EmbedUser>(parts_, who.org, id);
        if (!removed) co_return removed.error();
        parts_.record(who, "embed_user.deleted", person_object(id),
                      {{"external_user_id", removed->external_user_id}});
    }
    auto ended = co_await sessions_->end_all_of(who.org, id, who.actor);
    if (!ended) co_return ended.error();
    co_return Result<void>{};
}

asio::awaitable<Result<Person>> PeopleService::set_roles(Principal who, std::int64_t id,
                                                         std::vector<std::int64_t> roles) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    if (roles.size() > kMaxListed) {
        co_return wrong_value("role_ids", "A person has at most 500 roles.");
    }
    const auto snapshot = parts_.catalog.snapshot();
    for (const auto role : roles) {
        if (find_own<store::Role>(*snapshot, who.org, role) == nullptr) {
            co_return wrong_value("role_ids", fmt::format("There is no role {}.", role));
        }
    }
    std::function<Result<void>(Person&)> edit = [&roles](Person& person) -> Result<void> {
        set_profile_ids(person.profile(), "roles", roles);
        return {};
    };
    auto written = co_await edit_person(parts_, who.org, id, std::move(edit));
    if (!written) co_return written.error();
    parts_.record(who, "user.roles_changed", person_object(id),
                  {{"roles", written->profile().at("roles")}});
    co_return written;
}

asio::awaitable<Result<Person>> PeopleService::set_attribute(Principal who, std::int64_t id,
                                                             std::int64_t attribute,
                                                             std::optional<std::string> value) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    const auto* definition = find_own<store::UserAttribute>(*snapshot, who.org, attribute);
    if (definition == nullptr) co_return no_such_object();
    if (value) {
        if (auto fits = check_attribute_value(*definition, *value); !fits) {
            co_return wrong_value("value", fits.error().message);
        }
    }
    std::function<Result<void>(Person&)> edit = [&](Person& person) -> Result<void> {
        set_profile_attribute(person.profile(), definition->name, value);
        return {};
    };
    auto written = co_await edit_person(parts_, who.org, id, std::move(edit));
    if (!written) co_return written.error();
    // Not the value: the attribute may be a hidden one.
    parts_.record(who, value ? "user.attribute_set" : "user.attribute_removed", person_object(id),
                  {{"attribute", definition->name}});
    co_return written;
}

}  // namespace casement::access
