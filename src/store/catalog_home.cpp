#include "store/catalog_home.h"

namespace casement::store {
namespace {

/// A row that says nothing any more.
void drop_empty(soci::session& session, std::int64_t person) {
    session << "DELETE FROM person_dashboards WHERE person = :person AND starred_at = 0 AND "
               "seen_at = 0",
        soci::use(person);
}

}  // namespace

std::vector<DashboardMark> find_marks(soci::session& session, std::int64_t person) {
    DashboardMark row;
    std::int64_t starred = 0, seen = 0;
    soci::statement statement =
        (session.prepare << "SELECT dashboard, starred_at, seen_at FROM person_dashboards WHERE "
                            "person = :person ORDER BY seen_at DESC, dashboard",
         soci::use(person), soci::into(row.dashboard), soci::into(starred), soci::into(seen));
    statement.execute();
    std::vector<DashboardMark> marks;
    while (statement.fetch()) {
        auto& mark = marks.emplace_back();
        mark.dashboard = row.dashboard;
        if (starred != 0) mark.starred_at = from_unix_micros(starred);
        if (seen != 0) mark.seen_at = from_unix_micros(seen);
    }
    return marks;
}

bool can_mark(soci::session& session, std::int64_t person, std::int64_t dashboard) {
    std::int64_t count = 0;
    session << "SELECT COUNT(*) FROM dashboards d JOIN users u ON u.org = d.org WHERE "
               "d.id = :dashboard AND u.id = :person",
        soci::use(dashboard), soci::use(person), soci::into(count);
    return count > 0;
}

std::size_t count_stars(soci::session& session, std::int64_t person) {
    std::int64_t count = 0;
    session << "SELECT COUNT(*) FROM person_dashboards WHERE person = :person AND starred_at <> 0",
        soci::use(person), soci::into(count);
    return static_cast<std::size_t>(count);
}

void put_star(soci::session& session, std::int64_t person, std::int64_t dashboard,
              std::optional<Time> at) {
    const std::int64_t starred = at ? to_unix_micros(*at) : 0;
    // Whoever stars twice keeps the place that the first star has.
    session << "INSERT INTO person_dashboards (person, dashboard, starred_at, seen_at) VALUES "
               "(:person, :dashboard, :starred, 0) ON CONFLICT (person, dashboard) DO UPDATE SET "
               "starred_at = CASE WHEN excluded.starred_at = 0 OR person_dashboards.starred_at = 0 "
               "THEN excluded.starred_at ELSE person_dashboards.starred_at END",
        soci::use(person), soci::use(dashboard), soci::use(starred);
    if (!at) drop_empty(session, person);
}

void put_seen(soci::session& session, std::int64_t person, std::int64_t dashboard, Time at) {
    const std::int64_t seen = to_unix_micros(at);
    session << "INSERT INTO person_dashboards (person, dashboard, starred_at, seen_at) VALUES "
               "(:person, :dashboard, 0, :seen) ON CONFLICT (person, dashboard) DO UPDATE SET "
               "seen_at = excluded.seen_at",
        soci::use(person), soci::use(dashboard), soci::use(seen);
    const auto most = static_cast<std::int64_t>(HomeStore::kMostSeen);
    session << "UPDATE person_dashboards SET seen_at = 0 WHERE person = :person AND seen_at <> 0 "
               "AND dashboard NOT IN (SELECT dashboard FROM person_dashboards WHERE "
               "person = :same ORDER BY seen_at DESC LIMIT :most)",
        soci::use(person), soci::use(person), soci::use(most);
    drop_empty(session, person);
}

}  // namespace casement::store
