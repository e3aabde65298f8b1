// Two tenants' series in real servers, and expressions made up at random.
#pragma once

#include "data/prometheus_client.h"
#include "data/query.h"
#include "data/source_types.h"
#include "support/prometheus.h"

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace casement::data {

inline constexpr std::int64_t kStart = 1'767'225'600;  // 2026-01-01T00:00:00Z
inline constexpr std::int64_t kSamples = 120;          // every 15 seconds, half an hour

/// Series of tenant "beta" have "beta" in every label value that is not shared.
inline std::string samples_of(const std::vector<std::string>& tenants, bool open_metrics) {
    std::string text;
    const auto series = [&](const std::string& metric, auto value) {
        if (open_metrics) text += "# TYPE " + metric + " gauge\n";
        for (const auto& tenant : tenants) {
            const double factor = tenant == "alpha" ? 1 : 1000;
            for (const std::string instance : {"one", "two"}) {
                for (const std::string le : {"0.5", "1", "+Inf"}) {
                    if (metric != "seconds_bucket" && le != "1") continue;
                    for (std::int64_t i = 0; i < kSamples; ++i) {
                        const auto at = kStart + i * 15;
                        const double bound = le == "0.5" ? 1 : le == "1" ? 3 : 4;
                        text += fmt::format(
                            R"({}{{tenant="{}",job="api",instance="{}-{}",le="{}"}} {} {})", metric,
                            tenant, tenant, instance, le, value(i) * factor * bound,
                            open_metrics ? at : at * 1000);
                        text += '\n';
                    }
                }
            }
        }
    };
    series("requests", [](std::int64_t i) { return static_cast<double>(i) * 3; });
    series("memory", [](std::int64_t i) { return static_cast<double>(i % 7) + 0.25; });
    series("seconds_bucket", [](std::int64_t i) { return static_cast<double>(i); });
    if (open_metrics) text += "# EOF\n";
    return text;
}

inline PrometheusSettings settings_for(const std::string& url) {
    PrometheusSettings settings;
    settings.url = url;
    return settings;
}

struct RawAnswer {
    long status = 0;
    std::string body;
};

inline RawAnswer ask_raw(const std::string& url, const std::string& path,
                         const PrometheusClient::Parameters& parameters, bool post = true) {
    static std::map<std::string, std::unique_ptr<PrometheusClient>> clients;
    auto& client = clients[url];
    if (!client) client = std::make_unique<PrometheusClient>(settings_for(url));
    RawAnswer answer;
    const Cancellation nobody;
    const auto status = client->ask(
        {path, parameters, post, std::chrono::seconds{20}},
        [&](std::string_view piece) {
            answer.body += piece;
            return true;
        },
        nobody);
    answer.status = status ? *status : 0;
    return answer;
}

inline bool is_ready(const std::string& url) {
    return ask_raw(url, "/api/v1/query", {{"query", "1"}}).status == 200;
}

inline test::MetricsServer& both_tenants() {
    static test::MetricsServer server(test::MetricsServer::Kind::prometheus,
                                      samples_of({"alpha", "beta"}, true), is_ready);
    return server;
}
inline test::MetricsServer& alpha_alone() {
    static test::MetricsServer server(test::MetricsServer::Kind::prometheus,
                                      samples_of({"alpha"}, true), is_ready);
    return server;
}
/// VictoriaMetrics makes samples visible some moments after it has taken them.
inline test::MetricsServer& victoria() {
    static test::MetricsServer server(test::MetricsServer::Kind::victoria, "", is_ready);
    static const bool loaded = [] {
        const auto answer =
            server.post("/api/v1/import/prometheus", samples_of({"alpha", "beta"}, false));
        return answer.find(" 204 ") != std::string::npos && test::eventually([] {
                   const auto found = ask_raw(
                       server.url(), "/api/v1/query",
                       {{"query", "count(memory)"}, {"time", std::to_string(kStart + 900)}});
                   return found.body.find("\"4\"") != std::string::npos;
               });
    }();
    EXPECT_TRUE(loaded);
    return server;
}

inline std::unique_ptr<Source> open_metrics_source(const std::string& url,
                                                   boost::json::object more = {}) {
    more["url"] = url;
    auto source = open_prometheus_source({more, {}, {}});
    if (!source) ADD_FAILURE() << source.error().message;
    return source ? std::move(*source) : nullptr;
}

inline Query metrics_query(std::string text, boost::json::object settings = {}) {
    Query query;
    query.text = std::move(text);
    query.settings = std::move(settings);
    query.window = Window{Time{std::chrono::seconds{kStart}},
                          Time{std::chrono::seconds{kStart + 900}}, std::chrono::seconds{30}, 30};
    return query;
}

/// Expressions that are well-formed as far as their kinds go.
class ExpressionMaker {
  public:
    explicit ExpressionMaker(std::uint32_t seed) : random_(seed) {}

    std::string vector(int depth) {
        if (depth <= 0) return selector() + modifier();
        switch (pick(12)) {
            case 0:
                return selector() + modifier();
            case 1:
                return pick_of({"sum", "avg", "min", "max", "count", "group", "stddev"}) +
                       grouping() + "(" + vector(depth - 1) + ")";
            case 2:
                return pick_of({"sum", "max", "count"}) + "(" + vector(depth - 1) + ")" +
                       grouping();
            case 3:
                return pick_of({"topk", "bottomk", "quantile"}) + "(" + scalar(0) + ", " +
                       vector(depth - 1) + ")";
            case 4:
                return pick_of({"rate", "increase", "delta", "sum_over_time", "max_over_time",
                                "last_over_time", "changes"}) +
                       "(" + matrix(depth - 1) + ")";
            case 5:
                return vector(depth - 1) + " " +
                       pick_of({"+", "-", "*", "/", "^", "%", "==", "> bool", "<", "atan2"}) + " " +
                       scalar(depth - 1);
            case 6:
                return "(" + vector(depth - 1) + ")" +
                       pick_of({" + on(tenant, instance, le) ", " and ", " or ", " unless ",
                                " * ignoring(le) group_left() ", " and on(job) ",
                                " or on(instance) "}) +
                       "(" + vector(depth - 1) + ")";
            case 7:
                return pick_of({"abs", "ceil", "sqrt", "-", "sort", "timestamp", "+ "}) + "(" +
                       vector(depth - 1) + ")";
            case 8:
                return "label_replace(" + vector(depth - 1) +
                       ", \"tenant\", \"beta$1\", \"instance\", \"(.*)-.*\")";
            case 9:
                return "label_join(" + vector(depth - 1) + ", \"x\", '-', `job`, \"instance\")";
            case 10:
                return "histogram_quantile(" + scalar(0) + ", " + vector(depth - 1) + ")";
            default:
                return "vector(scalar(" + vector(depth - 1) + "))";
        }
    }

    std::string selector() {
        return pick_of({"requests", "memory", "seconds_bucket", "{__name__=\"requests\"}",
                        "requests{job=\"api\"}", "memory{tenant=\"beta\"}",
                        "requests{tenant=~\".*\"}", "memory{tenant!=\"alpha\"}",
                        "requests{instance=~'beta.*|alpha.*',}",
                        "memory{tenant=~\"alpha|beta\",tenant!~`x`}", "requests{}",
                        "seconds_bucket{le!=\"+Inf\"}"});
    }

    std::string matrix(int depth) {
        if (depth <= 0 || pick(2) == 0) return selector() + "[" + duration() + "]" + modifier();
        return "(" + vector(depth - 1) + ")[" + duration() + ":" + pick_of({"", "1m", "30s"}) +
               "]" + modifier();
    }

    std::string scalar(int depth) {
        if (depth > 0 && pick(3) == 0) return "scalar(" + vector(depth - 1) + ")";
        return pick_of(
            {"1", "0.5", "0x1F", "1e3", ".25", "017", "-2", "+3", "time()", "pi()", "Inf", "NaN"});
    }

    int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }
    std::string pick_of(const std::vector<std::string>& list) {
        return list[static_cast<std::size_t>(pick(static_cast<int>(list.size())))];
    }

  private:
    std::string duration() { return pick_of({"5m", "1m30s", "90s", "1h", "120000ms"}); }
    std::string modifier() {
        if (pick(4) != 0) return "";
        return pick_of({" offset 1m", " offset -30s", " @ 1767225900", " @ start()", " @ end()",
                        " @ 1767225900.5 offset 1m", " offset 5m @ 1767226000"});
    }
    std::string grouping() {
        return pick_of(
            {" by (tenant) ", " without(instance, le)", " by()", "", " by (job, instance,) "});
    }

    std::mt19937 random_;
};

}  // namespace casement::data
