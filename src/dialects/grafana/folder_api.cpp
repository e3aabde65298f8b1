// Folders (grafana.md §5).
#include "access/folder_sight.h"
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/content_parts.h"
#include "dialects/grafana/errors.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

using access::Permission;
using http::Method;
using http::Response;

constexpr std::int64_t kListed = 1000;

Error no_such_folder() {
    return not_found("folder_not_found", "folder not found");
}

json::object short_body(const store::Folder& row) {
    return {{"id", row.id}, {"uid", row.uid}, {"title", row.name}};
}

json::object folder_body(const store::Snapshot& snapshot, const access::Principal& who,
                         const store::Folder& row) {
    const bool writes = who.permissions.has(Permission::dashboards_write);
    auto body = short_body(row);
    body["orgId"] = row.org;
    body["url"] = url_of(row);
    body["hasAcl"] = !row.groups.empty();
    body["canSave"] = writes;
    body["canEdit"] = writes;
    body["canAdmin"] = who.permissions.has(Permission::org_manage);
    body["canDelete"] = writes;
    body["createdBy"] = row.creator;
    body["created"] = seconds_text(row.created_at);
    body["updatedBy"] = row.creator;
    body["updated"] = seconds_text(row.created_at);
    body["version"] = row.revision;
    if (!row.description.empty()) body["description"] = row.description;
    json::array parents;
    auto above = row.parent;
    for (std::size_t depth = 0; above != 0 && depth < access::kMostFoldersDeep; ++depth) {
        const auto* folder = snapshot.find<store::Folder>(above);
        if (folder == nullptr || folder->org != row.org) break;
        if (depth == 0) body["parentUid"] = folder->uid;
        auto one = short_body(*folder);
        one["url"] = url_of(*folder);
        parents.insert(parents.begin(), std::move(one));
        above = folder->parent;
    }
    if (!parents.empty()) body["parents"] = std::move(parents);
    return body;
}

Result<Response> shown(const ContentParts& parts, const Call& call, const store::Folder& row) {
    return Response::json(200, folder_body(*parts.snapshot(), call.who(), row));
}

Result<void> check_title(const std::string& title) {
    if (title.empty()) return invalid("folder_title_empty", "folder title cannot be empty");
    return {};
}

Answered list_folders(const ContentParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto parent = folder_of(*snapshot, call.who(), call.parameter("parentUid"));
    if (!parent) co_return refused(no_such_folder());
    const access::FolderSight sight(*snapshot, call.who());
    std::vector<const store::Folder*> rows;
    for (const auto* row : snapshot->folders_in(call.who().org, *parent)) {
        if (sight.sees(row->id)) rows.push_back(row);
    }
    std::sort(rows.begin(), rows.end(),
              [](const auto* one, const auto* other) { return one->name < other->name; });
    const auto parent_uid = call.parameter("parentUid");
    const auto range = range_of(call, rows.size(), kListed, kListed);
    json::array list;
    for (auto at = range.begin; at < range.end; ++at) {
        auto body = short_body(*rows[at]);
        if (*parent != 0) body["parentUid"] = parent_uid;
        list.push_back(std::move(body));
    }
    co_return Response::json(200, list);
}

Answered create_folder(const ContentParts& parts, Call& call) {
    store::Folder row;
    row.uid = text_or_empty(call.body, "uid");
    row.name = trimmed(text_or_empty(call.body, "title"));
    row.description = text_or_empty(call.body, "description");
    if (auto fits = check_title(row.name); !fits) co_return fits.error();
    if (auto fits = check_uid(row.uid); !fits) co_return fits.error();
    if (row.uid == kGeneral) co_return invalid("uid_illegal", "uid contains illegal characters");
    if (row.uid.empty()) row.uid = parts.catalog.random.alphanumeric(14);
    const auto parent =
        folder_of(*parts.snapshot(), call.who(), text_or_empty(call.body, "parentUid"));
    if (!parent) co_return refused(no_such_folder());
    row.parent = *parent;
    const auto made = co_await parts.folders.create(call.who(), std::move(row));
    if (!made) co_return refused(made.error());
    co_return shown(parts, call, *made);
}

Answered get_folder(const ContentParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* row = access::find_seen_folder(*snapshot, call.who(), call.part(0));
    if (row == nullptr) co_return refused(no_such_folder());
    co_return shown(parts, call, *row);
}

Answered update_folder(const ContentParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* row = access::find_seen_folder(*snapshot, call.who(), call.part(0));
    if (row == nullptr) co_return refused(no_such_folder());
    access::FolderEdit edit;
    if (const auto title = text_at(call.body, "title")) {
        edit.name = trimmed(*title);
        if (auto fits = check_title(*edit.name); !fits) co_return fits.error();
    }
    edit.description = text_at(call.body, "description");
    edit.revision = number_or_zero(call.body, "version");
    const auto* overwrite = call.body.if_contains("overwrite");
    edit.overwrite = overwrite != nullptr && overwrite->is_bool() && overwrite->get_bool();
    const auto changed = co_await parts.folders.update(call.who(), row->id, std::move(edit));
    if (!changed) co_return refused(changed.error());
    co_return shown(parts, call, *changed);
}

Answered move_folder(const ContentParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* row = access::find_seen_folder(*snapshot, call.who(), call.part(0));
    if (row == nullptr) co_return refused(no_such_folder());
    const auto parent = folder_of(*snapshot, call.who(), text_or_empty(call.body, "parentUid"));
    if (!parent) co_return refused(no_such_folder());
    access::FolderEdit edit;
    edit.parent = *parent;
    const auto moved = co_await parts.folders.update(call.who(), row->id, std::move(edit));
    if (!moved) co_return refused(moved.error());
    co_return shown(parts, call, *moved);
}

Answered delete_folder(const ContentParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* row = access::find_seen_folder(*snapshot, call.who(), call.part(0));
    if (row == nullptr) co_return refused(no_such_folder());
    const auto removed = co_await parts.folders.remove(call.who(), row->id);
    if (!removed) co_return refused(removed.error());
    co_return Response::json(200,
                             json::object{{"message", fmt::format("Folder {} deleted", row->name)},
                                          {"id", row->id},
                                          {"title", row->name}});
}

Answered count_folder(const ContentParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* top = access::find_seen_folder(*snapshot, call.who(), call.part(0));
    if (top == nullptr) co_return refused(no_such_folder());
    const access::FolderSight sight(*snapshot, call.who());
    std::size_t folders = 0;
    std::size_t dashboards = 0;
    for (const auto* folder : access::folders_below(*snapshot, *top)) {
        if (!sight.sees(folder->id)) continue;
        folders += folder == top ? 0 : 1;
        for (const auto* row : snapshot->dashboards_in(call.who().org, folder->id))
            dashboards += row->deleted_at ? 0 : 1;
    }
    // There are no library panels and no alert rules here.
    co_return Response::json(
        200,
        json::object{
            {"folder", folders}, {"dashboard", dashboards}, {"librarypanel", 0}, {"alertrule", 0}});
}

}  // namespace

void add_folder_operations(Operations& operations, const ContentPartsPtr& parts) {
    const auto add = [&](Method method, const std::string& path, std::string_view action,
                         std::optional<Shape> body, ContentHandler handler) {
        operations.add({.method = method,
                        .path = "/folders" + path,
                        .permission = method == Method::get ? Permission::dashboards_read
                                                            : Permission::dashboards_write,
                        .action = action,
                        .body = std::move(body),
                        .bad_body = "bad request data",
                        .handle = on(parts, handler)});
    };
    const auto text = [](const char* name) {
        return optional(name, Shape::text(0, kLongestTitle).or_null());
    };
    const Shape uid = Shape::text(0, 255).or_null();
    const Shape made = Shape::object(
        {optional("uid", uid), text("title"), text("description"), optional("parentUid", uid)});
    const Shape changed = Shape::object(
        {text("title"), text("description"),
         optional("version", Shape::integer(0, std::numeric_limits<std::int64_t>::max()).or_null()),
         optional("overwrite", Shape::boolean().or_null())});
    add(Method::get, "", "folders:read", {}, list_folders);
    add(Method::post, "", "folders:create", made, create_folder);
    add(Method::get, "/{uid}", "folders:read", {}, get_folder);
    add(Method::put, "/{uid}", "folders:write", changed, update_folder);
    add(Method::del, "/{uid}", "folders:delete", {}, delete_folder);
    add(Method::post, "/{uid}/move", "folders:write", Shape::object({optional("parentUid", uid)}),
        move_folder);
    add(Method::get, "/{uid}/counts", "folders:read", {}, count_folder);
}

}  // namespace casement::grafana
