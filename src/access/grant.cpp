#include "access/grant.h"

#include "access/embed_permissions.h"
#include "base/shape.h"

#include <algorithm>
#include <limits>

namespace casement::access {
namespace {

constexpr auto kNoLimit = std::numeric_limits<std::int64_t>::max();

bool contains(const std::vector<std::string>& list, std::string_view wanted) {
    return std::find(list.begin(), list.end(), wanted) != list.end();
}

Shape texts() {
    return Shape::list(Shape::text(0, kNoLimit), kNoLimit);
}

/// Sizes were checked where a grant is made; here only its form is.
const Shape& embed_shape() {
    static const Shape shape = Shape::object({
        required("dialect", Shape::text(1, 32)),
        required("user", Shape::integer(0, kNoLimit)),
        required("ordinary", Shape::boolean()),
        required("secret", Shape::integer(0, kNoLimit)),
        required("external_user_id", Shape::text(0, kNoLimit)),
        required("name", Shape::text(0, kNoLimit)),
        required("roles", Shape::list(Shape::object({
                                          required("permissions", texts()),
                                          required("models", texts()),
                                          required("all_models", Shape::boolean()),
                                      }),
                                      kNoLimit)),
        required("groups", Shape::list(Shape::integer(1, kNoLimit), kNoLimit)),
        required("attributes", Shape::map(texts(), kNoLimit)),
        required("editable", texts()),
        required("hidden", texts()),
        required("timezone", Shape::text(0, kNoLimit)),
        required("embed_domain", Shape::text(0, kNoLimit)),
        required("cookieless", Shape::boolean()),
        required("target", Shape::text(0, kNoLimit)),
    });
    return shape;
}

const Shape& key_shape() {
    static const Shape shape = Shape::object({
        required("dialect", Shape::text(1, 32)),
        required("key", Shape::integer(0, kNoLimit)),
        required("proof", Shape::text(0, kNoLimit)),
        required("dashboard", Shape::text(0, kNoLimit)),
        required("panel", Shape::integer(0, kNoLimit)),
        required("locked", Shape::map(texts(), kNoLimit)),
        required("bounded", Shape::map(texts(), kNoLimit)),
        required("target", Shape::text(0, kNoLimit)),
    });
    return shape;
}

const Shape& dashboard_snapshot_shape() {
    static const Shape shape = Shape::object({
        required("dialect", Shape::text(1, 32)),
        required("dashboard_snapshot", Shape::integer(1, kNoLimit)),
        required("panel", Shape::integer(0, kNoLimit)),
        required("target", Shape::text(0, kNoLimit)),
    });
    return shape;
}

const Shape& share_shape() {
    static const Shape shape = Shape::object({required("dialect", Shape::text(1, 32))});
    return shape;
}

json::array to_array(const std::vector<std::string>& list) {
    json::array out;
    out.reserve(list.size());
    for (const auto& text : list)
        out.emplace_back(text);
    return out;
}

// What follows reads what a shape has proven to be there.

std::string text_of(const json::value& value) {
    const auto& text = value.get_string();
    return {text.data(), text.size()};
}

std::vector<std::string> texts_of(const json::value& value) {
    std::vector<std::string> out;
    for (const auto& item : value.get_array())
        out.push_back(text_of(item));
    return out;
}

GrantedValues values_of(const json::value& value) {
    GrantedValues out;
    for (const auto& [name, values] : value.get_object())
        out.emplace(std::string(name), texts_of(values));
    return out;
}

EmbedGrant embed_of(const json::object& written) {
    EmbedGrant embed;
    embed.user = written.at("user").to_number<std::int64_t>();
    embed.ordinary = written.at("ordinary").get_bool();
    embed.secret = written.at("secret").to_number<std::int64_t>();
    embed.external_user_id = text_of(written.at("external_user_id"));
    embed.name = text_of(written.at("name"));
    for (const auto& item : written.at("roles").get_array()) {
        const auto& role = item.get_object();
        embed.roles.push_back({texts_of(role.at("permissions")), texts_of(role.at("models")),
                               role.at("all_models").get_bool()});
    }
    for (const auto& group : written.at("groups").get_array())
        embed.groups.push_back(group.to_number<std::int64_t>());
    embed.attributes = values_of(written.at("attributes"));
    embed.editable = texts_of(written.at("editable"));
    embed.hidden = texts_of(written.at("hidden"));
    embed.timezone = text_of(written.at("timezone"));
    embed.embed_domain = text_of(written.at("embed_domain"));
    embed.cookieless = written.at("cookieless").get_bool();
    embed.target = text_of(written.at("target"));
    return embed;
}

KeyGrant key_of(const json::object& written) {
    KeyGrant key;
    key.key = written.at("key").to_number<std::int64_t>();
    key.proof = text_of(written.at("proof"));
    key.dashboard = text_of(written.at("dashboard"));
    key.panel = written.at("panel").to_number<std::int64_t>();
    key.locked = values_of(written.at("locked"));
    key.bounded = values_of(written.at("bounded"));
    key.target = text_of(written.at("target"));
    return key;
}

DashboardSnapshotGrant dashboard_snapshot_of(const json::object& written) {
    DashboardSnapshotGrant grant;
    grant.id = written.at("dashboard_snapshot").to_number<std::int64_t>();
    grant.panel = written.at("panel").to_number<std::int64_t>();
    grant.target = text_of(written.at("target"));
    return grant;
}

Error unreadable() {
    auto error = internal_error(
        "This session cannot be used any more. Reload the page that shows the dashboard.");
    error.code = "grant_unreadable";
    return error;
}

}  // namespace

bool EmbedGrant::allows(std::string_view permission, std::string_view model) const {
    return std::any_of(roles.begin(), roles.end(), [&](const GrantedRole& role) {
        return contains(role.permissions, permission) &&
               (role.all_models || contains(role.models, model));
    });
}

bool EmbedGrant::allows(std::string_view permission) const {
    const auto* known = find_embed_permission(permission);
    if (known == nullptr || known->per_model) return false;
    return std::any_of(roles.begin(), roles.end(), [&](const GrantedRole& role) {
        return contains(role.permissions, permission);
    });
}

bool EmbedGrant::is_member(std::int64_t group) const {
    return std::find(groups.begin(), groups.end(), group) != groups.end();
}

namespace {

json::object to_object(const GrantedValues& values) {
    json::object out;
    for (const auto& [name, list] : values)
        out[name] = to_array(list);
    return out;
}

void write(const KeyGrant& key, json::object& out) {
    out["key"] = key.key;
    out["proof"] = key.proof;
    out["dashboard"] = key.dashboard;
    out["panel"] = key.panel;
    out["locked"] = to_object(key.locked);
    out["bounded"] = to_object(key.bounded);
    out["target"] = key.target;
}

void write(const DashboardSnapshotGrant& grant, json::object& out) {
    out["dashboard_snapshot"] = grant.id;
    out["panel"] = grant.panel;
    out["target"] = grant.target;
}

void write(const EmbedGrant& embed, json::object& out) {
    out["user"] = embed.user;
    out["ordinary"] = embed.ordinary;
    out["secret"] = embed.secret;
    out["external_user_id"] = embed.external_user_id;
    out["name"] = embed.name;
    json::array roles;
    for (const auto& role : embed.roles) {
        roles.push_back(json::object{{"permissions", to_array(role.permissions)},
                                     {"models", to_array(role.models)},
                                     {"all_models", role.all_models}});
    }
    out["roles"] = std::move(roles);
    out["groups"] = json::array(embed.groups.begin(), embed.groups.end());
    out["attributes"] = to_object(embed.attributes);
    out["editable"] = to_array(embed.editable);
    out["hidden"] = to_array(embed.hidden);
    out["timezone"] = embed.timezone;
    out["embed_domain"] = embed.embed_domain;
    out["cookieless"] = embed.cookieless;
    out["target"] = embed.target;
}

}  // namespace

std::string write_grant(const Grant& grant) {
    json::object out{{"dialect", grant.dialect}};
    if (grant.embed) write(*grant.embed, out);
    if (grant.key) write(*grant.key, out);
    if (grant.dashboard_snapshot) write(*grant.dashboard_snapshot, out);
    return json::serialize(out);
}

Result<Grant> read_grant(std::string_view text) {
    const auto value = parse_json(text);
    if (!value || !value->is_object()) return unreadable();
    const auto& written = value->get_object();
    const bool of_share = written.size() == 1;
    const bool of_key = written.contains("key");
    const bool of_snapshot = written.contains("dashboard_snapshot");
    const auto& shape = of_share      ? share_shape()
                        : of_snapshot ? dashboard_snapshot_shape()
                        : of_key      ? key_shape()
                                      : embed_shape();
    if (check(*value, shape)) {
        return unreadable();
    }
    Grant grant;
    grant.dialect = text_of(written.at("dialect"));
    if (of_snapshot) {
        grant.dashboard_snapshot = dashboard_snapshot_of(written);
    } else if (of_key) {
        grant.key = key_of(written);
    } else if (!of_share) {
        grant.embed = embed_of(written);
    }
    return grant;
}

}  // namespace casement::access
