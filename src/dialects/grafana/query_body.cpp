#include "dialects/grafana/query_body.h"

#include "access/catalog_edits.h"
#include "access/source_service.h"
#include "dialects/grafana/datasource_parts.h"
#include "dialects/grafana/prometheus_body.h"
#include "dialects/grafana/relative_range.h"

#include <algorithm>
#include <set>

namespace casement::grafana {
namespace {

constexpr std::string_view kExpression = "__expr__";
constexpr std::int64_t kLongestInterval = std::int64_t{100} * 366 * 86'400'000;
constexpr std::chrono::milliseconds kUsualInterval{1000};

std::optional<Time> moment_of(const json::object& body, std::string_view name, Time now,
                              bool is_end) {
    const auto* value = body.if_contains(name);
    if (value == nullptr) return std::nullopt;
    std::string text;
    if (value->is_string()) text = std::string(value->get_string());
    if (value->is_int64()) text = std::to_string(value->get_int64());
    const auto point = read_time_point(text);
    if (!point) return std::nullopt;
    if (const auto* fixed = std::get_if<Time>(&*point)) return *fixed;
    return moment(std::get<std::string>(*point), now, is_end);
}

/// The default source, when it is of this type; else the only one that is.
const store::Source* of_type(const store::Snapshot& snapshot, store::OrgId org,
                             std::string_view type) {
    const auto* usual = access::default_source(snapshot, org);
    if (type.empty() || (usual != nullptr && usual->type == type)) return usual;
    const store::Source* found = nullptr;
    for (const auto* row : snapshot.sources(org)) {
        if (row->type != type) continue;
        if (found != nullptr) return nullptr;
        found = row;
    }
    return found;
}

/// How a query names its source; all empty: not at all.
struct Named {
    std::string uid, name, type;
    std::optional<std::int64_t> id;
};

bool read_text(const json::object& object, std::string_view name, std::string& text) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || value->is_null()) return true;
    if (!value->is_string()) return false;
    text = std::string(value->get_string());
    return true;
}

/// nullopt: in a way that is none. It must not become the default source.
std::optional<Named> name_of(const json::object& query) {
    Named named;
    const auto* id = query.if_contains("datasourceId");
    if (id != nullptr && !id->is_null()) {
        if (!id->is_int64()) return std::nullopt;
        named.id = id->get_int64();
    }
    const auto* said = query.if_contains("datasource");
    if (said == nullptr || said->is_null()) return named;
    if (said->is_string()) {
        named.name = std::string(said->get_string());
        return named;
    }
    const auto* object = said->if_object();
    if (object == nullptr || !read_text(*object, "uid", named.uid) ||
        !read_text(*object, "type", named.type)) {
        return std::nullopt;
    }
    return named;
}

const store::Source* source_of(const Named& named, const store::Snapshot& snapshot,
                               store::OrgId org) {
    if (!named.uid.empty()) return snapshot.source_by_uid(org, named.uid);
    if (!named.name.empty()) {
        const auto* row = snapshot.source_by_name(org, named.name);
        return row != nullptr ? row : snapshot.source_by_uid(org, named.name);
    }
    if (named.id) return access::find_own<store::Source>(snapshot, org, *named.id);
    return of_type(snapshot, org, named.type);
}

bool is_expression(const Named& named) {
    return named.uid == kExpression || named.type == kExpression || named.name == kExpression;
}

std::chrono::milliseconds interval_of(const json::object& query, Time from, Time to) {
    const auto positive = [&](const char* name) -> std::int64_t {
        const auto* value = query.if_contains(name);
        return value != nullptr && value->is_int64() ? value->get_int64() : 0;
    };
    if (const auto given = positive("intervalMs"); given > 0) {
        return std::chrono::milliseconds(std::min(given, kLongestInterval));
    }
    const auto points = positive("maxDataPoints");
    if (points <= 0) return kUsualInterval;
    const auto range = std::chrono::duration_cast<std::chrono::milliseconds>(to - from);
    return std::max(std::chrono::milliseconds(1), range / points);
}

std::string text_of(const json::object& query) {
    for (const auto* name : {"rawSql", "rawQuery", "query"}) {
        const auto* value = query.if_contains(name);
        // Older clients have a flag of the name rawQuery.
        if (value != nullptr && value->is_string()) return std::string(value->get_string());
    }
    return {};
}

bool is_time_series(const json::object& query) {
    const auto* format = query.if_contains("format");
    if (format == nullptr) return false;
    // The vendor's own plugins number them: 0 is time series, 1 is a table.
    if (format->is_int64()) return format->get_int64() == 0;
    return format->is_string() && format->get_string() == "time_series";
}

}  // namespace

const Shape& queries_shape() {
    static const Shape shape = [] {
        const Shape text = Shape::text(0, 64);
        const Shape query = Shape::object({optional("refId", text),
                                           optional("intervalMs", Shape::number().or_null()),
                                           optional("maxDataPoints", Shape::number().or_null())});
        return Shape::object({required("queries", Shape::list(query.open(), kMostQueries)),
                              optional("from", Shape::any()), optional("to", Shape::any())});
    }();
    return shape;
}

Result<AskedQueries> read_queries(const json::object& body, const store::Snapshot& snapshot,
                                  store::OrgId org, Time now) {
    const auto from = moment_of(body, "from", now, false);
    const auto to = moment_of(body, "to", now, true);
    if (!from || !to || *to < *from) {
        return invalid("query_time_range",
                       "Queries need a time range: \"from\" and \"to\", each like \"now-1h\" or in "
                       "milliseconds since 1970, with the beginning first.");
    }
    AskedQueries asked{*from, *to, {}};
    const auto& queries = body.at("queries").get_array();
    if (queries.empty()) return invalid("no_queries", "No queries found");
    std::set<std::string> seen;
    for (const auto& value : queries) {
        const auto& query = value.get_object();
        AskedQuery one;
        one.ref_id = text_at(query, "refId").value_or("");
        if (one.ref_id.empty()) one.ref_id = "A";
        if (!seen.insert(one.ref_id).second) {
            return invalid("query_ref_id", "Two queries have the same refId.");
        }
        const auto named = name_of(query);
        if (!named) return no_such_datasource();
        if (!is_expression(*named)) {
            one.source = source_of(*named, snapshot, org);
            if (one.source == nullptr) return no_such_datasource();
        }
        one.text = text_of(query);
        one.format = is_time_series(query) ? QueryFormat::time_series : QueryFormat::table;
        one.interval = interval_of(query, *from, *to);
        if (one.source != nullptr && is_promql(*one.source)) read_promql(query, *from, *to, one);
        asked.queries.push_back(std::move(one));
    }
    return asked;
}

}  // namespace casement::grafana
