// Stars and looks in SQL.
#pragma once

#include "store/home_store.h"

#include <soci/soci.h>

namespace casement::store {

[[nodiscard]] std::vector<DashboardMark> find_marks(soci::session& session, std::int64_t person);
/// Whether both are there and of one organization.
[[nodiscard]] bool can_mark(soci::session& session, std::int64_t person, std::int64_t dashboard);
[[nodiscard]] std::size_t count_stars(soci::session& session, std::int64_t person);
void put_star(soci::session& session, std::int64_t person, std::int64_t dashboard,
              std::optional<Time> at);
void put_seen(soci::session& session, std::int64_t person, std::int64_t dashboard, Time at);

}  // namespace casement::store
