// Sources one at a time: read, made, changed, taken away.
#include "console/source_api.h"

#include "access/source_service.h"
#include "access/source_uses.h"
#include "console/listing.h"
#include "console/source_body.h"

#include <functional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

access::SourceService service_of(Context& console) {
    return access::SourceService(console.catalog_parts());
}

/// In this API's words.
Error refusal(Error error, std::string_view name) {
    if (error.code == "source_name_taken") {
        error.message = fmt::format("There is a source \"{}\" already: choose another name.", name);
        error.field = "name";
    }
    return error;
}

/// What has become of the source since `body` was made from it.
Error overtaken(const Context& console, const Call& call, const std::string& name,
                const json::object& settings) {
    const auto now = find_source(console, call, name);
    if (!now) return now.error();
    auto names = access::differing(access::shown_settings(*now), settings);
    const auto* is_default = call.body.if_contains("default");
    if (is_default != nullptr && is_default->get_bool() != access::is_default_source(*now)) {
        names.emplace_back("default");
    }
    const auto what = names.empty() ? "What is kept now has the same settings; its password may "
                                      "be another."
                                    : fmt::format("What is kept now differs from yours in: {}.",
                                                  fmt::join(names, ", "));
    return conflict("source_version_mismatch",
                    fmt::format("Somebody else has changed this source since you opened it, to "
                                "revision {}. {} Read it again, and send its \"revision\".",
                                now->revision, what));
}

Answered get_source(Context& console, Call& call) {
    const auto row = find_source(console, call, call.request.captures.at(0));
    if (!row) co_return row.error();
    co_return Response::json(200, source_json(*row));
}

Answered create_source(Context& console, Call& call) {
    store::Source row;
    row.name = *text_at(call.body, "name");
    row.type = *text_at(call.body, "type");
    auto checking = read_settings(console, call, row.name, row.type);
    auto settings = co_await std::move(checking);
    if (!settings) co_return settings.error();
    auto secret = read_secret(call.body, row.type, *settings, nullptr);
    if (!secret) co_return secret.error();
    row.settings = std::move(*settings);
    row.secret = std::move(*secret);
    const auto* is_default = call.body.if_contains("default");
    if (is_default != nullptr && is_default->get_bool()) access::set_default_source(row, true);
    const auto name = row.name;
    const auto service = service_of(console);
    auto made = co_await service.create(call.principal, std::move(row));
    if (!made) co_return refusal(made.error(), name);
    co_return Response::json(201, source_json(*made));
}

Answered change_source(Context& console, Call& call) {
    const auto row = find_source(console, call, call.request.captures.at(0));
    if (!row) co_return row.error();
    if (auto own = check_writable(*row); !own) co_return own.error();
    auto checking = read_settings(console, call, row->name, row->type);
    auto settings = co_await std::move(checking);
    if (!settings) co_return settings.error();
    const auto revision = call.body.at("revision").get_int64();
    std::function<Result<void>(store::Source&)> change =
        [&body = call.body, &settings](store::Source& changing) -> Result<void> {
        if (auto own = check_writable(changing); !own) return own;
        // Of the row as the transaction has it: nobody has moved it meanwhile.
        auto secret = read_secret(body, changing.type, *settings, &changing);
        if (!secret) return secret.error();
        const auto* is_default = body.if_contains("default");
        const bool stays =
            is_default == nullptr ? access::is_default_source(changing) : is_default->get_bool();
        changing.settings = *settings;
        changing.secret = std::move(*secret);
        if (stays) access::set_default_source(changing, true);
        return {};
    };
    const auto service = service_of(console);
    auto written = co_await service.update(call.principal, row->id, revision, std::move(change));
    if (!written && written.error().code == "source_version_mismatch") {
        co_return overtaken(console, call, row->name, *settings);
    }
    if (!written) co_return refusal(written.error(), row->name);
    co_return Response::json(200, source_json(*written));
}

Answered remove_source(Context& console, Call& call) {
    const auto row = find_source(console, call, call.request.captures.at(0));
    if (!row) co_return row.error();
    if (row->provisioned) {
        const auto own = check_writable(*row);
        co_return own.error();
    }
    const auto revision = call.number("revision", 0);
    std::function<Result<void>(const store::Source&)> objection =
        [&console, revision](const store::Source& going) -> Result<void> {
        if (revision != 0 && revision != going.revision) {
            return conflict("source_version_mismatch",
                            "Somebody else has changed this source since you opened it. Look at "
                            "it again before you delete it.");
        }
        return access::check_unused(*console.parts.catalog.snapshot(), going);
    };
    const auto service = service_of(console);
    auto removed = co_await service.remove(call.principal, row->id, std::move(objection));
    if (!removed) co_return removed.error();
    co_return Response::empty(204);
}

Answered get_uses(Context& console, Call& call) {
    const auto row = find_source(console, call, call.request.captures.at(0));
    if (!row) co_return row.error();
    // The call outlives the work: it waits for it.
    const auto work = [&console, &row] {
        return access::uses_of_source(*console.parts.catalog.snapshot(), row->org, row->name);
    };
    auto uses = co_await console.parts.catalog.pool().run(work);
    co_return Response::json(200, uses_json(uses));
}

}  // namespace

std::vector<Operation> source_operations() {
    const ShapeMember is_default = optional(
        "default",
        Shape::boolean().described("At most one of an organization; the one before gives way."));
    std::vector<Operation> all;
    all.push_back({.method = Method::post,
                   .path = "/sources",
                   .id = "createSource",
                   .tag = "Sources",
                   .summary = "A new source",
                   .permission = Permission::sources_write,
                   .body = Shape::object({name_member(), required("type", Shape::text(1, 64)),
                                          settings_member(), secret_member(), is_default}),
                   .answers = {{201, "As it was made.", source_shape()}},
                   .refusals = {{400, "invalid_source (field: the place in the body)"},
                                {403, "folder_not_allowed"},
                                {409, "source_name_taken, relation_missing, proof_broken"}},
                   .handle = create_source});
    all.push_back({.method = Method::get,
                   .path = "/sources/{name}",
                   .id = "getSource",
                   .tag = "Sources",
                   .summary = "One source with its settings",
                   .permission = Permission::sources_write,
                   .answers = {{200, "Without its secret.", source_shape()}},
                   .refusals = {{404, "source_not_found"}},
                   .handle = get_source});
    all.push_back(
        {.method = Method::put,
         .path = "/sources/{name}",
         .id = "changeSource",
         .tag = "Sources",
         .summary = "Other settings",
         .description = "All of them anew. A secret that is kept has to be given again when the "
                        "address or the protection of the connection is another.",
         .permission = Permission::sources_write,
         .body =
             Shape::object({required("revision", Shape::integer(1, kAnyId).described(
                                                     "Of the source that this one was made from.")),
                            settings_member(), secret_member(), is_default}),
         .answers = {{200, "As it is now.", source_shape()}},
         .refusals = {{400, "invalid_source (field: the place in the body), secret_needed"},
                      {403, "source_read_only, folder_not_allowed"},
                      {404, "source_not_found"},
                      {409, "source_version_mismatch, relation_missing, proof_broken"}},
         .handle = change_source});
    all.push_back({.method = Method::del,
                   .path = "/sources/{name}",
                   .id = "deleteSource",
                   .tag = "Sources",
                   .summary = "Take a source away for good",
                   .description = "Not while a dashboard, look or model reads it.",
                   .permission = Permission::sources_write,
                   .parameters = {{"revision", Shape::integer(1, kAnyId), "Only when it is it."}},
                   .answers = {{204, "Gone.", std::nullopt}},
                   .refusals = {{403, "source_read_only"},
                                {404, "source_not_found"},
                                {409, "source_in_use, source_version_mismatch"}},
                   .handle = remove_source});
    all.push_back({.method = Method::get,
                   .path = "/sources/{name}/uses",
                   .id = "getSourceUses",
                   .tag = "Sources",
                   .summary = "Dashboards, looks and models that read it",
                   .permission = Permission::sources_write,
                   .answers = {{200, "Those in the bin do not count.", uses_shape()}},
                   .refusals = {{404, "source_not_found"}},
                   .handle = get_uses});
    return all;
}

}  // namespace casement::console
