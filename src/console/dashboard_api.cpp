#include "console/dashboard_api.h"

#include "access/source_reference.h"
#include "console/context.h"
#include "console/listing.h"
#include "dashboards/dashboard.h"
#include "dashboards/importers/grafana.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

constexpr std::int64_t kMostNotes = 2000;

json::object summary(const store::Dashboard& row) {
    return {{"id", row.id},
            {"uid", row.uid},
            {"title", row.title},
            {"dialect", row.dialect},
            {"author", row.author},
            {"provisioned", row.provisioned},
            {"created_at", to_rfc3339(row.created_at)},
            {"modified_at", to_rfc3339(row.modified_at)},
            {"deleted_at",
             row.deleted_at ? json::value(to_rfc3339(*row.deleted_at)) : json::value(nullptr)}};
}

json::object whole(const store::Dashboard& row) {
    auto out = summary(row);
    out["document"] = row.document;
    return out;
}

std::vector<ShapeMember> summary_members() {
    return {required("id", Shape::integer(1, kAnyId)),
            required("uid", Shape::text()),
            required("title", Shape::text()),
            required("dialect", Shape::text().described(
                                    "\"casement\": a native document. Otherwise the document is as "
                                    "its vendor's API took it.")),
            required("author", Shape::text()),
            required("provisioned", Shape::boolean()),
            required("created_at", Shape::text()),
            required("modified_at", Shape::text()),
            required("deleted_at", Shape::text().or_null())};
}

Shape whole_shape() {
    auto members = summary_members();
    members.push_back(required("document", Shape::object({}).open()));
    return Shape::object(std::move(members));
}

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
    const auto fits = [&](const store::Dashboard& row) {
        return row.deleted_at.has_value() == deleted;
    };
    co_return Response::json(
        200, page_of("dashboards", call, snapshot->dashboards(call.principal.org), fits, summary));
}

Answered get_dashboard(Context& console, Call& call) {
    auto row = console.parts.dashboards.find(call.principal, call.request.captures.at(0));
    if (!row) co_return row.error();
    co_return Response::json(200, whole(*row));
}

std::string_view word(dashboards::ImportNote::Kind kind) {
    switch (kind) {
        case dashboards::ImportNote::Kind::taken:
            return "taken";
        case dashboards::ImportNote::Kind::changed:
            return "changed";
        case dashboards::ImportNote::Kind::left_out:
            break;
    }
    return "left_out";
}

/// What the viewer makes of a document of Grafana's.
Result<json::array> notes_of(Context& console, const access::Principal& who,
                             const json::object& document) {
    const auto snapshot = console.parts.catalog.snapshot();
    const auto context = access::import_context(*snapshot, who.org);
    dashboards::ImportReport report;
    auto read = dashboards::import_grafana(document, &report, context);
    if (!read) return read.error();
    json::array notes;
    for (const auto& note : report) {
        notes.push_back(
            {{"kind", word(note.kind)}, {"about", note.subject}, {"sentence", note.sentence}});
    }
    return notes;
}

Answered import_report(Context& console, Call& call) {
    auto row = console.parts.dashboards.find(call.principal, call.request.captures.at(0));
    if (!row) co_return row.error();
    if (row->dialect != "grafana") {
        co_return conflict("other_dialect",
                           "There is a report only of dashboards that came through Grafana's API.");
    }
    auto notes = notes_of(console, call.principal, row->document);
    if (!notes) co_return notes.error();
    co_return Response::json(200, json::object{{"notes", std::move(*notes)}});
}

/// The document as it came. What Grafana's API answers beside it is its own.
Answered export_grafana(Context& console, Call& call) {
    auto row = console.parts.dashboards.find(call.principal, call.request.captures.at(0));
    if (!row) co_return row.error();
    if (row->dialect != "grafana") {
        co_return conflict("other_dialect",
                           "Only a dashboard that came as one of Grafana's goes out as one.");
    }
    co_return Response::json(200, row->document);
}

Result<access::NewDashboard> imported_dashboard(json::object document) {
    static const Shape shape = Shape::object(
        {required("title", Shape::text(1, 200)),
         optional("uid", Shape::text(0, 40).matching("[A-Za-z0-9_-]{0,40}").or_null())});
    json::object named;
    for (const std::string_view name : {"title", "uid"}) {
        if (const auto* value = document.if_contains(name)) named[name] = *value;
    }
    if (auto error = check(json::value(named), shape, "document")) {
        error->code = "invalid_dashboard";
        return *error;
    }
    access::NewDashboard what;
    what.dialect = "grafana";
    what.uid = text_at(named, "uid").value_or("");
    what.title = text_at(named, "title").value_or("");
    what.document = std::move(document);
    return what;
}

Answered import_dashboard(Context& console, Call& call) {
    auto document = dashboards::bare_grafana(call.body.at("document").get_object());
    if (const auto* inputs = call.body.if_contains("inputs")) {
        std::map<std::string, std::string> chosen;
        for (const auto& [name, source] : inputs->get_object()) {
            chosen[std::string(name)] = std::string(source.get_string());
        }
        document = dashboards::with_inputs(std::move(document), chosen);
    }
    auto notes = notes_of(console, call.principal, document);
    if (!notes) co_return notes.error();
    json::object answer{{"dashboard", nullptr}, {"notes", std::move(*notes)}};
    const auto* dry = call.body.if_contains("dry_run");
    if (dry != nullptr && dry->get_bool()) co_return Response::json(200, answer);
    auto what = imported_dashboard(std::move(document));
    if (!what) co_return what.error();
    auto row = co_await console.parts.dashboards.create(call.principal, std::move(*what));
    if (!row) co_return row.error();
    answer["dashboard"] = summary(*row);
    co_return Response::json(201, answer);
}

Shape report_shape() {
    const Shape note = Shape::object(
        {required("kind", Shape::one_of({"taken", "changed", "left_out"})),
         required("about", Shape::text().described(
                               "\"panel 7\", \"variable host\"; empty: the whole dashboard.")),
         required("sentence", Shape::text())});
    return Shape::object({required("notes", Shape::list(note, kMostNotes))});
}

ShapeMember notes_member() {
    return report_shape().members.front();
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
    auto row =
        co_await console.parts.dashboards.update(call.principal, std::move(id), std::move(change));
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
    all.push_back(
        {.method = Method::get,
         .path = "/dashboards/{id}/import-report",
         .id = "getImportReport",
         .tag = "Dashboards",
         .summary = "What the viewer makes of a dashboard that came through Grafana's API",
         .permission = Permission::dashboards_read,
         .answers = {{200, "What was taken, changed and left out.", report_shape()}},
         .refusals = {{400, "invalid_dashboard"},
                      {404, "dashboard_not_found"},
                      {409, "other_dialect"}},
         .handle = import_report});
    all.push_back({.method = Method::get,
                   .path = "/dashboards/{id}/export/grafana",
                   .id = "exportGrafanaDashboard",
                   .tag = "Dashboards",
                   .summary = "A dashboard that came as one of Grafana's, as it came",
                   .permission = Permission::dashboards_read,
                   .answers = {{200, "The document.", Shape::object({}).open()}},
                   .refusals = {{404, "dashboard_not_found"}, {409, "other_dialect"}},
                   .handle = export_grafana});
    all.push_back(
        {.method = Method::post,
         .path = "/dashboards/import",
         .id = "importDashboard",
         .tag = "Dashboards",
         .summary = "A new dashboard from a document of Grafana's",
         .permission = Permission::dashboards_write,
         .body = Shape::object(
             {required("document", Shape::object({}).open().described(
                                       "A classic dashboard, bare or as the spec of a resource.")),
              optional("inputs",
                       Shape::map(Shape::text(1, 100), 100)
                           .described("Sources by the names of the document's inputs, or of the "
                                      "sources that it names and that are called otherwise here.")),
              optional("dry_run", Shape::boolean().described("Nothing is kept."))}),
         .answers = {{200, "Dry run: what would become of it.",
                      Shape::object({required("dashboard", Shape::any()), notes_member()})},
                     {201, "As it is kept, and what became of it.",
                      Shape::object({required("dashboard", Shape::object(summary_members())),
                                     notes_member()})}},
         .refusals = {{400, "invalid_dashboard"}, {409, "already_exists"}},
         .handle = import_dashboard});
    all.push_back({.method = Method::put,
                   .path = "/dashboards/{id}",
                   .id = "replaceDashboard",
                   .tag = "Dashboards",
                   .summary = "A new document for a native dashboard",
                   .permission = Permission::dashboards_write,
                   .body = body,
                   .answers = {{200, "As it is kept.", whole_shape()}},
                   .refusals = {{400, "invalid_dashboard (field: the path in the body)"},
                                {404, "dashboard_not_found"},
                                {409, "other_dialect"},
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
