// Who may do what with a dashboard or folder (grafana.md §5). Rights belong to roles here, and to
// the groups that a folder is kept for; a single dashboard has none of its own. So these calls tell
// how it is, and take what says the same.
#include "access/folder_sight.h"
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/content_parts.h"
#include "dialects/grafana/errors.h"

#include <set>
#include <utility>

namespace casement::grafana {
namespace {

using access::Permission;
using http::Method;
using http::Response;

constexpr std::int64_t kView = 1;
constexpr std::int64_t kEdit = 2;
constexpr std::int64_t kAdmin = 4;
constexpr std::int64_t kMostItems = 1000;

/// A role and what it may.
using Entry = std::pair<std::string, std::int64_t>;

/// Whether roles alone decide: no folder on the way up is kept for a group.
bool is_open(const store::Snapshot& snapshot, store::OrgId org, std::int64_t folder) {
    access::Principal nobody;
    nobody.org = org;
    return access::FolderSight(snapshot, nobody).sees(folder);
}

/// An Admin may do everything everywhere, which the vendor does not list.
std::vector<Entry> entries_of(bool open, bool changeable) {
    if (!open) return {};
    return {{"Viewer", kView}, {"Editor", changeable ? kEdit : kView}};
}

Error not_done_here() {
    return invalid(
        "permissions_fixed",
        "This server gives rights to roles, not to single dashboards and folders: a "
        "Viewer sees, an Editor changes. What a folder is kept for, its groups say. Send "
        "what GET answers, or leave this call out.");
}

/// Whether the body says what holds already.
Result<void> check_items(const json::object& body, const std::vector<Entry>& entries) {
    std::set<Entry> wanted;
    for (const auto& value : body.at("items").get_array()) {
        const auto& item = value.get_object();
        const bool somebodys =
            number_or_zero(item, "userId") != 0 || number_or_zero(item, "teamId") != 0;
        const auto role = text_or_empty(item, "role");
        if (somebodys || role.empty()) return not_done_here();
        const auto permission = number_or_zero(item, "permission");
        if (role != "Admin" || permission != kAdmin) wanted.emplace(role, permission);
    }
    if (wanted != std::set<Entry>(entries.begin(), entries.end())) return not_done_here();
    return {};
}

/// What all entries of one thing say of it.
struct Thing {
    std::int64_t dashboard = 0;  ///< id; 0 for a folder
    std::string uid, title, slug, url, folder_uid;
    std::string created;
    bool inherited = false;
    std::vector<Entry> entries;
};

Response shown(const Thing& thing) {
    json::array list;
    for (const auto& [role, permission] : thing.entries) {
        json::object item{{"folderUid", thing.folder_uid},
                          {"created", thing.created},
                          {"updated", thing.created},
                          {"userId", 0},
                          {"userLogin", ""},
                          {"userEmail", ""},
                          {"userAvatarUrl", ""},
                          {"teamId", 0},
                          {"teamEmail", ""},
                          {"teamAvatarUrl", ""},
                          {"team", ""},
                          {"role", role},
                          {"permission", permission},
                          {"permissionName", permission == kView ? "View" : "Edit"},
                          {"uid", thing.uid},
                          {"title", thing.title},
                          {"slug", thing.slug},
                          {"isFolder", thing.dashboard == 0},
                          {"url", thing.url},
                          {"inherited", thing.inherited}};
        if (thing.dashboard != 0) item["dashboardId"] = thing.dashboard;
        list.push_back(std::move(item));
    }
    return Response::json(200, list);
}

Result<Thing> dashboard_of(const ContentParts& parts, const Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* row = access::find_seen_dashboard(*snapshot, call.who(), call.part(0));
    if (row == nullptr) return not_found("dashboard_not_found", "Dashboard not found");
    const auto* folder = snapshot->find<store::Folder>(row->folder);
    return Thing{row->id,
                 row->uid,
                 row->title,
                 slug_of(row->title),
                 url_of(*row),
                 folder != nullptr ? folder->uid : std::string(),
                 seconds_text(row->created_at),
                 row->folder != 0,
                 entries_of(is_open(*snapshot, row->org, row->folder), !row->provisioned)};
}

Result<Thing> folder_of(const ContentParts& parts, const Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* row = access::find_seen_folder(*snapshot, call.who(), call.part(0));
    if (row == nullptr) return not_found("folder_not_found", "folder not found");
    return Thing{0,
                 row->uid,
                 row->name,
                 slug_of(row->name),
                 url_of(*row),
                 row->uid,
                 seconds_text(row->created_at),
                 row->parent != 0,
                 entries_of(is_open(*snapshot, row->org, row->id), true)};
}

using Find = Result<Thing> (*)(const ContentParts& parts, const Call& call);

template <Find find>
Answered get_permissions(const ContentParts& parts, Call& call) {
    const auto thing = find(parts, call);
    if (!thing) co_return refused(thing.error());
    co_return shown(*thing);
}

template <Find find>
Answered set_permissions(const ContentParts& parts, Call& call) {
    const auto thing = find(parts, call);
    if (!thing) co_return refused(thing.error());
    if (auto holds = check_items(call.body, thing->entries); !holds) co_return holds.error();
    co_return done(thing->dashboard == 0 ? "Folder permissions updated"
                                         : "Dashboard permissions updated");
}

}  // namespace

void add_permission_operations(Operations& operations, const ContentPartsPtr& parts) {
    const Shape id = Shape::integer(0, std::numeric_limits<std::int64_t>::max()).or_null();
    const Shape item = Shape::object({optional("role", Shape::text(0, 64).or_null()),
                                      optional("permission", Shape::integer(0, 8)),
                                      optional("userId", id), optional("teamId", id)});
    const Shape items = Shape::object({required("items", Shape::list(item.open(), kMostItems))});
    const auto add = [&](Method method, const char* path, std::string_view action,
                         ContentHandler handler) {
        operations.add({.method = method,
                        .path = path,
                        .permission = Permission::org_manage,
                        .action = action,
                        .body = method == Method::post ? std::optional(items) : std::nullopt,
                        .bad_body = "bad request data",
                        .handle = on(parts, handler)});
    };
    constexpr const char* kDashboard = "/dashboards/uid/{uid}/permissions";
    constexpr const char* kFolder = "/folders/{uid}/permissions";
    add(Method::get, kDashboard, "dashboards.permissions:read", get_permissions<dashboard_of>);
    add(Method::post, kDashboard, "dashboards.permissions:write", set_permissions<dashboard_of>);
    add(Method::get, kFolder, "folders.permissions:read", get_permissions<folder_of>);
    add(Method::post, kFolder, "folders.permissions:write", set_permissions<folder_of>);
}

}  // namespace casement::grafana
