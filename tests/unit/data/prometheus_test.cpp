// Against a real Prometheus and a real VictoriaMetrics.
#include "data/prometheus_source.h"
#include "data/promql_parser.h"
#include "data/scope.h"
#include "promql_world.h"
#include "schema_text.h"

#include <fstream>
#include <regex>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>

namespace casement::data {
namespace {

namespace json = boost::json;

/// Prometheus' own form of an expression, or "" when it refuses it.
std::string formatted(const std::string& text) {
    const auto answer = ask_raw(alpha_alone().url(), "/api/v1/format_query", {{"query", text}});
    if (answer.status != 200) return {};
    return std::string(json::parse(answer.body).at("data").as_string());
}

std::vector<std::string> fixture(const std::string& name) {
    std::ifstream file(std::string(CASEMENT_SOURCE_DIR) + "/tests/unit/data/promql/" + name);
    std::stringstream text;
    text << file.rdbuf();
    std::vector<std::string> list;
    const auto document = json::parse(text.str());
    for (const auto& entry : document.as_array())
        list.emplace_back(entry.as_string());
    return list;
}

/// Plain values, for which pasting and placing come to the same.
std::map<std::string, Value> plain_values() {
    std::map<std::string, Value> named;
    for (const char* name :
         {"job", "node", "instance", "host", "namespace", "instances", "backend", "cluster",
          "server", "frontend", "controller", "controller_class", "ingress", "exported_namespace",
          "operatorNamespace", "code", "nodename", "interval", "filter"}) {
        named[name] = Scalar{std::string("v1")};
    }
    named["port"] = Scalar{std::string("9100")};
    named["interval"] = Scalar{std::string("5m")};
    return named;
}

std::string pasted(const std::string& text, const std::map<std::string, Value>& named) {
    static const std::regex place(R"(\$\{?([A-Za-z_]+)(:[a-z]+)?\}?)");
    std::string out;
    auto at = text.begin();
    for (std::sregex_iterator it(text.begin(), text.end(), place), end; it != end; ++it) {
        out.append(at, text.begin() + it->position());
        at = text.begin() + it->position() + it->length();
        const std::string name = (*it)[1];
        if (name.starts_with("__"))
            out += "1m";
        else if (named.contains(name))
            out += std::get<std::string>(std::get<Scalar>(named.at(name)));
        else
            out += it->str();
    }
    out.append(at, text.end());
    return out;
}

TEST(PromqlAgainstPrometheus, ReadsWhatDashboardsAskAsPrometheusDoes) {
    const auto named = plain_values();
    promql::Values values;
    values.named = &named;
    for (const char* name : {"__interval", "__rate_interval", "__range"})
        values.built_in[name] = "1m";
    int refused = 0;
    std::size_t all = 0;
    for (const auto& text : fixture("expressions.json")) {
        ++all;
        const auto theirs = formatted(pasted(text, named));
        const auto expr = promql::parse(text, values);
        if (!expr) {
            // MetricsQL's own words are no PromQL.
            EXPECT_EQ(theirs, "") << text << "\n" << expr.error().message;
            ++refused;
            continue;
        }
        EXPECT_EQ(formatted(*promql::print(**expr)), theirs) << text;
    }
    EXPECT_GT(all, 1000U);
    EXPECT_LT(refused, 60);
    RecordProperty("refused", refused);
    for (const auto& text : fixture("variables.json")) {
        const auto query = promql::parse_variable_query(text, values);
        EXPECT_TRUE(query) << text;
    }
}

TEST(PromqlAgainstPrometheus, ReadsMadeUpExpressionsAsPrometheusDoes) {
    ExpressionMaker make(3);
    int accepted = 0;
    constexpr int kTries = 1500;
    static constexpr std::string_view kNoise = "()[]{},:@=~!<>+-*/%^\"'`$ 0159mshab._#\\";
    for (int i = 0; i < kTries; ++i) {
        auto text = make.vector(3);
        // Every second one is broken somewhere.
        if (i % 2 == 1) {
            const auto at = static_cast<std::size_t>(make.pick(static_cast<int>(text.size())));
            const char noise = kNoise[static_cast<std::size_t>(make.pick(kNoise.size()))];
            if (make.pick(2) == 0)
                text[at] = noise;
            else
                text.insert(at, 1, noise);
        }
        const auto expr = promql::parse(text, promql::Values{});
        if (!expr) continue;
        ++accepted;
        const auto theirs = formatted(text);
        EXPECT_NE(theirs, "") << text;
        EXPECT_EQ(formatted(*promql::print(**expr)), theirs) << text;
    }
    EXPECT_GT(accepted, kTries / 2);
}

// The source --------------------------------------------------------------------------------------

json::object table_json(const Result<TablePtr>& table) {
    if (!table) {
        ADD_FAILURE() << table.error().code << ": " << table.error().message;
        return {};
    }
    return json::parse((*table)->json).as_object();
}

Result<TablePtr> run_on(Source& source, const Query& query) {
    const Cancellation nobody;
    return source.run(query, nobody);
}

std::vector<std::string> first_column(const Result<TablePtr>& table) {
    if (!table) {
        ADD_FAILURE() << table.error().message;
        return {};
    }
    return (*table)->cells[0].texts;
}

class MetricsSource : public testing::TestWithParam<bool> {
  protected:
    static const std::string& url() { return (GetParam() ? victoria() : both_tenants()).url(); }
    std::unique_ptr<Source> source = open_metrics_source(url());
};
INSTANTIATE_TEST_SUITE_P(Servers, MetricsSource, testing::Bool(), [](const auto& given) {
    return given.param ? "VictoriaMetrics" : "Prometheus";
});

TEST_P(MetricsSource, ARangeIsOneTimeColumnAndAColumnPerSeries) {
    auto query = metrics_query("requests{tenant=\"alpha\"}", {{"legend", "{{instance}}"}});
    const auto table = run_on(*source, query);
    ASSERT_TRUE(table) << table.error().message;
    ASSERT_EQ((*table)->columns.size(), 3U);
    EXPECT_EQ((*table)->columns[0].type, ColumnType::time);
    EXPECT_EQ((*table)->columns[1].name, "alpha-one");
    EXPECT_EQ((*table)->columns[1].labels.at("job"), "api");
    EXPECT_EQ((*table)->rows, 31U);
    EXPECT_EQ((*table)->cells[0].numbers[1], static_cast<double>((kStart + 30) * 1000));
    EXPECT_EQ((*table)->cells[1].numbers[1], 2 * 3 * 3.0);
    const auto json = table_json(table);
    EXPECT_EQ(json.at("columns").at(2).at("labels").at("instance"), "alpha-two");
    EXPECT_EQ(json.at("columns").at(0).as_object().contains("labels"), false);
}

TEST_P(MetricsSource, ValuesBindAndIntervalsAreKnown) {
    auto query = metrics_query(
        "sum by (tenant) (rate(requests{tenant=~\"$tenant\"}[$__rate_interval])) * 0 + "
        "$__interval_ms",
        {{"instant", true}});
    query.parameters["tenant"] = std::vector<Scalar>{std::string("alpha"), std::string("beta")};
    const auto table = run_on(*source, query);
    ASSERT_TRUE(table) << table.error().message;
    ASSERT_EQ((*table)->columns.size(), 3U);
    EXPECT_EQ((*table)->columns[1].name, "tenant");
    EXPECT_EQ((*table)->columns[2].name, "Value");
    EXPECT_EQ((*table)->rows, 2U);
    EXPECT_EQ((*table)->cells[2].numbers[0], 30'000);
}

TEST_P(MetricsSource, WhatIsNoNumberIsNullAndGapsStayGaps) {
    auto query = metrics_query("requests{instance=\"alpha-one\"} / 0");
    const auto infinite = run_on(*source, query);
    ASSERT_TRUE(infinite) << infinite.error().message;
    EXPECT_TRUE((*infinite)->cells[1].nulls[3]);
    query.text = "requests{instance=\"alpha-one\"} > 100";
    const auto some = run_on(*source, query);
    ASSERT_TRUE(some) << some.error().message;
    EXPECT_EQ((*some)->rows, 31U);
    EXPECT_TRUE((*some)->cells[1].nulls[0]);
    EXPECT_FALSE((*some)->cells[1].nulls[30]);
    query.text = "requests > 1e9";
    const auto none = run_on(*source, query);
    ASSERT_TRUE(none);
    EXPECT_EQ((*none)->rows, 0U);
    EXPECT_EQ((*none)->columns.size(), 1U);
}

TEST_P(MetricsSource, AHeatmapsBucketsAreEachTheirOwnInTheirOrder) {
    auto query =
        metrics_query("sum by (le) (seconds_bucket{tenant=\"alpha\"})", {{"format", "heatmap"}});
    const auto table = run_on(*source, query);
    ASSERT_TRUE(table) << table.error().message;
    ASSERT_EQ((*table)->columns.size(), 4U);
    EXPECT_EQ((*table)->columns[1].name, "0.5");
    EXPECT_EQ((*table)->columns[2].name, "1");
    EXPECT_EQ((*table)->columns[3].name, "+Inf");
    EXPECT_EQ((*table)->cells[1].numbers[1], 4);
    EXPECT_EQ((*table)->cells[2].numbers[1], 8);
    EXPECT_EQ((*table)->cells[3].numbers[1], 4);
}

TEST_P(MetricsSource, VariablesAskForLabelsAndMetrics) {
    const auto ask = [&](const std::string& text) {
        return first_column(run_on(*source, metrics_query(text, {{"variable", true}})));
    };
    using List = std::vector<std::string>;
    EXPECT_EQ(ask("label_values(tenant)"), (List{"alpha", "beta"}));
    EXPECT_EQ(ask("label_values(requests{tenant=\"alpha\"}, instance)"),
              (List{"alpha-one", "alpha-two"}));
    EXPECT_EQ(ask("label_names(requests)"), (List{"__name__", "instance", "job", "le", "tenant"}));
    EXPECT_EQ(ask("metrics(m.m)"), (List{"memory"}));
    EXPECT_EQ(ask("metrics(eque)"), (List{"requests"}));
    EXPECT_EQ(ask("query_result(sum(memory{tenant=\"alpha\"} * 0 + 1))"),
              (List{fmt::format("2 {}000", kStart + 900)}));
}

TEST_P(MetricsSource, AWrongQueryIsTheAuthorsAndAWrongTextNeverLeaves) {
    const auto code = [&](const Query& query) {
        const auto table = run_on(*source, query);
        return table ? std::string("fine") : std::string(table.error().code);
    };
    EXPECT_EQ(code(metrics_query("rate(")), "query_invalid");
    EXPECT_EQ(code(metrics_query("requests[5m]")), "query_invalid");
    EXPECT_EQ(code(metrics_query("\"text\"")), "query_invalid");
    auto sql = metrics_query("select 1");
    sql.window.reset();
    EXPECT_EQ(code(sql), "query_refused");
    auto many = metrics_query("requests");
    many.limits.bytes = 100;
    EXPECT_EQ(code(many), "query_too_large");
}

TEST_P(MetricsSource, ChecksItself) {
    const Cancellation nobody;
    EXPECT_TRUE(source->check(nobody));
}

TEST(PrometheusSource, TellsItsMetricsAndLabels) {
    for (const auto& url : {alpha_alone().url(), victoria().url()}) {
        const auto source = open_metrics_source(url);
        ASSERT_NE(source, nullptr);
        auto* tells = dynamic_cast<TellsSchema*>(source.get());
        ASSERT_NE(tells, nullptr);
        const auto schema = tells->schema(Cancellation{});
        ASSERT_TRUE(schema.has_value()) << schema.error().message;
        EXPECT_FALSE(schema->relations.empty());
        EXPECT_TRUE(std::ranges::is_sorted(schema->relations, {}, &SchemaRelation::name));
        EXPECT_TRUE(std::ranges::find(schema->labels, "tenant") != schema->labels.end()) << url;
    }
}

TEST(PrometheusSource, AtMostSoManySeriesAndSaysSo) {
    const auto source = open_metrics_source(both_tenants().url(), {{"max_series", 3}});
    const auto json = table_json(run_on(*source, metrics_query("{job=\"api\"}")));
    EXPECT_EQ(json.at("columns").as_array().size(), 4U);
    EXPECT_EQ(json.at("truncated"), true);
    EXPECT_EQ(json.at("notice"), "Only the first 3 series are shown.");
}

TEST(PrometheusSource, PrometheusOwnErrorGoesToTheAuthor) {
    const auto source = open_metrics_source(both_tenants().url());
    const auto table =
        run_on(*source, metrics_query("requests * on(job) memory{tenant=\"alpha\"}"));
    ASSERT_FALSE(table);
    EXPECT_EQ(table.error().code, "query_invalid");
    EXPECT_NE(table.error().message.find("many-to-many"), std::string::npos)
        << table.error().message;
}

TEST(PrometheusSource, AServerThatIsNotThereIsSaidPlainlyAndSoIsOneThatIsNone) {
    const Cancellation nobody;
    const auto nowhere =
        open_metrics_source(fmt::format("http://127.0.0.1:{}", test::MetricsServer::free_port()));
    const auto checked = nowhere->check(nobody);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, "source_unavailable");
    EXPECT_NE(checked.error().message.find("Look at the source's url"), std::string::npos);
    const auto wrong = open_metrics_source(both_tenants().url() + "/nothing/here");
    EXPECT_EQ(wrong->check(nobody).error().code, "source_unavailable");
}

TEST(PrometheusSource, StopsAtOnceWhenNobodyWaits) {
    // A listener that never answers.
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(fd, 4), 0);
    ASSERT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
    const auto source =
        open_metrics_source(fmt::format("http://127.0.0.1:{}", ntohs(address.sin_port)));
    auto query = metrics_query("up");
    query.limits.time = std::chrono::milliseconds{200};
    EXPECT_EQ(run_on(*source, query).error().code, "query_timeout");
    query.limits.time = std::chrono::seconds{20};
    Cancellation cancellation;
    const auto begun = std::chrono::steady_clock::now();
    std::thread canceller([&] {
        const int accepted = ::accept(fd, nullptr, nullptr);  // of the first query
        const int second = ::accept(fd, nullptr, nullptr);    // the question is under way
        cancellation.cancel();
        ::close(accepted);
        ::close(second);
    });
    EXPECT_EQ(source->run(query, cancellation).error().code, "query_cancelled");
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{10});
    canceller.join();
    ::close(fd);
}

TEST(PrometheusSettings, AreCheckedWithTheirPlace) {
    const auto field = [](const char* text) {
        const auto ok = check_prometheus_settings(json::parse(text).as_object());
        return ok ? std::string("fits") : ok.error().field;
    };
    EXPECT_EQ(field(R"({"url":"https://metrics.example/prometheus/"})"), "fits");
    EXPECT_EQ(field(R"({"url":"http://a","scrape_interval":"1m","http_method":"GET",
        "query_parameters":{"extra_label":"a=b"},"tls_verify":false,"timeout":"5s"})"),
              "fits");
    EXPECT_EQ(field("{}"), "settings.url");
    for (const char* url : {"", "file:///etc/passwd", "gopher://a", "http://", "http://u:p@h/",
                            "http://a/?x=1", "http://a/#x", "http://a b", "metrics"}) {
        const auto settings = json::object{{"url", url}};
        EXPECT_FALSE(check_prometheus_settings(settings)) << url;
    }
    EXPECT_EQ(field(R"({"url":"http://a","query_parameters":{"query":"x"}})"),
              "settings.query_parameters.query");
    EXPECT_EQ(field(R"({"url":"http://a","scrape_interval":"0s"})"), "settings.scrape_interval");
    EXPECT_EQ(field(R"({"url":"http://a","password":"x"})"), "settings.password");
}

// Two tenants -------------------------------------------------------------------------------------

ScopePtr alphas() {
    ScopedRelation every;
    every.name = "*";
    RowFilter filter;
    filter.column = "tenant";
    filter.values = {"alpha"};
    every.filters.push_back(filter);
    return make_scope("m", {every});
}

TEST_P(MetricsSource, VariablesOfOneTenantDoNotKnowTheOther) {
    const auto ask = [&](const std::string& text) {
        auto query = metrics_query(text, {{"variable", true}});
        query.scope = alphas();
        return first_column(run_on(*source, query));
    };
    using List = std::vector<std::string>;
    EXPECT_EQ(ask("label_values(tenant)"), (List{"alpha"}));
    EXPECT_EQ(ask("label_values(instance)"), (List{"alpha-one", "alpha-two"}));
    EXPECT_EQ(ask("label_values(requests{tenant=~\".*\"}, instance)"),
              (List{"alpha-one", "alpha-two"}));
    EXPECT_EQ(ask("label_values({tenant=\"beta\"}, instance)"), List{});
    EXPECT_EQ(ask("query_result(sum by (instance) (memory * 0))"),
              (List{fmt::format("{{instance=\"alpha-one\"}} 0 {}000", kStart + 900),
                    fmt::format("{{instance=\"alpha-two\"}} 0 {}000", kStart + 900)}));
    EXPECT_EQ(ask("metrics(.*)"), (List{"memory", "requests", "seconds_bucket"}));
}

TEST_P(MetricsSource, ALabelMayBeFilteredAsANumber) {
    ScopedRelation buckets;
    buckets.name = "seconds_bucket";
    buckets.filters = {{"le", RowFilter::Type::number, {"0.50", "1e0"}},
                       {"tenant", RowFilter::Type::text, {"alpha"}}};
    auto query = metrics_query("count by (le) (seconds_bucket)", {{"instant", true}});
    query.scope = make_scope("m", {buckets});
    const auto table = run_on(*source, query);
    ASSERT_TRUE(table) << table.error().message;
    EXPECT_EQ((*table)->cells[1].texts, (std::vector<std::string>{"0.5", "1"}));
}

TEST(PrometheusScope, WithoutValuesNobodyIsAsked) {
    const auto source =
        open_metrics_source(fmt::format("http://127.0.0.1:{}", test::MetricsServer::free_port()));
    ScopedRelation every;
    every.name = "*";
    RowFilter filter;
    filter.column = "tenant";
    every.filters.push_back(filter);
    auto query = metrics_query("sum(requests) or vector(1)");
    query.scope = make_scope("m", {every});
    const auto table = run_on(*source, query);
    ASSERT_TRUE(table) << table.error().message;
    EXPECT_EQ((*table)->rows, 0U);
    query.text = "label_values(tenant)";
    query.settings["variable"] = true;
    const auto values = run_on(*source, query);
    ASSERT_TRUE(values) << values.error().message;
    EXPECT_EQ((*values)->rows, 0U);
}

}  // namespace
}  // namespace casement::data
