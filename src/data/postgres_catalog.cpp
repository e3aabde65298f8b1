#include "data/postgres_catalog.h"

#include <algorithm>
#include <charconv>

namespace casement::data {
namespace {

constexpr std::chrono::seconds kFresh{60};
constexpr std::size_t kMostColumns = 1700;  // PostgreSQL has at most 1600 in a relation
constexpr std::size_t kMostCalls = 20'000;
constexpr std::size_t kMostRelations = 1000;

// Tables, partitioned ones, views, materialized views and foreign tables of the first schema in $2
// that has the name. The server's own are nobody's data. $1 NULL: any of $2, which is then one.
constexpr const char* kColumns = R"(
WITH found AS (
    SELECT c.oid, n.nspname, c.relname
    FROM unnest($2::text[]) WITH ORDINALITY s(name, place)
    JOIN pg_namespace n ON n.nspname = s.name
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = $1
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema'
      AND n.nspname NOT LIKE 'pg\_%'
    ORDER BY s.place LIMIT 1)
SELECT f.nspname::text, f.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod),
       base.oid::text, (base.typtype = 'e')::text,
       (a.attcollation = 0 OR coalesce(l.collisdeterministic, true))::text
FROM found f
JOIN pg_attribute a ON a.attrelid = f.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN LATERAL (
    WITH RECURSIVE below AS (
        SELECT t.oid, t.typtype, t.typbasetype
        UNION ALL
        SELECT b.oid, b.typtype, b.typbasetype FROM below
        JOIN pg_type b ON b.oid = below.typbasetype WHERE below.typtype = 'd')
    SELECT oid, typtype FROM below WHERE typtype <> 'd') base ON true
LEFT JOIN pg_collation l ON l.oid = a.attcollation
ORDER BY a.attnum)";

constexpr const char* kCalls = R"(
SELECT DISTINCT proname::text FROM pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace AND pronargs > 0
  AND pronargs - pronargdefaults <= 1)";

PostgresAsk asking(const char* text, std::size_t rows) {
    PostgresAsk ask;
    ask.text = text;
    ask.search_path = "pg_catalog";
    ask.limits.rows = rows;
    return ask;
}

}  // namespace

Result<std::shared_ptr<const PostgresRelation>> PostgresCatalog::find(const std::string& name,
                                                                      PostgresConnection& ask,
                                                                      const PostgresStop& stop) {
    const auto now = std::chrono::steady_clock::now();
    {
        const std::lock_guard lock(mutex_);
        const auto known = relations_.find(name);
        if (known != relations_.end() && now - known->second.asked < kFresh) {
            return known->second.relation;
        }
    }
    std::vector<std::optional<std::string>> schemas;
    const auto point = name.find('.');
    if (point == std::string::npos) {
        for (const auto& schema : settings_.schemas)
            schemas.emplace_back(schema);
    } else {
        schemas.emplace_back(name.substr(0, point));
    }
    auto query = asking(kColumns, kMostColumns);
    query.values = {{postgres_type::kText, name.substr(point == std::string::npos ? 0 : point + 1)},
                    {postgres_type::kTextArray, postgres_array(schemas)}};
    const auto table = ask.run(query, stop);
    if (!table) return table.error();
    const auto& cells = (*table)->cells;
    if ((*table)->rows == 0) return std::shared_ptr<const PostgresRelation>();
    auto relation = std::make_shared<PostgresRelation>();
    relation->schema = cells[0].texts[0];
    relation->name = cells[1].texts[0];
    for (std::size_t row = 0; row < (*table)->rows; ++row) {
        PostgresRelation::Column column;
        column.name = cells[2].texts[row];
        column.type = cells[3].texts[row];
        const auto& base = cells[4].texts[row];
        std::from_chars(base.data(), base.data() + base.size(), column.base);
        column.is_enum = cells[5].texts[row] == "true";
        column.plain_collation = cells[6].texts[row] == "true";
        relation->columns.push_back(std::move(column));
    }
    const std::lock_guard lock(mutex_);
    if (relations_.size() >= kMostRelations) relations_.clear();
    relations_[name] = {relation, now};
    return std::shared_ptr<const PostgresRelation>(std::move(relation));
}

Result<std::shared_ptr<const std::set<std::string>>> PostgresCatalog::calls(
    PostgresConnection& ask, const PostgresStop& stop) {
    const auto now = std::chrono::steady_clock::now();
    {
        const std::lock_guard lock(mutex_);
        if (calls_ && now - calls_asked_ < kFresh) return calls_;
    }
    const auto table = ask.run(asking(kCalls, kMostCalls), stop);
    if (!table) return table.error();
    const auto& texts = (*table)->cells.front().texts;
    auto names = std::make_shared<const std::set<std::string>>(texts.begin(), texts.end());
    const std::lock_guard lock(mutex_);
    calls_ = names;
    calls_asked_ = now;
    return names;
}

void PostgresCatalog::forget() {
    const std::lock_guard lock(mutex_);
    relations_.clear();
}

}  // namespace casement::data
