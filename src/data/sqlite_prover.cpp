// The proof that a text reads only a model's relations, without its database: the text is compiled
// over empty tables of those names, under the same views and the same guard as when it runs.
// Which tables it reads does not depend on their columns; so the columns are those that it asks
// for, found out one after the other from what the engine misses.
#include "data/query_errors.h"
#include "data/source_types.h"
#include "data/sqlite_database.h"
#include "data/sqlite_scope.h"

#include <algorithm>
#include <map>
#include <vector>

#include <fmt/format.h>

namespace casement::data {
namespace {

constexpr int kMostTries = 400;

struct CloseDatabase {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};

/// The columns of the tables that a text is tried on.
class GuessedColumns {
  public:
    explicit GuessedColumns(const std::vector<std::string>& relations) : count_(relations.size()) {}

    /// Whether `column` is in the relation at `index`.
    [[nodiscard]] std::vector<std::string> of(std::size_t index) const {
        std::vector<std::string> columns = {"casement_any"};
        for (const auto& [name, only] : places_) {
            if (only == kEverywhere || only == index) columns.push_back(name);
        }
        return columns;
    }

    /// Learns from what the engine says. False: there is nothing to learn.
    bool learn(const std::string& message) {
        const auto after = [&](std::string_view words) -> std::string {
            const auto found = message.find(words);
            if (found == std::string::npos) return {};
            auto name = message.substr(found + words.size());
            if (const auto end = name.find(" - "); end != std::string::npos) name.resize(end);
            return name;
        };
        auto missing = after("no such column: ");
        if (missing.empty()) missing = after("cannot join using column ");
        const bool ambiguous = missing.empty();
        if (ambiguous) missing = after("ambiguous column name: ");
        if (const auto dot = missing.rfind('.'); dot != std::string::npos)
            missing.erase(0, dot + 1);
        missing = sqlite_lower(missing.c_str());
        if (missing.empty() || missing.size() > 200) return false;
        const auto [place, is_new] = places_.emplace(missing, kEverywhere);
        if (is_new) return !ambiguous;
        // It is in one of the tables: which, is tried in turn.
        const auto next = place->second == kEverywhere ? 0 : place->second + 1;
        if (place->second == kEverywhere && !ambiguous) return false;
        if (next >= count_) return false;
        place->second = next;
        return true;
    }

  private:
    static constexpr std::size_t kEverywhere = static_cast<std::size_t>(-1);
    std::size_t count_;
    std::map<std::string, std::size_t> places_;
};

class SqliteScopeProver final : public ScopeProver {
  public:
    Result<void> prove(const std::string& text, const std::string& model,
                       const std::vector<std::string>& relations) override {
        if (auto ok = check_query_text(text); !ok) return ok.error();
        GuessedColumns columns(relations);
        for (int tried = 0; tried < kMostTries; ++tried) {
            auto proven = try_once(text, model, relations, columns);
            if (proven) return {};
            if (proven.error().code != "query_invalid" || !columns.learn(proven.error().message)) {
                return proven.error();
            }
        }
        return query_invalid("The query names more columns than can be followed.");
    }

  private:
    static Result<void> try_once(const std::string& text, const std::string& model,
                                 const std::vector<std::string>& relations,
                                 const GuessedColumns& columns) {
        sqlite3* raw = nullptr;
        const int opened = sqlite3_open_v2(
            ":memory:", &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
            nullptr);
        const std::unique_ptr<sqlite3, CloseDatabase> database(raw);
        if (opened != SQLITE_OK) return internal_error();
        const auto schema = new_sqlite_schema();
        if (!run_sqlite(raw, "ATTACH ':memory:' AS " + schema)) return internal_error();
        if (!run_sqlite(raw, "SELECT 1 FROM json_each('[]'), json_tree('[]')")) {
            return internal_error();
        }
        SqliteConnection::lock_down(raw);
        std::set<std::string> tables;
        std::vector<ScopedRelation> scoped;
        for (std::size_t i = 0; i < relations.size(); ++i) {
            const auto name = sqlite_lower(relations[i].c_str());
            std::string list;
            for (const auto& column : columns.of(i))
                list += (list.empty() ? "" : ", ") + sqlite_quoted(column);
            if (!run_sqlite(raw, fmt::format("CREATE TABLE {}.{} ({})", schema, sqlite_quoted(name),
                                             list))) {
                return query_invalid(sqlite3_errmsg(raw));
            }
            tables.insert(name);
            scoped.push_back({name, {}});
        }
        const auto scope = make_scope(model, std::move(scoped));
        SqliteGuard guard;
        auto applied = apply_sqlite_scope(raw, *scope, schema, tables, guard);
        if (!applied) return applied.error();
        guard.install(raw);
        auto statement = prepare_sqlite(raw, guard, text);
        // What the database may have besides is not here, so a name that is missing is one that
        // is not in the model.
        if (!statement && statement.error().message.starts_with("no such table")) {
            return query_refused(fmt::format(
                "The query reads a table that is not in the model \"{}\": {}.", model,
                statement.error().message.substr(std::string_view("no such table: ").size())));
        }
        if (!statement) return statement.error();
        return {};
    }
};

}  // namespace

Result<std::unique_ptr<ScopeProver>> sqlite_prover() {
    return std::unique_ptr<ScopeProver>(std::make_unique<SqliteScopeProver>());
}

}  // namespace casement::data
