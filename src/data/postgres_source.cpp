#include "data/postgres_source.h"

#include "base/log.h"
#include "data/postgres_catalog.h"
#include "data/postgres_errors.h"
#include "data/postgres_names.h"
#include "data/postgres_pool.h"
#include "data/postgres_scope.h"
#include "data/postgres_text.h"
#include "data/query_errors.h"
#include "data/schema.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::data {
namespace {

constexpr std::size_t kMostProofs = 512;
constexpr std::chrono::seconds kCheckTime{8};
constexpr const char* kOwnSchema = "pg_catalog";

/// What the account may read, named as a query can name it.
constexpr const char* kSchemaQuery =
    "SELECT CASE WHEN pg_catalog.pg_table_is_visible(c.oid) THEN c.relname::text "
    "ELSE n.nspname::text || '.' || c.relname::text END AS relation, a.attname::text AS column, "
    "pg_catalog.format_type(a.atttypid, a.atttypmod)::text AS type "
    "FROM pg_catalog.pg_class c "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid "
    "WHERE a.attnum > 0 AND NOT a.attisdropped AND NOT c.relispartition "
    "AND c.relkind IN ('r', 'v', 'm', 'f', 'p') "
    "AND n.nspname <> 'information_schema' AND left(n.nspname::text, 3) <> 'pg_' "
    "AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') "
    "AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT') "
    "ORDER BY relation, a.attnum LIMIT ";

std::string quoted_list(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names) {
        out += out.empty() ? "\"" : ", \"";
        for (const char c : name) {
            if (c == '"') out += '"';
            out += c;
        }
        out += '"';
    }
    return out;
}

class PostgresSource final : public Source, public TellsSchema {
  public:
    explicit PostgresSource(PostgresSettings settings)
        : settings_(std::move(settings)),
          search_path_(quoted_list(settings_.schemas)),
          pool_(settings_),
          catalog_(settings_) {}

    Result<TablePtr> run(const Query& query, const Cancellation& cancellation) override {
        const PostgresStop stop(std::chrono::steady_clock::now() + query.limits.time, cancellation);
        if (cancellation.cancelled()) return query_cancelled();
        auto answer = run_with(query, stop, false);
        // The server may have restarted since the connection was used last.
        if (!answer && answer.error().code == kLost) answer = run_with(query, stop, true);
        if (!answer && answer.error().code == kLost) return unavailable_now("connection lost");
        return answer;
    }

    Result<Description> describe(const std::string& text) override {
        const Cancellation nobody;
        const PostgresStop stop(std::chrono::steady_clock::now() + kCheckTime, nobody);
        const auto read = read_postgres_text(text);
        if (!read) return read.error();
        auto lease = pool_.lease(stop);
        if (!lease) return lease.error();
        std::vector<unsigned> types;
        for (const auto& name : read->parameters)
            types.push_back(usual_postgres_type(name));
        auto columns = (*lease)->describe(limited("", read->text, 1), types, search_path_, stop);
        if (!columns) return columns.error();
        return Description{read->parameters, std::move(*columns), postgres_statement(text)};
    }

    Result<void> check(const Cancellation& cancellation) override {
        const PostgresStop stop(std::chrono::steady_clock::now() + kCheckTime, cancellation);
        auto lease = pool_.lease(stop, true);
        if (!lease) return unavailable("source_unavailable", lease.error().message);
        PostgresAsk ask;
        ask.text = "SELECT 1";
        ask.search_path = search_path_;
        const auto asked = (*lease)->run(ask, stop);
        if (!asked) return unavailable("source_unavailable", asked.error().message);
        return {};
    }

    Result<Schema> schema(const Cancellation& cancellation) override {
        const PostgresStop stop(std::chrono::steady_clock::now() + kCheckTime, cancellation);
        auto lease = pool_.lease(stop);
        // For whoever may query it: what is wrong with the connection is for its administrator.
        if (!lease) return unavailable_now(lease.error().message);
        PostgresAsk ask;
        ask.text = fmt::format("{}{}", kSchemaQuery, kMostSchemaRows);
        ask.search_path = search_path_;
        ask.limits = {kCheckTime, kMostSchemaRows, kMostSchemaBytes};
        const auto rows = (*lease)->run(ask, stop);
        if (!rows) return rows.error();
        return schema_of(**rows);
    }

  private:
    static constexpr std::string_view kLost = "connection_lost";

    /// For viewers; who administers the source asks check().
    static Error unavailable_now(std::string_view reason) {
        log::warning("source_unreachable", {{"reason", reason}});
        return unavailable("source_unavailable", "The source's data cannot be read at the moment.");
    }

    Result<TablePtr> run_with(const Query& query, const PostgresStop& stop, bool fresh) {
        // Before a connection is taken: what is refused needs none.
        auto proof = proven(query);
        if (!proof) return proof.error();
        auto values = bind_postgres((*proof)->parameters, query.parameters);
        if (!values) return values.error();
        auto lease = pool_.lease(stop, fresh);
        if (!lease && lease.error().code == "source_unavailable") {
            // The query's own time was over before the server had let it in.
            if (std::chrono::steady_clock::now() >= stop.deadline()) return query_timeout();
            return unavailable_now(lease.error().message);
        }
        if (!lease) return lease.error();

        PostgresAsk ask;
        ask.limits = query.limits;
        ask.values = std::move(*values);
        std::string with;
        if (query.scope) {
            auto fences = fences_for(**proof, *query.scope, ask.values.size() + 1, *lease, stop);
            if (!fences) return lost_or((*lease), fences.error());
            with = std::move(fences->with);
            ask.values.insert(ask.values.end(), fences->values.begin(), fences->values.end());
        }
        ask.text = limited(with, (*proof)->text, query.limits.rows);
        ask.search_path = query.scope ? kOwnSchema : search_path_;
        auto table = (*lease)->run(ask, stop);
        if (table) return table;
        if (!query.scope) return lost_or(*lease, table.error());
        if (table.error().code == "query_invalid") catalog_.forget();
        return lost_or(*lease, without_values(table.error()));
    }

    static Error lost_or(PostgresPool::Lease& lease, Error error) {
        if (lease->was_lost() && lease.reused()) error.code = kLost;
        return error;
    }

    using ProofPtr = std::shared_ptr<const PostgresProof>;

    /// The query's text as it is sent. It depends on nothing but the text and the names of the
    /// scope's relations, so it is kept.
    Result<ProofPtr> proven(const Query& query) {
        // A NUL parts text and names in the key.
        if (auto good = check_query_text(query.text); !good) return good.error();
        std::string key = query.scope ? "m" : "s";
        key += query.text;
        if (query.scope) {
            for (const auto& relation : query.scope->relations) {
                key += '\0';
                key += relation.name;
            }
        }
        {
            const std::lock_guard lock(mutex_);
            if (const auto known = proofs_.find(key); known != proofs_.end()) return known->second;
        }
        PostgresProof made;
        if (query.scope) {
            std::vector<std::string> relations;
            for (const auto& relation : query.scope->relations)
                relations.push_back(relation.name);
            auto proof = prove_postgres(query.text, query.scope->model, relations);
            if (!proof) return proof.error();
            made = std::move(*proof);
        } else {
            auto read = read_postgres_text(query.text);
            if (!read) return read.error();
            made.text = std::move(read->text);
            made.parameters = std::move(read->parameters);
        }
        auto kept = std::make_shared<const PostgresProof>(std::move(made));
        const std::lock_guard lock(mutex_);
        if (proofs_.size() >= kMostProofs) proofs_.clear();
        proofs_.emplace(std::move(key), kept);
        return kept;
    }

    Result<PostgresFences> fences_for(const PostgresProof& proof, const Scope& scope,
                                      std::size_t first, PostgresPool::Lease& lease,
                                      const PostgresStop& stop) {
        if (!proof.fields.empty()) {
            const auto calls = catalog_.calls(*lease.operator->(), stop);
            if (!calls) return calls.error();
            for (const auto& field : proof.fields) {
                if (!(*calls)->contains(field) || is_open_postgres_function(field)) continue;
                return query_refused(
                    fmt::format("\"{}\" behind a dot could be a function, and that is not open to "
                                "queries over a model.",
                                field));
            }
        }
        std::vector<std::shared_ptr<const PostgresRelation>> held;
        std::vector<PostgresFence> fences;
        for (const auto& name : proof.relations) {
            auto relation = catalog_.find(name, *lease.operator->(), stop);
            if (!relation) return relation.error();
            if (*relation == nullptr) {
                return postgres_model_unusable(scope.model,
                                               fmt::format("it has no relation \"{}\"", name));
            }
            const auto scoped = std::find_if(scope.relations.begin(), scope.relations.end(),
                                             [&](const auto& one) { return one.name == name; });
            if (scoped == scope.relations.end()) return internal_error();
            held.push_back(std::move(*relation));
            fences.push_back({&*scoped, held.back().get()});
        }
        return postgres_fences(fences, first, scope.model);
    }

    const PostgresSettings settings_;
    const std::string search_path_;
    PostgresPool pool_;
    PostgresCatalog catalog_;
    std::mutex mutex_;
    std::map<std::string, ProofPtr, std::less<>> proofs_;
};

}  // namespace

Result<std::unique_ptr<Source>> open_postgres_source(const SourceSettings& settings) {
    auto read = read_postgres_settings(settings.settings, settings.folder);
    if (!read) return read.error();
    read->password = source_password(settings);
    return std::unique_ptr<Source>(std::make_unique<PostgresSource>(std::move(*read)));
}

}  // namespace casement::data
