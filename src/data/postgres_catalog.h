// What a PostgreSQL server has, as far as a scope must know it. Asked when it is needed, and again
// after a while.
#pragma once

#include "data/postgres_pool.h"
#include "data/postgres_scope.h"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace casement::data {

/// Any thread.
class PostgresCatalog {
  public:
    explicit PostgresCatalog(const PostgresSettings& settings) : settings_(settings) {}

    /// `name` is "table" or "schema.table". Null: there is none. Errors: of asking the server.
    [[nodiscard]] Result<std::shared_ptr<const PostgresRelation>> find(const std::string& name,
                                                                       PostgresConnection& ask,
                                                                       const PostgresStop& stop);

    /// Names of the server's own functions that can be called with one argument.
    [[nodiscard]] Result<std::shared_ptr<const std::set<std::string>>> calls(
        PostgresConnection& ask, const PostgresStop& stop);

    /// A query did not find what the catalog says: it is asked anew.
    void forget();

  private:
    using Moment = std::chrono::steady_clock::time_point;
    struct Known {
        std::shared_ptr<const PostgresRelation> relation;
        Moment asked;
    };

    const PostgresSettings& settings_;
    std::mutex mutex_;
    std::map<std::string, Known, std::less<>> relations_;
    std::shared_ptr<const std::set<std::string>> calls_;
    Moment calls_asked_{};
};

}  // namespace casement::data
