#include "access/attribute_service.h"

#include "access/user_attributes.h"

namespace casement::access {
namespace {

using store::UserAttribute;

constexpr std::size_t kMaxLabel = 255;

std::string attribute_object(std::int64_t id) {
    return fmt::format("user_attribute:{}", id);
}

bool is_attribute_name(std::string_view name) {
    return !name.empty() && name.size() <= kMaxAttributeName &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
           });
}

Result<void> check_definition(const UserAttribute& row) {
    if (row.name.empty()) return missing_value("name");
    if (!is_attribute_name(row.name)) {
        return wrong_value("name", "The name has 1 to 64 small letters (a to z), digits and _.");
    }
    if (row.label.empty()) return missing_value("label");
    if (row.label.size() > kMaxLabel) {
        return wrong_value("label", "The label has at most 255 bytes.");
    }
    if (row.type.empty()) return missing_value("type");
    if (!attribute_type(row.type)) {
        return wrong_value("type",
                           "The type is one of string, number, datetime, yesno, zipcode, "
                           "advanced_filter_string, advanced_filter_number.");
    }
    if (row.default_value) {
        if (auto fits = check_attribute_value(row, *row.default_value); !fits) {
            return wrong_value("default_value", fits.error().message);
        }
    }
    return {};
}

/// Everything that is kept of it must be of its type.
Result<void> check_values(const store::Snapshot& snapshot, const UserAttribute& row) {
    for (const auto& value : row.group_values) {
        if (check_attribute_value(row, value.value)) continue;
        return wrong_value("type", fmt::format("The value of group {} is not of this type. Change "
                                               "or remove it first.",
                                               value.group));
    }
    for (const auto* user : snapshot.users(row.org)) {
        const auto own = Person{*user}.attributes();
        const auto value = own.find(row.name);
        if (value == own.end() || check_attribute_value(row, value->second)) continue;
        return wrong_value("type", fmt::format("The value of user {} is not of this type. Change "
                                               "or remove it first.",
                                               user->id));
    }
    return {};
}

Result<void> check_change(const store::Snapshot& snapshot, const UserAttribute& before,
                          const UserAttribute& after) {
    if (after.name != before.name) {
        return wrong_value("name",
                           "An attribute keeps its name: models, dashboards and links go by it. "
                           "Make another one, and remove this one when nothing uses it.");
    }
    if (is_hidden(before) && !is_hidden(after)) {
        return wrong_value("value_is_hidden", "Hiding values cannot be undone.");
    }
    if (auto fits = check_definition(after); !fits) return fits;
    return after.type == before.type ? Result<void>{} : check_values(snapshot, after);
}

/// The store does not say which of the two names was in the way.
Error explained(const Error& error, const store::Snapshot& snapshot, const UserAttribute& row) {
    const auto* named = snapshot.by_name<UserAttribute>(row.org, row.name);
    if (named != nullptr && named->id != row.id) return or_name_taken(error, "name", row.name);
    return or_name_taken(error, "label", row.label);
}

Result<void> drop_own_values(store::Transaction& tx, const store::Snapshot& snapshot,
                             const UserAttribute& row) {
    for (const auto* user : snapshot.users(row.org)) {
        if (!Person{*user}.attributes().contains(row.name)) continue;
        auto loaded = tx.load<store::User>(user->id);
        if (!loaded && loaded.error().kind == ErrorKind::not_found) continue;
        if (!loaded) return loaded.error();
        set_profile_attribute(loaded->profile, row.name, std::nullopt);
        if (auto updated = tx.update(*loaded); !updated) return updated.error();
    }
    return {};
}

}  // namespace

asio::awaitable<Result<UserAttribute>> AttributeService::create(Principal who, UserAttribute what) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    what.org = who.org;
    what.group_values.clear();
    what.is_system = false;
    if (auto fits = check_definition(what); !fits) co_return fits.error();
    auto written = co_await insert_row(parts_, what);
    if (!written) co_return explained(written.error(), *parts_.catalog.snapshot(), what);
    parts_.record(who, "user_attribute.created", attribute_object(written->id),
                  {{"name", written->name}, {"type", written->type}});
    co_return written;
}

asio::awaitable<Result<UserAttribute>> AttributeService::update(
    Principal who, std::int64_t id, std::function<Result<void>(UserAttribute&)> change) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    UserAttribute wanted;
    std::function<Result<void>(UserAttribute&)> edit = [&](UserAttribute& row) -> Result<void> {
        if (row.is_system) return built_in_row();
        const auto before = row;
        if (auto changed = change(row); !changed) return changed;
        row.group_values = before.group_values;
        row.is_system = before.is_system;
        wanted = row;
        return check_change(*snapshot, before, row);
    };
    auto written = co_await edit_row(parts_, who.org, id, std::move(edit));
    if (!written) co_return explained(written.error(), *parts_.catalog.snapshot(), wanted);
    parts_.record(who, "user_attribute.changed", attribute_object(id),
                  {{"name", written->name}, {"type", written->type}});
    co_return written;
}

asio::awaitable<Result<void>> AttributeService::remove(Principal who, std::int64_t id) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    std::function<Result<UserAttribute>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<UserAttribute> {
        auto row = load_own<UserAttribute>(tx, who.org, id);
        if (!row) return row.error();
        if (row->is_system) return built_in_row();
        if (auto dropped = drop_own_values(tx, *snapshot, *row); !dropped) return dropped.error();
        if (auto removed = tx.remove<UserAttribute>(id); !removed) return removed.error();
        return row;
    };
    const auto removed = co_await parts_.catalog.write(std::move(work));
    if (!removed) co_return removed.error();
    parts_.record(who, "user_attribute.deleted", attribute_object(id), {{"name", removed->name}});
    co_return Result<void>{};
}

asio::awaitable<Result<UserAttribute>> AttributeService::set_group_values(
    Principal who, std::int64_t id, std::vector<UserAttribute::GroupValue> values) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    std::vector<std::int64_t> groups;
    for (const auto& value : values) {
        if (find_own<store::Group>(*snapshot, who.org, value.group) == nullptr) {
            co_return wrong_value("group_id", fmt::format("There is no group {}.", value.group));
        }
        if (!set_listed(groups, value.group, true)) {
            co_return wrong_value("group_id", fmt::format("Group {} is named twice.", value.group));
        }
    }
    std::function<Result<void>(UserAttribute&)> edit =
        [&values](UserAttribute& row) -> Result<void> {
        for (const auto& value : values) {
            if (auto fits = check_attribute_value(row, value.value); !fits) {
                return wrong_value("value", fits.error().message);
            }
        }
        row.group_values = values;
        return {};
    };
    auto written = co_await edit_row(parts_, who.org, id, std::move(edit));
    if (!written) co_return written.error();
    parts_.record(who, "user_attribute.group_values_set", attribute_object(id),
                  {{"groups", static_cast<std::int64_t>(values.size())}});
    co_return written;
}

}  // namespace casement::access
