#include "dialects/grafana/public_document.h"

#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/content_parts.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace casement::grafana {
namespace {

using Names = std::initializer_list<std::string_view>;

/// Rows inside rows; the vendor has two levels.
constexpr int kDeepest = 4;
constexpr std::int64_t kSchemaVersion = 42;

constexpr std::array<std::string_view, 20> kPanelTypes{
    "timeseries", "stat",        "gauge",          "bargauge",   "barchart",
    "piechart",   "table",       "text",           "row",        "heatmap",
    "histogram",  "logs",        "state-timeline", "xychart",    "status-history",
    "trend",      "candlestick", "graph",          "singlestat", "table-old"};

/// Members of options that can hold an address with a secret in it, or a query.
constexpr std::array<std::string_view, 16> kNeverShown{
    "links",    "dataLinks", "actions", "url",     "linkUrl", "query",    "expr",  "rawSql",
    "rawQuery", "sql",       "target",  "targets", "headers", "password", "token", "snapshotData"};

json::object kept(const json::object& from, Names names) {
    json::object object;
    for (const auto name : names) {
        if (const auto* value = from.if_contains(name)) object[name] = *value;
    }
    return object;
}

const json::object* object_in(const json::object& from, std::string_view name) {
    const auto* value = from.if_contains(name);
    return value == nullptr ? nullptr : value->if_object();
}

const json::array* list_in(const json::object& from, std::string_view name) {
    const auto* value = from.if_contains(name);
    return value == nullptr ? nullptr : value->if_array();
}

std::string text_in(const json::object& from, std::string_view name) {
    const auto* value = from.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

bool is_never_shown(std::string_view name) {
    return std::find(kNeverShown.begin(), kNeverShown.end(), name) != kNeverShown.end();
}

/// The documents' own depth is bounded where they are read.
void scrub(json::value& value) {
    if (auto* list = value.if_array()) {
        for (auto& item : *list)
            scrub(item);
        // Overrides name their members: {"id": "links", "value": [...]}.
        auto* end = std::remove_if(list->begin(), list->end(), [](const json::value& item) {
            const auto* object = item.if_object();
            return object != nullptr && is_never_shown(text_in(*object, "id"));
        });
        list->erase(end, list->end());
    } else if (auto* object = value.if_object()) {
        for (const auto name : kNeverShown)
            object->erase(name);
        for (auto& [name, member] : *object)
            scrub(member);
    }
}

/// What a data source is called, and nothing else that may stand there.
json::value source_of(const json::value& value) {
    if (value.is_string()) return value;
    const auto* object = value.if_object();
    if (object == nullptr) return nullptr;
    json::object source;
    for (const std::string_view name : {"type", "uid"}) {
        const auto* text = object->if_contains(name);
        if (text != nullptr && text->is_string()) source[name] = *text;
    }
    return source;
}

void keep_source(const json::object& from, json::object& to) {
    if (const auto* source = from.if_contains("datasource")) to["datasource"] = source_of(*source);
}

json::object plain_members(const json::object& from, Names names) {
    auto object = kept(from, names);
    for (auto& [name, value] : object)
        if (value.is_object() || value.is_array()) value = nullptr;
    return object;
}

json::object grid_of(const json::object& panel) {
    const auto* grid = object_in(panel, "gridPos");
    return grid == nullptr ? json::object{} : plain_members(*grid, {"x", "y", "w", "h"});
}

json::array texts_of_tags(const json::object& document) {
    json::array tags;
    const auto* list = list_in(document, "tags");
    if (list == nullptr) return tags;
    for (const auto& tag : *list)
        if (tag.is_string()) tags.push_back(tag);
    return tags;
}

json::array public_targets(const json::array& targets) {
    json::array list;
    for (const auto& one : targets) {
        const auto* target = one.if_object();
        if (target == nullptr) continue;
        auto shown = plain_members(*target, {"refId", "hide", "format", "instant", "range"});
        keep_source(*target, shown);
        list.push_back(std::move(shown));
    }
    return list;
}

json::array public_panels(const json::array& panels, int depth);

json::object public_panel(const json::object& panel, int depth) {
    auto shown = plain_members(
        panel, {"id", "type", "title", "description", "transparent", "interval", "maxDataPoints",
                "timeFrom", "timeShift", "hideTimeOverride", "repeat", "repeatDirection",
                "maxPerRow", "pluginVersion", "collapsed", "span", "height"});
    shown["gridPos"] = grid_of(panel);
    const auto type = text_in(panel, "type");
    if (std::find(kPanelTypes.begin(), kPanelTypes.end(), type) != kPanelTypes.end()) {
        for (const std::string_view name : {"options", "fieldConfig", "transformations"}) {
            if (const auto* value = panel.if_contains(name)) scrub(shown[name] = *value);
        }
    }
    keep_source(panel, shown);
    if (const auto* targets = list_in(panel, "targets")) {
        shown["targets"] = public_targets(*targets);
    }
    if (const auto* inner = list_in(panel, "panels")) {
        shown["panels"] = public_panels(*inner, depth + 1);
    }
    return shown;
}

json::array public_panels(const json::array& panels, int depth) {
    json::array list;
    if (depth > kDeepest) return list;
    for (const auto& one : panels) {
        if (const auto* panel = one.if_object()) list.push_back(public_panel(*panel, depth));
    }
    return list;
}

std::string_view variable_type(std::string_view type) {
    return type == "text" ? "textbox" : "custom";
}

/// A variable as a viewer's page knows it: its value, and its choices where there is a choice.
json::object public_variable(const json::object& described) {
    const auto mode = text_in(described, "mode");
    const bool multi = described.at("multi").as_bool();
    const auto& values = described.at("value").as_array();
    const json::value value = multi || values.size() != 1 ? json::value(values) : values.front();
    json::array options;
    if (const auto* choices = list_in(described, "choices")) {
        for (const auto& one : *choices) {
            const auto& choice = one.as_object();
            const bool selected =
                std::find(values.begin(), values.end(), choice.at("value")) != values.end();
            options.push_back(json::object{{"value", choice.at("value")},
                                           {"text", choice.at("label")},
                                           {"selected", selected}});
        }
    }
    return {{"name", described.at("name")},
            {"label", described.at("label")},
            {"type", variable_type(text_in(described, "type"))},
            {"multi", multi},
            {"includeAll", described.at("include_all")},
            {"hide", mode == "locked" ? 2 : 0},
            {"locked", mode == "locked"},
            {"current", {{"value", value}, {"text", value}}},
            {"options", std::move(options)},
            {"query", ""}};
}

json::array public_variables(const json::object& described) {
    json::array list;
    for (const auto& variable : described.at("variables").as_array())
        list.push_back(public_variable(variable.as_object()));
    return list;
}

/// Of a document that cannot be drawn: what its variables are called.
json::array named_variables(const json::object& document) {
    json::array list;
    const auto* templating = object_in(document, "templating");
    const auto* variables = templating == nullptr ? nullptr : list_in(*templating, "list");
    if (variables == nullptr) return list;
    for (const auto& one : *variables) {
        const auto* variable = one.if_object();
        if (variable == nullptr) continue;
        auto shown =
            plain_members(*variable, {"name", "label", "type", "multi", "includeAll", "hide"});
        shown["locked"] = true;
        shown["query"] = "";
        list.push_back(std::move(shown));
    }
    return list;
}

json::array public_annotations(const json::object& document) {
    json::array list;
    const auto* annotations = object_in(document, "annotations");
    const auto* entries = annotations == nullptr ? nullptr : list_in(*annotations, "list");
    if (entries == nullptr) return list;
    for (const auto& one : *entries) {
        const auto* entry = one.if_object();
        if (entry == nullptr) continue;
        auto shown =
            plain_members(*entry, {"name", "enable", "hide", "iconColor", "type", "builtIn"});
        keep_source(*entry, shown);
        list.push_back(std::move(shown));
    }
    return list;
}

json::object timepicker(const json::object* own, bool selectable) {
    json::object picker;
    if (own != nullptr) {
        picker = kept(*own, {"refresh_intervals", "nowDelay", "quick_ranges"});
        for (auto& [name, value] : picker)
            scrub(value);
    }
    picker["hidden"] = !selectable;
    return picker;
}

std::string refresh_text(const dashboards::Dashboard& document) {
    return document.refresh ? std::to_string(document.refresh->count()) + "s" : std::string();
}

json::object time_of(const dashboards::Dashboard& document) {
    const auto& range = document.time;
    if (range.from && range.to) {
        return {{"from", to_rfc3339(*range.from)}, {"to", to_rfc3339(*range.to)}};
    }
    // Months are thirty days here; the vendor counts those of the calendar.
    const auto length = dashboards::span_length(range.span).value_or(std::chrono::hours(1));
    return {{"from", "now-" + std::to_string(length.count()) + "s"}, {"to", "now"}};
}

void add_common(json::object& shown, const store::Dashboard& row) {
    shown["id"] = row.id;
    shown["uid"] = row.uid;
    shown["version"] = row.revision;
    shown["editable"] = false;
    shown["links"] = json::array{};
}

}  // namespace

json::object public_meta(const store::Dashboard& row) {
    return {{"type", "db"},
            {"canSave", false},
            {"canEdit", false},
            {"canAdmin", false},
            {"canStar", false},
            {"canDelete", false},
            {"slug", slug_of(row.title)},
            {"url", ""},
            {"expires", "0001-01-01T00:00:00Z"},
            {"created", seconds_text(row.created_at)},
            {"updated", seconds_text(row.modified_at)},
            {"updatedBy", ""},
            {"createdBy", ""},
            {"version", row.revision},
            {"hasAcl", false},
            {"isFolder", false},
            {"folderId", 0},
            {"folderUid", ""},
            {"folderTitle", ""},
            {"folderUrl", ""},
            {"provisioned", false},
            {"provisionedExternalId", ""},
            {"publicDashboardEnabled", true}};
}

json::object public_document(const store::Dashboard& row, const PublicLook& look) {
    const auto& document = row.document;
    auto shown = plain_members(
        document, {"title", "description", "timezone", "weekStart", "fiscalYearStartMonth",
                   "graphTooltip", "refresh", "schemaVersion", "liveNow", "preload", "style"});
    add_common(shown, row);
    shown["tags"] = texts_of_tags(document);
    if (const auto* time = object_in(document, "time")) {
        shown["time"] = plain_members(*time, {"from", "to"});
    }
    shown["timepicker"] = timepicker(object_in(document, "timepicker"), look.time_selectable);
    if (const auto* panels = list_in(document, "panels")) {
        shown["panels"] = public_panels(*panels, 0);
    }
    if (const auto* rows = list_in(document, "rows")) shown["rows"] = public_panels(*rows, 0);
    shown["templating"] = {
        {"list", look.described ? public_variables(*look.described) : named_variables(document)}};
    shown["annotations"] = {{"list", public_annotations(document)}};
    return shown;
}

json::object public_document(const store::Dashboard& row, const dashboards::Dashboard& document,
                             const PublicLook& look) {
    json::array panels;
    const auto& described = look.described.value();
    for (const auto& one : described.at("panels").as_array()) {
        const auto& panel = one.as_object();
        json::array targets;
        for (const auto& query : panel.at("queries").as_array())
            targets.push_back(json::object{{"refId", query}});
        json::object made = kept(panel, {"id", "type", "title", "description", "options"});
        const auto* own = document.panel(static_cast<int>(panel.at("id").as_int64()));
        if (own != nullptr && own->type == dashboards::PanelType::text) {
            made["options"] = {{"mode", "markdown"}, {"content", own->markdown}};
        }
        made["gridPos"] = panel.at("grid");
        made["targets"] = std::move(targets);
        panels.push_back(std::move(made));
    }
    json::array tags(document.tags.begin(), document.tags.end());
    json::object shown{{"title", described.at("title")},
                       {"description", document.description},
                       {"tags", std::move(tags)},
                       {"timezone", document.timezone},
                       {"time", time_of(document)},
                       {"refresh", refresh_text(document)},
                       {"schemaVersion", kSchemaVersion},
                       {"timepicker", timepicker(nullptr, look.time_selectable)},
                       {"panels", std::move(panels)},
                       {"templating", {{"list", public_variables(described)}}},
                       {"annotations", {{"list", json::array{}}}}};
    add_common(shown, row);
    return shown;
}

}  // namespace casement::grafana
