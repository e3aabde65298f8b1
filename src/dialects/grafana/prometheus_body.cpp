#include "dialects/grafana/prometheus_body.h"

#include "base/encoding.h"
#include "base/round_interval.h"
#include "dashboards/limits.h"
#include "data/prometheus_window.h"
#include "dialects/grafana/frames.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

using std::chrono::milliseconds;

/// As many points as the vendor takes where a query says nothing.
constexpr std::int64_t kUsualPoints = 1500;

std::string text_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

bool flag_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

std::int64_t number_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

void put_text(json::object& settings, std::string_view name, std::string text) {
    if (!text.empty()) settings[name] = std::move(text);
}

/// "a=1&b=2", as the vendor keeps custom parameters.
json::object parameters_of(std::string_view text) {
    json::object parameters;
    while (!text.empty()) {
        const auto end = std::min(text.find('&'), text.size());
        const auto pair = text.substr(0, end);
        const auto equals = std::min(pair.find('='), pair.size());
        const auto name = form_decode(pair.substr(0, equals));
        const auto value = form_decode(pair.substr(std::min(equals + 1, pair.size())));
        if (name && !name->empty() && value) parameters[*name] = *value;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parameters;
}

/// A series as the vendor sends it: its own moments, and its labels in the field.
json::object series_frame(const data::Table& table, std::size_t column, const AskedQuery& asked,
                          const std::string& text) {
    const auto& of = table.columns[column];
    json::array times;
    json::array values;
    for (std::size_t row = 0; row < table.rows; ++row) {
        if (table.cells[column].nulls[row]) continue;
        times.emplace_back(static_cast<std::int64_t>(table.cells[0].numbers[row]));
        values.emplace_back(table.cells[column].numbers[row]);
    }
    json::object labels;
    for (const auto& [name, value] : of.labels)
        labels[name] = value;
    return {{"schema",
             {{"refId", asked.ref_id},
              {"name", of.name},
              {"meta", {{"type", "timeseries-multi"}, {"executedQueryString", text}}},
              {"fields",
               {{{"name", "Time"}, {"type", "time"}, {"typeInfo", {{"frame", "time.Time"}}}},
                {{"name", "Value"},
                 {"type", "number"},
                 {"typeInfo", {{"frame", "float64"}, {"nullable", true}}},
                 {"labels", std::move(labels)},
                 {"config", {{"displayNameFromDS", of.name}}}}}}}},
            {"data", {{"values", {std::move(times), std::move(values)}}}}};
}

}  // namespace

bool is_promql(const store::Source& source) {
    return source.type == kPrometheus;
}

json::object prometheus_settings(const json::object& body) {
    static const json::object none;
    const auto* given = body.if_contains("jsonData");
    const auto& data = given != nullptr && given->is_object() ? given->get_object() : none;
    json::object settings;
    put_text(settings, "url", text_in(body, "url"));
    if (flag_in(body, "basicAuth")) put_text(settings, "user", text_in(body, "basicAuthUser"));
    put_text(settings, "scrape_interval", text_in(data, "timeInterval"));
    put_text(settings, "timeout", text_in(data, "queryTimeout"));
    put_text(settings, "http_method", text_in(data, "httpMethod"));
    if (flag_in(data, "tlsSkipVerify")) settings["tls_verify"] = false;
    auto parameters = parameters_of(text_in(data, "customQueryParameters"));
    if (!parameters.empty()) settings["query_parameters"] = std::move(parameters);
    return settings;
}

void read_promql(const json::object& query, Time from, Time to, AskedQuery& asked) {
    asked.text = text_in(query, "expr");
    json::object settings;
    const auto format = text_in(query, "format");
    const bool is_table = format == "table";
    settings["format"] = is_table ? "table" : format == "heatmap" ? "heatmap" : "time_series";
    asked.format = is_table ? QueryFormat::table : QueryFormat::time_series;
    if (flag_in(query, "instant") && !flag_in(query, "range")) settings["instant"] = true;
    put_text(settings, "legend", text_in(query, "legendFormat"));
    put_text(settings, "min_step", text_in(query, "interval"));
    asked.promql = std::move(settings);
    const auto points = number_in(query, "maxDataPoints");
    if (points <= 0 && number_in(query, "intervalMs") > 0) return;
    const auto range = std::chrono::duration_cast<milliseconds>(to - from);
    asked.interval =
        round_interval(milliseconds{range.count() / (points > 0 ? points : kUsualPoints)});
}

Result<data::Query> promql_query(const AskedQuery& asked, const AskedQueries& all,
                                 const data::QueryLimits& limits, std::string& text) {
    if (asked.text.empty()) {
        return invalid("query_empty", "The query has no text: it belongs into \"expr\".");
    }
    if (asked.text.size() > static_cast<std::size_t>(dashboards::kMaxPromqlBytes)) {
        return invalid("query_too_long", fmt::format("A PromQL query has at most {} bytes.",
                                                     dashboards::kMaxPromqlBytes));
    }
    text = asked.text;
    data::Query query;
    query.org = asked.source->org;
    query.source = asked.source->name;
    query.text = asked.text;
    query.settings = *asked.promql;
    query.limits = limits;
    const auto points = (all.to - all.from) / asked.interval;
    query.window = data::align_window({all.from, all.to, asked.interval, static_cast<int>(points)},
                                      query.settings);
    return query;
}

json::array promql_frames(const data::Table& table, const AskedQuery& asked,
                          const std::string& text) {
    json::array frames;
    if (asked.format == QueryFormat::table) {
        auto frame = frame_of(table, asked.ref_id);
        auto& meta = frame["schema"].get_object()["meta"];
        if (!meta.is_object()) meta = json::object{};
        meta.get_object()["executedQueryString"] = text;
        frames.push_back(std::move(frame));
        return frames;
    }
    for (std::size_t column = 1; column < table.columns.size(); ++column)
        frames.push_back(series_frame(table, column, asked, text));
    return frames;
}

}  // namespace casement::grafana
