#include "access/embed_settings.h"

#include "access/share_settings.h"
#include "dashboards/timezone.h"

#include <algorithm>

namespace casement::access {
namespace {

constexpr std::string_view kWildcard = "*.";

/// `if_odd` is what a value of another type counts as.
bool flag(const json::object& written, std::string_view name, bool missing, bool if_odd) {
    const auto* value = written.if_contains(name);
    if (value == nullptr || value->is_null()) return missing;
    return value->is_bool() ? value->get_bool() : if_odd;
}

struct Origin {
    std::string_view scheme;  ///< with its "://"
    std::string_view host;
    std::string_view port;  ///< with its ":", or empty
};

/// Of what check_origin gave back.
Origin split(std::string_view canonical) {
    const auto host = canonical.find("://") + 3;
    const auto colon = canonical.find(':', host);
    Origin origin;
    origin.scheme = canonical.substr(0, host);
    origin.host = canonical.substr(host, colon == std::string_view::npos ? colon : colon - host);
    if (colon != std::string_view::npos) origin.port = canonical.substr(colon);
    return origin;
}

bool matches(const std::string& written, const Origin& origin) {
    const auto canonical = check_embed_domain(written);
    if (!canonical) return false;
    const Origin entry = split(*canonical);
    if (entry.scheme != origin.scheme || entry.port != origin.port) return false;
    if (!entry.host.starts_with(kWildcard)) return entry.host == origin.host;
    // ".example.com" at the end with something before it: the dot keeps look-alikes out.
    const auto suffix = entry.host.substr(1);
    return origin.host.size() > suffix.size() && origin.host.ends_with(suffix);
}

}  // namespace

EmbedSettings read_embed_settings(const store::Organization& organization) {
    EmbedSettings settings;
    const auto* section = organization.settings.if_contains("looker");
    if (section == nullptr || section->is_null()) return settings;
    static const json::object kNothing;
    const bool readable = section->is_object();
    const auto& written = readable ? section->get_object() : kNothing;
    settings.enabled = readable && flag(written, "embed_enabled", true, false);
    settings.signed_links = readable && flag(written, "sso_auth_enabled", true, false);
    settings.cookieless = readable && flag(written, "embed_cookieless_v2", true, false);
    settings.closed_system = !readable || flag(written, "closed_system", false, true);
    settings.strict = !readable || flag(written, "strict", false, true);
    settings.allow_user_timezones = readable && flag(written, "allow_user_timezones", true, false);
    const auto* zone = written.if_contains("timezone");
    if (zone != nullptr && zone->is_string() && zone->get_string() != "browser" &&
        dashboards::is_timezone(zone->get_string())) {
        settings.timezone = std::string(zone->get_string());
    }
    const auto* list = written.if_contains("domain_allowlist");
    if (list != nullptr && list->is_array()) {
        for (const auto& item : list->get_array()) {
            if (!item.is_string()) {
                // One odd entry and none of the list can be trusted.
                settings.domain_allowlist.clear();
                break;
            }
            settings.domain_allowlist.emplace_back(item.get_string());
        }
    }
    return settings;
}

Result<std::string> check_embed_domain(std::string_view text) {
    auto origin = check_origin(text);
    if (!origin) {
        Error error = origin.error();
        error.field = "domain_allowlist";
        return error;
    }
    if (origin->ends_with(":*")) {
        return invalid("invalid_origin",
                       "The port must be a number from 1 to 65535: an entry names one port.",
                       "domain_allowlist");
    }
    return origin;
}

bool is_allowed_domain(const EmbedSettings& settings, std::string_view origin) {
    // An origin names one place; a pattern or a path in its place is not from a browser.
    if (origin.find('*') != std::string_view::npos || origin.ends_with('/')) return false;
    const auto canonical = check_embed_domain(origin);
    if (!canonical) return false;
    const Origin asked = split(*canonical);
    return std::any_of(settings.domain_allowlist.begin(), settings.domain_allowlist.end(),
                       [&](const std::string& entry) { return matches(entry, asked); });
}

std::string frame_ancestors(const store::Snapshot& snapshot, store::OrgId org,
                            bool allow_embedding) {
    const auto* organization = snapshot.organization(org);
    if (!allow_embedding || organization == nullptr) return "'none'";
    const auto settings = read_embed_settings(*organization);
    if (settings.domain_allowlist.empty()) return "*";
    std::string list = "'self'";
    for (const auto& origin : settings.domain_allowlist)
        list += " " + origin;
    return list;
}

}  // namespace casement::access
