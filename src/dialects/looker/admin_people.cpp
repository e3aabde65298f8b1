#include "dialects/looker/admin_people.h"

#include "access/embed_login.h"
#include "access/user_attributes.h"

namespace casement::looker {
namespace {

using access::Permission;
using access::Person;

json::array texts(const std::vector<std::string>& list) {
    json::array out;
    for (const auto& text : list)
        out.emplace_back(text);
    return out;
}

std::string display_name(const Person& person) {
    const auto first = person.first_name(), last = person.last_name();
    if (first.empty() || last.empty()) return first.empty() ? last : first;
    return first + " " + last;
}

/// Of a user of this server; a handle that is no address is no e-mail.
std::string email_of(const store::User& user) {
    return user.handle.find('@') == std::string::npos ? std::string{} : user.handle;
}

std::string external_group_of(const store::Snapshot& snapshot, const store::EmbedUser& user) {
    const auto* group = access::find_own<store::Group>(snapshot, user.org, user.external_group);
    if (group != nullptr) return group->external_group_id;
    return text_at(user.grant, "external_group_id").value_or("");
}

/// Ids that name something: lists in the catalog may name rows that are gone.
template <class Row>
std::vector<std::int64_t> known(const store::Snapshot& snapshot, store::OrgId org,
                                std::vector<std::int64_t> ids) {
    std::erase_if(
        ids, [&](std::int64_t id) { return access::find_own<Row>(snapshot, org, id) == nullptr; });
    return ids;
}

void add_embed_members(const Call& call, const store::Snapshot& snapshot,
                       const store::EmbedUser& user, json::object& body) {
    body["email"] = nullptr;
    body["credentials_email"] = nullptr;
    body["credentials_embed"] = json::array{embed_credential_body(call, snapshot, user)};
    const auto* folder =
        user.external_group == 0 ? nullptr : snapshot.folder_of_external_group(user.external_group);
    const auto folder_id = id_or_null(folder == nullptr ? 0 : folder->id);
    body["embed_group_folder_id"] = folder_id;
    body["embed_group_space_id"] = folder_id;
}

void add_user_members(const Call& call, const store::User& user, json::object& body) {
    const auto email = email_of(user);
    body["email"] = text_or_null(email);
    body["credentials_email"] = nullptr;
    if (!email.empty()) {
        body["credentials_email"] = {{"email", email},
                                     {"type", "email"},
                                     {"is_disabled", user.disabled},
                                     {"created_at", to_rfc3339(user.created_at)},
                                     {"user_url", api_url(call, "users", user.id)}};
    }
    body["credentials_embed"] = json::array();
    body["embed_group_folder_id"] = nullptr;
    body["embed_group_space_id"] = nullptr;
}

}  // namespace

json::object embed_credential_body(const Call& call, const store::Snapshot& snapshot,
                                   const store::EmbedUser& user) {
    return {
        {"can", can(call, Permission::org_manage)},
        {"id", std::to_string(user.id)},
        {"type", "embed"},
        {"external_user_id", user.external_user_id},
        {"external_group_id", text_or_null(external_group_of(snapshot, user))},
        {"created_at", to_rfc3339(user.created_at)},
        {"logged_in_at", time_or_null(user.logged_in_at)},
        {"is_disabled", user.disabled},
        {"url", fmt::format("{}/credentials_embed/{}", api_url(call, "users", user.id), user.id)}};
}

json::object user_body(const Call& call, const store::Snapshot& snapshot, const Person& person) {
    const auto org = call.who.org;
    json::object body{{"can", can(call, Permission::org_manage)},
                      {"id", std::to_string(person.id())},
                      {"first_name", person.first_name()},
                      {"last_name", person.last_name()},
                      {"display_name", display_name(person)},
                      {"avatar_url", nullptr},
                      {"group_ids", id_texts(known<store::Group>(snapshot, org, person.groups()))},
                      {"role_ids", id_texts(known<store::Role>(snapshot, org, person.roles()))},
                      {"home_folder_id", nullptr},
                      {"personal_folder_id", nullptr},
                      {"is_disabled", person.disabled()},
                      {"locale", text_or_null(text_at(person.profile(), "locale").value_or(""))},
                      {"created_at", to_rfc3339(person.created_at())},
                      {"roles_externally_managed", false},
                      {"allow_direct_roles", true},
                      {"allow_normal_group_membership", true},
                      {"allow_roles_from_normal_groups", true},
                      {"is_service_account", false},
                      {"presumed_looker_employee", false},
                      {"verified_looker_employee", false},
                      {"url", api_url(call, "users", person.id())}};
    if (const auto* embed = person.embed()) {
        add_embed_members(call, snapshot, *embed, body);
    } else {
        add_user_members(call, *person.user(), body);
    }
    return body;
}

json::array user_bodies(const Call& call, const store::Snapshot& snapshot,
                        const std::vector<Person>& people) {
    json::array bodies;
    for (const auto& person : people)
        bodies.push_back(user_body(call, snapshot, person));
    return bodies;
}

json::object public_user_body(const Call& call, const Person& person) {
    return {{"can", can(call, Permission::org_manage)},  {"id", std::to_string(person.id())},
            {"first_name", person.first_name()},         {"last_name", person.last_name()},
            {"display_name", display_name(person)},      {"avatar_url", nullptr},
            {"url", api_url(call, "users", person.id())}};
}

json::object group_body(const Call& call, const store::Snapshot& snapshot,
                        const store::Group& group, const json::value& user_count) {
    const auto* user = call.who.user == 0 ? nullptr : snapshot.user(call.who.user);
    bool contains_caller = false;
    if (user != nullptr) {
        const auto groups = access::profile_ids(user->profile, "groups");
        contains_caller = std::find(groups.begin(), groups.end(), group.id) != groups.end();
    }
    const bool external = !group.external_group_id.empty();
    return {{"can", can(call, Permission::org_manage)},
            {"id", std::to_string(group.id)},
            {"name", group.name},
            {"external_group_id", text_or_null(group.external_group_id)},
            {"externally_managed", external},
            {"include_by_default", false},
            {"user_count", user_count},
            {"contains_current_user", contains_caller},
            {"can_add_to_content_metadata", !external},
            {"role_ids", id_texts(known<store::Role>(snapshot, group.org, group.roles))},
            {"url", api_url(call, "groups", group.id)}};
}

asio::awaitable<Result<std::int64_t>> count_members(const Admin& admin, store::OrgId org,
                                                    std::int64_t group) {
    store::EmbedUserQuery query;
    query.org = org;
    query.group = group;
    auto embeds = co_await admin.parts.catalog.catalog.count_embed_users(std::move(query));
    if (!embeds) co_return embeds.error();
    const auto snapshot = admin.snapshot();
    std::int64_t count = *embeds;
    for (const auto* user : snapshot->users(org)) {
        const auto groups = access::profile_ids(user->profile, "groups");
        if (std::find(groups.begin(), groups.end(), group) != groups.end()) ++count;
    }
    co_return count;
}

std::vector<std::string> model_names(const store::Snapshot& snapshot, store::OrgId org) {
    std::vector<std::string> names;
    for (const auto* model : snapshot.list<store::Model>(org))
        names.push_back(model->name);
    for (const auto* source : snapshot.sources(org)) {
        if (std::find(names.begin(), names.end(), source->name) != names.end()) continue;
        if (access::is_model_name(snapshot, org, source->name)) names.push_back(source->name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

json::object permission_set_body(const Call& call, const store::PermissionSet& row) {
    return {{"can", can(call, Permission::org_manage, !row.built_in)},
            {"id", std::to_string(row.id)},
            {"name", row.name},
            {"permissions", texts(row.permissions)},
            {"built_in", row.built_in},
            {"all_access", row.built_in},
            {"url", api_url(call, "permission_sets", row.id)}};
}

json::object model_set_body(const Call& call, const store::Snapshot& snapshot,
                            const store::ModelSet& row) {
    return {{"can", can(call, Permission::org_manage, !row.built_in)},
            {"id", std::to_string(row.id)},
            {"name", row.name},
            {"models", texts(row.built_in ? model_names(snapshot, row.org) : row.models)},
            {"built_in", row.built_in},
            {"all_access", row.built_in},
            {"url", api_url(call, "model_sets", row.id)}};
}

json::object role_body(const Call& call, const store::Snapshot& snapshot, const store::Role& row) {
    const auto url = api_url(call, "roles", row.id);
    json::object body{{"can", can(call, Permission::org_manage, !row.built_in)},
                      {"id", std::to_string(row.id)},
                      {"name", row.name},
                      {"permission_set_id", id_or_null(row.permission_set)},
                      {"permission_set", nullptr},
                      {"model_set_id", id_or_null(row.model_set)},
                      {"model_set", nullptr},
                      {"built_in", row.built_in},
                      {"internal", false},
                      {"url", url},
                      {"users_url", url + "/users"}};
    const auto* permissions =
        access::find_own<store::PermissionSet>(snapshot, row.org, row.permission_set);
    if (permissions != nullptr) body["permission_set"] = permission_set_body(call, *permissions);
    const auto* models = access::find_own<store::ModelSet>(snapshot, row.org, row.model_set);
    if (models != nullptr) body["model_set"] = model_set_body(call, snapshot, *models);
    return body;
}

json::array role_bodies(const Call& call, const store::Snapshot& snapshot,
                        const std::vector<std::int64_t>& ids) {
    json::array bodies;
    for (const auto id : ids) {
        const auto* role = access::find_own<store::Role>(snapshot, call.who.org, id);
        if (role != nullptr) bodies.push_back(role_body(call, snapshot, *role));
    }
    return bodies;
}

std::vector<std::int64_t> roles_of(const store::Snapshot& snapshot, const Person& person,
                                   bool direct_only) {
    auto roles = person.roles();
    if (direct_only) return roles;
    const auto org = std::visit([](const auto& row) { return row.org; }, person.row);
    for (const auto id : person.groups()) {
        const auto* group = access::find_own<store::Group>(snapshot, org, id);
        if (group == nullptr) continue;
        for (const auto role : group->roles)
            access::set_listed(roles, role, true);
    }
    return roles;
}

}  // namespace casement::looker
