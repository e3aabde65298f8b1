#include "base/encoding.h"
#include "dashboards/importers/grafana_parts.h"
#include "dashboards/importers/grafana_sql_lexer.h"
#include "dashboards/importers/grafana_sql_places.h"

#include <fmt/format.h>

namespace casement::dashboards::grafana {
namespace {

constexpr std::size_t kShown = 60;

Error not_importable(std::string message) {
    return {ErrorKind::unprocessable, "query_not_importable", std::move(message), {}};
}

/// A data source variable's value in the place of `$ds`, `${ds}` or `[[ds]]`.
Result<std::string> named_source(std::string name, const Scope& scope) {
    const auto known = [&](std::string_view of) { return scope.sources.contains(of); };
    const auto found = reference_at(name, known);
    if (!found.text.empty() && found.text.size() == name.size()) {
        const auto value = scope.sources.find(found.name);
        if (value == scope.sources.end()) {
            return not_importable(
                fmt::format("It names the source \"{}\", which stands for nothing "
                            "in this dashboard.",
                            utf8_head(name, kShown)));
        }
        name = value->second;
    } else if (name.find("${") != std::string::npos) {
        return not_importable("The name of its source is put together from several parts.");
    }
    for (const std::string_view special :
         {"-- Mixed --", "-- Dashboard --", "-- Grafana --", "__expr__", "grafana"}) {
        if (name == special) {
            return not_importable(fmt::format(
                "It asks \"{}\", which is a part of Grafana and no source of data here.", special));
        }
    }
    return name == "default" ? std::string() : name;
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

std::string type_of(const json::value* datasource) {
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

}  // namespace

bool has_metric_column(const json::object& target) {
    return names_column(sql_of(target), "metric");
}

Result<std::string> source_of(const json::value* datasource, const Scope& scope) {
    if (datasource == nullptr || datasource->is_null()) return std::string();
    if (datasource->is_string()) {
        return named_source(std::string(datasource->get_string()), scope);
    }
    const auto* object = datasource->if_object();
    if (object == nullptr) return std::string();
    return named_source(text_or_empty(*object, "uid"), scope);
}

Result<PanelQuery> query_of(const json::object& target, const json::value* datasource,
                            const Scope& scope, Notes& notes) {
    auto source = source_of(datasource, scope);
    if (!source) return source.error();
    const auto raw = sql_of(target);
    if (raw.empty() || !is_select(raw)) {
        const auto type = type_of(datasource);
        return not_importable(
            type.empty() ? std::string("Its query is not SQL.")
                         : fmt::format("Its query is not SQL, but one for a source of type \"{}\".",
                                       utf8_head(type, kShown)));
    }
    auto sql = import_sql(raw, scope.variables);
    if (!sql) return sql.error();
    for (auto& change : sql->changes)
        notes.changed(std::move(change));
    PanelQuery query;
    query.source = std::move(*source);
    query.text = std::move(sql->text);
    query.loose_source = true;
    return query;
}

Result<PanelQuery> choices_query(const json::object& target, const json::value* datasource,
                                 const Scope& scope, Notes& notes) {
    auto query = query_of(target, datasource, scope, notes);
    if (!query || !names_column(query->text, "__text") || !names_column(query->text, "__value")) {
        return query;
    }
    // Ours go by their order: the value first, then what is shown for it.
    const auto end = query->text.find_last_not_of("; \t\r\n");
    query->text = fmt::format("SELECT \"__value\", \"__text\" FROM (\n{}\n) AS choices",
                              std::string_view(query->text).substr(0, end + 1));
    return query;
}

}  // namespace casement::dashboards::grafana
