#include "base/log.h"
#include "data/deadline.h"
#include "data/duckdb_bind.h"
#include "data/duckdb_database.h"
#include "data/duckdb_errors.h"
#include "data/duckdb_result.h"
#include "data/query_errors.h"
#include "data/schema.h"
#include "data/source.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include <fmt/format.h>

namespace casement::data {
namespace {

/// Works on the query until its first rows are there. The engine would do so itself, but it asks
/// for work without a pause while its own threads have all of it, and takes the processor from
/// them.
/// False when the query has failed; then `pending` knows why.
bool work_until_ready(duckdb_pending_result pending) {
    constexpr unsigned kYields = 100;
    constexpr std::chrono::microseconds kPause{100};
    for (unsigned idle = 0;;) {
        const auto state = duckdb_pending_execute_task(pending);
        if (state == DUCKDB_PENDING_ERROR) return false;
        if (duckdb_pending_execution_is_finished(state)) return true;
        if (state != DUCKDB_PENDING_NO_TASKS_AVAILABLE) {
            idle = 0;
        } else if (++idle <= kYields) {
            std::this_thread::yield();
        } else {
            std::this_thread::sleep_for(kPause);
        }
    }
}

/// Stops one run, once, and remembers why.
class Stop {
  public:
    enum class Reason { none, cancelled, timeout };
    explicit Stop(duckdb_connection connection) : connection_(connection) {}
    void stop(Reason reason) {
        Reason expected = Reason::none;
        reason_.compare_exchange_strong(expected, reason);
        duckdb_interrupt(connection_);
    }
    [[nodiscard]] Reason reason() const { return reason_.load(); }

  private:
    duckdb_connection connection_;
    std::atomic<Reason> reason_{Reason::none};
};

/// Everything that queries can name, as they can name it.
constexpr const char* kSchemaQuery =
    "SELECT CASE WHEN schema_name = 'main' THEN table_name "
    "ELSE schema_name || '.' || table_name END AS relation, column_name, data_type "
    "FROM duckdb_columns() WHERE NOT internal AND database_name NOT IN ('system', 'temp') "
    "ORDER BY relation, column_index LIMIT ";

class DuckDbSource final : public Source, public TellsSchema {
  public:
    DuckDbSource(DuckDbSettings settings, std::shared_ptr<DuckDbDatabase> database)
        : settings_(std::move(settings)), database_(std::move(database)) {}

    Result<TablePtr> run(const Query& query, const Cancellation& cancellation) override {
        const auto deadline = std::chrono::steady_clock::now() + query.limits.time;
        if (cancellation.cancelled()) return query_cancelled();
        if (auto ok = check_query_text(query.text); !ok) return ok.error();
        auto database = current();
        if (!database) return database.error();
        ScopedText scoped;
        if (query.scope) {
            auto applied = (*database)->scopes().apply(query.text, *query.scope);
            if (!applied) return applied.error();
            scoped = std::move(*applied);
        }
        auto connection = (*database)->acquire(query.scope ? scoped.key : query.text);
        if (!connection) return connection.error();

        auto prepared = query.scope ? (*connection)->prepare(scoped)
                                    : (*connection)->prepare(query.text, (*database)->guard());
        auto bound = prepared ? bind(**prepared, query, scoped) : Result<void>(prepared.error());
        Result<TablePtr> table =
            bound ? run_on(**connection, **prepared, query, cancellation, deadline)
                  : Result<TablePtr>(bound.error());
        if (bound && !table && query.scope) table = without_values(table.error());
        if (prepared) duckdb_clear_bindings((*prepared)->statement.get());
        if (!table && table.error().code == "source_unavailable") {
            forget(*database);
        } else {
            (*database)->release(std::move(*connection));
        }
        return table;
    }

    Result<Description> describe(const std::string& text) override {
        if (auto ok = check_query_text(text); !ok) return ok.error();
        auto database = current();
        if (!database) return database.error();
        auto connection = (*database)->acquire(text);
        if (!connection) return connection.error();
        auto prepared = (*connection)->prepare(text, (*database)->guard());
        if (!prepared) {
            (*database)->release(std::move(*connection));
            return prepared.error();
        }
        Description description;
        description.statement = without_end((*connection)->serialize(), text);
        description.parameters = (*prepared)->parameters;
        const auto statement = (*prepared)->statement.get();
        const idx_t count = duckdb_prepared_statement_column_count(statement);
        for (idx_t i = 0; i < count; ++i) {
            const DuckDbText name(
                const_cast<char*>(duckdb_prepared_statement_column_name(statement, i)));
            const DuckDbType logical(duckdb_prepared_statement_column_logical_type(statement, i));
            const auto type = logical ? EngineType::read(logical.get()) : std::nullopt;
            description.columns.push_back(
                {text_or_empty(name.get()), type ? type->column_type() : ColumnType::text});
        }
        (*database)->release(std::move(*connection));
        return description;
    }

    Result<void> check(const Cancellation& cancellation) override {
        Query query;
        query.text = "SELECT 1";
        const auto asked = run(query, cancellation);
        if (asked) return {};
        return unavailable("source_unavailable", asked.error().message);
    }

    Result<Schema> schema(const Cancellation& cancellation) override {
        if (cancellation.cancelled()) return query_cancelled();
        auto database = current();
        if (!database) return database.error();
        auto connection = (*database)->acquire(kSchemaQuery);
        if (!connection) return connection.error();
        auto schema = read_schema((*connection)->handle());
        (*database)->release(std::move(*connection));
        return schema;
    }

    std::optional<std::uint64_t> data_version() override {
        const auto files = find_files(settings_);
        return files ? files->digest() : 0;
    }

  private:
    static Result<Schema> read_schema(duckdb_connection connection) {
        const auto text = fmt::format("{}{}", kSchemaQuery, kMostSchemaRows);
        DuckDbResult result;
        if (duckdb_query(connection, text.c_str(), result.get()) == DuckDBError) {
            return failed(text_or_empty(duckdb_result_error(result.get())));
        }
        const idx_t rows = duckdb_row_count(result.get());
        Schema schema;
        schema.cut = rows >= kMostSchemaRows;
        for (idx_t row = 0; row < rows; ++row) {
            const auto cell = [&](idx_t column) {
                const DuckDbText text(duckdb_value_varchar(result.get(), column, row));
                return text_or_empty(text.get());
            };
            add_column(schema, cell(0), cell(1), cell(2));
        }
        return schema;
    }

    static Result<void> bind(const PreparedQuery& prepared, const Query& query,
                             const ScopedText& scoped) {
        const auto statement = prepared.statement.get();
        if (!query.scope) {
            return bind_parameters(statement, prepared.parameters, query.parameters);
        }
        auto values = query.parameters;
        for (const auto& [name, value] : scoped.values)
            values.insert_or_assign(name, value);
        return bind_parameters(statement, prepared.parameters, values);
    }

    /// The engine may work on a row before it filters it out, and quote what is wrong with it.
    static Error without_values(Error error) {
        if (error.code != "query_invalid") return error;
        const auto kind = error.message.substr(0, error.message.find(':'));
        const bool known = kind.ends_with(" Error") && kind.size() < 40;
        error.message = fmt::format(
            "{}: the query failed on the data. What the engine says about it is withheld, because "
            "it may quote rows that are outside of the model.",
            known ? kind : "Error");
        return error;
    }

    Result<TablePtr> run_on(DuckDbConnection& connection, PreparedQuery& prepared,
                            const Query& query, const Cancellation& cancellation,
                            DeadlineWatch::Moment deadline) {
        const auto statement = prepared.statement.get();
        DuckDbPending pending;
        if (duckdb_pending_prepared_streaming(statement, pending.out()) == DuckDBError) {
            return failed(text_or_empty(duckdb_pending_error(pending.get())));
        }
        // Only now: the engine forgets an interrupt that comes before its query has begun. From
        // here on none is lost, and one that was due earlier is made up for at once.
        Stop stop(connection.handle());
        const auto on_deadline =
            watch_.add(deadline, [&stop] { stop.stop(Stop::Reason::timeout); });
        const auto on_cancel =
            cancellation.on_cancel([&stop] { stop.stop(Stop::Reason::cancelled); });

        if (!work_until_ready(pending.get())) {
            return failed(text_or_empty(duckdb_pending_error(pending.get())), stop);
        }
        DuckDbResult result;
        if (duckdb_execute_pending(pending.get(), result.get()) == DuckDBError) {
            return failed(result.get(), stop);
        }
        auto reader = ChunkReader::create(result.get(), query.limits);
        if (!reader) return reader.error();
        auto state = ChunkReader::State::more;
        while (state == ChunkReader::State::more) {
            const DuckDbChunk chunk(duckdb_fetch_chunk(*result.get()));
            if (!chunk) {
                if (duckdb_result_error(result.get()) != nullptr) return failed(result.get(), stop);
                break;
            }
            state = reader->add(chunk.get());
        }
        if (state == ChunkReader::State::too_large) {
            return result_too_large(query.limits);
        }
        return std::move(*reader).finish();
    }

    static Error failed(duckdb_result* result, const Stop& stop) {
        return failed(text_or_empty(duckdb_result_error(result)), stop);
    }

    static Error failed(const std::string& message, const Stop& stop) {
        if (message.starts_with("INTERRUPT") && stop.reason() == Stop::Reason::timeout) {
            return query_timeout();
        }
        return failed(message);
    }

    static Error failed(const std::string& message) { return engine_error(message); }

    /// The database as the files are now; a changed file opens a new one. Queries that still run
    /// on the old one keep it.
    Result<std::shared_ptr<DuckDbDatabase>> current() {
        auto files = find_files(settings_);
        if (!files) return files.error();
        const std::lock_guard lock(mutex_);
        if (database_ && database_->files() == *files) return database_;
        auto opened = DuckDbDatabase::open(settings_, std::move(*files));
        if (!opened) return opened.error();
        if (database_) log::info("source_reopened", {{"reason", "a file has changed"}});
        database_ = std::move(*opened);
        return database_;
    }

    void forget(const std::shared_ptr<DuckDbDatabase>& broken) {
        const std::lock_guard lock(mutex_);
        if (database_ == broken) database_.reset();
    }

    const DuckDbSettings settings_;
    DeadlineWatch watch_;
    std::mutex mutex_;
    std::shared_ptr<DuckDbDatabase> database_;
};

}  // namespace

Result<std::unique_ptr<Source>> open_duckdb(const DuckDbSettings& settings) {
    if (auto ok = check_duckdb(settings); !ok) return ok.error();
    auto files = find_files(settings);
    if (!files) return files.error();
    auto database = DuckDbDatabase::open(settings, std::move(*files));
    if (!database) return database.error();
    return std::unique_ptr<Source>(std::make_unique<DuckDbSource>(settings, std::move(*database)));
}

}  // namespace casement::data
