#include "console/dashboard_api.h"

#include "access/folder_sight.h"
#include "console/context.h"
#include "console/dashboard_shapes.h"
#include "console/listing.h"
#include "dashboards/dashboard.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

/// The body's document, checked. An error's field is the path in the body.
Result<dashboards::Dashboard> read_document(const json::object& body) {
    auto read = dashboards::read_dashboard(body.at("document"));
    if (read) return read;
    auto error = read.error();
    error.field = error.field.empty() ? "document" : "document." + error.field;
    return error;
}

Answered list_dashboards(Context& console, Call& call) {
    const auto snapshot = console.parts.catalog.snapshot();
    const auto* member = call.parameters.if_contains("deleted");
    const bool deleted = member != nullptr && member->get_bool();
    const access::FolderSight sight(*snapshot, call.principal);
    const auto fits = [&](const store::Dashboard& row) {
        return row.deleted_at.has_value() == deleted && sight.sees(row.folder);
    };
    co_return Response::json(
        200, page_of("dashboards", call, snapshot->dashboards(call.principal.org), fits, summary));
}

Answered get_dashboard(Context& console, Call& call) {
    auto row = console.parts.dashboards.find(call.principal, call.request.captures.at(0));
    if (!row) co_return row.error();
    co_return Response::json(200, whole(*row));
}

Answered create_dashboard(Context& console, Call& call) {
    auto document = read_document(call.body);
    if (!document) co_return document.error();
    access::NewDashboard what;
    what.uid = document->uid;
    what.title = document->title;
    what.document = call.body.at("document").get_object();
    auto row = co_await console.parts.dashboards.create(call.principal, std::move(what));
    if (!row) co_return row.error();
    co_return Response::json(201, whole(*row));
}

Answered replace_dashboard(Context& console, Call& call) {
    auto document = read_document(call.body);
    if (!document) co_return document.error();
    std::function<Result<void>(store::Dashboard&)> change =
        [uid = document->uid, title = document->title,
         text = call.body.at("document").get_object()](store::Dashboard& row) -> Result<void> {
        if (row.dialect != "casement") {
            return conflict("other_dialect",
                            fmt::format("This dashboard was made through the API of {}; change it "
                                        "there.",
                                        row.dialect));
        }
        if (!uid.empty() && uid != row.uid) {
            return Error{ErrorKind::unprocessable, "uid_mismatch",
                         "A dashboard keeps its uid; leave it out or send the one it has.",
                         "document.uid"};
        }
        row.title = title;
        row.document = text;
        return {};
    };
    std::string id = call.request.captures.at(0);
    auto row = co_await console.parts.dashboards.update(call.principal, std::move(id),
                                                        std::move(change), edit_of(call.body));
    if (!row) co_return row.error();
    co_return Response::json(200, whole(*row));
}

Answered bin_dashboard(Context& console, Call& call) {
    std::vector<std::string> ids{call.request.captures.at(0)};
    auto binned = co_await console.parts.dashboards.bin(call.principal, std::move(ids));
    if (!binned) co_return binned.error();
    co_return Response::empty(204);
}

Answered restore_dashboard(Context& console, Call& call) {
    const auto& id = call.request.captures.at(0);
    std::vector<std::string> ids{id};
    auto restored = co_await console.parts.dashboards.restore(call.principal, std::move(ids));
    if (!restored) co_return restored.error();
    auto row = console.parts.dashboards.find(call.principal, id);
    if (!row) co_return row.error();
    co_return Response::json(200, whole(*row));
}

Answered dashboard_schema(Context&, Call&) {
    auto schema = to_json_schema(dashboards::dashboard_shape());
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
    schema["title"] = "Casement dashboard";
    co_return Response::text(200, json::serialize(schema), "application/schema+json");
}

}  // namespace

std::vector<Operation> dashboard_operations() {
    // The document itself is checked by its own reader, which says more than a shape can.
    const Shape body = Shape::object(
        {required("document", Shape::object({}).open().described("See GET /dashboards/schema."))});
    auto replacing = body;
    for (auto& member : edit_members())
        replacing.members.push_back(std::move(member));
    std::vector<Operation> all;
    all.push_back(
        {.method = Method::get,
         .path = "/dashboards",
         .id = "listDashboards",
         .tag = "Dashboards",
         .summary = "Every dashboard of the organization",
         .permission = Permission::dashboards_read,
         .parameters = {{"deleted", Shape::boolean(), "true: those in the bin instead."},
                        limit_parameter(),
                        after_parameter()},
         .answers = {{200, "In the order they were made, without their documents.",
                      page_shape("dashboards", Shape::object(summary_members()), "after")}},
         .handle = list_dashboards});
    all.push_back({.method = Method::post,
                   .path = "/dashboards",
                   .id = "createDashboard",
                   .tag = "Dashboards",
                   .summary = "A new dashboard",
                   .permission = Permission::dashboards_write,
                   .body = body,
                   .answers = {{201, "As it is kept.", whole_shape()}},
                   .refusals = {{400, "invalid_dashboard (field: the path in the body)"},
                                {409, "already_exists"}},
                   .handle = create_dashboard});
    all.push_back(
        {.method = Method::get,
         .path = "/dashboards/schema",
         .id = "dashboardSchema",
         .tag = "Dashboards",
         .summary = "JSON Schema of the dashboard document",
         .caller = Caller::anyone,
         .answers = {{200, "JSON Schema 2020-12.", std::nullopt, "application/schema+json"}},
         .handle = dashboard_schema});
    all.push_back({.method = Method::get,
                   .path = "/dashboards/{id}",
                   .id = "getDashboard",
                   .tag = "Dashboards",
                   .summary = "One dashboard with its document",
                   .permission = Permission::dashboards_read,
                   .answers = {{200, "The dashboard.", whole_shape()}},
                   .refusals = {{404, "dashboard_not_found"}},
                   .handle = get_dashboard});
    all.push_back({.method = Method::put,
                   .path = "/dashboards/{id}",
                   .id = "replaceDashboard",
                   .tag = "Dashboards",
                   .summary = "A new document for a native dashboard",
                   .permission = Permission::dashboards_write,
                   .body = replacing,
                   .answers = {{200, "As it is kept.", whole_shape()}},
                   .refusals = {{400, "invalid_dashboard (field: the path in the body)"},
                                {404, "dashboard_not_found"},
                                {409, "other_dialect, dashboard_version_mismatch"},
                                {422, "uid_mismatch"}},
                   .handle = replace_dashboard});
    all.push_back({.method = Method::del,
                   .path = "/dashboards/{id}",
                   .id = "deleteDashboard",
                   .tag = "Dashboards",
                   .summary = "Into the bin, for 30 days",
                   .description = "Its shares answer share_not_found and its sessions are cut.",
                   .permission = Permission::dashboards_write,
                   .answers = {{204, "In the bin.", std::nullopt}},
                   .refusals = {{404, "dashboard_not_found"}},
                   .handle = bin_dashboard});
    all.push_back({.method = Method::post,
                   .path = "/dashboards/{id}/restore",
                   .id = "restoreDashboard",
                   .tag = "Dashboards",
                   .summary = "Out of the bin again",
                   .permission = Permission::dashboards_write,
                   .answers = {{200, "The dashboard.", whole_shape()}},
                   .refusals = {{404, "dashboard_not_found"}},
                   .handle = restore_dashboard});
    return all;
}

}  // namespace casement::console
