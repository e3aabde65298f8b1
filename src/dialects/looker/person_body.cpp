// The part of a body that says who a person is: the same in a signed URL's parameters and in those
// of a cookieless session (looker.md §2.3, §2.5).
#include "dialects/looker/embed_api.h"
#include "dialects/looker/errors.h"

namespace casement::looker {
namespace {

Shape texts(std::size_t most) {
    return Shape::list(Shape::text(0, access::kMaxNameBytes), static_cast<std::int64_t>(most))
        .or_null();
}

std::vector<std::string> texts_at(const json::object& body, std::string_view name) {
    std::vector<std::string> list;
    const auto* value = body.if_contains(name);
    if (value == nullptr || !value->is_array()) return list;
    for (const auto& item : value->get_array())
        list.emplace_back(item.get_string());
    return list;
}

/// Ids are texts in 4.0, and clients send numbers all the same.
Result<std::vector<std::string>> ids_at(const json::object& body, std::string_view name) {
    std::vector<std::string> list;
    const auto* value = body.if_contains(name);
    if (value == nullptr || !value->is_array()) return list;
    for (const auto& item : value->get_array()) {
        if (item.is_string()) {
            list.emplace_back(item.get_string());
        } else if (item.is_int64()) {
            list.push_back(std::to_string(item.get_int64()));
        } else {
            return field_error(name, "invalid", "must be a list of ids");
        }
    }
    return list;
}

/// An attribute's value is a text; a number or a truth value is taken for the text that it is
/// written with, which is how it would stand in a signed URL.
std::optional<std::string> attribute_text(const json::value& value) {
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_int64() || value.is_uint64() || value.is_double() || value.is_bool()) {
        return json::serialize(value);
    }
    return std::nullopt;
}

}  // namespace

std::vector<ShapeMember> person_members() {
    return {
        optional("external_user_id", Shape::text(1, access::kMaxNameBytes)),
        optional("first_name", Shape::text(0, access::kMaxNameBytes).or_null()),
        optional("last_name", Shape::text(0, access::kMaxNameBytes).or_null()),
        optional("user_timezone", Shape::text(0, 64).or_null()),
        optional("session_length",
                 Shape::integer(0, access::kLongestEmbedSession.count()).or_null()),
        optional("force_logout_login", Shape::boolean().or_null()),
        optional("permissions", texts(access::kMaxEmbedPermissions)),
        optional("models", texts(access::kMaxEmbedModels)),
        optional("group_ids",
                 Shape::list(Shape::any(), static_cast<std::int64_t>(access::kMaxEmbedGroups))
                     .or_null()),
        optional("external_group_id", Shape::text(0, 4 * access::kMaxExternalGroupId).or_null()),
        optional("user_attributes",
                 Shape::map(Shape::any(), static_cast<std::int64_t>(access::kMaxEmbedAttributes))
                     .or_null()),
        optional("embed_domain", Shape::text(0, 300).or_null()),
    };
}

std::chrono::seconds session_length_of(const json::object& body) {
    const auto* length = body.if_contains("session_length");
    if (length == nullptr || length->is_null()) return access::kDefaultEmbedSession;
    return std::chrono::seconds{length->get_int64()};
}

Result<access::EmbedLogin> read_person(const json::object& body, store::OrgId org) {
    access::EmbedLogin login;
    login.org = org;
    const auto user = text_at(body, "external_user_id");
    if (!user) return field_error("external_user_id", "missing_field", "is required");
    login.external_user_id = *user;
    login.first_name = text_at(body, "first_name");
    login.last_name = text_at(body, "last_name");
    login.permissions = texts_at(body, "permissions");
    login.models = texts_at(body, "models");
    auto groups = ids_at(body, "group_ids");
    if (!groups) return groups.error();
    login.group_ids = std::move(*groups);
    login.external_group_id = text_at(body, "external_group_id").value_or("");
    const auto* attributes = body.if_contains("user_attributes");
    if (attributes != nullptr && attributes->is_object()) {
        for (const auto& [name, value] : attributes->get_object()) {
            auto text = attribute_text(value);
            if (!text) {
                return field_error("user_attributes." + std::string(name), "invalid",
                                   "must be a text");
            }
            login.attributes[std::string(name)] = std::move(*text);
        }
    }
    login.timezone = text_at(body, "user_timezone").value_or("");
    login.session_length = session_length_of(body);
    return login;
}

Result<access::EmbedSettings> require_embedding(const access::CatalogParts& parts,
                                                store::OrgId org) {
    const auto snapshot = parts.catalog.snapshot();
    const auto* organization = snapshot->organization(org);
    if (organization == nullptr) return api_not_found();
    auto settings = access::read_embed_settings(*organization);
    if (!settings.enabled) {
        return forbidden("embed_disabled",
                         "Embedding is switched off. Switch it on with PATCH /setting "
                         "{\"embed_enabled\": true}.");
    }
    return settings;
}

Error as_field_error(const Error& error) {
    if (error.kind != ErrorKind::invalid) return error;
    return field_error(error.field.empty() ? "permissions" : error.field, "invalid", error.message);
}

}  // namespace casement::looker
