// What a source has, in pages: for the browser of sources and for whoever writes a query.
#include "console/listing.h"
#include "console/source_api.h"
#include "console/source_body.h"
#include "data/schema.h"

#include <algorithm>
#include <utility>

namespace casement::console {
namespace {

using http::Method;
using http::Response;

constexpr std::int64_t kMostRelations = 2000;
constexpr std::size_t kMostLabels = 1000;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

bool fits(const data::SchemaRelation& relation, const std::string& search) {
    if (search.empty() || lower(relation.name).find(search) != std::string::npos) return true;
    return std::ranges::any_of(relation.columns, [&](const auto& column) {
        return lower(column.name).find(search) != std::string::npos;
    });
}

json::object to_json(const data::SchemaRelation& relation) {
    json::array columns;
    for (const auto& column : relation.columns)
        columns.push_back(json::object{{"name", column.name}, {"type", column.type}});
    return {{"name", relation.name}, {"columns", std::move(columns)}};
}

json::object page_of(const data::Schema& schema, const std::string& search, std::size_t skip,
                     std::size_t limit) {
    json::array relations;
    json::value next = nullptr;
    std::size_t total = 0;
    for (const auto& relation : schema.relations) {
        if (!fits(relation, search)) continue;
        ++total;
        if (total <= skip) continue;
        if (relations.size() == limit) {
            next = skip + limit;
            continue;
        }
        relations.push_back(to_json(relation));
    }
    json::array labels;
    for (const auto& label : schema.labels) {
        if (labels.size() == kMostLabels) break;
        if (lower(label).find(search) != std::string::npos) labels.emplace_back(label);
    }
    return {{"relations", std::move(relations)},
            {"labels", std::move(labels)},
            {"total", total},
            {"next", std::move(next)},
            {"cut", schema.cut}};
}

Answered get_schema(Context& console, Call& call) {
    const auto row = find_source(console, call, call.request.captures.at(0));
    if (!row) co_return row.error();
    auto asked = data::schema_reader(console.parts.engine).schema(row->org, row->name);
    auto schema = co_await std::move(asked);
    if (!schema) {
        auto error = access::without_paths(schema.error());
        // The engine cannot ask sources of every type that the catalog keeps.
        if (error.code == "invalid_source") error.kind = ErrorKind::unprocessable;
        co_return error;
    }
    const auto search = lower(call.text("search").value_or(""));
    const auto skip = static_cast<std::size_t>(call.number("after", 0));
    const auto limit = static_cast<std::size_t>(call.number("limit", 200));
    // Tens of thousands of columns are nothing for a connection's thread.
    const auto work = [&] { return page_of(*schema, search, skip, limit); };
    auto page = co_await console.parts.catalog.pool().run(work);
    co_return Response::json(200, page);
}

}  // namespace

std::vector<Operation> source_schema_operations() {
    const Shape column =
        Shape::object({required("name", Shape::text()),
                       required("type", Shape::text().described("As the source calls it."))});
    const Shape relation =
        Shape::object({required("name", Shape::text().described("As a query can say it.")),
                       required("columns", Shape::list(column, 50'000))});
    const Shape page = Shape::object(
        {required("relations", Shape::list(relation, kMostRelations)
                                   .described("Of a source of metrics: their names.")),
         required("labels", Shape::list(Shape::text(), static_cast<std::int64_t>(kMostLabels))
                                .described("Of a source of metrics.")),
         required("total", Shape::integer(0, kAnyId).described("Relations that fit the search.")),
         required("next", Shape::integer(1, kAnyId).or_null().described(
                              "`after` of the next page; null on the last.")),
         required("cut", Shape::boolean().described(
                             "The source has more columns or metrics than are read of it."))});
    std::vector<Operation> all;
    all.push_back({.method = Method::get,
                   .path = "/sources/{name}/schema",
                   .id = "getSourceSchema",
                   .tag = "Sources",
                   .summary = "Relations and their columns, or metrics and labels",
                   .description = "As the source's own account sees them now.",
                   .permission = access::Permission::dashboards_write,
                   .parameters = {{"search", Shape::text(0, 128),
                                   "Part of a relation's or column's name, in any case."},
                                  {"limit", Shape::integer(1, kMostRelations),
                                   "At most so many relations; 200 when absent."},
                                  after_parameter()},
                   .answers = {{200, "In the order of names.", page}},
                   .refusals = {{404, "source_not_found"},
                                {422, "invalid_source, query_invalid, query_too_large"},
                                {429, "too_busy"},
                                {503, "source_unavailable"},
                                {504, "query_timeout"}},
                   .handle = get_schema});
    return all;
}

}  // namespace casement::console
