// Queries that nobody would write, composed at random from everything that names a relation or
// could fail on a row, over names inside and outside of the scope, with random values of the
// viewer's attributes. None may show a foreign row, in data or in an error.
#include "postgres_world.h"
#include "support/fuzzing.h"

#include <random>

#include <gtest/gtest.h>

namespace casement::data {
namespace {

using namespace std::chrono_literals;

class Grammar {
  public:
    explicit Grammar(std::uint64_t seed) : random_(seed) {}

    std::string statement() {
        defined_.clear();
        // Half of them mean no harm, or hardly a query would get past its first name.
        harmless_ = !one_in(3);
        std::string text = query(4);
        if (!harmless_ && one_in(12))
            text += one_of({";", " -- end", " /* end */", "; select 1", ")", " ;-- x", "'", "$v"});
        return text;
    }

    ScopePtr scope() {
        const auto texts = [&] {
            Texts values;
            for (auto count = pick(4); count > 0; --count) {
                values.push_back(one_of({"acme", "acme", "acme", "nobody", "", "acme'", "%",
                                         "a\\cme", "{acme}", "NULL", "\"acme\"", "ACM",
                                         "acme,globex", "acme\"}", "\xc3\xa9", "1) or true --"}));
            }
            return values;
        };
        const auto numbers = [&] {
            Texts values;
            for (auto count = pick(3); count > 0; --count)
                values.push_back(one_of({"1", "1", "1.0", "01", "", "x", "1e0", "3", "-1", "1;2",
                                         "NaN", "99999999999999999999"}));
            return values;
        };
        using How = CoveredColumn::How;
        std::vector<CoveredColumn> covered{{"secret", one_in(2) ? How::hidden : How::as_text}};
        std::vector<RowFilter> filters{text_filter("tenant", texts())};
        if (one_in(4)) {
            filters.push_back({"id",
                               RowFilter::Type::number,
                               {one_of({"", "5", "x"}), "1000"},
                               RowFilter::Kind::range});
        }
        return make_scope("sales", {{"orders", std::move(filters)},
                                    {"accounts", {number_filter("owner", numbers())}, covered},
                                    {"countries", {}}});
    }

  private:
    std::string query(int depth) {
        const auto mark = defined_.size();
        std::string text = with(depth);
        switch (pick(8)) {
            case 0:
                text += "(" + select(depth) + ") " +
                        one_of({"union", "union all", "except", "intersect"}) + " (" +
                        select(depth) + ")";
                break;
            case 1:
                text += harmless_ ? select(depth) : "table " + relation();
                break;
            default:
                text += select(depth);
        }
        if (harmless_ || !one_in(4)) defined_.resize(mark);  // now and then a name outlives it
        return text;
    }

    std::string with(int depth) {
        if (depth == 0 || !one_in(3)) return "";
        std::string text = one_in(3) ? "with recursive " : "with ";
        const auto count = 1 + pick(2);
        std::vector<std::string> names;
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto name = harmless_ || one_in(2)
                                  ? "w" + std::to_string(pick(5)) + "_" + std::to_string(i)
                                  : relation();
            text += (i == 0 ? "" : ", ") + name + " as " +
                    one_of({"", "materialized ", "not materialized "}) + "(" + query(depth - 1) +
                    ")";
            defined_.push_back(name);
        }
        return text + " ";
    }

    std::string select(int depth) {
        std::string text = "select " + one_of({"", "", "", "distinct "}) + columns(depth) +
                           " from " + table(depth);
        if (one_in(3)) text += " where " + condition(depth);
        if (one_in(9)) text += " group by 1";
        if (one_in(6)) text += " order by " + one_of({"1", "1 desc", expression(0)});
        if (one_in(6)) text += " limit " + std::to_string(pick(50));
        return text;
    }

    std::string columns(int depth) {
        if (one_in(3)) return "*";
        std::string text = expression(depth);
        while (one_in(3))
            text += ", " + expression(depth);
        return text;
    }

    std::string expression(int depth) {
        if (depth > 0 && one_in(6)) return "(" + query(depth - 1) + ")";
        if (depth > 0 && one_in(5)) {
            return one_of({"max", "min", "array_agg", "upper", "length", "to_json", "row_to_json",
                           "count", "coalesce", "md5", "quote_literal", "json_agg"}) +
                   "(" + expression(depth - 1) + ")";
        }
        if (!harmless_ && one_in(12)) {
            return one_of({"leak()", "public.leak()",
                           "query_to_xml('select * from secrets',true,"
                           "true,'')",
                           "pg_read_file('/etc/passwd')", "'secrets'::regclass", "x.pg_read_file",
                           "(note).to_regclass", "orders.lo_get", "null::secrets", "current_user",
                           "swallow(note)", "public.lower(1)"});
        }
        if (harmless_ && !one_in(4)) {
            // The hour itself is digits, and now and then those of a mark.
            return one_of({"count(*)", "1", "'mine'", "$v", "x", "null", "now() is not null", "x.*",
                           "x::text", "array[1]", "row(1, 'a')"});
        }
        return one_of({"note",
                       "tenant",
                       "id",
                       "amount",
                       "name",
                       "owner",
                       "word",
                       "number",
                       "count(*)",
                       "max(note)",
                       "orders.note",
                       "o.note",
                       "x.*",
                       "orders",
                       "$v",
                       "any_value(note)",
                       "1",
                       "title",
                       "note::int",
                       "(note || 'x')::numeric",
                       "1 / (amount - 7)",
                       "1 / (id - 77770001)",
                       "x.note",
                       "(x).note",
                       "(x.note)",
                       "secret",
                       "x.secret",
                       "to_json(x)",
                       "seen::date",
                       "ctid",
                       "tableoid",
                       "sum(amount) over (order by id)",
                       "lag(note) over (order by id desc)",
                       "string_agg(note, ',')",
                       "x::text",
                       "part::text",
                       "kind"});
    }

    std::string condition(int depth) {
        switch (pick(9)) {
            case 0:
                return depth > 0 ? "exists (" + query(depth - 1) + ")" : "true";
            case 1:
                return depth > 0 ? expression(0) + " in (" + query(depth - 1) + ")" : "false";
            case 2:
                return "tenant = 'globex' or true";
            case 3:
                return "case when tenant <> 'acme' then note::int > 0 else true end";
            case 4:
                return "1 / (amount - (select max(amount) from orders)) <> 0";
            case 5:
                return "tenant = any($list)";
            case 6:
                return "note like 'M%' and note::numeric > 0";
            default:
                return expression(0) + one_of({" = ", " <> ", " is distinct from "}) +
                       expression(0);
        }
    }

    std::string table(int depth) {
        std::string text = one_table(depth);
        while (one_in(4)) {
            text += one_of({", ", " cross join ", " natural join ", " natural full join "}) +
                    one_table(depth);
        }
        if (one_in(8)) text += " left join " + one_table(depth) + " on " + condition(depth);
        return text;
    }

    std::string one_table(int depth) {
        const auto alias = " as " + one_of({"x", "x", "x", "o", "a", "\"everything\"", "secrets"});
        if (depth > 0 && one_in(3)) {
            return one_of({"", "", "lateral "}) + "(" + query(depth - 1) + ")" + alias;
        }
        if (one_in(10)) {
            return one_of({"generate_series(1, 3)", "unnest(array['a', 'b'])",
                           "json_each_text('{\"a\": 1}')", "(values (1, 'a'))",
                           "unnest(array['/etc/passwd'])"}) +
                   alias;
        }
        if (!harmless_ && one_in(10)) {
            return one_of({"leak()", "dblink('x', 'y')", "only orders",
                           "orders tablesample system (100)", "pg_ls_dir('.')",
                           "ts_stat('select to_tsvector(word) from secrets')"}) +
                   (one_in(2) ? alias : "");
        }
        return relation() + (one_in(2) ? alias : "");
    }

    std::string relation() {
        if (!defined_.empty() && one_in(3)) return defined_[random_() % defined_.size()];
        if (harmless_ || !one_in(4)) {
            return one_of({"orders", "orders", "accounts", "countries", "ORDERS", "\"orders\"",
                           "\"accounts\""});
        }
        return one_of({"secrets", "everything", "vault.orders", "vault.secrets2", "public.orders",
                       "public.secrets", "pg_class", "pg_stats", "information_schema.tables",
                       "\"Orders\"", "casement_scope_0", "\"casement_scope_0\"", "nums",
                       "casement_scope", "pg_catalog.pg_authid", "U&\"secr\\0065ts\"",
                       "\"public.orders\"", "postgres.public.orders"});
    }

    std::uint64_t pick(std::uint64_t below) { return random_() % below; }
    bool one_in(std::uint64_t many) { return pick(many) == 0; }
    std::string one_of(const std::vector<std::string>& list) { return list[pick(list.size())]; }

    std::mt19937_64 random_;
    bool harmless_ = false;
    std::vector<std::string> defined_;
};

TEST(PostgresScopeFuzz, NoQueryShowsAForeignRow) {
    const auto database = postgres_database(tenant_rows());
    const auto source = open_postgres(postgres_settings(database));
    test::Fuzzing fuzzing("ScopeFuzz, PostgreSQL", 2000);
    Grammar grammar(fuzzing.seed());
    while (fuzzing.next()) {
        const auto text = grammar.statement();
        auto query = under(grammar.scope(), text,
                           {{"v", Scalar(std::string("globex"))},
                            {"list", std::vector<Scalar>{std::string("globex")}}});
        query.limits.time = 2s;
        query.limits.rows = 200;
        query.limits.bytes = 1024 * 1024;
        const auto said = answer(*source, query);
        ASSERT_FALSE(shows_mark(said)) << fuzzing.said() << text << "\n-> " << said;
        EXPECT_FALSE(said.starts_with("source_unavailable") || said.starts_with("model_unusable"))
            << fuzzing.said() << text << "\n-> " << said;
        if (said.starts_with("{")) fuzzing.checked();
    }
}

}  // namespace
}  // namespace casement::data
