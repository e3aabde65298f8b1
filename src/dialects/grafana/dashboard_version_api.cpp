// What a dashboard was after each of its changes, and its way back there (grafana.md §5).
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/dashboard_body.h"
#include "dialects/grafana/errors.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

using access::Permission;
using http::Method;
using http::Response;
using store::DashboardVersion;

/// Each is read with its whole document.
constexpr std::int64_t kMostListed = 100;

Error no_such_dashboard() {
    return not_found("dashboard_not_found", "Dashboard not found");
}
Error no_such_version() {
    return not_found("version_not_found", "Dashboard version not found");
}

json::object version_body(const store::Dashboard& row, const DashboardVersion& version) {
    // The vendor counts versions over all dashboards; a dashboard's own numbers name them as well.
    return {{"id", version.revision},          {"dashboardId", row.id},
            {"dashboardUid", row.uid},         {"uid", row.uid},
            {"parentVersion", version.parent}, {"restoredFrom", version.restored_from},
            {"version", version.revision},     {"created", seconds_text(version.created_at)},
            {"createdBy", version.author},     {"message", version.message}};
}

Answered list_versions(const ContentParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* row = access::find_seen_dashboard(*snapshot, call.who(), call.part(0));
    if (row == nullptr) co_return refused(no_such_dashboard());
    if (row->dialect != kDialect) co_return other_dialect(*row);
    const auto limit =
        static_cast<std::size_t>(std::min(call.number("limit", kMostListed), kMostListed));
    const auto before = call.number("continueToken", 0);
    auto found = co_await parts.catalog.catalog.dashboard_versions(row->id, before, limit);
    if (!found) co_return found.error();
    json::array list;
    for (const auto& version : *found)
        list.push_back(version_body(*row, version));
    const bool more = found->size() == limit && found->back().revision > 1;
    co_return Response::json(
        200, json::object{{"continueToken",
                           more ? fmt::format("{}", found->back().revision) : std::string()},
                          {"versions", std::move(list)}});
}

Answered get_version(const ContentParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* row = access::find_seen_dashboard(*snapshot, call.who(), call.part(0));
    if (row == nullptr) co_return refused(no_such_dashboard());
    if (row->dialect != kDialect) co_return other_dialect(*row);
    const auto revision = call.id_part(1);
    if (!revision) co_return invalid("version_number", "id is invalid");
    const auto version = co_await parts.catalog.catalog.dashboard_version(row->id, *revision);
    if (!version && version.error().kind == ErrorKind::not_found) co_return no_such_version();
    if (!version) co_return version.error();
    auto body = version_body(*row, *version);
    auto then = *row;
    then.revision = version->revision;
    then.document = version->document;
    body["data"] = shown_document(then);
    co_return Response::json(200, body);
}

Answered restore_version(const ContentParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* row = access::find_seen_dashboard(*snapshot, call.who(), call.part(0));
    if (row == nullptr) co_return refused(no_such_dashboard());
    if (row->dialect != kDialect) co_return other_dialect(*row);
    const auto revision = number_or_zero(call.body, "version");
    const auto version = co_await parts.catalog.catalog.dashboard_version(row->id, revision);
    if (!version && version.error().kind == ErrorKind::not_found) co_return no_such_version();
    if (!version) co_return version.error();
    access::DashboardSave what;
    what.dialect = kDialect;
    what.id = row->id;
    what.title = version->title;
    what.document = version->document;
    what.folder = row->folder;
    what.revision = row->revision;
    what.message = fmt::format("Restored from version {}", revision);
    what.restored_from = revision;
    const auto restored = co_await parts.dashboards.save(call.who(), std::move(what));
    if (!restored) co_return refused(restored.error());
    co_return saved(*parts.snapshot(), *restored);
}

}  // namespace

void add_version_operations(Operations& operations, const ContentPartsPtr& parts) {
    const std::string root = "/dashboards/uid/{uid}";
    // Whoever may change a dashboard may see what it was: as in Grafana.
    operations.add({.method = Method::get,
                    .path = root + "/versions",
                    .permission = Permission::dashboards_write,
                    .action = "dashboards:write",
                    .handle = on(parts, list_versions)});
    operations.add({.method = Method::get,
                    .path = root + "/versions/{version}",
                    .permission = Permission::dashboards_write,
                    .action = "dashboards:write",
                    .handle = on(parts, get_version)});
    operations.add({.method = Method::post,
                    .path = root + "/restore",
                    .permission = Permission::dashboards_write,
                    .action = "dashboards:write",
                    .body = Shape::object({required(
                        "version", Shape::integer(1, std::numeric_limits<std::int64_t>::max()))}),
                    .bad_body = "bad request data",
                    .handle = on(parts, restore_version)});
}

}  // namespace casement::grafana
