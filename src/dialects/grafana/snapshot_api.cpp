// Dashboard snapshots: made, listed, shown, deleted (grafana.md §3.5).
#include "access/versioned_dashboards.h"
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/content_parts.h"
#include "dialects/grafana/errors.h"
#include "dialects/grafana/snapshot_document.h"
#include "dialects/grafana/snapshot_parts.h"
#include "dialects/grafana/snapshot_target.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

using access::Permission;
using http::Method;
using http::Response;

constexpr std::string_view kBadBody = "bad request data";
constexpr std::string_view kOwnDialect = "casement";
constexpr std::string_view kUnnamed = "Unnamed snapshot";
constexpr std::int64_t kLongestName = 255;
constexpr std::size_t kLongestKeyInPath = 256;
/// The vendor has no "never": such a snapshot ends in so many years, says its API.
constexpr std::chrono::days kNever{50 * 365};
constexpr std::int64_t kLongestLife = std::int64_t{50} * 365 * 86'400;
constexpr std::int64_t kUsualList = 1000;
constexpr std::string_view kDeleted =
    "Snapshot deleted. It might take an hour before it's cleared from any CDN caches.";

const Shape& create_shape() {
    static const Shape shape =
        Shape::object({required("dashboard", Shape::object({}).open()),
                       optional("name", Shape::text(0, kLongestName).or_null()),
                       optional("expires", Shape::integer(0, kLongestLife).or_null()),
                       optional("external", Shape::boolean().or_null()),
                       optional("key", Shape::text(0, 4096).or_null()),
                       optional("deleteKey", Shape::text(0, 4096).or_null())})
            .open();
    return shape;
}

Result<json::object> read_body(const std::string& text) {
    auto value = parse_json(text);
    if (!value) return value.error();
    if (auto error = check(*value, create_shape())) return *error;
    return std::move(value->as_object());
}

/// An error as the vendor's calls about snapshots answer it.
Response answer_to(const Error& error) {
    if (error.code == "invalid_body" || error.code == "invalid_frames" ||
        error.code == "invalid_snapshot") {
        return bad_body(kBadBody, error);
    }
    if (error.code == "missing_permission") return access_denied("snapshots:delete");
    return api_error(error);
}

std::string base_of(const SnapshotParts& parts, const http::Request& request) {
    if (!parts.services.public_url.empty()) return parts.services.public_url;
    return fmt::format("{}://{}", request.secure ? "https" : "http", request.host);
}

std::string end_of(const store::DashboardSnapshot& row) {
    return seconds_text(row.expires_at.value_or(row.created_at + kNever));
}

// -- making -----------------------------------------------------------------------------------

/// Under what name a snapshot is kept when it is given none.
std::string name_for(const json::object& body, const json::object& document) {
    auto name = text_or_empty(body, "name");
    if (name.empty()) {
        const auto* title = document.if_contains("title");
        if (title != nullptr && title->is_string()) {
            name = std::string_view(title->get_string()).substr(0, kLongestName);
            // Not in the middle of a character.
            while (check(json::value(name), Shape::text()))
                name.pop_back();
        }
    }
    return name.empty() ? std::string(kUnnamed) : name;
}

/// The document to keep: of a dashboard that brings its data, or of one that is stored here and
/// whose own queries are run. Queries in the body are never run.
asio::awaitable<Result<access::NewDashboardSnapshot>> document_of(const SnapshotParts& parts,
                                                                  Call& call,
                                                                  const json::object& dashboard) {
    const auto now = parts.catalog.clock.now();
    access::NewDashboardSnapshot made;
    if (has_snapshot_data(dashboard)) {
        auto kept = co_await parts.catalog.catalog.pool().run(
            [&dashboard, now] { return still_document(dashboard, now); });
        if (!kept) co_return kept.error();
        made.dialect = kDialect;
        made.document = std::move(*kept);
        co_return made;
    }
    const auto* uid = dashboard.if_contains("uid");
    const auto snapshot = parts.catalog.catalog.snapshot();
    const auto* row = uid != nullptr && uid->is_string()
                          ? access::find_seen_dashboard(*snapshot, call.who(),
                                                        std::string_view(uid->get_string()))
                          : nullptr;
    if (row == nullptr) {
        co_return invalid("invalid_snapshot",
                          "The dashboard has no data (panels with \"snapshotData\"), and its uid "
                          "names no dashboard that you see here whose data could be taken.");
    }
    access::ViewRequest wanted;
    if (const auto range = range_of_document(dashboard, now)) {
        wanted.from = range->first;
        wanted.to = range->second;
    }
    auto taken =
        co_await parts.snapshots.take(parts.services.views, parts.services.documents, snapshot,
                                      *row, std::move(wanted), call.request.cancellation);
    if (!taken) co_return taken.error();
    made.dialect = kOwnDialect;
    made.document = std::move(*taken);
    co_return made;
}

Answered create_snapshot(const SnapshotParts& parts, Call& call) {
    auto body =
        co_await parts.catalog.catalog.pool().run([&call] { return read_body(call.request.body); });
    if (!body) co_return bad_body(kBadBody, body.error());
    const auto* external = body->if_contains("external");
    if (external != nullptr && external->is_bool() && external->get_bool()) {
        co_return Response::json(
            403, json::object{{"message", "External dashboard creation is disabled"}});
    }
    const auto& dashboard = body->at("dashboard").get_object();
    auto made = co_await document_of(parts, call, dashboard);
    if (!made) co_return answer_to(made.error());
    made->name = name_for(*body, made->document);
    made->lives_for = std::chrono::seconds(number_or_zero(*body, "expires"));
    made->key = text_or_empty(*body, "key");
    made->delete_key = text_or_empty(*body, "deleteKey");
    auto taken = co_await parts.snapshots.create(call.who(), std::move(*made));
    if (!taken) co_return answer_to(taken.error());
    const auto base = base_of(parts, call.request);
    const auto delete_key = taken->delete_key.reveal();
    co_return Response::json(
        200,
        json::object{{"deleteKey", delete_key},
                     {"deleteUrl", fmt::format("{}/api/snapshots-delete/{}", base, delete_key)},
                     {"id", taken->row.id},
                     {"key", taken->row.key},
                     {"url", fmt::format("{}{}{}", base, kSnapshotPath, taken->row.key)}});
}

// -- looking ----------------------------------------------------------------------------------

json::object listed(const store::DashboardSnapshot& row) {
    return {{"id", row.id},
            {"name", row.name},
            {"key", row.key},
            {"orgId", row.org},
            {"userId", row.user},
            {"external", false},
            {"externalUrl", ""},
            {"expires", end_of(row)},
            {"created", seconds_text(row.created_at)},
            {"updated", seconds_text(row.created_at)}};
}

Answered list_snapshots(const SnapshotParts& parts, Call& call) {
    const auto snapshot = parts.catalog.catalog.snapshot();
    const auto query = call.parameter("query");
    const auto most =
        static_cast<std::size_t>(std::min(call.number("limit", kUsualList), kUsualList));
    json::array list;
    for (const auto* row : parts.snapshots.list(*snapshot, call.who())) {
        if (list.size() == most) break;
        if (contains_text(row->name, query)) list.push_back(listed(*row));
    }
    co_return Response::json(200, list);
}

Answered shared_options(const SnapshotParts&, Call&) {
    co_return Response::json(200, json::object{{"externalSnapshotURL", ""},
                                               {"externalSnapshotName", ""},
                                               {"externalEnabled", false}});
}

asio::awaitable<Response> show_snapshot(SnapshotPartsPtr parts, http::Request& request) {
    const auto snapshot = parts->catalog.catalog.snapshot();
    const auto& key = request.captures.at(0);
    const auto* row = key.size() > kLongestKeyInPath
                          ? nullptr
                          : access::find_snapshot(*snapshot, key, parts->catalog.clock.now());
    if (row == nullptr) co_return api_error(access::check_dashboard_snapshot(nullptr, {}).error());
    auto document = co_await parts->catalog.catalog.snapshot_document(row->id);
    if (!document && document.error().kind == ErrorKind::not_found) {
        co_return api_error(access::check_dashboard_snapshot(nullptr, {}).error());
    }
    if (!document) co_return api_error(document.error());
    const json::object meta{{"type", "snapshot"},
                            {"isSnapshot", true},
                            {"dialect", row->dialect},
                            {"canSave", false},
                            {"canEdit", false},
                            {"canAdmin", false},
                            {"canStar", false},
                            {"canDelete", false},
                            {"slug", slug_of(row->name)},
                            {"url", std::string(kSnapshotPath) + row->key},
                            {"name", row->name},
                            {"expires", end_of(*row)},
                            {"created", seconds_text(row->created_at)},
                            {"updated", seconds_text(row->created_at)},
                            {"version", 0}};
    // The stored text as it stands: reading megabytes to write them again would change nothing.
    co_return Response::text(
        200, fmt::format(R"({{"meta":{},"dashboard":{}}})", json::serialize(meta), *document),
        "application/json");
}

// -- deleting ---------------------------------------------------------------------------------

Response deleted(const Result<store::DashboardSnapshot>& row) {
    if (!row) return answer_to(row.error());
    return Response::json(200, json::object{{"message", kDeleted}, {"id", row->id}});
}

Answered delete_snapshot(const SnapshotParts& parts, Call& call) {
    if (call.part(0).size() > kLongestKeyInPath) {
        co_return access::check_dashboard_snapshot(nullptr, {}).error();
    }
    const auto row = co_await parts.snapshots.remove(call.who(), call.part(0));
    co_return deleted(row);
}

asio::awaitable<Response> delete_by_key(SnapshotPartsPtr parts, http::Request& request) {
    // The router gives HEAD to whoever has GET; who only looks whether something is there deletes
    // nothing.
    if (request.method == Method::head) {
        auto refused = Response::json(405, json::object{{"message", "Method not allowed"}});
        refused.headers.set("Allow", "GET");
        co_return refused;
    }
    const auto row = co_await parts->snapshots.remove_by_delete_key(request.captures.at(0),
                                                                    http::to_text(request.client));
    co_return deleted(row);
}

using Handler = Answered (*)(const SnapshotParts& parts, Call& call);
Handle on(SnapshotPartsPtr parts, Handler handler) {
    return [parts = std::move(parts), handler](Call& call) { return handler(*parts, call); };
}

using OpenHandler = asio::awaitable<Response> (*)(SnapshotPartsPtr parts, http::Request& request);
http::Handler open_to_all(SnapshotPartsPtr parts, OpenHandler handler) {
    return
        [parts = std::move(parts), handler](http::Request& request) -> asio::awaitable<Response> {
            auto response = co_await handler(parts, request);
            response.headers.set("Cache-Control", "no-store");
            co_return response;
        };
}

}  // namespace

void add_snapshot_operations(Operations& operations, const SnapshotPartsPtr& parts) {
    operations.add({.method = Method::post,
                    .path = "/snapshots",
                    .permission = Permission::dashboards_public_share,
                    .action = "snapshots:create",
                    .max_body = kSnapshotBody,
                    .handle = on(parts, create_snapshot)});
    operations.add(
        {.method = Method::del, .path = "/snapshots/{key}", .handle = on(parts, delete_snapshot)});
    operations.add({.method = Method::get,
                    .path = "/dashboard/snapshots",
                    .permission = Permission::dashboards_read,
                    .action = "snapshots:read",
                    .handle = on(parts, list_snapshots)});
    operations.add({.method = Method::get,
                    .path = "/snapshot/shared-options",
                    .handle = on(parts, shared_options)});
}

void add_snapshot_routes(http::Router& router, const SnapshotPartsPtr& parts) {
    router.add(Method::get, "/api/snapshots/{key}", open_to_all(parts, show_snapshot));
    // A GET that changes something is the vendor's contract: who has the delete key may paste it
    // into a browser.
    router.add(Method::get, "/api/snapshots-delete/{secret}", open_to_all(parts, delete_by_key));
}

}  // namespace casement::grafana
