// Queries and attribute values that nobody would write, of one tenant, against real servers that
// hold another one's series too. Nothing that comes back (series, choices, error text, log) is of
// the other's; and Prometheus answers as a server that has never heard of him.
#include "base/log.h"
#include "data/source_types.h"
#include "promql_world.h"
#include "support/fuzzing.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace casement::data {
namespace {

namespace json = boost::json;
using Texts = std::vector<std::string>;

/// A Prometheus that has one tenant's series alone, or nobody's.
const std::string& server_of(const std::string& tenant) {
    static std::map<std::string, std::unique_ptr<test::MetricsServer>> servers;
    auto& server = servers[tenant];
    if (!server) {
        server = std::make_unique<test::MetricsServer>(
            test::MetricsServer::Kind::prometheus,
            tenant.empty() ? std::string() : samples_of({tenant}, true), is_ready);
    }
    return server->url();
}

class HostileMaker {
  public:
    HostileMaker(std::uint64_t seed, std::string own, std::string foreign)
        : make_(static_cast<std::uint32_t>(seed)),
          own_(std::move(own)),
          foreign_(std::move(foreign)) {}

    Query query() {
        const bool variable = one_in(5);
        Query query = metrics_query(variable ? variable_text() : expression());
        query.window->interval = std::chrono::seconds{one_in(2) ? 300 : 30};
        query.limits.time = std::chrono::seconds{10};
        if (variable) {
            query.settings = {{"variable", true}};
        } else {
            query.settings = {{"legend", one_of({"{{tenant}} {{instance}}", "", "{{__name__}}"})}};
            if (one_in(2)) query.settings["format"] = one_of({"table", "heatmap", "time_series"});
            if (one_in(3)) query.settings["instant"] = true;
        }
        query.parameters["v"] = Scalar(
            one_of({foreign_, ".*", "\"} or requests{tenant=\"" + foreign_, "requests", "5m", "1",
                    "", foreign_ + "\",instance=~\".*", "\\", "}) or ({job=\"api\"", "tenant"}));
        query.parameters["list"] =
            std::vector<Scalar>{Scalar(own_), Scalar(foreign_), Scalar(std::string(".*"))};
        return query;
    }

    /// As an attribute's values come; the other tenant's name is never one of them.
    Texts values() {
        Texts values;
        if (!one_in(4)) values.push_back(own_);
        while (one_in(3)) {
            values.push_back(one_of({"", ".*", ".+", own_ + "|" + foreign_, "(" + foreign_ + ")",
                                     foreign_ + ".*", "\"} or requests{tenant=\"" + foreign_, "\\",
                                     "[a-z]+", " " + foreign_, "\xc3\xa9", "$", "^" + foreign_,
                                     foreign_ + "\n", "\xff", std::string(1000, 'x'), own_}));
        }
        return values;
    }

    ScopePtr scope(const Texts& values) {
        const Texts names = relations();
        std::vector<ScopedRelation> relations;
        for (const auto& name : names) {
            ScopedRelation relation;
            relation.name = name;
            RowFilter tenant;
            tenant.column = "tenant";
            tenant.values = values;
            relation.filters.push_back(std::move(tenant));
            relations.push_back(std::move(relation));
        }
        return make_scope("m", std::move(relations));
    }

  private:
    Texts relations() {
        switch (make_.pick(4)) {
            case 0:
                return {"requests", "memory"};
            case 1:
                return {"requests", "memory", "seconds_bucket"};
            default:
                return {"*"};
        }
    }

    std::string expression() {
        std::string text = make_.vector(1 + make_.pick(3));
        if (one_in(3)) text = "(" + text + ")" + joined() + hostile();
        if (one_in(4)) spoil(text);
        return text;
    }

    std::string variable_text() {
        const auto label = one_of({"tenant", "instance", "le", "job", "__name__", "$v"});
        switch (make_.pick(6)) {
            case 0:
                return "label_values(" + label + ")";
            case 1:
                return "label_values(" + (one_in(2) ? make_.selector() : hostile()) + ", " + label +
                       ")";
            case 2:
                return one_of({"label_names()", "label_names(" + hostile() + ")"});
            case 3:
                return "metrics(" + one_of({".*", "m", "requests|memory", "$v", "(", ""}) + ")";
            default:
                return "query_result(" + expression() + ")";
        }
    }

    std::string joined() {
        return one_of({" or ", " and ", " unless ", " or on() ", " * on() group_left(instance) ",
                       " or ignoring(tenant) ", " == bool on(job) group_right() ",
                       " + on(tenant) "});
    }

    std::string hostile() {
        return one_of({"requests{tenant=\"" + foreign_ + "\"}",
                       "{__name__=~\".+\"}",
                       "{job=\"api\"}",
                       "{__name__=\"memory\",tenant!=\"" + own_ + "\"}",
                       "memory{tenant=~\"$v\"}",
                       "requests{tenant=\"$v\"}",
                       "requests{tenant=~\"$list\"}",
                       "$v",
                       "{$v=\"" + foreign_ + "\"}",
                       "requests{instance=~\"" + foreign_ + ".*\"} offset -5m",
                       "max_over_time({__name__!=\"\"}[30m])",
                       "count_values(\"instance\", memory{tenant!~\"" + own_ + "\"})",
                       "count by (tenant, instance) ({__name__=~\"requests|memory\"})",
                       "label_replace(memory, \"tenant\", \"$1\", \"instance\", \"(.*)-.*\")",
                       "absent(requests{tenant=\"" + foreign_ + "\"})",
                       "group by (instance) (requests{tenant=~\"" + foreign_ + "|" + own_ + "\"})",
                       "quantile by (instance) ($v, memory)",
                       "requests{tenant='" + foreign_ + "'}[5m:1m]",
                       "requests{__tenant__=\"" + foreign_ + "\"}",
                       "up",
                       "vector(1)",
                       "# requests\nmemory",
                       "requests{tenant=\"" + foreign_ + "\",tenant=~\".*\"} @ end()"});
    }

    void spoil(std::string& text) {
        static constexpr std::string_view kNoise = "()[]{},:@=~!<>+-*/%^\"'`$ 0159mshab._#\\|\n";
        const auto at = static_cast<std::size_t>(make_.pick(static_cast<int>(text.size())));
        switch (make_.pick(3)) {
            case 0:
                text[at] = kNoise[static_cast<std::size_t>(make_.pick(kNoise.size()))];
                break;
            case 1:
                text.erase(at, 1 + static_cast<std::size_t>(make_.pick(6)));
                break;
            default:
                text.insert(at, one_of({"\"} or requests{", " or {__name__=~\".+\"} ", "\\", "\"",
                                        "#", "{tenant=\"" + foreign_ + "\"}", "$v", "${list}",
                                        "[[v]]", "\xff", "`", "''", "on()", ")", "\\\""}));
        }
    }

    bool one_in(int many) { return make_.pick(many) == 0; }
    std::string one_of(const Texts& list) { return make_.pick_of(list); }

    ExpressionMaker make_;
    const std::string own_;
    const std::string foreign_;
};

/// Everything of a table that anybody may ever be shown.
std::string all_of(const Table& table) {
    std::string all = table.json + table.csv() + table.notice;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        all += '\n' + table.columns[i].name;
        for (const auto& [label, value] : table.columns[i].labels)
            all += '\n' + label + '=' + value;
        for (const auto& text : table.cells[i].texts)
            all += '\n' + text;
    }
    return all;
}

/// One series of a range, or one row of a table.
struct Part {
    std::string words;
    std::vector<double> numbers;
};

/// A server puts the series of one moment in any order: rows of a table, columns of anything else.
std::vector<Part> in_order(const Table& table, bool by_rows) {
    const auto document = json::parse(table.json);
    const auto& columns = document.at("columns").as_array();
    std::vector<Part> parts(by_rows ? table.rows + 1 : columns.size());
    for (std::size_t c = 0; c < columns.size(); ++c) {
        auto head = columns[c].as_object();
        const auto values = head.at("values").as_array();
        head.erase("values");
        parts[by_rows ? table.rows : c].words += json::serialize(head);
        for (std::size_t row = 0; row < values.size(); ++row) {
            auto& part = parts[by_rows ? row : c];
            if (values[row].is_number()) {
                part.numbers.push_back(values[row].to_number<double>());
            } else {
                part.words += json::serialize(values[row]) + "|";
            }
        }
    }
    std::sort(parts.begin(), parts.end(), [](const Part& one, const Part& other) {
        return std::tie(one.words, one.numbers) < std::tie(other.words, other.numbers);
    });
    return parts;
}

/// A server adds up series in any order, so the last digits differ from one time to the next.
bool near(double one, double other) {
    return std::abs(one - other) <= 1e-6 + 1e-9 * std::max(std::abs(one), std::abs(other));
}

bool same(const Table& one, const Table& other, bool by_rows) {
    const auto left = in_order(one, by_rows);
    const auto right = in_order(other, by_rows);
    return std::equal(
        left.begin(), left.end(), right.begin(), right.end(), [](const Part& a, const Part& b) {
            return a.words == b.words && std::equal(a.numbers.begin(), a.numbers.end(),
                                                    b.numbers.begin(), b.numbers.end(), near);
        });
}

/// What is logged meanwhile.
class Logged {
  public:
    Logged() { testing::internal::CaptureStderr(); }
    Logged(const Logged&) = delete;
    Logged& operator=(const Logged&) = delete;
    ~Logged() {
        if (!ended_) static_cast<void>(testing::internal::GetCapturedStderr());
    }
    std::string end() {
        log::flush();
        ended_ = true;
        return testing::internal::GetCapturedStderr();
    }

  private:
    bool ended_ = false;
};

class MetricsScopeFuzz : public testing::TestWithParam<bool> {
  protected:
    static bool is_victoria() { return GetParam(); }
};
INSTANTIATE_TEST_SUITE_P(Servers, MetricsScopeFuzz, testing::Bool(), [](const auto& given) {
    return given.param ? "VictoriaMetrics" : "Prometheus";
});

TEST_P(MetricsScopeFuzz, NothingOfAForeignSeriesComesBack) {
    const auto source = open_metrics_source((is_victoria() ? victoria() : both_tenants()).url());
    test::Fuzzing fuzzing(is_victoria() ? "ScopeFuzz, VictoriaMetrics" : "ScopeFuzz, Prometheus",
                          1000);
    const bool swapped = fuzzing.seed() % 2 == 1;
    const std::string own = swapped ? "beta" : "alpha";
    const std::string foreign = swapped ? "alpha" : "beta";
    // Every series has one of two such values. The tenant's name by itself is no mark: it may be
    // the author's or the viewer's own text, of which label_join() and label_replace() make labels.
    const auto shows_foreign = [&](const std::string& text) {
        return text.find(foreign + "-one") != std::string::npos ||
               text.find(foreign + "-two") != std::string::npos;
    };
    const auto alone = open_metrics_source(server_of(own));
    const auto nobody = open_metrics_source(server_of(""));
    HostileMaker make(fuzzing.seed(), own, foreign);
    const Cancellation never;
    std::uint64_t compared = 0;
    Logged log;
    while (fuzzing.next()) {
        const auto values = make.values();
        const auto plain = make.query();
        auto scoped = plain;
        scoped.scope = make.scope(values);
        const auto what = fuzzing.said() + json::serialize(json::value_from(values)) + ": " +
                          plain.text + " " + json::serialize(plain.settings);
        const auto said = source->run(scoped, never);
        if (!said) {
            // A text that is quoted in its own mistake may hold the name; no series of it does.
            const auto& message = said.error().message;
            ASSERT_FALSE(shows_foreign(message)) << what << "\n" << message;
            ASSERT_NE(said.error().code, "source_unavailable") << what << "\n" << message;
            continue;
        }
        const auto all = all_of(**said);
        ASSERT_FALSE(shows_foreign(all)) << what << "\n-> " << all;
        fuzzing.checked();
        const bool none = std::all_of(values.begin(), values.end(),
                                      [](const auto& value) { return value.empty(); });
        if (none) {
            ASSERT_EQ((*said)->rows, 0U) << what << "\n-> " << all;
            continue;
        }
        // VictoriaMetrics extrapolates in its own way. Which of several equal series topk() takes
        // changes from one time to the next, absent() names its series after its matchers, the
        // scope's too, and without a selector the model's own are asked.
        const bool same_every_time = plain.text.find("topk") == std::string::npos &&
                                     plain.text.find("bottomk") == std::string::npos &&
                                     plain.text.find("absent") == std::string::npos;
        const bool comparable =
            scoped.scope->relations.size() == 1 || !plain.settings.contains("variable");
        if (is_victoria() || !same_every_time || !comparable) continue;
        const bool is_own = std::find(values.begin(), values.end(), own) != values.end();
        const auto expected = (is_own ? alone : nobody)->run(plain, never);
        ASSERT_TRUE(expected) << what << "\n" << expected.error().message;
        const auto* format = plain.settings.if_contains("format");
        const bool by_rows = plain.settings.contains("variable") ||
                             (format == nullptr ? plain.settings.contains("instant")
                                                : format->as_string() == "table");
        ASSERT_TRUE(same(**said, **expected, by_rows))
            << what << "\n-> " << (*said)->json << "\nalone: " << (*expected)->json;
        ++compared;
    }
    const auto logged = log.end();
    EXPECT_FALSE(shows_foreign(logged)) << logged;
    if (!is_victoria()) {
        std::printf("[ FUZZ     ] compared with a server of his own: %llu\n",
                    static_cast<unsigned long long>(compared));
        EXPECT_GT(compared, fuzzing.number() / 10);
    }
}

}  // namespace
}  // namespace casement::data
