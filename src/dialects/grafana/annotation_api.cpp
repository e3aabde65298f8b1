// Annotations (grafana.md §5): remarks about moments, of a dashboard or of the organization.
#include "access/annotation_service.h"
#include "access/catalog_edits.h"
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/annotation_parts.h"
#include "dialects/grafana/errors.h"
#include "dialects/grafana/text.h"

#include <algorithm>

namespace casement::grafana {
namespace {

using access::Permission;
using http::Method;
using http::Response;

constexpr std::int64_t kUsualLimit = 100;
constexpr std::int64_t kLatest = 253'402'300'799'000;  ///< ms; the end of the year 9999

struct Annotations {
    explicit Annotations(ContentPartsPtr shared)
        : parts(std::move(shared)), service(parts->catalog) {}
    ContentPartsPtr parts;
    access::AnnotationService service;
};

using Handler = Answered (*)(const Annotations& annotations, Call& call);

Shape body_shape() {
    const auto moment = Shape::integer(0, kLatest).or_null();
    const auto id = Shape::integer(0, std::numeric_limits<std::int64_t>::max()).or_null();
    const auto text = static_cast<std::int64_t>(access::kLongestAnnotation);
    const auto tag = static_cast<std::int64_t>(access::kLongestAnnotationTag);
    return Shape::object(
        {optional("dashboardId", id), optional("dashboardUID", Shape::text(0, 255).or_null()),
         optional("panelId", id), optional("time", moment), optional("timeEnd", moment),
         optional("text", Shape::text(0, text).or_null()),
         optional("tags", Shape::list(Shape::text(0, tag), 256).or_null()),
         optional("data", Shape::object({}).open().or_null())});
}

Time from_millis(std::int64_t millis) {
    return Time{milliseconds{millis}};
}

std::vector<std::string> tags_at(const json::object& body) {
    std::vector<std::string> tags;
    const auto* list = body.if_contains("tags");
    if (list == nullptr || !list->is_array()) return tags;
    for (const auto& tag : list->get_array())
        tags.push_back(trimmed(tag.get_string()));
    return tags;
}

bool has(const json::object& body, std::string_view name) {
    const auto* value = body.if_contains(name);
    return value != nullptr && !value->is_null();
}

json::value data_of(const json::object& body) {
    return has(body, "data") ? body.at("data") : json::value(json::object{});
}

json::object shown(const store::Snapshot& snapshot, const store::Annotation& row) {
    const auto* dashboard = snapshot.dashboard(row.dashboard);
    const auto* user = snapshot.user(row.author);
    const bool is_person = user != nullptr && user->org == row.org;
    return {{"id", row.id},
            {"alertId", 0},
            {"alertName", ""},
            {"dashboardId", row.dashboard},
            {"dashboardUID", dashboard != nullptr ? json::value(dashboard->uid) : nullptr},
            {"panelId", row.panel},
            {"userId", row.author},
            {"userName", is_person ? user->name : row.author_name},
            {"newState", ""},
            {"prevState", ""},
            {"created", to_unix_millis(row.created_at)},
            {"updated", to_unix_millis(row.modified_at)},
            {"time", to_unix_millis(row.starts_at)},
            {"timeEnd", to_unix_millis(row.ends_at)},
            {"text", row.text},
            {"tags", json::array(row.tags.begin(), row.tags.end())},
            {"login", row.author_name},
            {"email", ""},
            {"avatarUrl", ""},
            {"data", row.data}};
}

/// An error of access::AnnotationService.
Response refused(const Error& error, std::string_view failed) {
    if (error.code == "invalid_annotation") return bad_body(failed, error);
    if (error.code == "dashboard_not_found") {
        return Response::json(404, json::object{{"message", "Dashboard not found"}});
    }
    return api_error(error);
}

/// Whole numbers of 1 or more; anything else says nothing, as for the vendor.
std::optional<std::int64_t> number_at(const Call& call, std::string_view name) {
    const auto number = call.number(name, 0);
    return number > 0 ? std::optional(number) : std::nullopt;
}

Answered list(const Annotations& annotations, Call& call) {
    const auto snapshot = annotations.parts->snapshot();
    store::AnnotationQuery query;
    const auto uid = call.parameter("dashboardUID");
    if (!uid.empty()) {
        const auto* row = access::find_seen_dashboard(*snapshot, call.who(), uid);
        if (row == nullptr) {
            co_return Response::json(
                400, json::object{{"message", "Invalid dashboard UID in annotation request"}});
        }
        query.dashboard = row->id;
    } else {
        query.dashboard = number_at(call, "dashboardId");
    }
    query.panel = call.number("panelId", 0);
    query.author = call.number("userId", 0);
    // The clock's own range: what lies beyond is as good as open.
    if (const auto from = number_at(call, "from"))
        query.from = from_millis(std::min(*from, kLatest));
    if (const auto to = number_at(call, "to"); to && *to < kLatest) query.to = from_millis(*to);
    query.tags = values_of(call, "tags");
    if (query.tags.size() > access::kMostAnnotationTags) {
        query.tags.resize(access::kMostAnnotationTags);
    }
    query.any_tag = call.flag("matchAny");
    query.limit = static_cast<std::size_t>(
        std::min<std::int64_t>(call.number("limit", kUsualLimit), access::kMostAnnotations));
    // Alerts have their own state here, and write no annotations.
    const bool alerts = call.parameter("type") == "alert" || number_at(call, "alertId");
    json::array listed;
    if (!alerts) {
        auto found = co_await annotations.service.find(call.who(), std::move(query));
        if (!found) co_return found.error();
        for (const auto& row : *found)
            listed.push_back(shown(*snapshot, row));
    }
    co_return Response::json(200, listed);
}

Answered create(const Annotations& annotations, Call& call) {
    const auto& body = call.body;
    const auto snapshot = annotations.parts->snapshot();
    store::Annotation row;
    row.dashboard = number_or_zero(body, "dashboardId");
    const auto uid = text_or_empty(body, "dashboardUID");
    if (!uid.empty()) {
        // The vendor makes one of the organization where there is no such dashboard: a misspelt
        // uid would tell everybody.
        const auto* dashboard = access::find_seen_dashboard(*snapshot, call.who(), uid);
        if (dashboard == nullptr) {
            co_return Response::json(404, json::object{{"message", "Dashboard not found"}});
        }
        row.dashboard = dashboard->id;
    }
    row.panel = number_or_zero(body, "panelId");
    const auto now = std::chrono::floor<milliseconds>(annotations.parts->catalog.clock.now());
    const auto starts = number_or_zero(body, "time");
    const auto ends = number_or_zero(body, "timeEnd");
    row.starts_at = starts > 0 ? from_millis(starts) : Time{now};
    row.ends_at = ends > 0 ? from_millis(ends) : row.starts_at;
    row.text = text_or_empty(body, "text");
    row.tags = tags_at(body);
    row.data = data_of(body).as_object();
    auto made = co_await annotations.service.create(call.who(), std::move(row));
    if (!made) co_return refused(made.error(), "Failed to save annotation");
    co_return Response::json(200, json::object{{"message", "Annotation added"}, {"id", made->id}});
}

/// The path's id, or the answer that refuses it.
std::pair<std::int64_t, std::optional<Response>> named_id(const Call& call) {
    const auto id = call.id_part(0);
    if (id) return {*id, std::nullopt};
    return {0, Response::json(400, json::object{{"message", "annotationId is invalid"}})};
}

Answered show(const Annotations& annotations, Call& call) {
    auto [id, wrong] = named_id(call);
    if (wrong) co_return std::move(*wrong);
    auto found = co_await annotations.service.find_one(call.who(), id);
    if (!found) co_return found.error();
    co_return Response::json(200, shown(*annotations.parts->snapshot(), *found));
}

/// PUT sets what an annotation says; only its time stays where the body has none.
Answered replace(const Annotations& annotations, Call& call) {
    auto [id, wrong] = named_id(call);
    if (wrong) co_return std::move(*wrong);
    auto written = co_await annotations.service.update(
        call.who(), id, [body = call.body](store::Annotation& row) {
            const auto starts = number_or_zero(body, "time");
            const auto ends = number_or_zero(body, "timeEnd");
            if (starts > 0) row.starts_at = from_millis(starts);
            if (starts > 0 || ends > 0) row.ends_at = ends > 0 ? from_millis(ends) : row.starts_at;
            row.text = text_or_empty(body, "text");
            row.tags = tags_at(body);
            if (has(body, "data")) row.data = body.at("data").get_object();
        });
    if (!written) co_return refused(written.error(), "Failed to update annotation");
    co_return done("Annotation updated");
}

/// PATCH changes what the body has.
Answered change(const Annotations& annotations, Call& call) {
    auto [id, wrong] = named_id(call);
    if (wrong) co_return std::move(*wrong);
    auto written = co_await annotations.service.update(
        call.who(), id, [body = call.body](store::Annotation& row) {
            const auto starts = number_or_zero(body, "time");
            const auto ends = number_or_zero(body, "timeEnd");
            const auto text = text_or_empty(body, "text");
            const bool is_moment = row.starts_at == row.ends_at;
            if (starts > 0) row.starts_at = from_millis(starts);
            if (ends > 0) row.ends_at = from_millis(ends);
            if (starts > 0 && ends <= 0 && is_moment) row.ends_at = row.starts_at;
            if (!text.empty()) row.text = text;
            if (has(body, "tags")) row.tags = tags_at(body);
            if (has(body, "data")) row.data = body.at("data").get_object();
        });
    if (!written) co_return refused(written.error(), "Failed to update annotation");
    co_return done("Annotation patched");
}

Answered remove(const Annotations& annotations, Call& call) {
    auto [id, wrong] = named_id(call);
    if (wrong) co_return std::move(*wrong);
    auto removed = co_await annotations.service.remove(call.who(), id);
    if (!removed) co_return removed.error();
    co_return done("Annotation deleted");
}

Answered tags(const Annotations& annotations, Call& call) {
    auto found = co_await annotations.service.tags(call.who());
    if (!found) co_return found.error();
    const auto part = call.parameter("tag");
    const auto limit = static_cast<std::size_t>(call.number("limit", kUsualLimit));
    json::array listed;
    for (const auto& [tag, dashboard, count] : *found) {
        if (listed.size() >= limit) break;
        if (contains_text(tag, part)) {
            listed.push_back(json::object{{"tag", tag}, {"count", count}});
        }
    }
    co_return Response::json(200, json::object{{"result", {{"tags", std::move(listed)}}}});
}

}  // namespace

void add_annotation_operations(Operations& operations, const ContentPartsPtr& parts) {
    const auto shared = std::make_shared<const Annotations>(parts);
    const auto add = [&](Method method, std::string path, Permission permission,
                         std::string_view action, Handler handler, bool has_body = false) {
        Operation operation{
            .method = method,
            .path = std::move(path),
            .permission = permission,
            .action = action,
            .bad_body = "bad request data",
            .handle = [shared, handler](Call& call) { return handler(*shared, call); }};
        if (has_body) operation.body = body_shape();
        operations.add(std::move(operation));
    };
    constexpr auto kRead = Permission::dashboards_read;
    constexpr auto kWrite = Permission::dashboards_write;
    add(Method::get, "/annotations", kRead, "annotations:read", list);
    add(Method::post, "/annotations", kWrite, "annotations:create", create, true);
    add(Method::get, "/annotations/tags", kRead, "annotations:read", tags);
    add(Method::get, "/annotations/{id}", kRead, "annotations:read", show);
    add(Method::put, "/annotations/{id}", kWrite, "annotations:write", replace, true);
    add(Method::patch, "/annotations/{id}", kWrite, "annotations:write", change, true);
    add(Method::del, "/annotations/{id}", kWrite, "annotations:delete", remove);
}

}  // namespace casement::grafana
