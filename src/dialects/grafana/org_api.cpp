// The caller's organization, and who the caller is (grafana.md §5).
#include "access/catalog_edits.h"
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/content_parts.h"

namespace casement::grafana {
namespace {

using http::Method;
using http::Response;

Answered get_org(const ContentParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* org = snapshot->organization(call.who().org);
    if (org == nullptr) co_return not_found("organization_not_found", "Organization not found");
    // Organizations have no addresses here.
    co_return Response::json(200, json::object{{"id", org->id},
                                               {"name", org->name},
                                               {"address",
                                                {{"address1", ""},
                                                 {"address2", ""},
                                                 {"city", ""},
                                                 {"zipCode", ""},
                                                 {"state", ""},
                                                 {"country", ""}}}});
}

/// A key acts for a program, not for a person, unless it is one of this server's own.
Answered get_user(const ContentParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* user = access::find_own<store::User>(*snapshot, call.who().org, call.who().user);
    if (user == nullptr) co_return not_found("user_not_found", "user not found");
    co_return Response::json(200, json::object{{"id", user->id},
                                               {"uid", user->uuid},
                                               {"email", user->handle},
                                               {"name", user->name},
                                               {"login", user->handle},
                                               {"theme", ""},
                                               {"orgId", user->org},
                                               {"isGrafanaAdmin", false},
                                               {"isDisabled", user->disabled},
                                               {"isExternal", false},
                                               {"authLabels", json::array()},
                                               {"createdAt", seconds_text(user->created_at)},
                                               {"updatedAt", seconds_text(user->created_at)},
                                               {"avatarUrl", ""}});
}

}  // namespace

void add_org_operations(Operations& operations, const ContentPartsPtr& parts) {
    operations.add({.method = Method::get,
                    .path = "/org",
                    .permission = access::Permission::dashboards_read,
                    .action = "orgs:read",
                    .handle = on(parts, get_org)});
    operations.add({.method = Method::get, .path = "/user", .handle = on(parts, get_user)});
}

}  // namespace casement::grafana
