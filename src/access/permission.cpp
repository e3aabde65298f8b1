#include "access/permission.h"

namespace casement::access {
namespace {

using enum Permission;

constexpr Permissions kViewer{dashboards_read};
constexpr Permissions kEditor{dashboards_read,
                              dashboards_write,
                              dashboards_public_share,
                              dashboards_embed_share,
                              dashboards_invite_share,
                              sessions_read,
                              sessions_end};
constexpr Permissions kAdmin{dashboards_read,
                             dashboards_write,
                             dashboards_public_share,
                             dashboards_embed_share,
                             dashboards_invite_share,
                             sessions_read,
                             sessions_end,
                             sources_write,
                             org_manage,
                             audit_read};

}  // namespace

std::string_view to_string(Permission permission) noexcept {
    switch (permission) {
        case dashboards_read:
            return "dashboards_read";
        case dashboards_write:
            return "dashboards_write";
        case dashboards_public_share:
            return "dashboards_public_share";
        case dashboards_embed_share:
            return "dashboards_embed_share";
        case dashboards_invite_share:
            return "dashboards_invite_share";
        case sessions_read:
            return "sessions_read";
        case sessions_end:
            return "sessions_end";
        case sources_write:
            return "sources_write";
        case org_manage:
            return "org_manage";
        case audit_read:
            return "audit_read";
    }
    return "";
}

Permissions permissions_of_role(std::string_view role) {
    if (role == "Admin") return kAdmin;
    if (role == "Editor") return kEditor;
    if (role == "Viewer") return kViewer;
    return {};
}

bool is_role(std::string_view name) {
    return name == "Admin" || name == "Editor" || name == "Viewer";
}

}  // namespace casement::access
