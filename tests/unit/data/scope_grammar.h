// Queries that nobody would write: composed at random from everything that names a relation, over
// the names of scope_world.h and names outside of any scope.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace casement::data {

class ScopeGrammar {
  public:
    explicit ScopeGrammar(std::uint64_t seed) : random_(seed) {}

    std::string statement() {
        defined_.clear();
        // Half of them mean no harm, or hardly a query would get past its first name.
        harmless_ = one_in(2);
        std::string text = query(4);
        if (!harmless_ && one_in(12))
            text += one_of({";", " -- end", " /* end */", "; select 1", ")", " ;-- x"});
        return text;
    }

  private:
    std::string query(int depth) {
        const auto mark = defined_.size();
        std::string text = with(depth);
        switch (pick(8)) {
            case 0:
                text += "(" + select(depth) + ") " +
                        one_of({"union", "union all", "except", "intersect", "union by name"}) +
                        " (" + select(depth) + ")";
                break;
            case 1:
                text += "from " + table(depth);
                break;
            case 2:
                text += "select * from (" + pivot(depth) + ")";
                break;
            default:
                text += select(depth);
        }
        if (!one_in(4)) defined_.resize(mark);  // now and then a name outlives its query
        return text;
    }

    std::string with(int depth) {
        if (depth == 0 || !one_in(3)) return "";
        std::string text = one_in(3) ? "with recursive " : "with ";
        const auto count = 1 + pick(2);
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto name = harmless_ || one_in(2)
                                  ? one_of({"a", "b", "\"c\"", "unnamed_subquery"})
                                  : relation();
            text += (i == 0 ? "" : ", ") + name + " as " +
                    one_of({"", "materialized ", "not materialized "}) + "(" + query(depth - 1) +
                    ")";
            defined_.push_back(name);
        }
        return text + " ";
    }

    std::string select(int depth) {
        std::string text = "select " + columns(depth) + " from " + table(depth);
        if (one_in(3)) text += " where " + condition(depth);
        if (one_in(8)) text += " group by all";
        if (one_in(6)) text += " order by " + one_of({"1", "all", expression(depth)});
        if (one_in(6)) text += " limit " + std::to_string(pick(50));
        return text;
    }

    std::string columns(int depth) {
        if (one_in(3)) return "*";
        std::string text = expression(depth);
        while (one_in(2))
            text += ", " + expression(depth);
        return text;
    }

    std::string expression(int depth) {
        if (depth > 0 && one_in(4)) return "(" + query(depth - 1) + ")";
        if (depth > 0 && one_in(6)) {
            return one_of({"max", "min", "list", "any_value", "stats", "first", "typeof", "upper",
                           "length", "leak", "error", "to_json"}) +
                   "(" + expression(depth - 1) + ")";
        }
        if (harmless_) {
            return one_of({"count(*)", "1", "'MINE'", "$v", "columns('n.*')", "*", "*", "*",
                           "max(columns(*))", "note", "id", "name"});
        }
        return one_of({"note",
                       "tenant",
                       "id",
                       "amount",
                       "name",
                       "owner",
                       "word",
                       "count(*)",
                       "max(note)",
                       "orders.note",
                       "o.note",
                       "x.*",
                       "orders",
                       "$v",
                       "'MINE'",
                       "1",
                       "title",
                       "cast(note as int)",
                       "leak()",
                       "columns('n.*')",
                       "#1",
                       "rowid",
                       "main.orders.note",
                       "filename",
                       "x.note",
                       "null::hidden"});
    }

    std::string condition(int depth) {
        switch (pick(7)) {
            case 0:
                return depth > 0 ? "exists (" + query(depth - 1) + ")" : "true";
            case 1:
                return depth > 0 ? expression(0) + " in (" + query(depth - 1) + ")" : "false";
            case 2:
                return "tenant = 'globex' or true";
            case 3:
                return "case when tenant <> 'acme' then error(note) else true end";
            case 4:
                return "1 / (amount - (select max(amount) from orders)) <> 0";
            case 5:
                return "cast(note as int) > 0";
            default:
                return expression(0) + " = " + expression(0);
        }
    }

    std::string table(int depth) {
        std::string text = one_table(depth);
        while (one_in(4)) {
            text += one_of({", ", " cross join ", " natural join ", " positional join "}) +
                    one_table(depth);
        }
        if (one_in(8)) text += " join " + one_table(depth) + " on " + condition(depth);
        return text;
    }

    std::string one_table(int depth) {
        std::string text;
        if (depth > 0 && one_in(3)) {
            text = (one_in(5) ? "lateral (" : "(") + query(depth - 1) + ")";
        } else if (!harmless_ && one_in(12)) {
            text = one_of({"range(3)", "query('from secrets')", "query_table('secrets')",
                           "histogram('orders', 'note')", "leak_all()", "duckdb_tables()",
                           "unnest([1, 2])", "read_csv('x')", "(values (1))", "(describe orders)",
                           "(summarize secrets)", "(table secrets)"});
        } else {
            text = relation();
        }
        if (one_in(2)) {
            text += " as " + one_of({"orders", "secrets", "x", "o", "a", "\"everything\"",
                                     "casement_scope", "accounts"});
        }
        return text;
    }

    std::string relation() {
        if (!defined_.empty() && one_in(3)) return defined_[random_() % defined_.size()];
        if (harmless_ || !one_in(4)) {
            return one_of(
                {"orders", "accounts", "countries", "ORDERS", "\"Orders\"", "\"accounts\""});
        }
        return one_of({"secrets",
                       "everything",
                       "secrets2",
                       "kinds",
                       "folded",
                       "vault.orders",
                       "vault.secrets2",
                       "main.orders",
                       "world.main.orders",
                       "memory.main.orders",
                       "world.main.secrets",
                       "main.secrets",
                       "duckdb_tables",
                       "pg_class",
                       "information_schema.tables",
                       "sqlite_master",
                       "'orders.parquet'",
                       "\"SECRETS\"",
                       "recurring.orders",
                       "casement_scope",
                       "\"main.orders\""});
    }

    std::string pivot(int depth) {
        return "pivot " + (depth > 0 ? one_table(depth - 1) : relation()) + " on " +
               one_of({"amount in (1, 2)", "tenant in ('acme', 'globex')", "word in hidden",
                       "tenant"}) +
               " using " + one_of({"max(note)", "count(*)", "max(word)"});
    }

    std::uint64_t pick(std::uint64_t below) { return random_() % below; }
    bool one_in(std::uint64_t many) { return pick(many) == 0; }
    std::string one_of(const std::vector<std::string>& list) { return list[pick(list.size())]; }

    std::mt19937_64 random_;
    bool harmless_ = false;
    std::vector<std::string> defined_;
};

}  // namespace casement::data
