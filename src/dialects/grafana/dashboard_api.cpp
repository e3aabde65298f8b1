// Dashboards: saved, shown, deleted (grafana.md §5).
#include "access/catalog_edits.h"
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/dashboard_body.h"
#include "dialects/grafana/errors.h"
#include "dialects/grafana/public_share.h"

#include <map>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

using access::Permission;
using http::Method;
using http::Response;

Error no_such_dashboard() {
    return not_found("dashboard_not_found", "Dashboard not found");
}

json::object meta_of(const store::Snapshot& snapshot, const access::Principal& who,
                     const store::Dashboard& row, const std::string& updated_by) {
    const bool writes = who.permissions.has(Permission::dashboards_write) && !row.provisioned;
    const auto* folder = access::find_own<store::Folder>(snapshot, row.org, row.folder);
    const auto* share = public_share_of(snapshot, row);
    return {{"type", "db"},
            {"canSave", writes},
            {"canEdit", writes},
            {"canAdmin", who.permissions.has(Permission::org_manage)},
            {"canStar", false},
            {"canDelete", writes},
            {"slug", slug_of(row.title)},
            {"url", url_of(row)},
            {"expires", "0001-01-01T00:00:00Z"},
            {"created", seconds_text(row.created_at)},
            {"updated", seconds_text(row.modified_at)},
            {"updatedBy", updated_by},
            {"createdBy", row.author},
            {"version", row.revision},
            {"hasAcl", false},
            {"isFolder", false},
            {"folderId", row.folder},
            {"folderUid", folder != nullptr ? folder->uid : std::string()},
            {"folderTitle", folder != nullptr ? folder->name : std::string("General")},
            {"folderUrl", folder != nullptr ? url_of(*folder) : std::string()},
            {"provisioned", row.provisioned},
            {"provisionedExternalId", ""},
            {"isStarred", false},
            {"publicDashboardEnabled", share != nullptr && share->status == "active"}};
}

Answered save_dashboard(const ContentParts& parts, Call& call) {
    auto what = read_save(*parts.snapshot(), call.who(), call.body);
    if (!what) co_return refused(what.error());
    const auto row = co_await parts.dashboards.save(call.who(), std::move(*what));
    if (!row) co_return refused(row.error());
    co_return saved(*parts.snapshot(), *row);
}

Answered get_dashboard(const ContentParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* row = access::find_seen_dashboard(*snapshot, call.who(), call.part(0));
    if (row == nullptr) co_return refused(no_such_dashboard());
    if (row->dialect != kDialect) co_return other_dialect(*row);
    const auto version = co_await parts.catalog.catalog.dashboard_version(row->id, row->revision);
    const auto& updated_by = version ? version->author : row->author;
    co_return Response::json(
        200, json::object{{"meta", meta_of(*snapshot, call.who(), *row, updated_by)},
                          {"dashboard", shown_document(*row)}});
}

Answered delete_dashboard(const ContentParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* row = access::find_seen_dashboard(*snapshot, call.who(), call.part(0));
    if (row == nullptr) co_return refused(no_such_dashboard());
    if (row->provisioned) {
        co_return invalid("dashboard_provisioned", "provisioned dashboard cannot be deleted");
    }
    std::vector<std::string> ids{row->uid};
    const auto binned = co_await parts.bin.bin(call.who(), std::move(ids));
    if (!binned && binned.error().kind == ErrorKind::not_found) {
        co_return refused(no_such_dashboard());
    }
    if (!binned) co_return binned.error();
    co_return Response::json(
        200, json::object{{"title", row->title},
                          {"message", fmt::format("Dashboard {} deleted", row->title)},
                          {"uid", row->uid}});
}

Answered list_tags(const ContentParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    std::map<std::string, std::int64_t> counts;
    for (const auto* row : snapshot->dashboards(call.who().org)) {
        if (access::find_seen_dashboard(*snapshot, call.who(), row->uid) == nullptr) continue;
        for (const auto& tag : tags_of(*row))
            ++counts[tag];
    }
    json::array list;
    for (const auto& [term, count] : counts)
        list.push_back(json::object{{"term", term}, {"count", count}});
    co_return Response::json(200, list);
}

}  // namespace

void add_dashboard_operations(Operations& operations, const ContentPartsPtr& parts) {
    operations.add({.method = Method::post,
                    .path = "/dashboards/db",
                    .permission = Permission::dashboards_write,
                    .action = "dashboards:write",
                    .body = save_shape(),
                    .bad_body = "bad request data",
                    .handle = on(parts, save_dashboard)});
    operations.add({.method = Method::get,
                    .path = "/dashboards/uid/{uid}",
                    .permission = Permission::dashboards_read,
                    .action = "dashboards:read",
                    .handle = on(parts, get_dashboard)});
    operations.add({.method = Method::del,
                    .path = "/dashboards/uid/{uid}",
                    .permission = Permission::dashboards_write,
                    .action = "dashboards:delete",
                    .handle = on(parts, delete_dashboard)});
    operations.add({.method = Method::get,
                    .path = "/dashboards/tags",
                    .permission = Permission::dashboards_read,
                    .action = "dashboards:read",
                    .handle = on(parts, list_tags)});
}

}  // namespace casement::grafana
