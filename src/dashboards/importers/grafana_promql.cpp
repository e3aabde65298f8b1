// PromQL targets. Their text stays as it is: the source itself reads `$name`, `${name:format}` and
// `[[name]]` with its own parser, and binds values where PromQL takes one.
#include "base/encoding.h"
#include "dashboards/importers/grafana_parts.h"
#include "dashboards/importers/grafana_sql_lexer.h"

#include <algorithm>

namespace casement::dashboards::grafana {
namespace {

constexpr std::size_t kLongestLegend = 1000;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// One number and one unit, as the setting takes it.
bool is_step(std::string_view text) {
    const auto digits = text.find_first_not_of("0123456789");
    if (digits == 0 || digits == std::string_view::npos || digits > 9 || text.front() == '0') {
        return false;
    }
    constexpr std::string_view kUnits[] = {"ms", "s", "m", "h", "d", "w", "y"};
    return std::find(std::begin(kUnits), std::end(kUnits), text.substr(digits)) != std::end(kUnits);
}

/// What the shortest step is written as: a length, or a variable that begins with one.
std::string step_of(std::string_view written, const Scope& scope, Notes& notes) {
    auto text = trimmed(written);
    if (text.starts_with('>')) text.remove_prefix(1);
    if (is_step(text)) return std::string(text);
    const auto found = reference_at(text, [&](std::string_view name) { return scope.has(name); });
    if (found.text.empty() || found.text.size() != text.size()) return {};
    const auto length = scope.lengths.find(found.name);
    if (length == scope.lengths.end() || !is_step(length->second)) return {};
    notes.changed("The shortest step of a query is the value that its variable begins with.");
    return length->second;
}

}  // namespace

std::string promql_of(std::string_view written, const Scope& scope) {
    const auto is_variable = [&](std::string_view name) { return scope.has(name); };
    std::string out;
    out.reserve(written.size());
    while (!written.empty()) {
        const auto found = reference_at(written, is_variable);
        const auto* variable = found.text.empty() ? nullptr : scope.find(found.name);
        if (variable == nullptr) {
            const auto length = std::max<std::size_t>(1, found.text.size());
            out += written.substr(0, length);
            written.remove_prefix(length);
            continue;
        }
        const auto& name = variable->parameter.empty() ? variable->name : variable->parameter;
        // In braces, so that what follows does not run into the name.
        out += "${" + name;
        if (!found.format.empty()) out += ":" + std::string(found.format);
        out += '}';
        written.remove_prefix(found.text.size());
    }
    return out;
}

json::object promql_settings(const json::object& target, const Scope& scope, Notes& notes) {
    json::object settings;
    const auto legend = text_or_empty(target, "legendFormat");
    if (!legend.empty() && legend != "__auto") {
        settings["legend"] = std::string(utf8_head(legend, kLongestLegend));
    }
    const auto format = text_or_empty(target, "format");
    if (format == "table" || format == "heatmap") settings["format"] = format;
    // Asked for both, a table shows the last value and everything else the range.
    const bool instant = flag_at(target, "instant");
    if (instant && (!flag_at(target, "range") || format == "table")) {
        settings["instant"] = true;
        // Ours would be a table: theirs has a series for each, called by its legend.
        if (!settings.contains("format")) settings["format"] = "time_series";
    }
    const auto step = step_of(text_or_empty(target, "interval"), scope, notes);
    if (!step.empty()) settings["min_step"] = step;
    return settings;
}

std::string promql_choices(std::string_view written) {
    const auto text = trimmed(written);
    for (const std::string_view call : {"label_values", "label_names", "metrics", "query_result"}) {
        if (text.starts_with(call) && trimmed(text.substr(call.size())).starts_with('(')) {
            return std::string(text);
        }
    }
    // A selector alone means its series, written out with all their labels.
    return text.empty() ? std::string() : "query_result(" + std::string(text) + ")";
}

}  // namespace casement::dashboards::grafana
