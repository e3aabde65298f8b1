#include "access/group_service.h"

#include "access/user_attributes.h"

namespace casement::access {
namespace {

std::string group_object(std::int64_t id) {
    return fmt::format("group:{}", id);
}

Result<void> check_ordinary(const store::Group& group, std::string field) {
    if (group.external_group_id.empty()) return {};
    return wrong_value(std::move(field),
                       "This group belongs to the application that signs links: its name is its "
                       "external_group_id and its members are those whose links name it.");
}

/// Values of groups that are gone say nothing; this keeps the list as short as it must be.
Result<void> drop_values(store::Transaction& tx, const store::Snapshot& snapshot,
                         const store::Group& group) {
    for (const auto* attribute : snapshot.list<store::UserAttribute>(group.org)) {
        const auto of_group = [&](const auto& value) { return value.group == group.id; };
        if (std::none_of(attribute->group_values.begin(), attribute->group_values.end(),
                         of_group)) {
            continue;
        }
        auto row = tx.load<store::UserAttribute>(attribute->id);
        if (!row && row.error().kind == ErrorKind::not_found) continue;
        if (!row) return row.error();
        std::erase_if(row->group_values, of_group);
        if (auto updated = tx.update(*row); !updated) return updated.error();
    }
    return {};
}

}  // namespace

asio::awaitable<Result<store::Group>> GroupService::create(Principal who, std::string name) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    store::Group row;
    row.org = who.org;
    row.name = name;
    auto written = co_await insert_row(parts_, std::move(row));
    if (!written) co_return or_name_taken(written.error(), "name", name);
    parts_.record(who, "group.created", group_object(written->id), {{"name", name}});
    co_return written;
}

asio::awaitable<Result<store::Group>> GroupService::rename(Principal who, std::int64_t id,
                                                           std::string name) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    std::function<Result<void>(store::Group&)> change = [&name](store::Group& row) -> Result<void> {
        if (row.name == name) return {};
        if (auto ordinary = check_ordinary(row, "name"); !ordinary) return ordinary;
        row.name = name;
        return {};
    };
    auto written = co_await edit_row(parts_, who.org, id, std::move(change));
    if (!written) co_return or_name_taken(written.error(), "name", name);
    parts_.record(who, "group.changed", group_object(id), {{"name", name}});
    co_return written;
}

asio::awaitable<Result<void>> GroupService::remove(Principal who, std::int64_t id) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    std::function<Result<store::Group>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<store::Group> {
        auto row = load_own<store::Group>(tx, who.org, id);
        if (!row) return row.error();
        if (auto dropped = drop_values(tx, *snapshot, *row); !dropped) return dropped.error();
        if (auto removed = tx.remove<store::Group>(id); !removed) return removed.error();
        return row;
    };
    const auto removed = co_await parts_.catalog.write(std::move(work));
    if (!removed) co_return removed.error();
    parts_.record(who, "group.deleted", group_object(id), {{"name", removed->name}});
    co_return Result<void>{};
}

asio::awaitable<Result<Person>> GroupService::add_member(Principal who, std::int64_t group,
                                                         std::int64_t person) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    const auto* row = find_own<store::Group>(*snapshot, who.org, group);
    if (row == nullptr) co_return no_such_object();
    if (auto ordinary = check_ordinary(*row, "user_id"); !ordinary) co_return ordinary.error();
    std::function<Result<void>(Person&)> edit = [group](Person& member) -> Result<void> {
        auto groups = profile_ids(member.profile(), "groups");
        if (!set_listed(groups, group, true)) return {};
        if (groups.size() > kMaxListed) {
            return wrong_value("user_id", "A person is in at most 500 groups.");
        }
        set_profile_ids(member.profile(), "groups", groups);
        return {};
    };
    auto written = co_await edit_person(parts_, who.org, person, std::move(edit));
    if (!written && written.error().kind == ErrorKind::not_found) {
        co_return wrong_value("user_id", fmt::format("There is no user {}.", person));
    }
    if (!written) co_return written.error();
    parts_.record(who, "group.member_added", group_object(group), {{"user", person}});
    co_return written;
}

asio::awaitable<Result<void>> GroupService::remove_member(Principal who, std::int64_t group,
                                                          std::int64_t person) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    const auto* row = find_own<store::Group>(*snapshot, who.org, group);
    if (row == nullptr) co_return no_such_object();
    if (auto ordinary = check_ordinary(*row, "user_id"); !ordinary) co_return ordinary.error();
    std::function<Result<void>(Person&)> edit = [group](Person& member) -> Result<void> {
        auto groups = profile_ids(member.profile(), "groups");
        if (set_listed(groups, group, false)) {
            set_profile_ids(member.profile(), "groups", groups);
        }
        return {};
    };
    auto written = co_await edit_person(parts_, who.org, person, std::move(edit));
    if (!written) co_return written.error();
    parts_.record(who, "group.member_removed", group_object(group), {{"user", person}});
    co_return Result<void>{};
}

asio::awaitable<Result<store::UserAttribute>> GroupService::set_value(
    Principal who, std::int64_t group, std::int64_t attribute, std::optional<std::string> value) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    if (find_own<store::Group>(*snapshot, who.org, group) == nullptr) co_return no_such_object();
    std::function<Result<void>(store::UserAttribute&)> change =
        [&value, group](store::UserAttribute& row) -> Result<void> {
        const auto place =
            std::find_if(row.group_values.begin(), row.group_values.end(),
                         [group](const auto& known) { return known.group == group; });
        if (!value) {
            if (place != row.group_values.end()) row.group_values.erase(place);
            return {};
        }
        if (auto fits = check_attribute_value(row, *value); !fits) {
            return wrong_value("value", fits.error().message);
        }
        if (place != row.group_values.end()) {
            place->value = *value;
        } else {
            row.group_values.push_back({group, *value});
        }
        return {};
    };
    auto written = co_await edit_row(parts_, who.org, attribute, std::move(change));
    if (!written) co_return written.error();
    parts_.record(who, value ? "group.attribute_set" : "group.attribute_removed",
                  group_object(group), {{"attribute", written->name}});
    co_return written;
}

}  // namespace casement::access
