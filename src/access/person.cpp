#include "access/person.h"

#include "store/catalog_embed_users.h"

namespace casement::access {
namespace {

constexpr std::size_t kMaxPattern = 255;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

/// A user of this server keeps parts of his name in the profile; who has none there goes by the
/// whole name.
std::string profile_name(const store::User& user, std::string_view part, std::size_t word) {
    if (const auto text = text_at(user.profile, part)) return *text;
    const auto space = user.name.find(' ');
    if (space == std::string::npos) return word == 0 ? user.name : std::string{};
    return word == 0 ? user.name.substr(0, space) : user.name.substr(space + 1);
}

void add_attributes(const json::object& holder, std::map<std::string, std::string>& values) {
    const auto* written = holder.if_contains("attributes");
    if (written == nullptr || !written->is_object()) return;
    for (const auto& [name, value] : written->get_object()) {
        values[std::string(name)] = value.is_string() ? std::string(value.get_string()) : "";
    }
}

void add_ids(const json::object& holder, std::string_view name, std::vector<std::int64_t>& ids) {
    const auto* list = holder.if_contains(name);
    if (list == nullptr || !list->is_array()) return;
    for (const auto& item : list->get_array()) {
        if (item.is_int64()) set_listed(ids, item.get_int64(), true);
    }
}

}  // namespace

std::int64_t Person::id() const {
    return std::visit([](const auto& of) { return of.id; }, row);
}
bool Person::disabled() const {
    return std::visit([](const auto& of) { return of.disabled; }, row);
}
Time Person::created_at() const {
    return std::visit([](const auto& of) { return of.created_at; }, row);
}
const json::object& Person::profile() const {
    return std::visit([](const auto& of) -> const json::object& { return of.profile; }, row);
}
json::object& Person::profile() {
    return std::visit([](auto& of) -> json::object& { return of.profile; }, row);
}
std::string Person::first_name() const {
    return embed() != nullptr ? embed()->first_name : profile_name(*user(), "first_name", 0);
}
std::string Person::last_name() const {
    return embed() != nullptr ? embed()->last_name : profile_name(*user(), "last_name", 1);
}

std::vector<std::int64_t> Person::roles() const {
    return profile_ids(profile(), "roles");
}

std::vector<std::int64_t> Person::groups() const {
    auto ids = profile_ids(profile(), "groups");
    if (embed() != nullptr) {
        add_ids(embed()->grant, "groups", ids);
        if (embed()->external_group != 0) set_listed(ids, embed()->external_group, true);
    }
    return ids;
}

std::map<std::string, std::string> Person::attributes() const {
    std::map<std::string, std::string> values;
    add_attributes(profile(), values);
    if (embed() != nullptr) add_attributes(embed()->grant, values);
    return values;
}

std::vector<std::int64_t> profile_ids(const json::object& profile, std::string_view name) {
    std::vector<std::int64_t> ids;
    add_ids(profile, name, ids);
    return ids;
}

void set_profile_ids(json::object& profile, std::string_view name,
                     const std::vector<std::int64_t>& ids) {
    json::array list;
    for (const auto id : ids)
        list.emplace_back(id);
    profile[name] = std::move(list);
}

void set_profile_attribute(json::object& profile, std::string_view name,
                           const std::optional<std::string>& value) {
    auto& written = profile["attributes"];
    if (!written.is_object()) written = json::object();
    if (value) {
        written.get_object()[name] = *value;
    } else {
        written.get_object().erase(name);
    }
}

asio::awaitable<Result<Person>> find_person(CatalogParts parts, store::OrgId org, std::int64_t id) {
    const auto snapshot = parts.catalog.snapshot();
    if (const auto* user = snapshot->user(id)) {
        if (user->org != org) co_return no_such_object();
        co_return Person{*user};
    }
    auto found = co_await parts.catalog.embed_user(org, id);
    if (!found) {
        co_return found.error().kind == ErrorKind::not_found ? no_such_object() : found.error();
    }
    co_return Person{std::move(*found)};
}

asio::awaitable<Result<Person>> edit_person(CatalogParts parts, store::OrgId org, std::int64_t id,
                                            std::function<Result<void>(Person&)> change) {
    const bool is_user = parts.catalog.snapshot()->user(id) != nullptr;
    std::function<Result<Person>(store::Transaction&)> work =
        [&change, org, id, is_user](store::Transaction& tx) -> Result<Person> {
        Person person;
        if (is_user) {
            auto loaded = load_own<store::User>(tx, org, id);
            if (!loaded) return loaded.error();
            person.row = *loaded;
            if (auto changed = change(person); !changed) return changed.error();
            auto& row = std::get<store::User>(person.row);
            row.id = id;
            row.org = org;
            row.uuid = loaded->uuid;
            row.handle = loaded->handle;
            row.role = loaded->role;
            row.password_hash = loaded->password_hash;
            if (auto updated = tx.update(row); !updated) return updated.error();
            return person;
        }
        auto loaded = load_own<store::EmbedUser>(tx, org, id);
        if (!loaded) return loaded.error();
        person.row = *loaded;
        if (auto changed = change(person); !changed) return changed.error();
        auto& row = std::get<store::EmbedUser>(person.row);
        row.id = id;
        row.org = org;
        row.external_user_id = loaded->external_user_id;
        row.grant = loaded->grant;
        row.external_group = loaded->external_group;
        if (auto updated = tx.update(row); !updated) return updated.error();
        return person;
    };
    auto written = co_await parts.catalog.write(std::move(work));
    co_return written;
}

bool is_like(std::string_view pattern, std::string_view text) {
    if (pattern.size() > kMaxPattern) return false;
    const auto wanted = lower(pattern);
    const auto there = lower(text);
    std::string_view rest = there;
    std::string_view parts = wanted;
    const auto first = parts.find('%');
    if (first == std::string_view::npos) return parts == rest;
    if (!rest.starts_with(parts.substr(0, first))) return false;
    rest.remove_prefix(first);
    parts.remove_prefix(first + 1);
    // What stands between two wildcards is best found as early as it can be.
    while (true) {
        const auto next = parts.find('%');
        if (next == std::string_view::npos) return rest.ends_with(parts);
        const auto at = rest.find(parts.substr(0, next));
        if (at == std::string_view::npos) return false;
        rest.remove_prefix(at + next);
        parts.remove_prefix(next + 1);
    }
}

}  // namespace casement::access
