#include "dialects/grafana/snapshot_document.h"

#include "access/snapshot_frames.h"
#include "dialects/grafana/relative_range.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

constexpr const char* kData = "snapshotData";
/// Rows hold panels, and nothing holds rows.
constexpr int kDeepestPanel = 2;

constexpr std::array<std::string_view, 9> kOfDashboard = {
    "title", "description",          "tags",         "timezone",     "weekStart",
    "style", "fiscalYearStartMonth", "graphTooltip", "schemaVersion"};

/// What says how a panel looks; the second half is of the types that Grafana has given up.
constexpr std::array<std::string_view, 53> kOfPanel = {"id",
                                                       "type",
                                                       "title",
                                                       "description",
                                                       "transparent",
                                                       "gridPos",
                                                       "collapsed",
                                                       "options",
                                                       "fieldConfig",
                                                       "transformations",
                                                       "pluginVersion",
                                                       "content",
                                                       "mode",
                                                       "aliasColors",
                                                       "bars",
                                                       "colorBackground",
                                                       "colorValue",
                                                       "colors",
                                                       "columns",
                                                       "decimals",
                                                       "fill",
                                                       "fillGradient",
                                                       "fontSize",
                                                       "format",
                                                       "gauge",
                                                       "height",
                                                       "legend",
                                                       "lines",
                                                       "linewidth",
                                                       "mappingType",
                                                       "nullPointMode",
                                                       "nullText",
                                                       "pageSize",
                                                       "percentage",
                                                       "pointradius",
                                                       "points",
                                                       "postfix",
                                                       "prefix",
                                                       "rangeMaps",
                                                       "renderer",
                                                       "showHeader",
                                                       "sort",
                                                       "span",
                                                       "sparkline",
                                                       "stack",
                                                       "steppedLine",
                                                       "styles",
                                                       "thresholds",
                                                       "tooltip",
                                                       "valueFontSize",
                                                       "valueMaps",
                                                       "valueName",
                                                       "yaxes"};

/// Names that mean a query, where it runs, or a place elsewhere, wherever they stand.
constexpr std::array<std::string_view, 22> kNever = {"targets",
                                                     "target",
                                                     "datasource",
                                                     "datasourceUid",
                                                     "expr",
                                                     "query",
                                                     "queries",
                                                     "rawSql",
                                                     "rawQuery",
                                                     "sql",
                                                     "links",
                                                     "dataLinks",
                                                     "url",
                                                     "linkUrl",
                                                     "libraryPanel",
                                                     "alert",
                                                     "href",
                                                     "snapshotData",
                                                     "jsonData",
                                                     "headers",
                                                     "secureJsonData",
                                                     "executedQueryString"};

template <class List>
bool names(const List& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

std::string_view text_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return {};
    return value->get_string();
}

json::value without_queries(const json::value& value) {
    if (value.is_array()) {
        json::array kept;
        for (const auto& item : value.get_array()) {
            // An override of a field says what it sets by its id: {"id": "links", "value": […]}.
            const bool is_link =
                item.is_object() && names(kNever, text_in(item.get_object(), "id"));
            if (!is_link) kept.push_back(without_queries(item));
        }
        return kept;
    }
    if (!value.is_object()) return value;
    json::object kept;
    for (const auto& [name, inner] : value.get_object()) {
        if (!names(kNever, std::string_view(name))) kept[name] = without_queries(inner);
    }
    return kept;
}

template <class List>
json::object only(const json::object& from, const List& allowed) {
    json::object kept;
    for (const auto name : allowed) {
        if (const auto* value = from.if_contains(name)) kept[name] = without_queries(*value);
    }
    return kept;
}

const json::array* panels_of(const json::object& holder) {
    const auto* panels = holder.if_contains("panels");
    return panels != nullptr && panels->is_array() ? &panels->get_array() : nullptr;
}

class PanelWriter {
  public:
    Result<json::array> write(const json::object& holder, const std::string& path, int depth) {
        json::array kept;
        const auto* panels = panels_of(holder);
        if (panels == nullptr || depth == kDeepestPanel) return kept;
        for (std::size_t i = 0; i < panels->size(); ++i) {
            const auto place = fmt::format("{}panels[{}]", path, i);
            if (!(*panels)[i].is_object()) return wrong(place, "must be an object");
            const auto& panel = (*panels)[i].get_object();
            if (++count_ > kMostSnapshotPanels) {
                return wrong(place, "is one panel more than a snapshot keeps");
            }
            auto written = only(panel, kOfPanel);
            const auto* data = panel.if_contains(kData);
            if (data != nullptr && !data->is_null()) {
                auto frames = access::read_frames(*data, fmt::format("{}.{}", place, kData));
                if (!frames) return frames.error();
                written[kData] = std::move(*frames);
            }
            if (panels_of(panel) != nullptr) {
                auto inner = write(panel, place + ".", depth + 1);
                if (!inner) return inner.error();
                written["panels"] = std::move(*inner);
            }
            kept.push_back(std::move(written));
        }
        return kept;
    }

  private:
    static Error wrong(const std::string& path, std::string_view reason) {
        return invalid("invalid_snapshot", fmt::format("\"{}\" {}.", path, reason), path);
    }
    std::size_t count_ = 0;
};

std::string joined_text(const json::value* value) {
    if (value == nullptr) return {};
    if (value->is_string()) return std::string(std::string_view(value->get_string()));
    if (value->is_number() || value->is_bool()) return json::serialize(*value);
    std::string text;
    if (!value->is_array()) return text;
    for (const auto& item : value->get_array()) {
        if (!item.is_string()) continue;
        text += text.empty() ? "" : " + ";
        text += std::string_view(item.get_string());
    }
    return text;
}

/// Each variable as the text that its picker showed. What names a data source, or filters with
/// operators, is no text of anybody's choice and goes.
json::array variables_of(const json::object& dashboard) {
    json::array kept;
    const auto* templating = dashboard.if_contains("templating");
    const auto* list = templating != nullptr && templating->is_object()
                           ? templating->get_object().if_contains("list")
                           : nullptr;
    if (list == nullptr || !list->is_array()) return kept;
    for (const auto& item : list->get_array()) {
        if (!item.is_object()) continue;
        const auto& variable = item.get_object();
        const auto type = text_in(variable, "type");
        const auto name = text_in(variable, "name");
        if (name.empty() || type == "datasource" || type == "adhoc") continue;
        const auto* current = variable.if_contains("current");
        std::string text;
        if (current != nullptr && current->is_object()) {
            text = joined_text(current->get_object().if_contains("text"));
        }
        const json::object chosen{{"selected", true}, {"text", text}, {"value", text}};
        const auto* hide = variable.if_contains("hide");
        kept.push_back(json::object{{"name", name},
                                    {"label", text_in(variable, "label")},
                                    {"type", "custom"},
                                    {"hide", hide != nullptr && hide->is_number() ? *hide : 0},
                                    {"query", ""},
                                    {"current", chosen},
                                    {"options", json::array{chosen}}});
    }
    return kept;
}

std::optional<Time> time_at(const json::object& time, std::string_view name, Time now,
                            bool is_end) {
    const auto* value = time.if_contains(name);
    if (value == nullptr) return std::nullopt;
    const auto point =
        read_time_point(value->is_number() ? json::serialize(*value) : joined_text(value));
    if (!point) return std::nullopt;
    if (const auto* fixed = std::get_if<Time>(&*point)) return *fixed;
    return moment(std::get<std::string>(*point), now, is_end);
}

bool has_data(const json::object& holder, int depth) {
    const auto* panels = panels_of(holder);
    if (panels == nullptr || depth == kDeepestPanel) return false;
    return std::any_of(panels->begin(), panels->end(), [&](const json::value& item) {
        if (!item.is_object()) return false;
        const auto* data = item.get_object().if_contains(kData);
        return (data != nullptr && !data->is_null()) || has_data(item.get_object(), depth + 1);
    });
}

}  // namespace

bool has_snapshot_data(const json::object& dashboard) {
    return has_data(dashboard, 0);
}

std::optional<std::pair<Time, Time>> range_of_document(const json::object& dashboard, Time now) {
    const auto* time = dashboard.if_contains("time");
    if (time == nullptr || !time->is_object()) return std::nullopt;
    const auto from = time_at(time->get_object(), "from", now, false);
    const auto to = time_at(time->get_object(), "to", now, true);
    if (!from || !to || *to <= *from) return std::nullopt;
    return std::pair(*from, *to);
}

Result<json::object> still_document(const json::object& dashboard, Time now) {
    auto kept = only(dashboard, kOfDashboard);
    auto panels = PanelWriter().write(dashboard, {}, 0);
    if (!panels) return panels.error();
    const auto range =
        range_of_document(dashboard, now).value_or(std::pair(now - std::chrono::hours(6), now));
    kept["id"] = nullptr;
    kept["time"] = {{"from", to_rfc3339(range.first)}, {"to", to_rfc3339(range.second)}};
    kept["timepicker"] = {{"hidden", true}};
    kept["refresh"] = "";
    kept["snapshot"] = {{"timestamp", to_rfc3339(now)}};
    kept["templating"] = {{"list", variables_of(dashboard)}};
    kept["annotations"] = {{"list", json::array{}}};
    kept["links"] = json::array{};
    kept["panels"] = std::move(*panels);
    return kept;
}

}  // namespace casement::grafana
