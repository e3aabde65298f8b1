#include "access/embed_grant.h"

#include "access/embed_users.h"
#include "access/user_attributes.h"
#include "base/shape.h"
#include "dashboards/timezone.h"

#include <algorithm>

namespace casement::access {
namespace {

/// One role as it is now; nothing is in it that its sets do not say.
void add_role(const store::Snapshot& snapshot, store::OrgId org, std::int64_t id,
              EmbedGrant& grant) {
    const auto* role = snapshot.find<store::Role>(id);
    if (role == nullptr || role->org != org) return;
    const auto* permissions = snapshot.find<store::PermissionSet>(role->permission_set);
    const auto* models = snapshot.find<store::ModelSet>(role->model_set);
    if (permissions == nullptr || models == nullptr) return;
    if (permissions->org != org || models->org != org) return;
    GrantedRole granted;
    granted.permissions = effective_permissions(permissions->permissions);
    granted.models = models->models;
    granted.all_models = models->built_in;
    if (!granted.permissions.empty()) grant.roles.push_back(std::move(granted));
}

void add_group(const store::Snapshot& snapshot, const store::Group& group, EmbedGrant& grant) {
    grant.groups.push_back(group.id);
    for (const auto role : group.roles)
        add_role(snapshot, group.org, role, grant);
}

void add_attributes(const store::Snapshot& snapshot, store::OrgId org,
                    const std::map<std::string, std::string>& own,
                    ResolvedAttribute::Source own_source, EmbedGrant& grant) {
    for (const auto& attribute : resolve_attributes(snapshot, org, grant.groups, own, own_source)) {
        if (!attribute.value) continue;
        grant.attributes[attribute.name] = attribute_values(attribute);
        if (attribute.definition == nullptr) continue;
        if (is_editable(*attribute.definition)) grant.editable.push_back(attribute.name);
        if (is_hidden(*attribute.definition)) grant.hidden.push_back(attribute.name);
    }
}

// A profile is free-form JSON: what is not of the expected type is not there.

std::vector<std::int64_t> ids_at(const json::object& profile, std::string_view name) {
    std::vector<std::int64_t> ids;
    const auto* list = profile.if_contains(name);
    if (list == nullptr || !list->is_array()) return ids;
    for (const auto& item : list->get_array()) {
        if (item.is_int64()) ids.push_back(item.get_int64());
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

std::map<std::string, std::string> attributes_at(const json::object& profile) {
    std::map<std::string, std::string> own;
    const auto* written = profile.if_contains("attributes");
    if (written == nullptr || !written->is_object()) return own;
    for (const auto& [name, value] : written->get_object()) {
        // A value that is there and unreadable is no value, and not the group's or the default.
        own[std::string(name)] = value.is_string() ? std::string(value.get_string()) : "";
    }
    return own;
}

}  // namespace

EmbedGrant grant_of_login(const store::Snapshot& snapshot, const EmbedLogin& login,
                          const store::Group* external) {
    EmbedGrant grant;
    grant.secret = login.secret;
    grant.external_user_id = login.external_user_id;
    GrantedRole own;
    own.permissions = effective_permissions(login.permissions);
    own.models = login.models;
    if (!own.permissions.empty()) grant.roles.push_back(std::move(own));
    for (const auto id : ordinary_groups(snapshot, login.org, login.group_ids))
        add_group(snapshot, *snapshot.find<store::Group>(id), grant);
    if (external != nullptr) add_group(snapshot, *external, grant);
    add_attributes(snapshot, login.org, login.attributes, ResolvedAttribute::Source::link, grant);
    grant.timezone = login.timezone;
    grant.embed_domain = login.embed_domain;
    grant.cookieless = login.cookieless;
    grant.target = login.target;
    return grant;
}

EmbedGrant EmbedUsers::grant_of(const store::Snapshot& snapshot, const EmbedLogin& login) const {
    const auto* external = login.external_group_id.empty()
                               ? nullptr
                               : snapshot.group_by_external_id(login.org, login.external_group_id);
    return grant_of_login(snapshot, login, external);
}

EmbedGrant EmbedUsers::grant_of(const store::Snapshot& snapshot, const store::User& user) const {
    EmbedGrant grant;
    grant.user = user.id;
    grant.ordinary = true;
    grant.name = user.name;
    const bool administrator = user.role == "Admin";
    if (administrator) grant.roles.push_back({grantable_permissions(), {}, true});
    for (const auto role : ids_at(user.profile, "roles"))
        add_role(snapshot, user.org, role, grant);
    const auto member_of = ids_at(user.profile, "groups");
    for (const auto* group : snapshot.list<store::Group>(user.org)) {
        if (!group->external_group_id.empty()) continue;
        const bool member =
            std::find(member_of.begin(), member_of.end(), group->id) != member_of.end();
        if (administrator || member) add_group(snapshot, *group, grant);
    }
    add_attributes(snapshot, user.org, attributes_at(user.profile), ResolvedAttribute::Source::user,
                   grant);
    const auto* organization = snapshot.organization(user.org);
    const auto* zone = user.profile.if_contains("timezone");
    if (organization != nullptr && read_embed_settings(*organization).allow_user_timezones &&
        zone != nullptr && zone->is_string() && zone->get_string() != "browser" &&
        dashboards::is_timezone(zone->get_string())) {
        grant.timezone = std::string(zone->get_string());
    }
    return grant;
}

}  // namespace casement::access
