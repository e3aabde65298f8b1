#include "access/sharing_settings.h"

#include "access/organization_service.h"
#include "access/share_settings.h"

#include <algorithm>

namespace casement::access {
namespace {

constexpr std::string_view kMember = "sharing";

bool switch_at(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value == nullptr || (value->is_bool() && value->get_bool());
}

Error switched_off(std::string_view type) {
    std::string what = "Sharing is";
    if (type == "open") what = "Open links are";
    if (type == "invite") what = "Invitations are";
    if (type == "embed") what = "Embedded dashboards are";
    if (type == "secure_embed") what = "Embedding by signed links is";
    return forbidden("sharing_disabled",
                     what + " switched off by the organization that owns this dashboard.");
}

}  // namespace

bool SharingSettings::allows(std::string_view type) const {
    if (!enabled) return false;
    if (type == "open") return open;
    if (type == "invite") return invite;
    if (type == "embed") return embed;
    return type == "secure_embed" && secure_embed;
}

SharingSettings read_sharing_settings(const store::Organization& organization) {
    SharingSettings read;
    const auto* member = organization.settings.if_contains(kMember);
    if (member == nullptr) return read;
    const auto* object = member->if_object();
    if (object == nullptr) {
        read.enabled = false;
        return read;
    }
    read.enabled = switch_at(*object, "enabled");
    read.open = switch_at(*object, "open");
    read.invite = switch_at(*object, "invite");
    read.embed = switch_at(*object, "embed");
    read.secure_embed = switch_at(*object, "secure_embed");
    const auto* longest = object->if_contains("max_access_seconds");
    if (longest != nullptr && !longest->is_null()) {
        const auto count = longest->is_int64() ? longest->get_int64() : 0;
        read.longest_invitation = std::chrono::seconds{std::max<std::int64_t>(count, 0)};
    }
    return read;
}

json::object to_json(const SharingSettings& settings) {
    json::object out{{"enabled", settings.enabled},
                     {"open", settings.open},
                     {"invite", settings.invite},
                     {"embed", settings.embed},
                     {"secure_embed", settings.secure_embed},
                     {"max_access_seconds", nullptr}};
    const auto longest = settings.longest_invitation;
    if (longest) out["max_access_seconds"] = longest->count();
    return out;
}

Result<void> check_sharing(const store::Organization& organization, std::string_view type) {
    const bool embeds = type != "open" && type != "invite";
    if (embeds && !embed_sharing_enabled(organization)) {
        return forbidden(
            "embed_disabled",
            "Embedded dashboards are switched off by the organization that owns this one.");
    }
    // Every data call of a share passes here, and few organizations switch anything off.
    if (!organization.settings.contains(kMember)) return {};
    const auto settings = read_sharing_settings(organization);
    if (!settings.enabled) return switched_off({});
    if (!settings.allows(type)) return switched_off(type);
    return {};
}

std::string_view status_of(const store::Share& share, Time now) {
    if (share.settings.contains("expires_at")) {
        const auto expires_at = read_share_settings(share.settings).expires_at;
        if (expires_at && *expires_at <= now) return "paused";
    }
    return share.status;
}

void settle_type(store::Share& share, Time now) {
    if (share.type != "open" || share.settings.contains("expires_at")) return;
    share.settings["expires_at"] = to_rfc3339(now + kOpenShareLife);
}

}  // namespace casement::access
