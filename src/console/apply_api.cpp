#include "console/apply_api.h"

#include "access/provisioning.h"
#include "console/context.h"

#include <utility>

#include <fmt/format.h>

namespace casement::console {
namespace {

constexpr std::size_t kLargestBundle = std::size_t{64} * 1024 * 1024;

ShapeMember origin() {
    return optional("origin", Shape::text(0, 300).described(
                                  "Where it was written, for messages: \"shares/a.yaml:3\"."));
}

Shape with_origin(Shape shape) {
    shape.members.push_back(origin());
    return shape;
}

const Shape& bundle_shape() {
    static const Shape shape = Shape::object({
        optional("sources", Shape::list(with_origin(access::source_spec_shape()), 10'000)),
        optional("models", Shape::list(with_origin(access::model_spec_shape()), 10'000)),
        optional(
            "dashboards",
            Shape::list(Shape::object({
                            required("document",
                                     Shape::map(Shape::any()).described("A dashboard document.")),
                            origin(),
                        }),
                        20'000)),
        optional("shares", Shape::list(with_origin(access::share_spec_shape()), 20'000)),
        optional("prune",
                 Shape::boolean().described("Take out what was provisioned and is not in here.")),
    });
    return shape;
}

const Shape& report_shape() {
    static const Shape shape = Shape::object({
        required("added", Shape::integer(0, 1'000'000)),
        required("changed", Shape::integer(0, 1'000'000)),
        required("unchanged", Shape::integer(0, 1'000'000)),
        required("removed", Shape::integer(0, 1'000'000)),
        required("notes", Shape::list(Shape::text(0, 4096), 100'000)),
    });
    return shape;
}

// Reads every entry of one list; `read` turns the entry (without its origin) into a spec.
template <class Spec, class Read>
Result<void> read_list(const json::object& body, std::string_view name, Read read,
                       std::vector<Spec>& out) {
    const auto* list = body.if_contains(name);
    if (list == nullptr) return {};
    for (std::size_t i = 0; i < list->get_array().size(); ++i) {
        auto entry = list->get_array()[i].get_object();
        const std::string path = fmt::format("{}[{}]", name, i);
        const std::string from = text_at(entry, "origin").value_or(path);
        entry.erase("origin");
        Result<Spec> spec = read(entry);
        if (!spec) {
            Error error = spec.error();
            error.message = fmt::format("{}: {}", from, error.message);
            error.field = error.field.empty() ? path : path + "." + error.field;
            return error;
        }
        spec->origin = from;
        out.push_back(std::move(*spec));
    }
    return {};
}

Result<access::Bundle> read_bundle(const json::object& body) {
    access::Bundle bundle;
    auto sources = read_list(body, "sources", access::read_source_spec, bundle.sources);
    if (!sources) return sources.error();
    auto models = read_list(body, "models", access::read_model_spec, bundle.models);
    if (!models) return models.error();
    const auto read_document = [](const json::object& entry) {
        return access::read_dashboard_spec(entry.at("document"));
    };
    auto dashboards = read_list(body, "dashboards", read_document, bundle.dashboards);
    if (!dashboards) return dashboards.error();
    auto shares = read_list(body, "shares", access::read_share_spec, bundle.shares);
    if (!shares) return shares.error();
    return bundle;
}

json::object to_json(const access::ApplyReport& report) {
    json::array notes;
    for (const auto& note : report.notes)
        notes.emplace_back(note);
    return {{"added", report.added},
            {"changed", report.changed},
            {"unchanged", report.unchanged},
            {"removed", report.removed},
            {"notes", std::move(notes)}};
}

Answered apply(Context& console, Call& call) {
    access::ApplyOptions options;
    options.org = call.principal.org;
    options.actor = call.principal.actor;
    options.client = call.request.client.to_string();
    if (const auto* prune = call.body.if_contains("prune")) options.prune = prune->get_bool();

    auto work = [&console, body = std::move(call.body), options]() -> Result<access::ApplyReport> {
        auto bundle = read_bundle(body);
        if (!bundle) return bundle.error();
        auto confined = access::confine_sources(*bundle, console.parts.allowed_folders);
        if (!confined) return confined.error();
        return access::apply_bundle(console.parts.catalog, *bundle, options, console.parts.clock);
    };
    // Parsing thousands of documents and writing them is nothing for a connection's thread.
    auto report = co_await console.parts.catalog.pool().run(std::move(work));
    if (!report) co_return report.error();
    co_return http::Response::json(200, to_json(*report));
}

}  // namespace

std::vector<Operation> apply_operations() {
    std::vector<Operation> all;
    all.push_back(
        {.method = http::Method::post,
         .path = "/apply",
         .id = "applyBundle",
         .tag = "Provisioning",
         .summary = "Apply sources, models, dashboards and shares as one whole",
         .description =
             "Everything is checked first and written in one transaction, or nothing is. What is "
             "there already under its name, uid or token is changed; what is the same is not "
             "touched. Sources may read files in the server's data.allowed_folders only.",
         .permission = access::Permission::org_manage,
         .body = bundle_shape(),
         .max_body = kLargestBundle,
         .answers = {{200, "What was done.", report_shape()}},
         .refusals =
             {{400,
               "invalid_bundle, invalid_dashboard, invalid_model, invalid_source, weak_credential"},
              {403, "folder_not_allowed"},
              {409, "invalid_bundle (a share's token is taken)"}},
         .handle = apply});
    return all;
}

}  // namespace casement::console
