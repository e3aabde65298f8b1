#include "store/catalog_home_store.h"

#include "store/catalog_home.h"
#include "store/catalog_transaction.h"

namespace casement::store {

HomeStore& HomeStore::of(Catalog& catalog) {
    // Both are one object; who only reads the snapshot need not know these.
    return dynamic_cast<HomeStore&>(catalog);
}

Result<std::vector<DashboardMark>> SqlHomeStore::marks_now(std::int64_t person) {
    return work_->read<std::vector<DashboardMark>>(
        [&](soci::session& session) { return find_marks(session, person); });
}

Result<void> SqlHomeStore::star_now(std::int64_t person, std::int64_t dashboard,
                                    std::optional<Time> at) {
    const auto done = work_->write_beside<bool>([&](soci::session& session) -> Result<bool> {
        if (!can_mark(session, person, dashboard)) return no_such_row();
        if (at && count_stars(session, person) >= kMostStarred) {
            return conflict("too_many_stars",
                            "So many dashboards are starred already that a further one would "
                            "not help. Take some stars away first.");
        }
        put_star(session, person, dashboard, at);
        return true;
    });
    if (!done) return done.error();
    return {};
}

Result<void> SqlHomeStore::note_seen_now(std::int64_t person, std::int64_t dashboard, Time at) {
    const auto done = work_->write_beside<bool>([&](soci::session& session) -> Result<bool> {
        if (!can_mark(session, person, dashboard)) return no_such_row();
        put_seen(session, person, dashboard, at);
        return true;
    });
    if (!done) return done.error();
    return {};
}

}  // namespace casement::store
