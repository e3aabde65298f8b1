#include "access/usage.h"

#include <algorithm>
#include <string_view>

namespace casement::access {
namespace {

std::int64_t number_in(const store::json::object& detail, std::string_view name) {
    const auto* value = detail.if_contains(name);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

std::string text_in(const store::json::object& detail, std::string_view name) {
    const auto* value = detail.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

/// The entry of a name, made unless there are too many already; null then.
template <class Map>
typename Map::mapped_type* entry(Map& map, const typename Map::key_type& name) {
    if (const auto found = map.find(name); found != map.end()) return &found->second;
    if (map.size() >= Usage::kMostNames) return nullptr;
    return &map[name];
}

UsageCounts counts_of(const store::AuditRow& row) {
    UsageCounts counts;
    // Repeats that were left out of the trail are said by the next row.
    const auto times = 1 + number_in(row.detail, "left_out");
    if (row.action == "link.redeemed") {
        counts.opened = 1;
    } else if (row.action == "query") {
        counts.seen = times;
    } else if (row.action == "export") {
        counts.exported = times;
    } else if (row.action == "link.refused") {
        counts.refused = std::max<std::int64_t>(1, number_in(row.detail, "count"));
    } else if (row.action == "query.refused") {
        counts.refused = times;
    }
    return counts;
}

}  // namespace

void UsageCounts::add(const UsageCounts& other) {
    opened += other.opened;
    seen += other.seen;
    exported += other.exported;
    refused += other.refused;
}

void Usage::add(const PanelTime& time) {
    if (auto* figures = entry(panel_times, {time.object, time.panel})) figures->add(time.figures);
}

void Usage::add(const store::AuditRow& row) {
    if (row.action == PanelTimes::kAction) {
        for (const auto& time : panel_times_in(row.detail))
            add(time);
        return;
    }
    const auto counts = counts_of(row);
    if (counts.opened + counts.seen + counts.exported + counts.refused == 0) return;
    const auto since = row.at.time_since_epoch();
    const auto into = since % std::chrono::duration_cast<Time::duration>(step_);
    over_time[Time(since - into)].add(counts);
    if (auto* subject = entry(subjects, row.object)) {
        subject->counts.add(counts);
        subject->last_at = std::max(subject->last_at, row.at);
        if (counts.opened > 0 && subject->viewers.size() < kMostViewers) {
            subject->viewers.insert(row.client);
        }
    }
    if (!row.client.empty()) {
        if (auto* client = entry(clients, row.client)) {
            client->counts.add(counts);
            client->last_at = std::max(client->last_at, row.at);
        }
    }
    if (counts.refused > 0) {
        if (auto* reason = entry(reasons, {row.action, text_in(row.detail, "reason")})) {
            *reason += counts.refused;
        }
    }
    const auto* shown = row.detail.if_contains("panels");
    if (counts.seen == 0 || shown == nullptr || !shown->is_array()) return;
    for (const auto& panel : shown->get_array()) {
        if (!panel.is_int64()) continue;
        if (auto* times = entry(panels, {row.object, panel.get_int64()})) *times += counts.seen;
    }
}

}  // namespace casement::access
