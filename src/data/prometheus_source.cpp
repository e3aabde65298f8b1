#include "data/prometheus_source.h"

#include "base/encoding.h"
#include "base/log.h"
#include "base/shape.h"
#include "data/prometheus_answer.h"
#include "data/prometheus_table.h"
#include "data/prometheus_window.h"
#include "data/promql_functions.h"
#include "data/promql_parser.h"
#include "data/promql_scope.h"
#include "data/schema.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace casement::data {
namespace {

using std::chrono::milliseconds;
using Parameters = PrometheusClient::Parameters;

constexpr milliseconds kHealthTime{5000};
constexpr std::size_t kMaxErrorText = 1000;

Error refused(std::string message) {
    return {ErrorKind::unprocessable, "query_refused", std::move(message), {}};
}

Error too_large(std::size_t bytes) {
    return {ErrorKind::unprocessable,
            "query_too_large",
            fmt::format("The result is larger than {} bytes. Ask for fewer series, or for longer "
                        "steps.",
                        bytes),
            {}};
}

bool flag(const json::object& settings, std::string_view name) {
    const auto* value = settings.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

std::string seconds_text(Time time) {
    const auto millis = to_unix_millis(time);
    return fmt::format("{}.{:03}", millis / 1000, std::abs(millis % 1000));
}

/// What a run of a query knows besides its text.
struct Run {
    const Query& query;
    const Cancellation& cancellation;
    Window window;
    StepGrid grid;
    promql::Values values;
    std::chrono::steady_clock::time_point deadline;

    [[nodiscard]] milliseconds time_left() const {
        const auto left =
            std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
        return std::max(left, milliseconds{1});
    }
};

class PrometheusSource final : public Source, public TellsSchema {
  public:
    explicit PrometheusSource(PrometheusSettings settings) : client_(std::move(settings)) {}

    Result<TablePtr> run(const Query& query, const Cancellation& cancellation) override {
        if (!query.window) {
            return refused("This source is asked in PromQL: give the query as promql, not as sql.");
        }
        const auto& settings = client_.settings();
        Run run{query, cancellation, *query.window, {}, {}, {}};
        const auto shortest = min_step_of(query.settings);
        run.grid =
            step_grid(run.window, shortest > milliseconds{0} ? shortest : settings.scrape_interval,
                      query.limits.rows);
        run.values.named = &query.parameters;
        run.values.built_in = interval_names(run.window, run.grid, settings.scrape_interval);
        if (const auto* patterns = query.settings.if_contains("patterns");
            patterns != nullptr && patterns->is_object()) {
            for (const auto& [name, value] : patterns->get_object()) {
                if (!value.is_string()) return refused("A pattern for All must be a text.");
                run.values.patterns.emplace(name, value.get_string());
            }
        }
        run.deadline =
            std::chrono::steady_clock::now() + std::min(query.limits.time, settings.timeout);
        return flag(query.settings, "variable") ? run_variable(run) : run_panel(run);
    }

    Result<void> check(const Cancellation& cancellation) override {
        auto answer = ask({"/api/v1/query", {{"query", "1"}}, true, kHealthTime}, 1, cancellation);
        if (!answer) return unavailable("source_unavailable", answer.error().message);
        // A number is a vector to VictoriaMetrics.
        if (answer->result_type != "scalar" && answer->result_type != "vector") {
            return unavailable("source_unavailable",
                               "The server answers, and not as Prometheus does. Does the url end "
                               "where /api/v1 begins?");
        }
        return {};
    }

    Result<Schema> schema(const Cancellation& cancellation) override {
        // Newer servers leave out what is beyond the limit; older ones do not know it.
        const Parameters most{{"limit", fmt::format("{}", kMostSchemaRows)}};
        auto metrics =
            ask({"/api/v1/label/__name__/values", most, false, kHealthTime}, 0, cancellation);
        if (!metrics) return metrics.error();
        auto labels = ask({"/api/v1/labels", most, true, kHealthTime}, 0, cancellation);
        if (!labels) return labels.error();
        std::sort(metrics->names.begin(), metrics->names.end());
        std::sort(labels->names.begin(), labels->names.end());
        Schema schema;
        schema.cut = metrics->names.size() >= kMostSchemaRows;
        if (schema.cut) metrics->names.resize(kMostSchemaRows);
        for (auto& name : metrics->names)
            schema.relations.push_back({std::move(name), {}});
        schema.labels = std::move(labels->names);
        return schema;
    }

    Result<Description> describe(const std::string& text) override {
        promql::Values values;
        values.are_unknown = true;
        const Window day{Time{}, Time{std::chrono::hours{24}}, std::chrono::minutes{1}, 1440};
        values.built_in = interval_names(day, step_grid(day, milliseconds{0}, 1441),
                                         client_.settings().scrape_interval);
        auto query = promql::parse_variable_query(text, values);
        if (!query) return query.error();
        Description description;
        for (const auto& name : named_parameters(text))
            description.parameters.push_back(name);
        return description;
    }

  private:
    Result<TablePtr> run_panel(const Run& run) {
        const auto& settings = run.query.settings;
        const bool instant = flag(settings, "instant");
        const auto format = text_at(settings, "format");
        TableWish wish;
        wish.limits = run.query.limits;
        wish.legend = text_at(settings, "legend").value_or("");
        if (!instant) wish.grid = run.grid;
        if (format == "heatmap") wish.format = TableWish::Format::heatmap;
        if (format == "table" || (instant && !format)) wish.format = TableWish::Format::table;

        auto expr = promql::parse(run.query.text, run.values);
        if (!expr) return expr.error();
        const auto type = promql::type_of(**expr);
        if (type != promql::ValueType::vector && type != promql::ValueType::scalar) {
            return promql::wrong_promql(0,
                                        "a panel shows an instant vector or a number, and this "
                                        "is neither");
        }
        auto answer = evaluate(run, **expr, instant, run.query.limits.bytes / 2);
        if (!answer) return answer.error();
        for (const auto& warning : answer->warnings) {
            log::warning("source_warns", {{"source", run.query.source},
                                          {"reason", utf8_head(warning, kMaxErrorText)}});
        }
        auto table = make_table(std::move(*answer), wish);
        if (!table) return too_large(run.query.limits.bytes);
        return table;
    }

    /// Narrows and asks; an answer without series where nothing may be seen.
    Result<PrometheusAnswer> evaluate(const Run& run, promql::Expr& expr, bool instant,
                                      std::size_t max_samples) {
        if (run.query.scope) {
            const auto narrowed = promql::narrow(expr, *run.query.scope);
            if (!narrowed) return narrowed.error();
            if (*narrowed == promql::Narrowed::no_rows) return PrometheusAnswer{};
        }
        auto text = promql::print(expr);
        if (!text) return text.error();
        Parameters parameters{{"query", std::move(*text)}};
        if (instant) {
            parameters.emplace_back("time", seconds_text(run.window.to));
        } else {
            parameters.emplace_back("start", seconds_text(run.grid.start));
            parameters.emplace_back("end", seconds_text(run.grid.end));
            parameters.emplace_back(
                "step", fmt::format("{:.3f}", static_cast<double>(run.grid.step.count()) / 1000));
        }
        parameters.emplace_back("timeout", fmt::format("{}ms", run.time_left().count()));
        return ask({instant ? "/api/v1/query" : "/api/v1/query_range", std::move(parameters), true,
                    run.time_left()},
                   max_samples, run.cancellation);
    }

    // Variables ------------------------------------------------------------------------------

    Result<TablePtr> run_variable(const Run& run) {
        auto query = promql::parse_variable_query(run.query.text, run.values);
        if (!query) return query.error();
        if (query->kind == promql::VariableQuery::Kind::query_result) {
            return query_result(run, *query->expression);
        }
        return label_list(run, *query);
    }

    Result<TablePtr> query_result(const Run& run, promql::Expr& expr) {
        const auto type = promql::type_of(expr);
        if (type != promql::ValueType::vector && type != promql::ValueType::scalar) {
            return promql::wrong_promql(0, "query_result takes an instant vector or a number");
        }
        auto answer = evaluate(run, expr, true, run.query.limits.bytes / 2);
        if (!answer) return answer.error();
        std::vector<std::string> values;
        for (const auto& series : answer->series) {
            if (series.values.empty()) continue;
            const double value = series.values[0];
            const std::string number = std::isnan(value)   ? "NaN"
                                       : std::isinf(value) ? (value < 0 ? "-Inf" : "+Inf")
                                                           : fmt::format("{}", value);
            const auto name = series.labels.empty() ? "" : series_name("", series.labels) + " ";
            values.push_back(fmt::format("{}{} {}", name, number, series.times[0]));
        }
        return make_list(values, run.query.limits.rows);
    }

    Result<TablePtr> label_list(const Run& run, promql::VariableQuery& query) {
        using Kind = promql::VariableQuery::Kind;
        std::vector<promql::ExprPtr> selectors;
        if (query.expression) {
            if (run.query.scope) {
                const auto narrowed = promql::narrow(*query.expression, *run.query.scope);
                if (!narrowed) return narrowed.error();
                if (*narrowed == promql::Narrowed::no_rows) return make_list({}, 1);
            }
            selectors.push_back(std::move(query.expression));
        } else if (run.query.scope) {
            auto scoped = promql::selectors_of(*run.query.scope);
            if (!scoped) return scoped.error();
            if (scoped->empty()) return make_list({}, 1);
            selectors = std::move(*scoped);
        }
        if (query.kind == Kind::metrics) narrow_to_names(selectors, query.pattern);

        Parameters parameters{{"start", seconds_text(run.window.from)},
                              {"end", seconds_text(run.window.to)}};
        for (const auto& selector : selectors)
            parameters.emplace_back("match[]", promql::print_selector(*selector));
        const bool names = query.kind == Kind::label_names;
        const std::string label = query.kind == Kind::metrics ? "__name__" : query.label;
        auto answer = ask(
            {names ? std::string("/api/v1/labels") : fmt::format("/api/v1/label/{}/values", label),
             std::move(parameters), names, run.time_left()},
            0, run.cancellation);
        if (!answer) return answer.error();
        std::sort(answer->names.begin(), answer->names.end());
        return make_list(answer->names, run.query.limits.rows);
    }

    /// metrics(expression) finds it anywhere in the name.
    static void narrow_to_names(std::vector<promql::ExprPtr>& selectors,
                                const std::string& pattern) {
        if (pattern.empty()) return;
        if (selectors.empty()) {
            auto every = std::make_unique<promql::Expr>();
            every->kind = promql::Expr::Kind::vector;
            every->matchers.push_back({"__name__", promql::Matcher::Op::not_equal, "", false});
            selectors.push_back(std::move(every));
        }
        for (auto& selector : selectors) {
            selector->matchers.push_back(
                {"__name__", promql::Matcher::Op::match, ".*(?:" + pattern + ").*", false});
        }
    }

    // The server -----------------------------------------------------------------------------

    Result<PrometheusAnswer> ask(const PrometheusClient::Request& request, std::size_t max_samples,
                                 const Cancellation& cancellation) {
        PrometheusReader reader(client_.settings().max_series,
                                std::max<std::size_t>(max_samples, 1));
        const auto status = client_.ask(
            request, [&](std::string_view piece) { return reader.add(piece); }, cancellation);
        if (!status) return status.error();
        const bool whole = reader.finish();
        auto& answer = reader.answer();
        if (whole && answer.status == "success" && *status == 200) return std::move(answer);
        return failed(*status, whole, answer);
    }

    [[nodiscard]] Error failed(long status, bool whole, const PrometheusAnswer& answer) const {
        if (status == 401 || status == 403) {
            return unavailable("source_unavailable",
                               fmt::format("The Prometheus server refuses the source's user, "
                                           "password or token (status {}).",
                                           status));
        }
        if (whole && answer.status == "error") {
            if (answer.error_type == "timeout" || answer.error_type == "canceled") {
                return {ErrorKind::timeout,
                        "query_timeout",
                        "The Prometheus server did not answer in time.",
                        {}};
            }
            if (status == 400 || status == 422) {
                return {ErrorKind::unprocessable,
                        "query_invalid",
                        fmt::format("Prometheus: {}", utf8_head(answer.error, kMaxErrorText)),
                        {}};
            }
        }
        if (status >= 300 && status < 400) {
            return unavailable("source_unavailable",
                               "The Prometheus server sends elsewhere; redirects are not followed. "
                               "Give the url that it sends to.");
        }
        return unavailable("source_unavailable",
                           fmt::format("The Prometheus server at {} answers with status {}{}.",
                                       client_.settings().url, status,
                                       whole ? "" : " and not in the form of its API"));
    }

    PrometheusClient client_;
};

class PrometheusProver final : public ScopeProver {
  public:
    Result<void> prove(const std::string& text, const std::string& model,
                       const std::vector<std::string>& relations) override {
        promql::Values values;
        values.are_unknown = true;
        const Window day{Time{}, Time{std::chrono::hours{24}}, std::chrono::minutes{1}, 1440};
        values.built_in =
            interval_names(day, step_grid(day, milliseconds{0}, 1441), milliseconds{15'000});
        auto query = promql::parse_variable_query(text, values);
        if (!query) return query.error();
        if (query->expression) {
            return promql::check_relations(*query->expression, model, relations);
        }
        // Without a selector the relations themselves are asked; "*" beside others is not one.
        const bool every = std::find(relations.begin(), relations.end(), "*") != relations.end();
        if (every && relations.size() > 1) {
            return refused(
                fmt::format("Model \"{}\" has \"*\" beside single metrics; name the "
                            "metric whose labels are asked for.",
                            model));
        }
        return {};
    }
};

}  // namespace

Result<std::unique_ptr<Source>> open_prometheus_source(const SourceSettings& settings) {
    auto read = read_prometheus_settings(settings);
    if (!read) return read.error();
    return std::unique_ptr<Source>(std::make_unique<PrometheusSource>(std::move(*read)));
}

Result<void> prometheus_fits(const Scope& scope) {
    return promql::check_scope(scope);
}

Result<std::unique_ptr<ScopeProver>> prometheus_prover() {
    return std::unique_ptr<ScopeProver>(std::make_unique<PrometheusProver>());
}

}  // namespace casement::data
