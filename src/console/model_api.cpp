#include "console/model_api.h"

#include "access/document_cache.h"
#include "access/model.h"
#include "access/model_service.h"
#include "access/scope_certificate.h"
#include "access/source_reference.h"
#include "console/context.h"
#include "console/listing.h"

#include <utility>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

json::object to_json(const store::Model& row) {
    json::object out = row.document;
    out["name"] = row.name;
    out["label"] = row.label;
    out["source"] = row.source;
    out["provisioned"] = row.provisioned;
    out["version"] = access::hash_of(row);
    return out;
}

std::vector<ShapeMember> written_members() {
    std::vector<ShapeMember> members{
        optional("label", Shape::text(1, 200).described("For people. Default: the name.")),
        required("source", Shape::text(1, 64).described("The source's name."))};
    for (const auto& member : access::model_shape().members)
        members.push_back(member);
    return members;
}

Shape model_shape() {
    auto members = written_members();
    members.push_back(required("name", Shape::text(1, 64)));
    members.push_back(required("provisioned", Shape::boolean()));
    members.push_back(
        required("version", Shape::text(64, 64).described("Changes whenever the model does.")));
    return Shape::object(std::move(members));
}

/// Models as whoever writes queries sees them.
Shape listed_shape() {
    auto members = written_members();
    members.push_back(required("name", Shape::text(1, 64)));
    members.push_back(required("provisioned", Shape::boolean()));
    members.push_back(
        optional("version", Shape::text(64, 64).described("Only for those with org_manage.")));
    return Shape::object(std::move(members));
}

Shape written_shape() {
    auto members = written_members();
    members.push_back(optional(
        "version", Shape::text(64, 64).described("Of the model that this one takes the place of. "
                                                 "Absent: there is none of this name yet.")));
    return Shape::object(std::move(members));
}

Answered list_models(Context& console, Call& call) {
    const auto rows = console.parts.models.list(call.principal);
    if (!rows) co_return rows.error();
    const bool is_whole = call.principal.permissions.has(Permission::org_manage);
    const auto show = [&](const store::Model& row) {
        auto model = to_json(row);
        // It is the whole document's, and this is less.
        if (!is_whole) model.erase("version");
        return model;
    };
    co_return Response::json(200, list_of("models", *rows, show));
}

Answered get_model(Context& console, Call& call) {
    const auto row = console.parts.models.find(call.principal, call.request.captures.at(0));
    if (!row) co_return row.error();
    co_return Response::json(200, to_json(*row));
}

Answered put_model(Context& console, Call& call) {
    static const Shape name_shape = Shape::text(1, 64).matching("[A-Za-z0-9_-]{1,64}");
    store::Model row;
    row.name = call.request.captures.at(0);
    if (auto wrong = check(json::value(row.name), name_shape, "name")) {
        wrong->code = "invalid_model";
        co_return *wrong;
    }
    row.label = text_at(call.body, "label").value_or(row.name);
    row.source = *text_at(call.body, "source");
    row.document = {{"relations", call.body.at("relations")}};
    auto version = text_at(call.body, "version").value_or("");
    const bool is_new = version.empty();
    auto written =
        co_await console.parts.models.put(call.principal, std::move(row), std::move(version));
    if (!written) co_return written.error();
    co_return Response::json(is_new ? 201 : 200, to_json(*written));
}

Answered remove_model(Context& console, Call& call) {
    std::string name = call.request.captures.at(0);
    auto version = call.text("version").value_or("");
    auto removed =
        co_await console.parts.models.remove(call.principal, std::move(name), std::move(version));
    if (!removed) co_return removed.error();
    co_return Response::empty(204);
}

// -- certificates ---------------------------------------------------------------------------------

Result<json::object> certify(const Context& console, const store::Dashboard& row) {
    const auto snapshot = console.parts.catalog.snapshot();
    const auto read = access::read_stored_document(row.dialect, row.document,
                                                   access::import_context(*snapshot, row.org));
    if (!read) return read.error();
    const access::CatalogChange nothing;
    const auto world = access::world_of(*snapshot, row.org, nothing);
    const auto models = [&](const std::string& name) -> std::optional<store::Model> {
        const auto* found = snapshot->by_name<store::Model>(row.org, name);
        return found == nullptr ? std::nullopt : std::optional(*found);
    };
    auto statement = access::scope_statement(
        world, {row.uid, row.title, row.dialect, row.revision, &row.document, &*read}, models);
    return access::scope_certificate(std::move(statement), console.parts.clock.now(),
                                     console.parts.certificate_key);
}

Answered get_certificate(Context& console, Call& call) {
    auto row = console.parts.dashboards.find(call.principal, call.request.captures.at(0));
    if (!row) co_return row.error();
    // The engines' parsers take their time. Both outlive the work: the call waits for it.
    const auto work = [&console, &row] { return certify(console, *row); };
    auto certificate = co_await console.parts.catalog.pool().run(work);
    if (!certificate) co_return certificate.error();
    co_return Response::json(200, *certificate);
}

Answered verify_certificate(Context& console, Call& call) {
    const bool genuine =
        access::is_genuine(call.body.at("certificate").get_object(), console.parts.certificate_key);
    co_return Response::json(200, json::object{{"genuine", genuine}});
}

Shape certificate_shape() {
    const auto name = Shape::text().or_null();
    const Shape filter =
        Shape::object({required("relation", Shape::text()), required("column", Shape::text()),
                       required("attribute", Shape::text()),
                       required("type", Shape::one_of({"text", "number", "time"})),
                       required("match", Shape::one_of({"one_of", "range"}))});
    const Shape column = Shape::object(
        {required("relation", Shape::text()), required("column", Shape::text()),
         required("show", Shape::one_of({"hidden", "null", "stars"})), required("unless", name)});
    const Shape query = Shape::object(
        {optional("panel", Shape::integer(0, kAnyId)), optional("title", Shape::text()),
         optional("query", Shape::text()),
         optional("variable", Shape::text().described("Whose choices the query finds.")),
         required("text_sha256", Shape::text()), required("source", name),
         required("source_kind", name), required("model", name), required("model_sha256", name),
         required("relations", Shape::list(Shape::text(), 256)),
         required("filters", Shape::list(filter, 4096)),
         required("covered", Shape::list(column, 65'536)),
         required("verdict", Shape::one_of({"proven", "unscoped", "refused"})),
         required("reason", name)});
    const Shape about = Shape::object(
        {required("uid", Shape::text()), required("title", Shape::text()),
         required("dialect", Shape::text()), required("revision", Shape::integer(0, kAnyId)),
         required("sha256", Shape::text())});
    const Shape summary = Shape::object({required("proven", Shape::integer(0, kAnyId)),
                                         required("unscoped", Shape::integer(0, kAnyId)),
                                         required("refused", Shape::integer(0, kAnyId))});
    const Shape statement = Shape::object({required("dashboard", about),
                                           required("queries", Shape::list(query, 10'000)),
                                           required("summary", summary)});
    return Shape::object(
        {required("certificate", Shape::text()), required("issued_at", Shape::text()),
         required("server_version", Shape::text()), required("statement", statement),
         required("statement_sha256",
                  Shape::text().described("Of the statement's canonical text.")),
         required("signature", name)});
}

}  // namespace

std::vector<Operation> model_operations() {
    std::vector<Operation> all;
    all.push_back(
        {.method = Method::get,
         .path = "/models",
         .id = "listModels",
         .tag = "Models",
         .summary = "Every model of the organization",
         .description =
             "What a query needs to name them. Row filters, the permissions that open covered "
             "columns, and versions are told to those with org_manage only.",
         .permission = Permission::dashboards_write,
         .answers = {{200, "In the order of names.", list_shape("models", listed_shape(), 10'000)}},
         .handle = list_models});
    all.push_back({.method = Method::get,
                   .path = "/models/{name}",
                   .id = "getModel",
                   .tag = "Models",
                   .summary = "One model",
                   .permission = Permission::org_manage,
                   .answers = {{200, "The model.", model_shape()}},
                   .refusals = {{404, "model_not_found"}},
                   .handle = get_model});
    all.push_back({.method = Method::put,
                   .path = "/models/{name}",
                   .id = "putModel",
                   .tag = "Models",
                   .summary = "A new model, or another one in its place",
                   .description =
                       "Refused when a dashboard, look or share that is proven now would not be "
                       "proven any more.",
                   .permission = Permission::org_manage,
                   .body = written_shape(),
                   .answers = {{200, "As it is now.", model_shape()},
                               {201, "As it was made.", model_shape()}},
                   .refusals = {{400, "invalid_model (field: the path in the body)"},
                                {403, "model_read_only"},
                                {409, "model_version_mismatch, proof_broken, relation_missing"},
                                {422, "source_not_found"}},
                   .handle = put_model});
    all.push_back({.method = Method::del,
                   .path = "/models/{name}",
                   .id = "deleteModel",
                   .tag = "Models",
                   .summary = "Take a model away for good",
                   .permission = Permission::org_manage,
                   .parameters = {{"version", Shape::text(64, 64), "Only when it is this one."}},
                   .answers = {{204, "Gone.", std::nullopt}},
                   .refusals = {{403, "model_read_only"},
                                {404, "model_not_found"},
                                {409, "model_version_mismatch, proof_broken"}},
                   .handle = remove_model});
    return all;
}

std::vector<Operation> certificate_operations() {
    std::vector<Operation> all;
    all.push_back(
        {.method = Method::get,
         .path = "/dashboards/{id}/scope-certificate",
         .id = "getScopeCertificate",
         .tag = "Models",
         .summary = "What every query of a dashboard reads, and whether that is proven",
         .permission = Permission::dashboards_read,
         .answers = {{200, "The certificate, signed by this server.", certificate_shape()}},
         .refusals = {{400, "invalid_dashboard"}, {404, "dashboard_not_found"}},
         .handle = get_certificate});
    all.push_back(
        {.method = Method::post,
         .path = "/scope-certificates/verify",
         .id = "verifyScopeCertificate",
         .tag = "Models",
         .summary = "Whether a certificate is one of this server, unchanged",
         .permission = Permission::dashboards_read,
         .body = Shape::object({required("certificate", Shape::object({}).open())}),
         .answers = {{200, "genuine: false also for one of a server with another master key.",
                      Shape::object({required("genuine", Shape::boolean())})}},
         .handle = verify_certificate});
    return all;
}

}  // namespace casement::console
