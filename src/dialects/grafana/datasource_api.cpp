// Data sources: listed, made, changed, removed (grafana.md §5). An Admin's, as with the vendor.
#include "access/catalog_edits.h"
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/datasource_parts.h"
#include "dialects/grafana/errors.h"

#include <algorithm>
#include <functional>

namespace casement::grafana {
namespace {

using access::Permission;
using http::Method;
using http::Response;

/// nullptr: none of the caller's organization. The snapshot holds it.
using Find = const store::Source* (*)(const store::Snapshot& snapshot, const Call& call);

const store::Source* by_uid(const store::Snapshot& snapshot, const Call& call) {
    return snapshot.source_by_uid(call.who().org, call.part(0));
}
const store::Source* by_name(const store::Snapshot& snapshot, const Call& call) {
    return snapshot.source_by_name(call.who().org, call.part(0));
}
const store::Source* by_id(const store::Snapshot& snapshot, const Call& call) {
    const auto id = call.id_part(0);
    return id ? access::find_own<store::Source>(snapshot, call.who().org, *id) : nullptr;
}

Error bad_id() {
    return invalid("id_invalid", "id is invalid");
}

/// What a change was refused with, in the vendor's words.
Error refusal(Error error, std::string_view verb) {
    if (error.code == "source_read_only") {
        error.message = fmt::format("Cannot {} read-only data source. {}", verb, error.message);
    } else if (error.code == "source_name_taken" && verb == "update") {
        error.message = "Failed to update datasource: " + error.message;
    }
    return error;
}

Answered list_datasources(const DatasourceParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    auto rows = snapshot->sources(call.who().org);
    std::sort(rows.begin(), rows.end(),
              [](const auto* one, const auto* other) { return one->name < other->name; });
    json::array list;
    for (const auto* row : rows)
        list.push_back(listed_datasource(*row));
    co_return Response::json(200, list);
}

Response changed(std::string_view message, const store::Source& row) {
    return Response::json(200, json::object{{"datasource", datasource_body(row)},
                                            {"id", row.id},
                                            {"message", message},
                                            {"name", row.name}});
}

Answered create_datasource(const DatasourceParts& parts, Call& call) {
    auto what = co_await read_datasource(parts, std::move(call.body), {});
    if (!what) co_return what.error();
    store::Source row;
    if (auto put = put_into(row, *what); !put) co_return put.error();
    auto made = co_await parts.service.create(call.who(), std::move(row));
    if (!made) co_return made.error();
    co_return changed("Datasource added", *made);
}

template <Find find>
Answered get_datasource(const DatasourceParts& parts, Call& call) {
    if (find == by_id && !call.id_part(0)) co_return bad_id();
    const auto snapshot = parts.snapshot();
    const auto* row = find(*snapshot, call);
    if (row == nullptr) co_return no_such_datasource();
    co_return Response::json(200, datasource_body(*row));
}

template <Find find>
Answered update_datasource(const DatasourceParts& parts, Call& call) {
    if (find == by_id && !call.id_part(0)) co_return bad_id();
    const auto snapshot = parts.snapshot();
    const auto* row = find(*snapshot, call);
    if (row == nullptr) co_return no_such_datasource();
    // Before the body is looked at: that would ask for files that the caller cannot have anyway.
    if (row->provisioned) {
        co_return refusal(access::SourceService::read_only(), "update");
    }
    auto what = co_await read_datasource(parts, std::move(call.body), row->type);
    if (!what) co_return what.error();
    const auto revision = number_or_zero(what->body, "version");
    std::function<Result<void>(store::Source&)> put = [&what](store::Source& changing) {
        return put_into(changing, *what);
    };
    auto written = co_await parts.service.update(call.who(), row->id, revision, std::move(put));
    if (!written) co_return refusal(written.error(), "update");
    co_return changed("Datasource updated", *written);
}

template <Find find>
Answered delete_datasource(const DatasourceParts& parts, Call& call) {
    if (find == by_id && !call.id_part(0)) co_return bad_id();
    const auto snapshot = parts.snapshot();
    const auto* row = find(*snapshot, call);
    if (row == nullptr) co_return no_such_datasource();
    const auto removed = co_await parts.service.remove(call.who(), row->id);
    if (!removed) co_return refusal(removed.error(), "delete");
    if (find == by_id) co_return done("Data source deleted");
    co_return Response::json(200,
                             json::object{{"message", "Data source deleted"}, {"id", removed->id}});
}

}  // namespace

void add_datasource_operations(Operations& operations, const DatasourcePartsPtr& parts) {
    const auto add = [&](Method method, const char* path, std::string_view action,
                         DatasourceHandler handler) {
        const bool writes = method == Method::post || method == Method::put;
        operations.add({.method = method,
                        .path = std::string("/datasources") + path,
                        .permission = Permission::sources_write,
                        .action = action,
                        .body = writes ? std::optional(datasource_shape()) : std::nullopt,
                        .bad_body = "bad request data",
                        .handle = on(parts, handler)});
    };
    constexpr std::string_view kRead = "datasources:read";
    constexpr std::string_view kWrite = "datasources:write";
    constexpr std::string_view kDelete = "datasources:delete";
    add(Method::get, "", kRead, list_datasources);
    add(Method::post, "", "datasources:create", create_datasource);
    add(Method::get, "/uid/{uid}", kRead, get_datasource<by_uid>);
    add(Method::put, "/uid/{uid}", kWrite, update_datasource<by_uid>);
    add(Method::del, "/uid/{uid}", kDelete, delete_datasource<by_uid>);
    add(Method::get, "/name/{name}", kRead, get_datasource<by_name>);
    add(Method::del, "/name/{name}", kDelete, delete_datasource<by_name>);
    // Older clients; the newest ones do not have these any more.
    add(Method::get, "/{id}", kRead, get_datasource<by_id>);
    add(Method::put, "/{id}", kWrite, update_datasource<by_id>);
    add(Method::del, "/{id}", kDelete, delete_datasource<by_id>);
}

}  // namespace casement::grafana
