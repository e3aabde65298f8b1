// Dashboards that came as Grafana's: what becomes of them, and out again.
#include "access/source_reference.h"
#include "console/context.h"
#include "console/dashboard_api.h"
#include "console/dashboard_shapes.h"
#include "console/listing.h"
#include "dashboards/dashboard.h"
#include "dashboards/importers/grafana.h"

#include <map>
#include <utility>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

constexpr std::int64_t kMostNotes = 2000;

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

}  // namespace

std::vector<Operation> dashboard_import_operations() {
    std::vector<Operation> all;
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
    return all;
}

}  // namespace casement::console
