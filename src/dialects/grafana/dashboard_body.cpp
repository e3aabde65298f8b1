#include "dialects/grafana/dashboard_body.h"

#include "dashboards/importers/grafana.h"
#include "dialects/grafana/account_parts.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

/// A whole number; what is none, or absent, is 0, as for the vendor.
std::int64_t whole(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr) return 0;
    if (value->is_int64()) return value->get_int64();
    return 0;
}

bool flag(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

/// A member that is a text; "" for anything else.
std::string text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

Result<std::int64_t> folder_of_body(const store::Snapshot& snapshot, const access::Principal& who,
                                    const json::object& body) {
    const auto uid = text_or_empty(body, "folderUid");
    const auto id = whole(body, "folderId");
    if (!uid.empty() || id <= 0) return folder_of(snapshot, who, uid);
    const auto* row = snapshot.find<store::Folder>(id);
    if (row == nullptr || row->org != who.org) return invalid("folder_unknown", "folder not found");
    return folder_of(snapshot, who, row->uid);
}

}  // namespace

Shape save_shape() {
    return Shape::object({required("dashboard", Shape::object({}).open()),
                          optional("folderUid", Shape::text(0, 255).or_null()),
                          optional("folderId", Shape::any()),
                          optional("message", Shape::text(0, kLongestTitle).or_null()),
                          optional("overwrite", Shape::boolean().or_null())});
}

Result<access::DashboardSave> read_save(const store::Snapshot& snapshot,
                                        const access::Principal& who, const json::object& body) {
    access::DashboardSave what;
    what.dialect = kDialect;
    what.document = body.at("dashboard").get_object();
    if (auto classic = dashboards::check_classic(what.document); !classic) return classic.error();
    what.title = trimmed(text_of(what.document, "title"));
    if (what.title.empty()) {
        return invalid("dashboard_title_empty", "Dashboard title cannot be empty");
    }
    // As in a column, so in the document: both are shown.
    if (auto error = check(json::value(what.title), Shape::text(1, kLongestTitle), "title")) {
        return invalid("bad_dashboard", error->message);
    }
    what.document["title"] = what.title;
    what.uid = trimmed(text_of(what.document, "uid"));
    if (auto fits = check_uid(what.uid); !fits) return fits.error();
    if (const auto id = whole(what.document, "id"); id != 0) what.id = id;
    what.revision = whole(what.document, "version");
    what.overwrite = flag(body, "overwrite");
    what.message = text_or_empty(body, "message");
    auto folder = folder_of_body(snapshot, who, body);
    if (!folder) return folder.error();
    what.folder = *folder;
    return what;
}

json::object shown_document(const store::Dashboard& row) {
    auto document = row.document;
    document["id"] = row.id;
    document["uid"] = row.uid;
    document["version"] = row.revision;
    return document;
}

http::Response saved(const store::Snapshot& snapshot, const store::Dashboard& row) {
    return http::Response::json(200, json::object{{"id", row.id},
                                                  {"uid", row.uid},
                                                  {"url", url_of(row)},
                                                  {"status", "success"},
                                                  {"version", row.revision},
                                                  {"slug", slug_of(row.title)},
                                                  {"title", row.title},
                                                  {"folderUid", folder_uid_of(snapshot, row)}});
}

http::Response other_dialect(const store::Dashboard& row) {
    return http::Response::json(
        406,
        json::object{{"message", fmt::format("This dashboard was made through another API of this "
                                             "server. Read it at /api/casement/v1/dashboards/{}.",
                                             row.uid)}});
}

std::string folder_uid_of(const store::Snapshot& snapshot, const store::Dashboard& row) {
    const auto* folder = snapshot.find<store::Folder>(row.folder);
    return folder != nullptr && folder->org == row.org ? folder->uid : std::string();
}

std::vector<std::string> tags_of(const store::Dashboard& row) {
    std::vector<std::string> tags;
    const auto* list = row.dialect == kDialect ? row.document.if_contains("tags") : nullptr;
    if (list == nullptr || !list->is_array()) return tags;
    for (const auto& one : list->get_array()) {
        if (!one.is_string()) continue;
        std::string tag(one.get_string());
        if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(std::move(tag));
    }
    return tags;
}

}  // namespace casement::grafana
