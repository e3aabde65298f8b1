#include "data/duckdb_database.h"

#include "base/encoding.h"
#include "base/log.h"
#include "data/duckdb_bind.h"
#include "data/duckdb_errors.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::data {
namespace {

constexpr std::size_t kPreparedPerConnection = 64;
constexpr std::size_t kFreeConnections = 16;

// Parquet is read where it lies, as fast as a loaded table. Text formats are parsed once, into
// memory, as long as they are small; reading a large one again for each query is slow but works.
constexpr std::uintmax_t kLoadedTextBytes = std::uintmax_t{64} * 1024 * 1024;

std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') out += '\'';
        out += c;
    }
    return out + "'";
}

std::string list_of(const std::vector<DataFile>& files) {
    std::string list = "[";
    for (const auto& file : files) {
        if (list.size() > 1) list += ", ";
        list += quoted(file.path);
    }
    return list + "]";
}

std::string_view reader(FileKind kind) {
    switch (kind) {
        case FileKind::csv:
            return "read_csv_auto";
        case FileKind::json:
            return "read_json_auto";
        case FileKind::parquet:
            break;
    }
    return "read_parquet";
}

Error cannot_open(std::string_view what, const std::string& reason) {
    // The reason names files; it is for the operator and not for whoever asked.
    log::warning("source_not_opened", {{"what", what}, {"reason", utf8_head(reason, 500)}});
    return unavailable("source_unavailable", fmt::format("{} cannot be opened.", what));
}

Result<void> execute(duckdb_connection connection, const std::string& sql, std::string_view what) {
    DuckDbResult result;
    if (duckdb_query(connection, sql.c_str(), result.get()) == DuckDBError) {
        return cannot_open(what, text_or_empty(duckdb_result_error(result.get())));
    }
    return {};
}

Result<void> make_tables(duckdb_connection connection, const DataFiles& files) {
    std::uintmax_t loaded = 0;
    std::string open_files;
    for (const auto& table : files.tables) {
        const bool load =
            table.kind != FileKind::parquet && loaded + table.size() <= kLoadedTextBytes;
        const std::string sql =
            fmt::format("CREATE {} \"{}\" AS SELECT * FROM {}({})", load ? "TABLE" : "VIEW",
                        table.name, reader(table.kind), list_of(table.files));
        if (load) loaded += table.size();
        if (auto ok = execute(connection, sql, "Table " + table.name); !ok) return ok;
        if (load) continue;
        for (const auto& file : table.files) {
            open_files += (open_files.empty() ? "" : ", ") + quoted(file.path);
        }
    }
    // The only paths that a view may still read once the door is shut.
    return execute(connection, fmt::format("SET GLOBAL allowed_paths = [{}]", open_files),
                   "The source");
}

// In this order: what needs files first, then the doors, then the lock on the doors.
Result<void> lock_down(duckdb_connection connection) {
    static constexpr std::string_view kSettings[] = {
        "SET GLOBAL TimeZone = 'UTC'",
        "SET GLOBAL temp_directory = ''",
        "SET GLOBAL max_temp_directory_size = '0B'",
        "SET GLOBAL autoinstall_known_extensions = false",
        "SET GLOBAL autoload_known_extensions = false",
        "SET GLOBAL allow_community_extensions = false",
        "SET GLOBAL allow_persistent_secrets = false",
        "SET GLOBAL enable_external_access = false",
        "SET GLOBAL lock_configuration = true",
    };
    for (const auto setting : kSettings) {
        if (auto ok = execute(connection, std::string(setting), "The source"); !ok) return ok;
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<DuckDbConnection>> DuckDbConnection::open(duckdb_database database) {
    auto opened = std::make_unique<DuckDbConnection>();
    if (duckdb_connect(database, opened->connection_.out()) == DuckDBError) {
        return cannot_open("The source", "no connection");
    }
    auto serialize = QueryGuard::prepare(opened->handle());
    if (!serialize) return serialize.error();
    opened->serialize_ = std::move(*serialize);
    return opened;
}

bool DuckDbConnection::has_prepared(const std::string& key) const {
    return std::any_of(prepared_.begin(), prepared_.end(),
                       [&](const auto& entry) { return entry.first == key; });
}

PreparedQuery* DuckDbConnection::find_prepared(const std::string& key) {
    const auto found = std::find_if(prepared_.begin(), prepared_.end(),
                                    [&](const auto& entry) { return entry.first == key; });
    if (found == prepared_.end()) return nullptr;
    prepared_.splice(prepared_.begin(), prepared_, found);
    return &prepared_.front().second;
}

Result<PreparedQuery*> DuckDbConnection::prepare(const std::string& text, const QueryGuard& guard) {
    if (auto* known = find_prepared(text)) return known;
    // The guard comes before anything else sees the text: the engine runs parts of some statements
    // (PRAGMA, IMPORT DATABASE) while it merely takes them apart.
    if (auto ok = guard.check(serialize_.get(), text); !ok) return ok.error();
    return prepare_proven(text, text);
}

Result<PreparedQuery*> DuckDbConnection::prepare(const ScopedText& scoped) {
    if (auto* known = find_prepared(scoped.key)) return known;
    return prepare_proven(scoped.key, scoped.text);
}

Result<PreparedQuery*> DuckDbConnection::prepare_proven(std::string key, const std::string& text) {
    DuckDbExtracted statements;
    const idx_t count = duckdb_extract_statements(handle(), text.c_str(), statements.out());
    if (count == 0) {
        const auto reason = text_or_empty(duckdb_extract_statements_error(statements.get()));
        return engine_error(reason.empty() ? "Parser Error: the query is empty" : reason);
    }
    Error not_one{
        ErrorKind::unprocessable, "query_refused", "A query must be one SELECT statement.", {}};
    if (count != 1) return not_one;
    PreparedQuery query;
    if (duckdb_prepare_extracted_statement(handle(), statements.get(), 0, query.statement.out()) ==
        DuckDBError) {
        return engine_error(text_or_empty(duckdb_prepare_error(query.statement.get())));
    }
    if (duckdb_prepared_statement_type(query.statement.get()) != DUCKDB_STATEMENT_TYPE_SELECT) {
        return not_one;
    }
    auto names = parameter_names(query.statement.get(), text);
    if (!names) return names.error();
    query.parameters = std::move(*names);

    prepared_.emplace_front(std::move(key), std::move(query));
    if (prepared_.size() > kPreparedPerConnection) prepared_.pop_back();
    return &prepared_.front().second;
}

Result<std::shared_ptr<DuckDbDatabase>> DuckDbDatabase::open(const DuckDbSettings& settings,
                                                             DataFiles files) {
    auto opened = std::make_shared<DuckDbDatabase>();
    opened->files_ = std::move(files);

    DuckDbConfig config;
    if (duckdb_create_config(config.out()) == DuckDBError) {
        return cannot_open("The source", "no configuration");
    }
    const auto set = [&](const char* name, const std::string& value) {
        return duckdb_set_config(config.get(), name, value.c_str()) == DuckDBSuccess;
    };
    const bool from_file = !opened->files_.database.empty();
    const bool configured = set("threads", std::to_string(std::max(1U, settings.threads))) &&
                            set("memory_limit", settings.memory_limit) &&
                            set("access_mode", from_file ? "READ_ONLY" : "AUTOMATIC") &&
                            set("autoload_known_extensions", "false") &&
                            set("autoinstall_known_extensions", "false");
    if (!configured) {
        return invalid("invalid_source",
                       "memory_limit must be a size such as \"512MB\", threads a count.",
                       "settings.memory_limit");
    }
    const char* path = from_file ? opened->files_.database.front().path.c_str() : nullptr;
    char* reason = nullptr;
    const auto state = duckdb_open_ext(path, opened->database_.out(), config.get(), &reason);
    const DuckDbText reason_owner(reason);
    if (state == DuckDBError) return cannot_open("The source", text_or_empty(reason));

    DuckDbConnectionHandle connection;
    if (duckdb_connect(opened->database_.get(), connection.out()) == DuckDBError) {
        return cannot_open("The source", "no connection");
    }
    if (!from_file) {
        if (auto ok = make_tables(connection.get(), opened->files_); !ok) return ok.error();
    }
    if (auto ok = lock_down(connection.get()); !ok) return ok.error();
    auto guard = QueryGuard::create(connection.get(), from_file);
    if (!guard) return guard.error();
    opened->guard_ = std::move(*guard);
    auto relations = ScopeCatalog::create(connection.get());
    if (!relations) return relations.error();
    opened->scopes_ = std::make_unique<ScopeApplier>(std::move(*relations), opened->guard_);
    return opened;
}

Result<std::unique_ptr<DuckDbConnection>> DuckDbDatabase::acquire(const std::string& key) {
    {
        const std::lock_guard lock(mutex_);
        if (!free_.empty()) {
            auto best = std::find_if(free_.begin(), free_.end(),
                                     [&](const auto& one) { return one->has_prepared(key); });
            if (best == free_.end()) best = std::prev(free_.end());
            auto taken = std::move(*best);
            free_.erase(best);
            return taken;
        }
    }
    return DuckDbConnection::open(database_.get());
}

void DuckDbDatabase::release(std::unique_ptr<DuckDbConnection> connection) {
    const std::lock_guard lock(mutex_);
    if (free_.size() < kFreeConnections) free_.push_back(std::move(connection));
}

}  // namespace casement::data
