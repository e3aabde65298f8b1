// Folders, named by their uids.
#include "access/folder_service.h"
#include "access/folder_sight.h"
#include "access/folder_tree.h"
#include "console/context.h"
#include "console/home_api.h"
#include "console/listing.h"

#include <utility>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

json::object to_json(const store::Folder& row, const store::Snapshot& snapshot) {
    const auto* parent = snapshot.find<store::Folder>(row.parent);
    return {{"uid", row.uid},
            {"name", row.name},
            {"description", row.description},
            {"parent", parent == nullptr ? json::value(nullptr) : json::value(parent->uid)},
            {"restricted", !row.groups.empty() || row.external_group != 0},
            {"created_at", to_rfc3339(row.created_at)}};
}

Error no_such_folder(std::string field) {
    auto error = not_found("folder_not_found", "There is no folder of this uid.");
    error.field = std::move(field);
    return error;
}

/// The folder that a member of the body names: 0 for null. Where it is absent, nullopt.
Result<std::optional<std::int64_t>> folder_in(const store::Snapshot& snapshot,
                                              const access::Principal& who,
                                              const json::object& body, std::string_view member) {
    const auto* value = body.if_contains(member);
    if (value == nullptr) return std::optional<std::int64_t>();
    if (value->is_null()) return std::optional<std::int64_t>(0);
    const auto* row = access::find_seen_folder(snapshot, who, value->get_string());
    if (row == nullptr) return no_such_folder(std::string(member));
    return std::optional(row->id);
}

Answered list_folders(Context& console, Call& call) {
    const auto snapshot = console.parts.catalog.snapshot();
    const access::FolderSight sight(*snapshot, call.principal);
    json::array list;
    for (const auto* row : snapshot->list<store::Folder>(call.principal.org)) {
        if (sight.sees(row->id)) list.push_back(to_json(*row, *snapshot));
    }
    co_return Response::json(200, {{"folders", std::move(list)}});
}

Answered create_folder(Context& console, Call& call) {
    const auto snapshot = console.parts.catalog.snapshot();
    auto parent = folder_in(*snapshot, call.principal, call.body, "parent");
    if (!parent) co_return parent.error();
    store::Folder row;
    row.name = *text_at(call.body, "name");
    row.description = text_at(call.body, "description").value_or("");
    row.parent = parent->value_or(0);
    const access::FolderTree folders(console.catalog_parts());
    auto made = co_await folders.create(call.principal, std::move(row));
    if (!made) co_return made.error();
    const auto after = console.parts.catalog.snapshot();
    co_return Response::json(201, to_json(*made, *after));
}

Answered change_folder(Context& console, Call& call) {
    const auto snapshot = console.parts.catalog.snapshot();
    const auto* row =
        access::find_seen_folder(*snapshot, call.principal, call.request.captures.at(0));
    if (row == nullptr) co_return no_such_folder({});
    auto parent = folder_in(*snapshot, call.principal, call.body, "parent");
    if (!parent) co_return parent.error();
    const auto id = row->id;
    const access::FolderTree folders(console.catalog_parts());
    access::FolderEdit edit;
    edit.name = text_at(call.body, "name");
    edit.description = text_at(call.body, "description");
    if (*parent && **parent != row->parent) edit.parent = *parent;
    edit.overwrite = true;
    if (edit.name || edit.description || edit.parent) {
        auto changed = co_await folders.update(call.principal, id, std::move(edit));
        if (!changed) co_return changed.error();
    }
    const auto after = console.parts.catalog.snapshot();
    const auto* now = after->find<store::Folder>(id);
    if (now == nullptr) co_return no_such_folder({});
    co_return Response::json(200, to_json(*now, *after));
}

Answered remove_folder(Context& console, Call& call) {
    const auto snapshot = console.parts.catalog.snapshot();
    const auto* row =
        access::find_seen_folder(*snapshot, call.principal, call.request.captures.at(0));
    if (row == nullptr) co_return no_such_folder({});
    access::FolderService folders(console.catalog_parts());
    auto removed = co_await folders.remove(call.principal, row->id);
    if (!removed && removed.error().code == "in_use") {
        co_return conflict("folder_not_empty",
                           "There is something in this folder, or in the bin from it: dashboards, "
                           "looks or folders. Move them out first; what is in the bin leaves it "
                           "after 30 days, or can be restored and moved.");
    }
    if (!removed) co_return removed.error();
    co_return Response::empty(204);
}

Shape folder_shape() {
    return Shape::object(
        {required("uid", Shape::text()), required("name", Shape::text()),
         required("description", Shape::text()),
         required("parent", Shape::text().or_null().described("uid; null: at the top.")),
         required("restricted", Shape::boolean().described("Only some groups see it.")),
         required("created_at", Shape::text())});
}

}  // namespace

std::vector<Operation> folder_operations() {
    const auto name = Shape::text(1, 200);
    const auto place = Shape::text(1, 64).or_null().described("uid; null: at the top.");
    std::vector<Operation> all;
    all.push_back({.method = Method::get,
                   .path = "/folders",
                   .id = "listFolders",
                   .tag = "Folders",
                   .summary = "The folders that the caller sees",
                   .permission = Permission::dashboards_read,
                   .answers = {{200, "In the order they were made.",
                                list_shape("folders", folder_shape(), 10'000)}},
                   .handle = list_folders});
    all.push_back({.method = Method::post,
                   .path = "/folders",
                   .id = "createFolder",
                   .tag = "Folders",
                   .summary = "A new folder",
                   .permission = Permission::dashboards_write,
                   .body = Shape::object({required("name", name), optional("parent", place),
                                          optional("description", Shape::text(0, 1000))}),
                   .answers = {{201, "The folder.", folder_shape()}},
                   .refusals = {{400, "folder_too_deep"},
                                {404, "folder_not_found"},
                                {409, "folder_name_taken"}},
                   .handle = create_folder});
    all.push_back({.method = Method::patch,
                   .path = "/folders/{uid}",
                   .id = "changeFolder",
                   .tag = "Folders",
                   .summary = "Rename a folder, or move it into another",
                   .permission = Permission::dashboards_write,
                   .body = Shape::object({optional("name", name), optional("parent", place),
                                          optional("description", Shape::text(0, 1000))}),
                   .answers = {{200, "As it is now.", folder_shape()}},
                   .refusals = {{400, "folder_too_deep, folder_circular, folder_of_group"},
                                {404, "folder_not_found"},
                                {409, "folder_name_taken"}},
                   .handle = change_folder});
    all.push_back({.method = Method::del,
                   .path = "/folders/{uid}",
                   .id = "deleteFolder",
                   .tag = "Folders",
                   .summary = "Remove an empty folder",
                   .permission = Permission::dashboards_write,
                   .answers = {{204, "It is gone.", std::nullopt}},
                   .refusals = {{404, "folder_not_found"}, {409, "folder_not_empty"}},
                   .handle = remove_folder});
    return all;
}

}  // namespace casement::console
