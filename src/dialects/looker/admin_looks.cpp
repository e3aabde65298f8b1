// Looks. Queries are no objects of their own here: a look is made from our own document with one
// panel, in the member casement_document.
#include "access/folder_sight.h"
#include "dialects/looker/admin_content.h"

#include <array>

namespace casement::looker {
namespace {

using access::Permission;
using http::Method;

constexpr std::array<std::string_view, 6> kSearchable{"id",        "title",   "description",
                                                      "folder_id", "user_id", "deleted"};

Result<http::Response> shown(const Admin& admin, const Call& call, const store::Look& row) {
    const auto document = admin.parts.documents.get(row);
    if (!document) return document.error();
    auto body = look_base(call, *admin.snapshot(), row);
    body["model"] = model_body(**document);
    // It holds the text of queries, which only authors read.
    if (call.who.permissions.has(Permission::dashboards_write)) {
        body[kDocumentMember] = row.document;
    }
    return answer(call, std::move(body));
}

json::array base_bodies(const Admin& admin, const Call& call, bool binned) {
    const auto snapshot = admin.snapshot();
    const access::FolderSight sight(*snapshot, call.who);
    json::array bodies;
    for (const auto* row : snapshot->list<store::Look>(call.who.org)) {
        if (row->deleted_at.has_value() == binned && sight.sees(row->folder)) {
            bodies.push_back(look_base(call, *snapshot, *row));
        }
    }
    return bodies;
}

Answered list_looks(const Admin& admin, Call& call) {
    auto rows = select_rows(call, base_bodies(admin, call, false), {});
    if (!rows) co_return rows.error();
    co_return answer(call, std::move(*rows));
}

Answered search_looks(const Admin& admin, Call& call) {
    const auto deleted = flag_parameter(call, "deleted");
    if (!deleted) co_return deleted.error();
    auto bodies = base_bodies(admin, call, deleted->value_or(false));
    auto rows = select_rows(call, std::move(bodies), kSearchable);
    if (!rows) co_return rows.error();
    co_return answer(call, std::move(*rows));
}

Answered get_look(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    const auto row = admin.looks.find(call.who, *id);
    if (!row) co_return row.error();
    co_return shown(admin, call, *row);
}

Answered create_look(const Admin& admin, Call& call) {
    const auto* document = document_in(call.body);
    if (document == nullptr) {
        co_return field_error(kDocumentMember, "missing_field",
                              "A look is made from casement_document, a dashboard document with "
                              "one panel; query and query_id are not taken here.");
    }
    const auto folder = id_member(call.body, "folder_id");
    if (!folder) co_return folder.error();
    access::NewLook what;
    what.title = text_at(call.body, "title").value_or("");
    if (what.title.empty()) what.title = text_at(*document, "title").value_or("");
    what.description = text_at(call.body, "description").value_or("");
    what.document = *document;
    what.folder = *folder;
    const auto row = co_await admin.looks.create(call.who, std::move(what));
    if (!row) co_return row.error();
    co_return shown(admin, call, *row);
}

Result<void> change_row(const json::object& body, Time now, store::Look& row) {
    if (auto title = text_at(body, "title")) row.title = std::move(*title);
    if (body.contains("description")) row.description = text_at(body, "description").value_or("");
    if (const auto* document = document_in(body)) row.document = *document;
    if (has(body, "folder_id")) {
        const auto folder = id_member(body, "folder_id");
        if (!folder) return folder.error();
        row.folder = *folder;
    }
    const auto deleted = flag_at(body, "deleted");
    if (deleted == true && !row.deleted_at) row.deleted_at = now;
    if (deleted == false) row.deleted_at.reset();
    return {};
}

Answered update_look(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    const Time now = admin.parts.catalog.clock.now();
    std::function<Result<void>(store::Look&)> change = [&](store::Look& row) {
        return change_row(call.body, now, row);
    };
    const auto row = co_await admin.looks.update(call.who, *id, std::move(change));
    if (!row) co_return row.error();
    co_return shown(admin, call, *row);
}

Answered delete_look(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    auto removed = co_await admin.looks.remove(call.who, *id);
    if (!removed) co_return removed.error();
    co_return nothing_left();
}

Shape look_shape() {
    return Shape::object(
        {optional("title", Shape::text(0, 200).or_null()),
         optional("description", Shape::text(0, 4000).or_null()), optional("folder_id", id_shape()),
         optional("deleted", Shape::boolean().or_null()),
         optional(std::string(kDocumentMember), Shape::object({}).open().or_null())});
}

}  // namespace

void add_look_operations(Operations& operations, const AdminPtr& admin) {
    const auto add = [&](Method method, const std::string& path, std::optional<Shape> body,
                         Answered (*handler)(const Admin&, Call&)) {
        operations.add({.method = method,
                        .path = "/looks" + path,
                        .permission = method == Method::get ? Permission::dashboards_read
                                                            : Permission::dashboards_write,
                        .body = std::move(body),
                        .handle = on(admin, handler)});
    };
    add(Method::get, "", {}, list_looks);
    add(Method::post, "", look_shape(), create_look);
    add(Method::get, "/search", {}, search_looks);
    add(Method::get, "/{id}", {}, get_look);
    add(Method::patch, "/{id}", look_shape(), update_look);
    add(Method::del, "/{id}", {}, delete_look);
}

}  // namespace casement::looker
