// Which dashboards a person has starred and looked at lately. It stands in the catalog's database
// and not in its snapshot, and goes with the person and with the dashboard.
#pragma once

#include "store/catalog.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace casement::store {

/// One person's relation to one dashboard; at least one of the two is set.
struct DashboardMark {
    std::int64_t dashboard = 0;
    std::optional<Time> starred_at;
    std::optional<Time> seen_at;
};

class HomeStore {
  public:
    /// That of a catalog that Catalog::open gave.
    [[nodiscard]] static HomeStore& of(Catalog& catalog);
    virtual ~HomeStore() = default;

    /// Dashboards of which it is remembered that a person looked at them: the latest.
    static constexpr std::size_t kMostSeen = 30;
    /// Dashboards that a person can star.
    static constexpr std::size_t kMostStarred = 1000;

    [[nodiscard]] asio::awaitable<Result<std::vector<DashboardMark>>> marks_of(
        std::int64_t person) {
        auto marks = co_await pool().run([this, person] { return marks_now(person); });
        co_return marks;
    }
    /// nullopt takes the star away. Errors: not_found when person or dashboard is not there;
    /// conflict "too_many_stars".
    [[nodiscard]] asio::awaitable<Result<void>> star(std::int64_t person, std::int64_t dashboard,
                                                     std::optional<Time> at) {
        auto done = co_await pool().run(
            [this, person, dashboard, at] { return star_now(person, dashboard, at); });
        co_return done;
    }
    /// Errors: not_found, as above.
    [[nodiscard]] asio::awaitable<Result<void>> note_seen(std::int64_t person,
                                                          std::int64_t dashboard, Time at) {
        auto done = co_await pool().run(
            [this, person, dashboard, at] { return note_seen_now(person, dashboard, at); });
        co_return done;
    }

    // The same on the calling thread.
    [[nodiscard]] virtual Result<std::vector<DashboardMark>> marks_now(std::int64_t person) = 0;
    [[nodiscard]] virtual Result<void> star_now(std::int64_t person, std::int64_t dashboard,
                                                std::optional<Time> at) = 0;
    [[nodiscard]] virtual Result<void> note_seen_now(std::int64_t person, std::int64_t dashboard,
                                                     Time at) = 0;

  protected:
    [[nodiscard]] virtual BlockingPool& pool() = 0;
};

}  // namespace casement::store
