// One connection to a PostgreSQL server. Blocking, for one thread at a time; every wait ends at a
// deadline or with cancellation.
#pragma once

#include "base/error.h"
#include "data/postgres_bind.h"
#include "data/postgres_source.h"
#include "data/postgres_stop.h"
#include "data/query.h"
#include "data/table.h"

#include <memory>
#include <string>
#include <vector>

#include <libpq-fe.h>

namespace casement::data {

/// One query as the server gets it.
struct PostgresAsk {
    std::string text;
    std::vector<PostgresValue> values;
    std::string search_path;  ///< as the setting of this name is written
    QueryLimits limits;
};

class PostgresConnection {
  public:
    /// Errors: source_unavailable, with a message for whoever administers the source;
    /// query_cancelled.
    [[nodiscard]] static Result<std::unique_ptr<PostgresConnection>> open(
        const PostgresSettings& settings, const PostgresStop& stop);

    PostgresConnection(const PostgresConnection&) = delete;
    PostgresConnection& operator=(const PostgresConnection&) = delete;

    /// In a read-only transaction of its own. Errors: codes of source.h; the server's own message
    /// is kept under query_invalid.
    [[nodiscard]] Result<TablePtr> run(const PostgresAsk& ask, const PostgresStop& stop);

    /// What a text would answer, without running it. `types` are the parameters', 0 for unknown.
    [[nodiscard]] Result<std::vector<Column>> describe(const std::string& text,
                                                       const std::vector<unsigned>& types,
                                                       const std::string& search_path,
                                                       const PostgresStop& stop);

    /// Whether another query may use it: nothing is under way, and the server has not hung up.
    [[nodiscard]] bool usable() const;
    /// The last run failed because the server was gone before it had answered anything.
    [[nodiscard]] bool was_lost() const { return lost_; }

  private:
    struct Finish {
        void operator()(PGconn* connection) const { PQfinish(connection); }
    };
    struct Clear {
        void operator()(PGresult* result) const { PQclear(result); }
    };
    using ResultHandle = std::unique_ptr<PGresult, Clear>;

    explicit PostgresConnection(PGconn* connection) : connection_(connection) {}

    [[nodiscard]] Result<void> connect(const PostgresSettings& settings, const PostgresStop& stop);
    [[nodiscard]] bool send(const std::string& text, const std::vector<PostgresValue>& values);
    [[nodiscard]] bool begin(const std::string& search_path, const PostgresStop& stop);
    [[nodiscard]] bool end();
    /// The next result, null between two commands.
    [[nodiscard]] Result<ResultHandle> next(const PostgresStop& stop);
    [[nodiscard]] Error stopped(PostgresStop::Event event);
    [[nodiscard]] Error gone();
    /// Ends what runs on the server. The connection cannot be used afterwards.
    void cancel();
    /// Whether the server has done with the query before `limit`.
    [[nodiscard]] bool has_ended(PostgresStop::Moment limit);

    std::unique_ptr<PGconn, Finish> connection_;
    bool broken_ = false;
    bool lost_ = false;
    bool answered_ = false;  ///< the server has said something since begin()
};

}  // namespace casement::data
