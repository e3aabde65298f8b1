// The organization's settings as far as they are about embedding (looker.md §2.6).
#include "dashboards/timezone.h"
#include "dialects/looker/embed_api.h"
#include "dialects/looker/errors.h"

#include <algorithm>
#include <array>
#include <utility>

namespace casement::looker {
namespace {

using http::Method;

// What is kept under its own name in the section that access/embed_settings.h reads. Those of the
// first list stand at the top of the vendor's document as well as in embed_config.
constexpr std::array<std::string_view, 4> kTopSwitches{"embed_enabled", "embed_cookieless_v2",
                                                       "allow_user_timezones", "timezone"};
constexpr std::array<std::string_view, 12> kEmbedMembers{
    "embed_enabled",        "embed_cookieless_v2",
    "sso_auth_enabled",     "domain_allowlist",
    "closed_system",        "strict",
    "alert_url_allowlist",  "alert_url_param_owner",
    "alert_url_label",      "embed_content_navigation",
    "hide_look_navigation", "look_filters",
};

Shape embed_config_shape() {
    const auto flag = Shape::boolean().or_null();
    const auto origins =
        Shape::list(Shape::text(1, 300), static_cast<std::int64_t>(access::kAllowedDomains));
    return Shape::object({
        optional("embed_enabled", flag),
        optional("embed_cookieless_v2", flag),
        optional("sso_auth_enabled", flag),
        optional("domain_allowlist", origins.or_null()),
        optional("closed_system",
                 Shape(flag).described("Embed users see only folders of their groups.")),
        optional("strict",
                 Shape(flag).described("Unknown groups, models and attributes are refused.")),
        optional("alert_url_allowlist", origins.or_null()),
        optional("alert_url_param_owner", Shape::text(0, 255).or_null()),
        optional("alert_url_label", Shape::text(0, 255).or_null()),
        optional("embed_content_navigation", flag),
        optional("hide_look_navigation", flag),
        optional("look_filters", flag),
    });
}

json::value stored(const json::object& section, std::string_view name,
                   const json::value& otherwise) {
    const auto* value = section.if_contains(name);
    return value == nullptr || value->is_null() ? otherwise : *value;
}

json::object setting_json(const store::Organization& organization, const Call& call) {
    const auto settings = access::read_embed_settings(organization);
    static const json::object kNothing;
    const auto* value = organization.settings.if_contains("looker");
    const auto& section = value != nullptr && value->is_object() ? value->get_object() : kNothing;
    json::array allowlist;
    for (const auto& origin : settings.domain_allowlist)
        allowlist.emplace_back(origin);
    json::object config{
        {"domain_allowlist", std::move(allowlist)},
        {"alert_url_allowlist", stored(section, "alert_url_allowlist", json::array{})},
        {"alert_url_param_owner", stored(section, "alert_url_param_owner", "")},
        {"alert_url_label", stored(section, "alert_url_label", "")},
        {"sso_auth_enabled", settings.signed_links},
        {"embed_cookieless_v2", settings.cookieless},
        {"embed_content_navigation", stored(section, "embed_content_navigation", false)},
        // Nothing can be edited inside a frame here, whatever is asked for.
        {"embed_content_management", false},
        {"strict_sameorigin_for_login", true},
        {"look_filters", stored(section, "look_filters", false)},
        {"hide_look_navigation", stored(section, "hide_look_navigation", false)},
        {"embed_enabled", settings.enabled},
        {"closed_system", settings.closed_system},
        {"strict", settings.strict},
    };
    return {{"embed_enabled", settings.enabled},
            {"embed_cookieless_v2", settings.cookieless},
            {"allow_user_timezones", settings.allow_user_timezones},
            {"timezone", settings.timezone},
            {"host_url", call.base_url},
            {"embed_config", std::move(config)}};
}

/// The allowlist in canonical form. Errors: a field error that names the entry.
Result<json::array> checked_allowlist(const json::array& entries) {
    json::array list;
    for (const auto& entry : entries) {
        auto origin = access::check_embed_domain(entry.get_string());
        if (!origin) {
            return field_error("embed_config.domain_allowlist", "invalid", origin.error().message);
        }
        if (std::find(list.begin(), list.end(), json::value(*origin)) == list.end()) {
            list.emplace_back(*origin);
        }
    }
    return list;
}

/// What a PATCH names takes the new value, an array as a whole; everything else stays.
Result<json::object> changes_of(const json::object& body) {
    json::object changes;
    for (const auto name : kTopSwitches) {
        const auto* value = body.if_contains(name);
        if (value != nullptr && !value->is_null()) changes[name] = *value;
    }
    if (const auto* config = body.if_contains("embed_config");
        config != nullptr && config->is_object()) {
        for (const auto name : kEmbedMembers) {
            const auto* value = config->get_object().if_contains(name);
            if (value != nullptr && !value->is_null()) changes[name] = *value;
        }
    }
    if (const auto* zone = changes.if_contains("timezone")) {
        const auto& name = zone->get_string();
        if (name == "browser" || !dashboards::is_timezone(name)) {
            return field_error("timezone", "invalid", "must be an IANA time zone");
        }
    }
    if (const auto* list = changes.if_contains("domain_allowlist")) {
        auto checked = checked_allowlist(list->get_array());
        if (!checked) return checked.error();
        changes["domain_allowlist"] = std::move(*checked);
    }
    return changes;
}

Answered get(EmbedParts parts, Call& call) {
    const auto snapshot = parts.parts.catalog.snapshot();
    const auto* organization = snapshot->organization(call.who.org);
    if (organization == nullptr) co_return api_not_found();
    co_return answer(call, setting_json(*organization, call));
}

Answered change(EmbedParts parts, Call& call) {
    auto changes = changes_of(call.body);
    if (!changes) co_return changes.error();
    auto organization = co_await parts.admin.update_settings(
        call.who, [wanted = *changes](json::object& section) -> Result<void> {
            for (const auto& [name, value] : wanted)
                section[name] = value;
            return {};
        });
    if (!organization) co_return organization.error();
    co_return answer(call, setting_json(*organization, call));
}

}  // namespace

void add_setting_operations(Operations& operations, const EmbedParts& parts) {
    operations.add({.method = Method::get,
                    .path = "/setting",
                    .permission = access::Permission::org_manage,
                    .handle = [parts](Call& call) { return get(parts, call); }});
    operations.add(
        {.method = Method::patch,
         .path = "/setting",
         .permission = access::Permission::org_manage,
         .body = Shape::object({optional("embed_enabled", Shape::boolean().or_null()),
                                optional("embed_cookieless_v2", Shape::boolean().or_null()),
                                optional("allow_user_timezones", Shape::boolean().or_null()),
                                optional("timezone", Shape::text(1, 64).or_null()),
                                optional("embed_config", embed_config_shape().open().or_null())}),
         .handle = [parts](Call& call) { return change(parts, call); }});
}

}  // namespace casement::looker
