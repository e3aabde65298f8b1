#include "console/home_api.h"

#include "access/folder_service.h"
#include "access/folder_sight.h"
#include "access/folder_tree.h"
#include "access/versioned_dashboards.h"
#include "console/context.h"
#include "console/listing.h"
#include "store/home_store.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

constexpr std::int64_t kMostDashboards = 10'000;
constexpr std::int64_t kMostMoved = 500;
constexpr std::int64_t kMostTags = 50;
constexpr std::int64_t kLongestTag = 64;

/// The document's own: all three kinds of documents have them under this name.
json::array tags_of(const store::Dashboard& row) {
    json::array tags;
    const auto* written = row.document.if_contains("tags");
    if (written == nullptr || !written->is_array()) return tags;
    for (const auto& tag : written->get_array()) {
        if (tag.is_string()) tags.push_back(tag);
        if (tags.size() == static_cast<std::size_t>(kMostTags)) break;
    }
    return tags;
}

json::object to_json(const store::Dashboard& row, const store::Snapshot& snapshot,
                     const store::DashboardMark* mark) {
    const auto* folder = snapshot.find<store::Folder>(row.folder);
    const auto seen = mark == nullptr ? std::nullopt : mark->seen_at;
    return {{"uid", row.uid},
            {"title", row.title},
            {"dialect", row.dialect},
            {"author", row.author},
            {"folder", folder == nullptr ? json::value(nullptr) : json::value(folder->uid)},
            {"tags", tags_of(row)},
            {"provisioned", row.provisioned},
            {"shares", static_cast<std::int64_t>(snapshot.shares_of_dashboard(row.id).size())},
            {"modified_at", to_rfc3339(row.modified_at)},
            {"starred", mark != nullptr && mark->starred_at.has_value()},
            {"seen_at", seen ? json::value(to_rfc3339(*seen)) : json::value(nullptr)}};
}

Answered get_home(Context& console, Call& call) {
    std::map<std::int64_t, store::DashboardMark> marks;
    if (call.person) {
        auto& store = store::HomeStore::of(console.parts.catalog);
        auto found = co_await store.marks_of(call.principal.user);
        if (!found) co_return found.error();
        for (const auto& mark : *found)
            marks.emplace(mark.dashboard, mark);
    }
    const auto snapshot = console.parts.catalog.snapshot();
    const access::FolderSight sight(*snapshot, call.principal);
    json::array list;
    bool is_whole = true;
    for (const auto* row : snapshot->dashboards(call.principal.org)) {
        if (row->deleted_at || !sight.sees(row->folder)) continue;
        if (list.size() == static_cast<std::size_t>(kMostDashboards)) {
            is_whole = false;
            break;
        }
        const auto mark = marks.find(row->id);
        list.push_back(to_json(*row, *snapshot, mark == marks.end() ? nullptr : &mark->second));
    }
    co_return Response::json(200, {{"dashboards", std::move(list)}, {"whole", is_whole}});
}

/// A live dashboard that the caller sees, by uid or number.
Result<const store::Dashboard*> seen_dashboard(const store::Snapshot& snapshot,
                                               const access::Principal& who, std::string_view id) {
    const auto* row = access::find_dashboard_row(snapshot, who.org, id);
    if (row == nullptr || row->deleted_at ||
        !access::FolderSight(snapshot, who).sees(row->folder)) {
        return access::dashboard_not_found(id);
    }
    return row;
}

Answered move_dashboards(Context& console, Call& call) {
    const auto snapshot = console.parts.catalog.snapshot();
    std::int64_t folder = 0;
    if (const auto uid = text_at(call.body, "folder")) {
        const auto* row = access::find_seen_folder(*snapshot, call.principal, *uid);
        if (row == nullptr) {
            auto error = not_found("folder_not_found", "There is no folder of this uid.");
            error.field = "folder";
            co_return error;
        }
        folder = row->id;
    }
    std::vector<std::string> ids;
    for (const auto& id : call.body.at("dashboards").get_array())
        ids.emplace_back(id.get_string());
    const auto moved =
        co_await console.parts.dashboards.move(call.principal, std::move(ids), folder);
    if (!moved) co_return moved.error();
    co_return Response::json(200, {{"moved", static_cast<std::int64_t>(*moved)}});
}

/// Each once, in their order.
json::array distinct(const json::array& tags) {
    json::array made;
    std::set<std::string, std::less<>> known;
    for (const auto& tag : tags) {
        if (known.emplace(tag.get_string()).second) made.push_back(tag);
    }
    return made;
}

Answered change_tags(Context& console, Call& call) {
    const auto snapshot = console.parts.catalog.snapshot();
    auto found = seen_dashboard(*snapshot, call.principal, call.request.captures.at(0));
    if (!found) co_return found.error();
    const auto& row = **found;
    auto tags = distinct(call.body.at("tags").get_array());
    if (row.provisioned) {
        co_return conflict("dashboard_provisioned",
                           "This dashboard comes from a file; its tags change with that.");
    }
    Result<store::Dashboard> written = row;
    if (row.dialect == "casement") {
        std::function<Result<void>(store::Dashboard&)> change =
            [tags](store::Dashboard& changed) -> Result<void> {
            changed.document["tags"] = tags;
            return {};
        };
        written =
            co_await console.parts.dashboards.update(call.principal, row.uid, std::move(change));
    } else if (row.dialect == "grafana") {
        access::DashboardSave save;
        save.dialect = row.dialect;
        save.id = row.id;
        save.uid = row.uid;
        save.title = row.title;
        save.document = row.document;
        save.document["tags"] = tags;
        save.folder = row.folder;
        save.revision = row.revision;
        save.message = "Tags changed";
        const access::VersionedDashboards dashboards(console.catalog_parts());
        written = co_await dashboards.save(call.principal, std::move(save));
    } else {
        co_return conflict("other_dialect",
                           fmt::format("This dashboard was made through the API of {}, which has "
                                       "rules of its own for tags; change them there.",
                                       row.dialect));
    }
    if (!written) co_return written.error();
    co_return Response::json(200, {{"tags", tags_of(*written)}});
}

Answered set_star(Context& console, Call& call, bool is_on) {
    const auto snapshot = console.parts.catalog.snapshot();
    auto row = seen_dashboard(*snapshot, call.principal, call.request.captures.at(0));
    if (!row) co_return row.error();
    std::optional<Time> at;
    if (is_on) at = console.parts.clock.now();
    auto& store = store::HomeStore::of(console.parts.catalog);
    auto done = co_await store.star(call.principal.user, (*row)->id, at);
    if (!done) co_return done.error();
    co_return Response::empty(204);
}

Answered star(Context& console, Call& call) {
    auto done = co_await set_star(console, call, true);
    co_return done;
}

Answered unstar(Context& console, Call& call) {
    auto done = co_await set_star(console, call, false);
    co_return done;
}

Answered note_seen(Context& console, Call& call) {
    const auto snapshot = console.parts.catalog.snapshot();
    auto row = seen_dashboard(*snapshot, call.principal, *text_at(call.body, "dashboard"));
    if (!row) co_return row.error();
    auto& store = store::HomeStore::of(console.parts.catalog);
    auto done =
        co_await store.note_seen(call.principal.user, (*row)->id, console.parts.clock.now());
    if (!done) co_return done.error();
    co_return Response::empty(204);
}

Shape home_shape() {
    const auto text = Shape::text();
    const Shape dashboard = Shape::object(
        {required("uid", text), required("title", text), required("dialect", text),
         required("author", text),
         required("folder", Shape::text().or_null().described("uid; null: in none.")),
         required("tags", Shape::list(text, kMostTags)), required("provisioned", Shape::boolean()),
         required("shares", Shape::integer(0, kAnyId)), required("modified_at", text),
         required("starred", Shape::boolean().described("By the person who asks; a key has none.")),
         required("seen_at", Shape::text().or_null().described(
                                 "When that person looked at it, of the latest."))});
    auto shape = list_shape("dashboards", dashboard, kMostDashboards);
    shape.members.push_back(
        required("whole", Shape::boolean().described("false: there are more than these.")));
    return shape;
}

}  // namespace

std::vector<Operation> home_operations() {
    const auto id = Shape::text(1, 64);
    std::vector<Operation> all;
    all.push_back({.method = Method::get,
                   .path = "/home",
                   .id = "getHome",
                   .tag = "Home",
                   .summary = "Every dashboard that the caller sees, with folder, tags and marks",
                   .permission = Permission::dashboards_read,
                   .answers = {{200, "In the order they were made.", home_shape()}},
                   .handle = get_home});
    all.push_back({.method = Method::post,
                   .path = "/dashboards/move",
                   .id = "moveDashboards",
                   .tag = "Home",
                   .summary = "Put dashboards into a folder",
                   .permission = Permission::dashboards_write,
                   .body = Shape::object({required("dashboards", Shape::list(id, kMostMoved, 1)),
                                          required("folder", Shape::text(1, 64).or_null().described(
                                                                 "uid; null: in none."))}),
                   .answers = {{200, "How many lay elsewhere before.",
                                Shape::object({required("moved", Shape::integer(0, kMostMoved))})}},
                   .refusals = {{404, "dashboard_not_found, folder_not_found"}},
                   .handle = move_dashboards});
    all.push_back(
        {.method = Method::put,
         .path = "/dashboards/{id}/tags",
         .id = "setDashboardTags",
         .tag = "Home",
         .summary = "The tags of a dashboard's document",
         .permission = Permission::dashboards_write,
         .body =
             Shape::object({required("tags", Shape::list(Shape::text(1, kLongestTag), kMostTags))}),
         .answers = {{200, "As they are now.", list_shape("tags", Shape::text(), kMostTags)}},
         .refusals = {{404, "dashboard_not_found"},
                      {409, "other_dialect, dashboard_provisioned, dashboard_version_mismatch"}},
         .handle = change_tags});
    all.push_back({.method = Method::put,
                   .path = "/me/stars/{id}",
                   .id = "starDashboard",
                   .tag = "Home",
                   .summary = "Star a dashboard",
                   .caller = Caller::person,
                   .permission = Permission::dashboards_read,
                   .answers = {{204, "It is starred.", std::nullopt}},
                   .refusals = {{404, "dashboard_not_found"}, {409, "too_many_stars"}},
                   .handle = star});
    all.push_back({.method = Method::del,
                   .path = "/me/stars/{id}",
                   .id = "unstarDashboard",
                   .tag = "Home",
                   .summary = "Take the star away",
                   .caller = Caller::person,
                   .permission = Permission::dashboards_read,
                   .answers = {{204, "It has none.", std::nullopt}},
                   .refusals = {{404, "dashboard_not_found"}},
                   .handle = unstar});
    all.push_back({.method = Method::post,
                   .path = "/me/seen",
                   .id = "noteDashboardSeen",
                   .tag = "Home",
                   .summary = "Remember that a dashboard was looked at",
                   .caller = Caller::person,
                   .permission = Permission::dashboards_read,
                   .body = Shape::object({required("dashboard", id)}),
                   .answers = {{204, "It is remembered.", std::nullopt}},
                   .refusals = {{404, "dashboard_not_found"}},
                   .handle = note_seen});
    return all;
}

}  // namespace casement::console
