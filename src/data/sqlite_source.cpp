#include "data/query_errors.h"
#include "data/schema.h"
#include "data/source_types.h"
#include "data/sqlite_database.h"
#include "data/sqlite_text.h"
#include "data/sqlite_values.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <mutex>
#include <vector>

namespace casement::data {
namespace {

constexpr std::size_t kFreeConnections = 16;
constexpr std::chrono::seconds kLookTime{8};
constexpr const char* kNamesQuery =
    "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
    "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
constexpr const char* kColumnsQuery = "SELECT name, type FROM pragma_table_xinfo(?1) ORDER BY cid";
constexpr int kStepsBetweenLooks = 2000;  // of the engine's own machine: well below a millisecond

/// Ends a query that nobody waits for or whose time is over, while it lives.
class Watch {
  public:
    using Moment = std::chrono::steady_clock::time_point;
    Watch(sqlite3* database, const Cancellation& cancellation, Moment deadline)
        : database_(database), cancellation_(cancellation), deadline_(deadline) {
        sqlite3_progress_handler(database_, kStepsBetweenLooks, &Watch::look, this);
    }
    ~Watch() { sqlite3_progress_handler(database_, 0, nullptr, nullptr); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    [[nodiscard]] bool is_late() const { return std::chrono::steady_clock::now() >= deadline_; }

  private:
    static int look(void* self) {
        const auto& watch = *static_cast<const Watch*>(self);
        return watch.cancellation_.cancelled() || watch.is_late() ? 1 : 0;
    }
    sqlite3* database_;
    const Cancellation& cancellation_;
    const Moment deadline_;
};

class SqliteSource final : public Source, public TellsSchema {
  public:
    explicit SqliteSource(std::string path) : path_(std::move(path)) {}

    Result<TablePtr> run(const Query& query, const Cancellation& cancellation) override {
        const auto deadline = std::chrono::steady_clock::now() + query.limits.time;
        if (cancellation.cancelled()) return query_cancelled();
        if (auto ok = check_query_text(query.text); !ok) return ok.error();
        auto taken = take(query.scope.get());
        if (!taken) return taken.error();
        auto table = run_on(**taken, query, cancellation, deadline);
        give_back(std::move(*taken));
        return table;
    }

    Result<void> check(const Cancellation& cancellation) override {
        Query query;
        query.text = "SELECT 1";
        const auto asked = run(query, cancellation);
        if (asked) return {};
        return unavailable("source_unavailable",
                           "The database file cannot be read: look whether it is there, whether "
                           "the server may read it, and whether it is an SQLite database.");
    }

    Result<Description> describe(const std::string& text) override {
        if (auto ok = check_query_text(text); !ok) return ok.error();
        auto taken = take(nullptr);
        if (!taken) return taken.error();
        Description description;
        Result<void> good;
        {
            auto statement = prepare_sqlite((*taken)->handle(), (*taken)->guard(), text);
            if (!statement) {
                good = statement.error();
            } else if (auto names = sqlite_parameters(statement->get(), text); !names) {
                good = names.error();
            } else {
                description.parameters = std::move(*names);
                description.columns = SqliteResult(statement->get()).columns();
                description.statement = sqlite_statement(statement->get());
            }
        }
        give_back(std::move(*taken));
        if (!good) return good.error();
        return description;
    }

    Result<Schema> schema(const Cancellation& cancellation) override {
        auto taken = take(nullptr);
        if (!taken) return taken.error();
        auto* const database = (*taken)->handle();
        Schema schema;
        std::size_t rows = 0;
        {
            const Watch watch(database, cancellation, std::chrono::steady_clock::now() + kLookTime);
            // What is read here is closed to queries; nothing else runs on the connection now.
            SqliteGuard::remove(database);
            for (const auto& name : texts_of(database, kNamesQuery, {})) {
                const auto columns = texts_of(database, kColumnsQuery, name);
                for (std::size_t i = 0; i + 1 < columns.size(); i += 2)
                    add_column(schema, name, columns[i], columns[i + 1]);
                rows += columns.size() / 2;
                schema.cut = rows >= kMostSchemaRows;
                if (schema.cut) break;
            }
            (*taken)->guard().install(database);
        }
        give_back(std::move(*taken));
        return schema;
    }

    std::optional<std::uint64_t> data_version() override {
        return look_at_sqlite_file(path_).version;
    }

  private:
    /// Every cell of what a statement of our own answers. A view that is broken has no columns.
    static std::vector<std::string> texts_of(sqlite3* database, const char* sql,
                                             const std::string& value) {
        sqlite3_stmt* raw = nullptr;
        const int prepared = sqlite3_prepare_v2(database, sql, -1, &raw, nullptr);
        const SqliteStatement statement(raw);
        std::vector<std::string> texts;
        if (prepared != SQLITE_OK) return texts;
        sqlite3_bind_text(raw, 1, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
        while (sqlite3_step(raw) == SQLITE_ROW) {
            for (int column = 0; column < sqlite3_column_count(raw); ++column) {
                const auto* text = sqlite3_column_text(raw, column);
                texts.emplace_back(text == nullptr ? "" : reinterpret_cast<const char*>(text));
            }
        }
        return texts;
    }

    static Result<TablePtr> run_on(SqliteConnection& connection, const Query& query,
                                   const Cancellation& cancellation, Watch::Moment deadline) {
        auto* database = connection.handle();
        const Watch watch(database, cancellation, deadline);
        const auto failed = [&](Error error) {
            if (error.code == "query_cancelled" && !cancellation.cancelled())
                return query_timeout();
            return error;
        };
        auto statement =
            prepare_sqlite(database, connection.guard(), with_lists(query.text, query.parameters));
        if (!statement) return failed(statement.error());
        auto names = sqlite_parameters(statement->get(), query.text);
        if (!names) return names.error();
        if (auto ok = bind_sqlite(statement->get(), *names, query.parameters); !ok) {
            return ok.error();
        }
        SqliteResult result(statement->get());
        bool truncated = false;
        for (;;) {
            const int got = sqlite3_step(statement->get());
            if (got == SQLITE_DONE) break;
            if (got != SQLITE_ROW) return failed(without_values(sqlite_error(database), query));
            if (result.rows() == query.limits.rows) {
                truncated = true;
                break;
            }
            if (!result.add_row(statement->get(), query.limits)) {
                return result_too_large(query.limits);
            }
        }
        auto table = std::move(result).finish(query.limits, truncated);
        if (!table) return result_too_large(query.limits);
        return table;
    }

    /// The engine's words about a value may quote it.
    static Error without_values(Error error, const Query& query) {
        if (query.scope && error.code == "query_invalid") {
            error.message =
                "The query failed on the data. What the engine says about it is withheld, because "
                "it may quote rows that are outside of the model.";
        }
        return error;
    }

    /// A kept connection of this scope, or a new one. Those of a file that is gone are closed.
    Result<std::unique_ptr<SqliteConnection>> take(const Scope* scope) {
        const auto state = look_at_sqlite_file(path_);
        const std::string_view key = scope == nullptr ? std::string_view{} : scope->key;
        std::unique_ptr<SqliteConnection> kept;
        {
            const std::lock_guard lock(mutex_);
            if (identity_ != state.identity) free_.clear();
            identity_ = state.identity;
            const auto found = std::find_if(free_.rbegin(), free_.rend(), [&](const auto& one) {
                return one->scope_key() == key;
            });
            if (found != free_.rend()) {
                kept = std::move(*found);
                free_.erase(std::next(found).base());
            }
        }
        // A connection knows the tables that there were when it was opened.
        if (kept && kept->begin()) return kept;
        auto opened = SqliteConnection::open(path_, scope);
        if (opened && !(*opened)->begin()) {
            return unavailable("source_unavailable", "The database is being changed. Try again.");
        }
        return opened;
    }

    void give_back(std::unique_ptr<SqliteConnection> connection) {
        connection->end();
        const std::lock_guard lock(mutex_);
        if (free_.size() >= kFreeConnections) free_.erase(free_.begin());
        free_.push_back(std::move(connection));
    }

    const std::string path_;
    std::mutex mutex_;
    std::uint64_t identity_ = 0;
    std::vector<std::unique_ptr<SqliteConnection>> free_;  ///< last used last
};

}  // namespace

Result<void> check_sqlite_settings(const boost::json::object& settings) {
    auto read = read_sqlite_settings(settings, "");
    if (!read) return read.error();
    return {};
}

Result<std::unique_ptr<Source>> open_sqlite_source(const SourceSettings& settings) {
    auto read = read_sqlite_settings(settings.settings, settings.folder);
    if (!read) return read.error();
    return std::unique_ptr<Source>(std::make_unique<SqliteSource>(read->path()));
}

std::optional<std::set<std::string>> sqlite_relations(const SourceSettings& settings) {
    const auto read = read_sqlite_settings(settings.settings, settings.folder);
    if (!read) return std::nullopt;
    const auto connection = SqliteConnection::open(read->path(), nullptr);
    if (!connection) return std::nullopt;
    return (*connection)->tables();
}

}  // namespace casement::data
