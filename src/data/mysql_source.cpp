#include "data/deadline.h"
#include "data/mysql_connection.h"
#include "data/mysql_text.h"
#include "data/mysql_values.h"
#include "data/query_errors.h"
#include "data/schema.h"
#include "data/source_types.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <vector>

#include <fmt/format.h>

namespace casement::data {
namespace {

constexpr std::chrono::seconds kConnectTime{5};
constexpr std::chrono::seconds kEndTime{2};
constexpr std::size_t kFreeConnections = 16;
constexpr const char* kSchemaQuery =
    "SELECT TABLE_NAME, COLUMN_NAME, LEFT(COLUMN_TYPE, 200) FROM information_schema.COLUMNS "
    "WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION";

struct CloseStatement {
    void operator()(MYSQL_STMT* statement) const { mysql_stmt_close(statement); }
};
using Statement = std::unique_ptr<MYSQL_STMT, CloseStatement>;

struct FreeMetadata {
    void operator()(MYSQL_RES* metadata) const { mysql_free_result(metadata); }
};
using Metadata = std::unique_ptr<MYSQL_RES, FreeMetadata>;

/// Stops one run, once, and remembers why.
class Stop {
  public:
    enum class Reason { none, cancelled, timeout };
    explicit Stop(MysqlConnection& connection) : connection_(connection) {}
    void stop(Reason reason) {
        Reason expected = Reason::none;
        reason_.compare_exchange_strong(expected, reason);
        connection_.cut();
    }
    [[nodiscard]] Reason reason() const { return reason_.load(); }

  private:
    MysqlConnection& connection_;
    std::atomic<Reason> reason_{Reason::none};
};

class MysqlSource final : public Source, public TellsSchema {
  public:
    MysqlSource(MysqlSettings settings, Secret password)
        : settings_(std::move(settings)), password_(std::move(password)) {}

    Result<TablePtr> run(const Query& query, const Cancellation& cancellation) override {
        const auto deadline = std::chrono::steady_clock::now() + query.limits.time;
        if (cancellation.cancelled()) return query_cancelled();
        if (query.scope) {
            return query_refused(
                "A model cannot narrow this source: what a MySQL query reads cannot be proven.");
        }
        auto text = MysqlText::read(query.text);
        if (!text) return text.error();
        auto statement = render(*text, query.parameters);
        if (!statement) return statement.error();

        auto taken = take(deadline, query.limits.rows + 1);
        // Waiting counts in whole milliseconds, and so gives up a little before.
        if (!taken && left(deadline) <= std::chrono::milliseconds{1}) return query_timeout();
        if (!taken) return taken.error();
        auto table = run_on(**taken, *statement, query, cancellation, deadline);
        const bool is_clean = table ? table->is_clean : !is_doubtful(table.error());
        if (is_clean && (table || (*taken)->end())) {
            give_back(std::move(*taken));
        } else {
            drop(std::move(*taken));
        }
        if (!table) return table.error();
        return std::move(table->table);
    }

    Result<void> check(const Cancellation& cancellation) override {
        if (cancellation.cancelled()) return query_cancelled();
        // A connection of its own: its failure says what is wrong, and the pool's may be old.
        auto opened = MysqlConnection::open(settings_, password_,
                                            std::chrono::steady_clock::now() + kConnectTime);
        if (!opened) return opened.error();
        give_back(std::move(*opened));
        return {};
    }

    Result<Description> describe(const std::string& text) override {
        auto read = MysqlText::read(text);
        if (!read) return read.error();
        // Types do not depend on the values, and a list describes as one of its entries does.
        std::string with_marks;
        Description description;
        description.statement = text.substr(0, read->end);
        for (std::size_t i = 0; i < read->places.size(); ++i) {
            with_marks += read->parts[i] + "?";
            const auto& name = read->places[i].name;
            if (std::find(description.parameters.begin(), description.parameters.end(), name) ==
                description.parameters.end()) {
                description.parameters.push_back(name);
            }
        }
        with_marks += read->parts.back();
        auto taken = take(std::chrono::steady_clock::now() + kConnectTime, 1);
        if (!taken) return taken.error();
        {
            auto prepared = prepare(**taken, with_marks, read->places.size());
            if (!prepared) {
                return prepared.error();
            }
            description.columns = MysqlResult(prepared->metadata.get()).columns();
        }
        if ((*taken)->end()) give_back(std::move(*taken));
        return description;
    }

    Result<Schema> schema(const Cancellation& cancellation) override {
        const auto deadline = std::chrono::steady_clock::now() + 2 * kConnectTime;
        if (cancellation.cancelled()) return query_cancelled();
        Query query;
        query.limits = {2 * kConnectTime, kMostSchemaRows, kMostSchemaBytes};
        auto taken = take(deadline, query.limits.rows + 1);
        if (!taken) return taken.error();
        // A text of our own, which may read what is closed to queries.
        auto rows = run_on(**taken, {kSchemaQuery, {}}, query, cancellation, deadline);
        const bool is_clean = rows && rows->is_clean;
        if (is_clean) {
            give_back(std::move(*taken));
        } else {
            drop(std::move(*taken));
        }
        if (!rows) return rows.error();
        return schema_of(*rows->table);
    }

  private:
    struct Prepared {
        Statement statement;
        Metadata metadata;
    };

    static Result<Prepared> prepare(MysqlConnection& connection, const std::string& text,
                                    std::size_t values) {
        Prepared prepared;
        prepared.statement.reset(mysql_stmt_init(connection.handle()));
        auto* statement = prepared.statement.get();
        if (statement == nullptr) return mysql_error_of(0, {});
        // The protocol prepares one statement and no more.
        if (mysql_stmt_prepare(statement, text.data(), text.size()) != 0) {
            return failed(statement);
        }
        if (mysql_stmt_param_count(statement) != values) {
            return query_refused("A query names its values as $name and in no other way.");
        }
        prepared.metadata.reset(mysql_stmt_result_metadata(statement));
        if (!prepared.metadata) return query_refused("A query must be one SELECT statement.");
        return prepared;
    }

    struct Answer {
        TablePtr table;
        bool is_clean = true;  ///< the connection may be used again
    };

    Result<Answer> run_on(MysqlConnection& connection, const MysqlStatement& rendered,
                          const Query& query, const Cancellation& cancellation,
                          DeadlineWatch::Moment deadline) {
        Stop stop(connection);
        const auto on_deadline =
            watch_.add(deadline, [&stop] { stop.stop(Stop::Reason::timeout); });
        const auto on_cancel =
            cancellation.on_cancel([&stop] { stop.stop(Stop::Reason::cancelled); });
        auto answer = ask(connection, rendered, query);
        if (answer) return answer;
        if (stop.reason() == Stop::Reason::timeout) return query_timeout();
        if (stop.reason() == Stop::Reason::cancelled) return query_cancelled();
        return answer.error();
    }

    static Result<Answer> ask(MysqlConnection& connection, const MysqlStatement& rendered,
                              const Query& query) {
        auto prepared = prepare(connection, rendered.text, rendered.values.size());
        if (!prepared) return prepared.error();
        auto* statement = prepared->statement.get();
        MysqlParameters parameters(rendered.values);
        if (!parameters.bind(statement) || mysql_stmt_execute(statement) != 0) {
            return failed(statement);
        }
        MysqlResult result(prepared->metadata.get());
        if (!result.bind(statement)) return failed(statement);
        TableWriter writer(result.columns(), query.limits);
        Answer answer;
        for (;;) {
            const int got = mysql_stmt_fetch(statement);
            if (got == MYSQL_NO_DATA) break;
            if (got != 0 && got != MYSQL_DATA_TRUNCATED) return failed(statement);
            if (writer.room() == 0) {
                writer.cut();
                // The server sends one row more than there is room for, unless the query's own
                // LIMIT says otherwise; then the rest is not waited for.
                answer.is_clean = mysql_stmt_fetch(statement) == MYSQL_NO_DATA;
                if (!answer.is_clean) connection.cut();
                break;
            }
            if (!result.add_row(statement, writer)) return failed(statement);
            if (!writer.advance(1)) {
                connection.cut();
                return result_too_large(query.limits);
            }
        }
        answer.table = std::move(writer).finish();
        prepared->statement.reset();
        answer.is_clean = answer.is_clean && connection.end();
        return answer;
    }

    static Error failed(MYSQL_STMT* statement) {
        return mysql_error_of(mysql_stmt_errno(statement), mysql_stmt_error(statement));
    }

    /// A connection whose limits are set for a query: a kept one that still answers, or a new one.
    Result<std::unique_ptr<MysqlConnection>> take(MysqlConnection::Moment deadline,
                                                  std::size_t rows) {
        for (;;) {
            std::unique_ptr<MysqlConnection> kept;
            {
                const std::lock_guard lock(mutex_);
                if (free_.empty()) break;
                kept = std::move(free_.back());
                free_.pop_back();
            }
            if (kept->begin(left(deadline), rows)) return kept;
        }
        auto opened = MysqlConnection::open(
            settings_, password_,
            std::min(deadline, std::chrono::steady_clock::now() + kConnectTime));
        if (opened && (*opened)->begin(left(deadline), rows)) return opened;
        // A server that is slow to let one in takes the query's own time.
        if (std::chrono::steady_clock::now() >= deadline) return query_timeout();
        // What is said of the server is for its administrator, who asks for a check.
        if (!opened) return mysql_error_of(0, {});
        return mysql_error_of(mysql_errno((*opened)->handle()), mysql_error((*opened)->handle()));
    }

    /// Whether the server may still work on what failed.
    static bool is_doubtful(const Error& error) {
        return error.code == "query_timeout" || error.code == "query_cancelled" ||
               error.code == "query_too_large" || error.code == "source_unavailable";
    }

    /// What ran on it ends on the server too, before somebody else takes its place.
    void drop(std::unique_ptr<MysqlConnection> connection) {
        const auto id = connection->id();
        connection.reset();
        auto second = MysqlConnection::open(settings_, password_,
                                            std::chrono::steady_clock::now() + kEndTime);
        if (second) (*second)->end_query(id);
    }

    static std::chrono::milliseconds left(MysqlConnection::Moment deadline) {
        return std::max(std::chrono::milliseconds{1},
                        std::chrono::duration_cast<std::chrono::milliseconds>(
                            deadline - std::chrono::steady_clock::now()));
    }

    void give_back(std::unique_ptr<MysqlConnection> connection) {
        const std::lock_guard lock(mutex_);
        if (free_.size() < kFreeConnections) free_.push_back(std::move(connection));
    }

    const MysqlSettings settings_;
    const Secret password_;
    DeadlineWatch watch_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<MysqlConnection>> free_;
};

}  // namespace

Result<std::unique_ptr<Source>> open_mysql_source(const SourceSettings& settings) {
    auto read = read_mysql_settings(settings.settings);
    if (!read) return read.error();
    return std::unique_ptr<Source>(
        std::make_unique<MysqlSource>(std::move(*read), settings.secret));
}

}  // namespace casement::data
