#include "console/snapshot_api.h"

#include "base/encoding.h"
#include "console/context.h"
#include "console/listing.h"
#include "console/viewer_calls.h"

#include <utility>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

constexpr std::int64_t kLongestLife = std::int64_t{3650} * 86'400;
constexpr std::int64_t kLongestName = 255;

struct Sight {
    const store::Snapshot& snapshot;
    std::string base_url;
};

json::object to_json(const store::DashboardSnapshot& row, const Sight& sight) {
    const auto* user = row.user == 0 ? nullptr : sight.snapshot.user(row.user);
    const auto end = row.expires_at;
    return {{"id", row.id},
            {"name", row.name},
            {"key", row.key},
            {"url", sight.base_url + "/dashboard/snapshot/" + row.key},
            {"taken_by", user == nullptr ? json::value(nullptr) : json::value(user->handle)},
            {"created_at", to_rfc3339(row.created_at)},
            {"expires_at", end ? json::value(to_rfc3339(*end)) : json::value(nullptr)}};
}

Shape snapshot_shape() {
    const auto time = Shape::text(10, 40);
    return Shape::object({required("id", Shape::integer(1, kAnyId)),
                          required("name", Shape::text()), required("key", Shape::text()),
                          required("url", Shape::text().described("Opens it for everybody.")),
                          required("taken_by", Shape::text().or_null()),
                          required("created_at", time), required("expires_at", time.or_null())});
}

Answered take_snapshot(Context& console, Call& call) {
    auto row = console.parts.dashboards.find(call.principal, call.request.captures.at(0));
    if (!row) co_return row.error();
    auto view = view_request(call.body);
    if (!view) co_return view.error();
    const auto snapshot = console.parts.catalog.snapshot();
    auto document = co_await console.parts.snapshots.take(
        console.parts.views, console.parts.documents, snapshot, *row, std::move(*view),
        call.request.cancellation);
    if (!document) co_return document.error();
    access::NewDashboardSnapshot made;
    made.name = text_at(call.body, "name").value_or("");
    if (made.name.empty()) made.name = utf8_head(row->title, kLongestName);
    if (made.name.empty()) made.name = "Snapshot";
    made.dialect = "casement";
    made.document = std::move(*document);
    const auto* life = call.body.if_contains("expires_in_seconds");
    if (life != nullptr && life->is_int64()) made.lives_for = seconds{life->get_int64()};
    auto taken = co_await console.parts.snapshots.create(call.principal, std::move(made));
    if (!taken) co_return taken.error();
    const auto now = console.parts.catalog.snapshot();
    co_return Response::json(201, to_json(taken->row, Sight{*now, console.base_url(call.request)}));
}

Answered list_snapshots(Context& console, Call& call) {
    const auto snapshot = console.parts.catalog.snapshot();
    const Sight sight{*snapshot, console.base_url(call.request)};
    json::array list;
    for (const auto* row : console.parts.snapshots.list(*snapshot, call.principal)) {
        if (list.size() == static_cast<std::size_t>(kMostListed)) break;
        list.push_back(to_json(*row, sight));
    }
    co_return Response::json(200, json::object{{"snapshots", std::move(list)}});
}

Answered remove_snapshot(Context& console, Call& call) {
    std::string key = call.request.captures.at(0);
    auto removed = co_await console.parts.snapshots.remove(call.principal, std::move(key));
    if (!removed) co_return removed.error();
    co_return Response::empty(204);
}

}  // namespace

std::vector<Operation> snapshot_operations() {
    std::vector<Operation> all;
    all.push_back(
        {.method = Method::post,
         .path = "/dashboards/{id}/snapshots",
         .id = "takeSnapshot",
         .tag = "Snapshots",
         .summary = "Keep what a dashboard shows now",
         .description = "Its queries are run once, for the time and the values that are given, and "
                        "their answers kept without the queries. Everybody who has the address "
                        "sees them; nothing is asked of a source again.",
         .permission = Permission::dashboards_public_share,
         .body =
             view_shape({optional("name", Shape::text(0, kLongestName)),
                         optional("expires_in_seconds",
                                  Shape::integer(60, kLongestLife)
                                      .or_null()
                                      .described("null or absent: it stays until it is deleted."))},
                        {"panels", "width", "query_timezone", "fresh"}),
         .answers = {{201, "The snapshot.", snapshot_shape()}},
         .refusals = {{400, "invalid_time, unknown_span, unknown_variable"},
                      {403, "too_many_snapshots, time_locked, variable_locked, value_not_allowed"},
                      {404, "dashboard_not_found"},
                      {413, "snapshot_too_large"},
                      {422, "snapshot_panel_failed"}},
         .handle = take_snapshot});
    all.push_back({.method = Method::get,
                   .path = "/snapshots",
                   .id = "listSnapshots",
                   .tag = "Snapshots",
                   .summary = "Snapshots, newest first",
                   .description = "All of the organization for who may share, else one's own.",
                   .permission = Permission::dashboards_read,
                   .answers = {{200, "The snapshots.", list_shape("snapshots", snapshot_shape())}},
                   .handle = list_snapshots});
    all.push_back({.method = Method::del,
                   .path = "/snapshots/{key}",
                   .id = "deleteSnapshot",
                   .tag = "Snapshots",
                   .summary = "Delete a snapshot",
                   .description = "One's own; any of the organization for who may share.",
                   .permission = Permission::dashboards_read,
                   .answers = {{204, "Gone.", std::nullopt}},
                   .refusals = {{403, "missing_permission"}, {404, "snapshot_not_found"}},
                   .handle = remove_snapshot});
    return all;
}

}  // namespace casement::console
