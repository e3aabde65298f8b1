#include "console/system_api.h"

#include "access/source_health.h"
#include "base/whole_number.h"
#include "console/context.h"
#include "console/listing.h"

#include <chrono>
#include <utility>

namespace casement::console {
namespace {

using access::Permission;
using access::SourceFinding;
using http::Method;
using http::Response;

std::int64_t milliseconds_since(std::chrono::steady_clock::time_point begun) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 begun)
        .count();
}

json::object to_json(const store::Source& row, const std::optional<SourceFinding>& found) {
    json::object made{{"name", row.name}, {"type", row.type}, {"finding", nullptr}};
    if (found) {
        made["finding"] = {{"reachable", found->reachable},
                           {"error", found->error},
                           {"latency_ms", found->latency.count()},
                           {"at", to_rfc3339(found->at)}};
    }
    return made;
}

/// `answered`: what came of a small question just now.
template <class Answer>
json::object store_json(std::string_view name, bool healthy, const Result<Answer>& answered,
                        std::int64_t latency) {
    std::string error;
    if (!healthy) error = "It did not answer lately.";
    if (!answered) error = answered.error().message;
    return {
        {"name", name}, {"reachable", error.empty()}, {"error", error}, {"latency_ms", latency}};
}

/// Each store answers one small question now.
asio::awaitable<json::array> look_at_stores(Context& console, store::OrgId org) {
    auto& catalog = console.parts.catalog;
    auto begun = std::chrono::steady_clock::now();
    const auto read = [&catalog, org] { return catalog.audit_head(org); };
    auto head = co_await catalog.pool().run(read);
    const auto of_catalog = milliseconds_since(begun);
    begun = std::chrono::steady_clock::now();
    auto sessions = co_await console.parts.session_store.list(org, 0, 1);
    const auto of_sessions = milliseconds_since(begun);
    json::array stores;
    stores.push_back(store_json("catalog", catalog.healthy(), head, of_catalog));
    stores.push_back(
        store_json("sessions", console.parts.session_store.healthy(), sessions, of_sessions));
    co_return stores;
}

Answered get_health(Context& console, Call& call) {
    const auto org = call.principal.org;
    auto stores = co_await look_at_stores(console, org);
    const auto snapshot = console.parts.catalog.snapshot();
    json::array sources;
    for (const auto* row : snapshot->sources(org))
        sources.push_back(to_json(*row, console.source_health.last(org, row->name, row->revision)));
    co_return Response::json(200, {{"stores", std::move(stores)}, {"sources", std::move(sources)}});
}

Answered test_source(Context& console, Call& call) {
    const auto snapshot = console.parts.catalog.snapshot();
    const auto* row = snapshot->source_by_name(call.principal.org, *text_at(call.body, "source"));
    if (row == nullptr) co_return not_found("source_not_found", "There is no source of this name.");
    auto found = co_await console.source_health.test(row->org, row->name, row->revision);
    co_return Response::json(200, to_json(*row, found));
}

Answered get_about(Context& console, Call&) {
    json::array parts;
    std::int64_t number = 0;
    for (const auto& part : console.parts.licences) {
        parts.push_back({{"id", ++number},
                         {"name", part.name},
                         {"version", part.version},
                         {"kind", part.kind},
                         {"licence", part.licence}});
    }
    co_return Response::json(200,
                             {{"version", console.parts.version}, {"parts", std::move(parts)}});
}

Answered get_licence(Context& console, Call& call) {
    const auto& all = console.parts.licences;
    const auto number = whole_number<std::size_t>(call.request.captures.at(0));
    if (!number || *number < 1 || *number > all.size()) {
        co_return not_found("licence_not_found", "No part of this server has this number.");
    }
    co_return Response::text(200, std::string(all[*number - 1].text), "text/plain; charset=utf-8");
}

/// The organization whose people run the server. Others see what a vendor's API tells them too.
constexpr store::OrgId kOperator = 1;

Answered get_settings(Context& console, Call& call) {
    json::array list;
    for (const auto& setting : console.parts.settings) {
        if (!setting.is_vendors && call.principal.org != kOperator) continue;
        json::array choices(setting.choices.begin(), setting.choices.end());
        list.push_back({{"name", setting.name},
                        {"value", setting.value},
                        {"default", setting.default_value},
                        {"masked", setting.masked},
                        {"from", setting.from},
                        {"variable", setting.variable},
                        {"type", setting.type},
                        {"choices", std::move(choices)},
                        {"help", setting.help},
                        {"vendor", setting.is_vendors}});
    }
    co_return Response::json(200, {{"settings", std::move(list)}});
}

Shape source_shape() {
    return Shape::object(
        {required("name", Shape::text()), required("type", Shape::text()),
         required("finding",
                  Shape::object({required("reachable", Shape::boolean()),
                                 required("error", Shape::text(0, 65'536)),
                                 required("latency_ms", Shape::integer(0, kAnyId)),
                                 required("at", Shape::text())})
                      .or_null()
                      .described("null: not asked since the server started, or changed since."))});
}

Shape health_shape() {
    const Shape store =
        Shape::object({required("name", Shape::one_of({"catalog", "sessions"})),
                       required("reachable", Shape::boolean()), required("error", Shape::text()),
                       required("latency_ms", Shape::integer(0, kAnyId))});
    return Shape::object({required("stores", Shape::list(store, 10)),
                          required("sources", Shape::list(source_shape(), 10'000))});
}

Shape settings_shape() {
    const auto text = Shape::text(0, 65'536);
    const Shape setting = Shape::object(
        {required("name", text), required("value", text.described("Masked ones are never told.")),
         required("default", text), required("masked", Shape::boolean()),
         required("from", Shape::one_of({"default", "file", "environment", "flag"})),
         required("variable", text.described("Environment variable that sets it.")),
         required("type", text), required("choices", Shape::list(text, 20)), required("help", text),
         required("vendor", Shape::boolean().described("It has a vendor's name."))});
    return list_shape("settings", setting);
}

}  // namespace

std::vector<Operation> system_operations() {
    std::vector<Operation> all;
    all.push_back({.method = Method::get,
                   .path = "/health",
                   .id = "getHealth",
                   .tag = "System",
                   .summary = "Stores, asked now, and sources as they were found last",
                   .permission = Permission::org_manage,
                   .answers = {{200, "The findings.", health_shape()}},
                   .handle = get_health});
    all.push_back({.method = Method::post,
                   .path = "/health/test",
                   .id = "checkSource",
                   .tag = "System",
                   .summary = "Ask a source whether it answers",
                   .description =
                       "At most once in ten seconds for each source: within that time the same "
                       "finding is told again.",
                   .permission = Permission::org_manage,
                   .body = Shape::object({required("source", Shape::text(1, 200))}),
                   .answers = {{200, "The finding, also when it is a bad one.", source_shape()}},
                   .refusals = {{404, "source_not_found"}},
                   .handle = test_source});
    all.push_back(
        {.method = Method::get,
         .path = "/about",
         .id = "getAbout",
         .tag = "System",
         .summary = "Version, and what the server is made of",
         .permission = Permission::dashboards_read,
         .answers = {{200, "Parts with their licences' names.",
                      Shape::object(
                          {required("version", Shape::text()),
                           required("parts",
                                    Shape::list(Shape::object(
                                                    {required("id", Shape::integer(1, 1000)),
                                                     required("name", Shape::text()),
                                                     required("version", Shape::text()),
                                                     required("kind", Shape::one_of(
                                                                          {"program", "library",
                                                                           "web"})),
                                                     required("licence", Shape::text())}),
                                                1000))})}},
         .handle = get_about});
    all.push_back({.method = Method::get,
                   .path = "/about/licences/{id}",
                   .id = "getLicence",
                   .tag = "System",
                   .summary = "The licence text of one part",
                   .permission = Permission::dashboards_read,
                   .answers = {{200, "The text.", std::nullopt, "text/plain"}},
                   .refusals = {{404, "licence_not_found"}},
                   .handle = get_licence});
    all.push_back({.method = Method::get,
                   .path = "/settings",
                   .id = "listSettings",
                   .tag = "System",
                   .summary = "What the server is set to, and by what",
                   .description =
                       "As the process was started; a change takes a restart. Organizations other "
                       "than the first see those with vendors' names.",
                   .permission = Permission::org_manage,
                   .answers = {{200, "Every setting.", settings_shape()}},
                   .handle = get_settings});
    return all;
}

}  // namespace casement::console
