// Folders and dashboards found by what they are called and where they stand (grafana.md §5).
#include "access/folder_sight.h"
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/dashboard_body.h"
#include "dialects/grafana/errors.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

using access::Permission;
using http::Response;

constexpr std::int64_t kListed = 1000;
constexpr std::int64_t kMostListed = 5000;

/// Every member that is set must fit.
struct Query {
    std::string text;
    bool dashboards = true;
    bool folders = true;
    bool deleted = false;
    std::vector<std::string> tags;            ///< all of them
    std::vector<std::string> dashboard_uids;  ///< one of them
    std::vector<std::string> folder_uids;     ///< in one of them
};

Query read(const Call& call) {
    Query query;
    query.text = call.parameter("query");
    const auto type = call.parameter("type");
    query.tags = values_of(call, "tag");
    query.dashboard_uids = values_of(call, "dashboardUIDs");
    query.folder_uids = values_of(call, "folderUIDs");
    query.deleted = call.flag("deleted");
    query.dashboards = type != "dash-folder";
    // Folders have no tags and are not in the bin.
    query.folders =
        type != "dash-db" && query.tags.empty() && query.dashboard_uids.empty() && !query.deleted;
    return query;
}

bool has(const std::vector<std::string>& list, const std::string& text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

bool stands_in(const Query& query, const store::Folder* folder) {
    return query.folder_uids.empty() ||
           has(query.folder_uids, folder != nullptr ? folder->uid : std::string(kGeneral));
}

struct Hit {
    const store::Dashboard* dashboard = nullptr;
    const store::Folder* folder = nullptr;  ///< itself, when there is no dashboard
    const store::Folder* parent = nullptr;
    [[nodiscard]] const std::string& title() const {
        return dashboard != nullptr ? dashboard->title : folder->name;
    }
    [[nodiscard]] bool is_folder() const { return dashboard == nullptr; }
    [[nodiscard]] std::int64_t id() const {
        return dashboard != nullptr ? dashboard->id : folder->id;
    }
};

json::object hit_body(const Hit& hit) {
    json::object body;
    json::array tags;
    const auto slug = slug_of(hit.title());
    if (hit.dashboard != nullptr) {
        for (const auto& tag : tags_of(*hit.dashboard))
            tags.emplace_back(tag);
        body = {
            {"id", hit.dashboard->id},     {"uid", hit.dashboard->uid},
            {"orgId", hit.dashboard->org}, {"url", url_of(*hit.dashboard)},
            {"type", "dash-db"},           {"isDeleted", hit.dashboard->deleted_at.has_value()}};
    } else {
        body = {{"id", hit.folder->id},       {"uid", hit.folder->uid}, {"orgId", hit.folder->org},
                {"url", url_of(*hit.folder)}, {"type", "dash-folder"},  {"isDeleted", false}};
    }
    body["title"] = hit.title();
    body["uri"] = fmt::format("db/{}", slug);
    body["slug"] = slug;
    body["tags"] = std::move(tags);
    body["isStarred"] = false;
    body["sortMeta"] = 0;
    if (hit.parent != nullptr) {
        body["folderId"] = hit.parent->id;
        body["folderUid"] = hit.parent->uid;
        body["folderTitle"] = hit.parent->name;
        body["folderUrl"] = url_of(*hit.parent);
    }
    return body;
}

std::vector<Hit> find(const store::Snapshot& snapshot, const access::Principal& who,
                      const Query& query, Time now) {
    const access::FolderSight sight(snapshot, who);
    std::vector<Hit> hits;
    if (query.folders) {
        for (const auto* row : snapshot.list<store::Folder>(who.org)) {
            const auto* parent = snapshot.find<store::Folder>(row->parent);
            if (!sight.sees(row->id) || !stands_in(query, parent)) continue;
            if (contains_text(row->name, query.text)) hits.push_back({nullptr, row, parent});
        }
    }
    if (!query.dashboards) return hits;
    for (const auto* row : snapshot.dashboards(who.org)) {
        if (row->deleted_at.has_value() != query.deleted) continue;
        if (row->deleted_at && *row->deleted_at + access::kBinTime <= now) continue;
        const auto* folder = snapshot.find<store::Folder>(row->folder);
        if (!sight.sees(row->folder) || !stands_in(query, folder)) continue;
        if (!contains_text(row->title, query.text)) continue;
        if (!query.dashboard_uids.empty() && !has(query.dashboard_uids, row->uid)) continue;
        const auto tags = tags_of(*row);
        const bool tagged = std::all_of(query.tags.begin(), query.tags.end(),
                                        [&](const auto& tag) { return has(tags, tag); });
        if (tagged) hits.push_back({row, nullptr, folder});
    }
    return hits;
}

Answered search(const ContentParts& parts, Call& call) {
    if (call.number("limit", kListed) > kMostListed) {
        co_return Error{ErrorKind::unprocessable,
                        "search_limit",
                        "Limit is above maximum allowed (5000), use page parameter to access hits "
                        "beyond limit",
                        {}};
    }
    const auto query = read(call);
    const bool writes = call.who().permissions.has(Permission::dashboards_write);
    // Nothing has a star here, and only those who write see what is in the bin.
    const bool none = call.flag("starred") || (query.deleted && !writes) ||
                      (call.parameter("permission") == "Edit" && !writes);
    const auto snapshot = parts.snapshot();
    auto hits =
        none ? std::vector<Hit>() : find(*snapshot, call.who(), query, parts.catalog.clock.now());
    const bool down = call.parameter("sort") == "alpha-desc";
    // Folders first, as the vendor lists them.
    std::sort(hits.begin(), hits.end(), [down](const Hit& one, const Hit& other) {
        if (one.is_folder() != other.is_folder()) return one.is_folder();
        const int order = one.title().compare(other.title());
        if (order != 0) return down ? order > 0 : order < 0;
        return one.id() < other.id();
    });
    const auto range = range_of(call, hits.size(), kListed, kMostListed);
    json::array list;
    for (auto at = range.begin; at < range.end; ++at)
        list.push_back(hit_body(hits[at]));
    co_return Response::json(200, list);
}

}  // namespace

void add_search_operations(Operations& operations, const ContentPartsPtr& parts) {
    operations.add({.method = http::Method::get,
                    .path = "/search",
                    .permission = Permission::dashboards_read,
                    .action = "dashboards:read",
                    .handle = on(parts, search)});
}

}  // namespace casement::grafana
