#include "dialects/grafana/public_annotations.h"

#include "dialects/grafana/content_parts.h"

#include <algorithm>
#include <string_view>

namespace casement::grafana {
namespace {

constexpr std::size_t kMostSources = 32;
constexpr std::size_t kMostTags = 64;
constexpr std::int64_t kUsualLimit = 100;
constexpr std::int64_t kMostRows = 1000;
constexpr std::string_view kColor = "rgba(0, 211, 255, 1)";

const json::object* object_in(const json::object& from, std::string_view name) {
    const auto* value = from.if_contains(name);
    return value == nullptr ? nullptr : value->if_object();
}

std::string text_in(const json::object& from, std::string_view name) {
    const auto* value = from.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

bool flag_in(const json::object& from, std::string_view name) {
    const auto* value = from.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

json::object built_in() {
    return {{"builtIn", 1},        {"datasource", {{"type", "grafana"}, {"uid", "-- Grafana --"}}},
            {"enable", true},      {"hide", true},
            {"iconColor", kColor}, {"name", "Annotations & Alerts"},
            {"type", "dashboard"}};
}

/// Annotations that are kept here, and not asked of a data source.
bool is_own(const json::object& entry) {
    const auto* source = entry.if_contains("datasource");
    std::string uid;
    if (source != nullptr && source->is_string()) uid = source->get_string();
    if (source != nullptr && source->is_object()) uid = text_in(source->get_object(), "uid");
    const auto* built = entry.if_contains("builtIn");
    const bool is_built_in = built != nullptr && built->is_number() && uid.empty();
    return uid == "grafana" || uid == "-- Grafana --" || is_built_in;
}

AnnotationSource source_of(const json::object& entry, const store::Dashboard& row) {
    AnnotationSource source;
    for (const std::string_view name : {"name", "enable", "hide", "iconColor", "type", "builtIn"}) {
        const auto* value = entry.if_contains(name);
        if (value != nullptr && !value->is_structured()) source.shown[name] = *value;
    }
    source.shown["datasource"] = {{"type", "grafana"}, {"uid", "-- Grafana --"}};
    source.color = text_in(entry, "iconColor");
    source.of_dashboard = text_in(entry, "type") == "dashboard";

    store::AnnotationQuery query;
    query.dashboard = row.id;
    query.limit = static_cast<std::size_t>(kUsualLimit);
    const auto* target = object_in(entry, "target");
    const bool by_tags = target != nullptr && text_in(*target, "type") == "tags";
    if (target != nullptr) {
        const auto* limit = target->if_contains("limit");
        if (limit != nullptr && limit->is_int64() && limit->get_int64() > 0) {
            query.limit = static_cast<std::size_t>(std::min(limit->get_int64(), kMostRows));
        }
    }
    if (!by_tags) {
        source.queries.push_back(std::move(query));
        return source;
    }
    const auto* tags = target->if_contains("tags");
    if (tags != nullptr && tags->is_array()) {
        for (const auto& tag : tags->get_array()) {
            if (query.tags.size() == kMostTags || !tag.is_string()) continue;
            query.tags.emplace_back(tag.get_string());
        }
    }
    query.any_tag = flag_in(*target, "matchAny");
    // Without a tag everything of the organization would be meant; nobody wants that said aloud.
    if (query.tags.empty()) return source;
    source.queries.push_back(query);
    query.dashboard = 0;
    source.queries.push_back(std::move(query));
    return source;
}

}  // namespace

std::vector<AnnotationSource> annotation_sources(const store::Dashboard& row) {
    std::vector<AnnotationSource> sources;
    const auto* annotations =
        row.dialect == kDialect ? object_in(row.document, "annotations") : nullptr;
    const auto* list = annotations == nullptr ? nullptr : annotations->if_contains("list");
    if (list == nullptr || !list->is_array()) return {source_of(built_in(), row)};
    for (const auto& one : list->get_array()) {
        const auto* entry = one.if_object();
        if (entry == nullptr || !flag_in(*entry, "enable") || !is_own(*entry)) continue;
        if (sources.size() == kMostSources) break;
        sources.push_back(source_of(*entry, row));
    }
    return sources;
}

json::object annotation_event(const store::Annotation& annotation, const AnnotationSource& source,
                              const store::Dashboard& row) {
    const bool its_own = annotation.dashboard == row.id;
    return {{"id", annotation.id},
            {"dashboardId", annotation.dashboard},
            {"dashboardUID", its_own ? row.uid : std::string()},
            {"panelId", source.of_dashboard ? annotation.panel : 0},
            {"tags", json::array(annotation.tags.begin(), annotation.tags.end())},
            {"isRegion", annotation.starts_at != annotation.ends_at},
            {"text", annotation.text},
            {"color", source.color},
            {"time", to_unix_millis(annotation.starts_at)},
            {"timeEnd", to_unix_millis(annotation.ends_at)},
            {"source", source.shown}};
}

}  // namespace casement::grafana
