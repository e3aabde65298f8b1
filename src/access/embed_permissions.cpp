#include "access/embed_permissions.h"

#include <algorithm>
#include <array>
#include <set>

namespace casement::access {
namespace {

constexpr bool kPerModel = true;
constexpr bool kInstance = false;
constexpr bool kGrantable = true;
constexpr bool kKnown = false;

// A parent stands before its children: effective_permissions() depends on it.
constexpr std::array kPermissions = {
    EmbedPermission{"access_data", "", kPerModel, kGrantable,
                    "See data of the role's models at all."},
    EmbedPermission{"see_lookml_dashboards", "access_data", kPerModel, kGrantable,
                    "Open provisioned dashboards."},
    EmbedPermission{"see_looks", "access_data", kPerModel, kGrantable, "Open looks."},
    EmbedPermission{"see_user_dashboards", "see_looks", kPerModel, kGrantable,
                    "Open dashboards that people have made."},
    EmbedPermission{"explore", "see_looks", kPerModel, kKnown,
                    "Make queries of one's own. Not granted: there is no such page."},
    EmbedPermission{"create_table_calculations", "explore", kInstance, kKnown,
                    "Add calculations while exploring. Not granted."},
    EmbedPermission{"create_custom_fields", "explore", kInstance, kKnown,
                    "Add fields while exploring. Not granted."},
    EmbedPermission{"can_create_forecast", "explore", kInstance, kKnown,
                    "Add forecasts while exploring. Not granted."},
    EmbedPermission{"save_content", "see_looks", kInstance, kKnown,
                    "Save looks and dashboards. Not granted."},
    EmbedPermission{"see_sql", "see_looks", kPerModel, kGrantable,
                    "Read the text of the queries behind panels."},
    EmbedPermission{"create_alerts", "see_looks", kInstance, kKnown, "Make alerts. Not granted."},
    EmbedPermission{"send_outgoing_webhook", "see_looks", kPerModel, kKnown,
                    "Deliver content to a webhook. Not granted."},
    EmbedPermission{"send_to_s3", "see_looks", kPerModel, kKnown,
                    "Deliver content to a bucket. Not granted."},
    EmbedPermission{"send_to_sftp", "see_looks", kPerModel, kKnown,
                    "Deliver content by SFTP. Not granted."},
    EmbedPermission{"send_to_integration", "see_looks", kPerModel, kKnown,
                    "Deliver content to an integration. Not granted."},
    EmbedPermission{"schedule_look_emails", "see_looks", kPerModel, kKnown,
                    "Deliver content by e-mail. Not granted."},
    EmbedPermission{"schedule_external_look_emails", "schedule_look_emails", kPerModel, kKnown,
                    "Deliver content to any e-mail address. Not granted."},
    EmbedPermission{"download_with_limit", "see_looks", kInstance, kGrantable,
                    "Download data, up to 5000 rows."},
    EmbedPermission{"download_without_limit", "see_looks", kInstance, kGrantable,
                    "Download data, as many rows as the server gives."},
    EmbedPermission{"clear_cache_refresh", "access_data", kPerModel, kGrantable,
                    "Ask the source again in place of the cache."},
    EmbedPermission{"see_drill_overlay", "access_data", kPerModel, kGrantable,
                    "Open the data behind a panel in an overlay."},
    EmbedPermission{"manage_spaces", "", kInstance, kKnown, "Change folders. Not granted."},
    EmbedPermission{"embed_browse_spaces", "", kInstance, kGrantable,
                    "Browse folders, with what one may open in them."},
    EmbedPermission{"embed_save_shared_space", "", kInstance, kKnown,
                    "Save into shared folders. Not granted."},
};

}  // namespace

std::span<const EmbedPermission> embed_permissions() {
    return kPermissions;
}

const EmbedPermission* find_embed_permission(std::string_view name) {
    const auto* found = std::find_if(kPermissions.begin(), kPermissions.end(),
                                     [&](const auto& known) { return known.name == name; });
    return found == kPermissions.end() ? nullptr : found;
}

std::vector<std::string> effective_permissions(std::span<const std::string> permissions) {
    const std::set<std::string_view> sent(permissions.begin(), permissions.end());
    std::set<std::string_view> whole;  // with all of its parents
    std::vector<std::string> effective;
    for (const auto& known : kPermissions) {
        if (!sent.contains(known.name)) continue;
        if (!known.parent.empty() && !whole.contains(known.parent)) continue;
        whole.insert(known.name);
        if (known.grantable) effective.emplace_back(known.name);
    }
    return effective;
}

std::vector<std::string> grantable_permissions() {
    std::vector<std::string> names;
    for (const auto& known : kPermissions) {
        if (known.grantable) names.emplace_back(known.name);
    }
    return names;
}

}  // namespace casement::access
