// Folders, and what lies in them.
#include "access/folder_sight.h"
#include "dialects/looker/admin_content.h"

#include <array>

namespace casement::looker {
namespace {

using access::FolderSight;
using access::Permission;
using http::Method;

constexpr std::array<std::string_view, 5> kSearchable{"id", "name", "parent_id", "creator_id",
                                                      "external_id"};
/// Folders above one another; access/content.cpp goes as deep.
constexpr int kDeepestFolder = 64;

json::array dashboards_in(const Call& call, const store::Snapshot& snapshot, std::int64_t folder) {
    json::array bodies;
    for (const auto* row : snapshot.dashboards_in(call.who.org, folder)) {
        if (!row->deleted_at) bodies.push_back(dashboard_base(call, snapshot, *row));
    }
    return bodies;
}

json::array looks_in(const Call& call, const store::Snapshot& snapshot, std::int64_t folder) {
    json::array bodies;
    for (const auto* row : snapshot.looks_in(call.who.org, folder)) {
        if (!row->deleted_at) bodies.push_back(look_base(call, snapshot, *row));
    }
    return bodies;
}

Result<http::Response> shown(const Admin& admin, const Call& call, const store::Folder& row) {
    const auto snapshot = admin.snapshot();
    auto body = folder_body(call, *snapshot, row);
    body["dashboards"] = dashboards_in(call, *snapshot, row.id);
    body["looks"] = looks_in(call, *snapshot, row.id);
    return answer(call, std::move(body));
}

Result<http::Response> listed(const Call& call, json::array bodies, Names searchable) {
    auto rows = select_rows(call, std::move(bodies), searchable);
    if (!rows) return rows.error();
    return answer(call, std::move(*rows));
}

json::array visible(const Call& call, const store::Snapshot& snapshot,
                    const std::vector<const store::Folder*>& rows) {
    const FolderSight sight(snapshot, call.who);
    json::array bodies;
    for (const auto* row : rows) {
        if (sight.sees(row->id)) bodies.push_back(folder_body(call, snapshot, *row));
    }
    return bodies;
}

/// Both texts that mean the top.
Result<access::FolderChange> read_change(const json::object& body) {
    access::FolderChange change;
    change.name = text_at(body, "name");
    if (has(body, "parent_id")) {
        const auto parent = id_member(body, "parent_id");
        if (!parent) return parent.error();
        change.parent = *parent;
    }
    if (has(body, "casement_group_ids")) {
        change.groups.emplace();
        for (const auto& item : body.at("casement_group_ids").get_array()) {
            const auto group = id_member({{"casement_group_ids", item}}, "casement_group_ids");
            if (!group) return group.error();
            access::set_listed(*change.groups, *group, true);
        }
    }
    return change;
}

Result<store::Folder> find_folder(const Admin& admin, const Call& call) {
    const auto id = id_part(call, 0);
    if (!id) return id.error();
    return admin.folders.find(call.who, *id);
}

Answered list_folders(const Admin& admin, Call& call) {
    const auto snapshot = admin.snapshot();
    co_return listed(call, visible(call, *snapshot, snapshot->list<store::Folder>(call.who.org)),
                     {});
}

Answered search_folders(const Admin& admin, Call& call) {
    const auto snapshot = admin.snapshot();
    co_return listed(call, visible(call, *snapshot, snapshot->list<store::Folder>(call.who.org)),
                     kSearchable);
}

Answered get_folder(const Admin& admin, Call& call) {
    const auto row = find_folder(admin, call);
    if (!row) co_return row.error();
    co_return shown(admin, call, *row);
}

Answered create_folder(const Admin& admin, Call& call) {
    auto what = read_change(call.body);
    if (!what) co_return what.error();
    const auto row = co_await admin.folders.create(call.who, std::move(*what));
    if (!row) co_return row.error();
    co_return shown(admin, call, *row);
}

Answered update_folder(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    auto change = read_change(call.body);
    if (!change) co_return change.error();
    const auto row = co_await admin.folders.update(call.who, *id, std::move(*change));
    if (!row) co_return row.error();
    co_return shown(admin, call, *row);
}

Answered delete_folder(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    auto removed = co_await admin.folders.remove(call.who, *id);
    if (!removed) co_return removed.error();
    co_return nothing_left();
}

// -- around and in a folder -------------------------------------------------------------------

Answered children(const Admin& admin, Call& call) {
    const auto row = find_folder(admin, call);
    if (!row) co_return row.error();
    const auto snapshot = admin.snapshot();
    co_return listed(call, visible(call, *snapshot, snapshot->folders_in(call.who.org, row->id)),
                     {});
}

Answered search_children(const Admin& admin, Call& call) {
    const auto row = find_folder(admin, call);
    if (!row) co_return row.error();
    const auto snapshot = admin.snapshot();
    co_return listed(call, visible(call, *snapshot, snapshot->folders_in(call.who.org, row->id)),
                     kSearchable);
}

Answered parent(const Admin& admin, Call& call) {
    const auto row = find_folder(admin, call);
    if (!row) co_return row.error();
    const auto above = admin.folders.find(call.who, row->parent);
    if (!above) co_return above.error();
    co_return answer(call, folder_body(call, *admin.snapshot(), *above));
}

/// The top one first.
Answered ancestors(const Admin& admin, Call& call) {
    const auto row = find_folder(admin, call);
    if (!row) co_return row.error();
    const auto snapshot = admin.snapshot();
    json::array bodies;
    auto above = row->parent;
    for (int depth = 0; above != 0 && depth < kDeepestFolder; ++depth) {
        const auto* folder = access::find_own<store::Folder>(*snapshot, call.who.org, above);
        if (folder == nullptr) break;
        bodies.insert(bodies.begin(), folder_body(call, *snapshot, *folder));
        above = folder->parent;
    }
    co_return answer(call, std::move(bodies));
}

Answered list_dashboards(const Admin& admin, Call& call) {
    const auto row = find_folder(admin, call);
    if (!row) co_return row.error();
    co_return answer(call, dashboards_in(call, *admin.snapshot(), row->id));
}

Answered list_looks(const Admin& admin, Call& call) {
    const auto row = find_folder(admin, call);
    if (!row) co_return row.error();
    co_return answer(call, looks_in(call, *admin.snapshot(), row->id));
}

}  // namespace

void add_folder_operations(Operations& operations, const AdminPtr& admin) {
    const auto add = [&](Method method, const std::string& path, std::optional<Shape> body,
                         Answered (*handler)(const Admin&, Call&)) {
        operations.add({.method = method,
                        .path = "/folders" + path,
                        .permission = method == Method::get ? Permission::dashboards_read
                                                            : Permission::dashboards_write,
                        .body = std::move(body),
                        .handle = on(admin, handler)});
    };
    const Shape folder = Shape::object(
        {optional("name", Shape::text(0, 255).or_null()), optional("parent_id", id_shape()),
         optional("casement_group_ids", Shape::list(id_shape(), 500).or_null())});
    add(Method::get, "", {}, list_folders);
    add(Method::post, "", folder, create_folder);
    add(Method::get, "/search", {}, search_folders);
    add(Method::get, "/{id}", {}, get_folder);
    add(Method::patch, "/{id}", folder, update_folder);
    add(Method::del, "/{id}", {}, delete_folder);
    add(Method::get, "/{id}/children", {}, children);
    add(Method::get, "/{id}/children/search", {}, search_children);
    add(Method::get, "/{id}/parent", {}, parent);
    add(Method::get, "/{id}/ancestors", {}, ancestors);
    add(Method::get, "/{id}/dashboards", {}, list_dashboards);
    add(Method::get, "/{id}/looks", {}, list_looks);
}

}  // namespace casement::looker
