#include "base/encoding.h"
#include "dashboards/importers/grafana_parts.h"
#include "dashboards/importers/grafana_sql_lexer.h"
#include "dashboards/importers/grafana_sql_places.h"
#include "dashboards/limits.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::dashboards::grafana {
namespace {

constexpr std::size_t kShown = 60;
constexpr std::size_t kLongestPromql = std::size_t{16} * 1024;

Error not_importable(std::string message) {
    return {ErrorKind::unprocessable, "query_not_importable", std::move(message), {}};
}

// Plugins of the vendor's, and the type of source that answers their queries here.
constexpr std::pair<std::string_view, std::string_view> kPlugins[] = {
    {"prometheus", "prometheus"},
    {"grafana-amazonprometheus-datasource", "prometheus"},
    {"grafana-azureprometheus-datasource", "prometheus"},
    {"victoriametrics-datasource", "prometheus"},
    {"victoriametrics-metrics-datasource", "prometheus"},
    {"postgres", "postgres"},
    {"grafana-postgresql-datasource", "postgres"},
    {"mysql", "mysql"},
    {"frser-sqlite-datasource", "sqlite"},
    {"motherduck-duckdb-datasource", "duckdb"},
};
// Which ask in words that no source here understands.
constexpr std::string_view kForeign[] = {"loki",
                                         "grafana-loki-datasource",
                                         "elasticsearch",
                                         "grafana-opensearch-datasource",
                                         "influxdb",
                                         "graphite",
                                         "opentsdb",
                                         "cloudwatch",
                                         "stackdriver",
                                         "grafana-azure-monitor-datasource",
                                         "tempo",
                                         "jaeger",
                                         "zipkin",
                                         "grafana-testdata-datasource",
                                         "testdata",
                                         "alertmanager",
                                         "yesoreyeram-infinity-datasource",
                                         "alexanderzobnin-zabbix-datasource"};
constexpr std::string_view kSpecial[] = {"-- Mixed --", "-- Dashboard --", "-- Grafana --",
                                         "__expr__", "grafana"};

/// A source that was made through the vendor's API may have the vendor's name for its type.
std::string kind_of(const Scope& scope, std::string_view name) {
    if (scope.context == nullptr || !scope.context->source_type) return {};
    auto kind = scope.context->source_type(name);
    const auto ours = source_type_of(kind);
    return ours.empty() ? kind : ours;
}

/// A source variable's value in the place of `$ds`, `${ds}` or `[[ds]]`.
Result<SourceRef> named_source(std::string name, std::string_view plugin, const Scope& scope) {
    const auto known = [&](std::string_view of) { return scope.sources.contains(of); };
    const auto found = reference_at(name, known);
    if (const auto other = scope.renamed.find(name); other != scope.renamed.end()) {
        name = other->second;
    }
    SourceRef ref{std::move(name), source_type_of(plugin)};
    if (!found.text.empty() && found.text.size() == ref.name.size()) {
        const auto value = scope.sources.find(found.name);
        if (value == scope.sources.end()) {
            // An input that the document does not list, as exports of some tools have it.
            ref.name.clear();
        } else {
            ref.name = value->second.name;
            if (ref.type.empty()) ref.type = value->second.type;
        }
    } else if (ref.name.starts_with('$') || ref.name.find("${") != std::string::npos) {
        return not_importable("The name of its source is put together from several parts.");
    }
    // A source that the viewer chooses, by the variable's name.
    if (ref.name.starts_with('$')) return ref;
    if (ref.name == "default") ref.name.clear();
    if (std::find(std::begin(kSpecial), std::end(kSpecial), ref.name) != std::end(kSpecial)) {
        return not_importable(fmt::format(
            "It asks \"{}\", which is a part of Grafana and no source of data here.", ref.name));
    }
    // What the organization knows of the source wins over what the document says of it.
    if (auto kind = kind_of(scope, ref.name); !kind.empty() && !ref.name.empty()) {
        ref.type = std::move(kind);
    } else if (ref.type.empty()) {
        ref.type = source_type_of(lower_word(ref.name));
    }
    return ref;
}

bool is_word(std::string_view text, std::string_view word) {
    return lower_word(text) == word;
}

bool names_column(std::string_view sql, std::string_view column) {
    for (const auto& token : sql_tokens(sql, [](std::string_view) { return false; })) {
        auto name = token.text;
        if (token.kind == SqlToken::Kind::quoted_name && name.size() >= 2) {
            name = name.substr(1, name.size() - 2);
        } else if (token.kind != SqlToken::Kind::word) {
            continue;
        }
        if (is_word(name, column)) return true;
    }
    return false;
}

bool is_select(std::string_view sql) {
    for (const auto& token : sql_tokens(sql, [](std::string_view) { return false; })) {
        if (token.kind == SqlToken::Kind::space || token.kind == SqlToken::Kind::comment ||
            token.text == "(") {
            continue;
        }
        return token.kind == SqlToken::Kind::word &&
               (is_word(token.text, "select") || is_word(token.text, "with"));
    }
    return false;
}

std::string plugin_of(const json::value* datasource) {
    const auto* object = datasource == nullptr ? nullptr : datasource->if_object();
    return object == nullptr ? std::string() : text_or_empty(*object, "type");
}

std::string sql_of(const json::object& target) {
    for (const std::string_view member : {"rawSql", "rawQuery", "query", "queryText"}) {
        auto text = text_or_empty(target, member);
        if (!text.empty()) return text;
    }
    return {};
}

std::string text_of_promql(const json::object& target) {
    auto text = text_or_empty(target, "expr");
    return text.empty() ? text_or_empty(target, "query") : text;
}

Result<PanelQuery> promql_query(std::string_view written, SourceRef source, const Scope& scope) {
    PanelQuery query;
    query.source = std::move(source.name);
    query.source_type = "prometheus";
    query.loose_source = !query.source.starts_with('$');
    query.language = PanelQuery::Language::promql;
    if (written.find_first_not_of(" \t\r\n") == std::string_view::npos) return query;
    if (!is_utf8(written) || written.find('\0') != std::string_view::npos) {
        return not_importable("The query is not well-formed text.");
    }
    query.text = promql_of(written, scope);
    if (query.text.size() > kLongestPromql) {
        return not_importable(fmt::format("The query is longer than {} bytes.", kLongestPromql));
    }
    return query;
}

}  // namespace

std::string source_type_of(std::string_view plugin) {
    for (const auto& [theirs, ours] : kPlugins) {
        if (theirs == plugin) return std::string(ours);
    }
    return {};
}

std::string special_source(const json::value& datasource) {
    std::string name;
    if (datasource.is_string()) {
        name = std::string(datasource.get_string());
    } else if (const auto* object = datasource.if_object()) {
        name = text_or_empty(*object, "uid");
        if (text_or_empty(*object, "type") == "__expr__") name = "__expr__";
    }
    return std::find(std::begin(kSpecial), std::end(kSpecial), name) != std::end(kSpecial)
               ? name
               : std::string();
}

bool has_metric_column(const json::object& target) {
    return names_column(sql_of(target), "metric");
}

Result<SourceRef> source_of(const json::value* datasource, const Scope& scope) {
    if (datasource == nullptr || datasource->is_null()) return SourceRef{"", kind_of(scope, "")};
    if (datasource->is_string()) {
        return named_source(std::string(datasource->get_string()), {}, scope);
    }
    const auto* object = datasource->if_object();
    if (object == nullptr) return SourceRef{"", kind_of(scope, "")};
    const auto plugin = text_or_empty(*object, "type");
    if (plugin == "__expr__") {
        return not_importable("It computes with the results of other queries on the server.");
    }
    return named_source(text_or_empty(*object, "uid"), plugin, scope);
}

Result<PanelQuery> query_of(const json::object& target, const json::value* datasource,
                            const Scope& scope, Notes& notes,
                            std::vector<ImportedSql::Renamed>* renamed) {
    auto source = source_of(datasource, scope);
    if (!source) return source.error();
    const auto plugin = plugin_of(datasource);
    const bool is_foreign =
        source->type.empty() &&
        std::find(std::begin(kForeign), std::end(kForeign), plugin) != std::end(kForeign);
    const bool is_promql =
        source->type == "prometheus" || (source->type.empty() && target.contains("expr"));
    if (is_promql && !is_foreign) {
        auto query = promql_query(text_of_promql(target), std::move(*source), scope);
        if (query) query->settings = promql_settings(target, scope, notes);
        return query;
    }
    const auto raw = sql_of(target);
    if (is_foreign || raw.empty() || !is_select(raw)) {
        return not_importable(
            plugin.empty() ? std::string("Its query is neither SQL nor PromQL.")
                           : fmt::format("Its query is for a source of type \"{}\", which cannot "
                                         "be asked here.",
                                         utf8_head(plugin, kShown)));
    }
    auto sql = import_sql(raw, scope.variables, flavour_of(source->type));
    if (!sql) return sql.error();
    for (auto& change : sql->changes)
        notes.changed(std::move(change));
    if (renamed != nullptr) {
        renamed->insert(renamed->end(), sql->renamed.begin(), sql->renamed.end());
    }
    PanelQuery query;
    query.source = std::move(source->name);
    query.source_type = std::move(source->type);
    query.text = std::move(sql->text);
    query.loose_source = !query.source.starts_with('$');
    return query;
}

Result<PanelQuery> choices_query(const json::object& target, const json::value* datasource,
                                 const Scope& scope, Notes& notes) {
    auto source = source_of(datasource, scope);
    if (!source) return source.error();
    if (source->type == "prometheus") {
        return promql_query(promql_choices(text_of_promql(target)), std::move(*source), scope);
    }
    auto query = query_of(target, datasource, scope, notes);
    if (!query || !names_column(query->text, "__text") || !names_column(query->text, "__value")) {
        return query;
    }
    // Ours go by their order: the value first, then what is shown for it.
    const auto end = query->text.find_last_not_of("; \t\r\n");
    const std::string_view quote = source->type == "mysql" ? "`" : "\"";
    query->text = fmt::format("SELECT {0}__value{0}, {0}__text{0} FROM (\n{1}\n) AS choices", quote,
                              std::string_view(query->text).substr(0, end + 1));
    return query;
}

}  // namespace casement::dashboards::grafana
