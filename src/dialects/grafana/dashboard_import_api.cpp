// Dashboards that others exported (grafana.md §5).
#include "dashboards/importers/grafana.h"
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/dashboard_body.h"
#include "dialects/grafana/dashboard_import.h"

#include <fmt/format.h>

namespace casement::grafana {
namespace {

using http::Response;

Answered import_dashboard(const ContentParts& parts, Call& call) {
    const auto* inputs = call.body.if_contains("inputs");
    auto filled =
        fill_inputs(dashboards::bare_grafana(std::move(call.body.at("dashboard").get_object())),
                    inputs != nullptr && inputs->is_array() ? inputs->get_array() : json::array());
    if (!filled) co_return filled.error();
    // Its number is another server's.
    (*filled)["id"] = nullptr;
    call.body["dashboard"] = std::move(*filled);
    const auto snapshot = parts.snapshot();
    auto what = read_save(*snapshot, call.who(), call.body);
    if (!what) co_return refused(what.error());
    const auto row = co_await parts.dashboards.save(call.who(), std::move(*what));
    if (!row) co_return refused(row.error());
    co_return Response::json(
        200, json::object{{"uid", row->uid},
                          {"pluginId", text_or_empty(call.body, "pluginId")},
                          {"title", row->title},
                          {"imported", true},
                          {"importedUri", fmt::format("db/{}", slug_of(row->title))},
                          {"importedUrl", url_of(*row)},
                          {"slug", slug_of(row->title)},
                          {"dashboardId", row->id},
                          {"folderId", row->folder},
                          {"folderUid", folder_uid_of(*snapshot, *row)},
                          {"importedRevision", 1},
                          {"revision", 1},
                          {"description", ""},
                          {"path", ""},
                          {"removed", false}});
}

}  // namespace

void add_import_operations(Operations& operations, const ContentPartsPtr& parts) {
    auto shape = save_shape();
    shape.members.push_back(optional("inputs", Shape::list(Shape::any(), 1000).or_null()));
    shape.members.push_back(optional("pluginId", Shape::text(0, 255).or_null()));
    operations.add({.method = http::Method::post,
                    .path = "/dashboards/import",
                    .permission = access::Permission::dashboards_write,
                    .action = "dashboards:create",
                    .body = std::move(shape),
                    .bad_body = "bad request data",
                    .handle = on(parts, import_dashboard)});
}

}  // namespace casement::grafana
