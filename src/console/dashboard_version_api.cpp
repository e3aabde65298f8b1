// The history of a dashboard.
#include "base/whole_number.h"
#include "console/context.h"
#include "console/dashboard_api.h"
#include "console/dashboard_shapes.h"
#include "console/listing.h"

#include <utility>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

json::object version_summary(const store::DashboardVersion& version) {
    return {{"revision", version.revision},
            {"parent", version.parent},
            {"restored_from", version.restored_from},
            {"title", version.title},
            {"message", version.message},
            {"author", version.author},
            {"created_at", to_rfc3339(version.created_at)}};
}

Answered list_versions(Context& console, Call& call) {
    auto row = console.parts.dashboards.find(call.principal, call.request.captures.at(0));
    if (!row) co_return row.error();
    const auto limit = static_cast<std::size_t>(call.number("limit", 50));
    auto versions =
        co_await console.parts.catalog.dashboard_versions(row->id, call.number("before", 0), limit);
    if (!versions) co_return versions.error();
    json::array list;
    for (const auto& version : *versions)
        list.push_back(version_summary(version));
    co_return Response::json(200, json::object{{"versions", std::move(list)}});
}

/// The revision in the path; 0 for what is no number, which no revision has.
std::int64_t revision_in(const Call& call) {
    return whole_number<std::int64_t>(call.request.captures.at(1)).value_or(0);
}

Answered get_version(Context& console, Call& call) {
    auto row = console.parts.dashboards.find(call.principal, call.request.captures.at(0));
    if (!row) co_return row.error();
    auto version = co_await console.parts.catalog.dashboard_version(row->id, revision_in(call));
    if (!version && version.error().kind == ErrorKind::not_found) {
        co_return not_found("version_not_found", "This dashboard has no such revision.");
    }
    if (!version) co_return version.error();
    auto out = version_summary(*version);
    out["document"] = version->document;
    co_return Response::json(200, out);
}

Answered bring_back(Context& console, Call& call) {
    std::string id = call.request.captures.at(0);
    auto row = co_await console.parts.dashboards.bring_back(call.principal, std::move(id),
                                                            revision_in(call), edit_of(call.body));
    if (!row) co_return row.error();
    co_return Response::json(200, whole(*row));
}

}  // namespace

std::vector<Operation> dashboard_version_operations() {
    std::vector<ShapeMember> version{required("revision", Shape::integer(0, kAnyId)),
                                     required("parent", Shape::integer(0, kAnyId)),
                                     required("restored_from", Shape::integer(0, kAnyId)),
                                     required("title", Shape::text()),
                                     required("message", Shape::text()),
                                     required("author", Shape::text()),
                                     required("created_at", Shape::text())};
    auto version_whole = version;
    version_whole.push_back(required("document", Shape::object({}).open()));
    std::vector<Operation> all;
    all.push_back(
        {.method = Method::get,
         .path = "/dashboards/{id}/versions",
         .id = "listDashboardVersions",
         .tag = "Dashboards",
         .summary = "What a dashboard was after each of its changes",
         .permission = Permission::dashboards_read,
         .parameters = {{"limit", Shape::integer(1, 200), "How many; 50 when absent."},
                        {"before", Shape::integer(1, kAnyId), "Only revisions below this one."}},
         .answers = {{200, "Newest first; none before its first change.",
                      Shape::object({required(
                          "versions", Shape::list(Shape::object(std::move(version)), 200))})}},
         .refusals = {{404, "dashboard_not_found"}},
         .handle = list_versions});
    all.push_back({.method = Method::get,
                   .path = "/dashboards/{id}/versions/{revision}",
                   .id = "getDashboardVersion",
                   .tag = "Dashboards",
                   .summary = "One of them with its document",
                   .permission = Permission::dashboards_read,
                   .answers = {{200, "The version.", Shape::object(std::move(version_whole))}},
                   .refusals = {{404, "dashboard_not_found, version_not_found"}},
                   .handle = get_version});
    all.push_back({.method = Method::post,
                   .path = "/dashboards/{id}/versions/{revision}/restore",
                   .id = "restoreDashboardVersion",
                   .tag = "Dashboards",
                   .summary = "An older document again, as a new revision",
                   .permission = Permission::dashboards_write,
                   .body = Shape::object(edit_members()),
                   .answers = {{200, "As it is kept.", whole_shape()}},
                   .refusals = {{404, "dashboard_not_found, version_not_found"},
                                {409, "dashboard_version_mismatch"}},
                   .handle = bring_back});
    return all;
}

}  // namespace casement::console
