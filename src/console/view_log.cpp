#include "console/view_log.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace casement::console {
namespace {

constexpr seconds kWindow{60};

bool is_over(Time start, Time now) {
    return now - start >= kWindow || now < start;
}

}  // namespace

void ViewLog::record(const access::Viewer& viewer, const Seen& seen) {
    record(viewer.session->org, "session:" + viewer.session->id, *viewer.view, seen);
}

void ViewLog::record(store::OrgId org, const std::string& actor, const access::View& view,
                     const Seen& seen) {
    const auto content = std::hash<std::string_view>{}(seen.content) * 31 +
                         std::hash<std::string_view>{}(seen.action);
    std::int64_t left_out = 0;
    {
        const auto now = clock_->now();
        auto& shard = shards_[std::hash<std::string>{}(actor) % kShards];
        const std::lock_guard lock(shard.mutex);
        auto found = shard.sessions.find(actor);
        if (found == shard.sessions.end()) {
            if (shard.sessions.size() >= kSessionsAShard) {
                std::erase_if(shard.sessions,
                              [&](const auto& entry) { return is_over(entry.second.start, now); });
            }
            // Still full: forgetting one costs a row too many, never one too few.
            if (shard.sessions.size() >= kSessionsAShard) {
                shard.sessions.erase(shard.sessions.begin());
            }
            found = shard.sessions.emplace(actor, Minute{now, {}, 0}).first;
        }
        auto& minute = found->second;
        if (is_over(minute.start, now)) {
            minute.start = now;
            minute.seen.clear();
        }
        const bool repeated =
            std::find(minute.seen.begin(), minute.seen.end(), content) != minute.seen.end();
        if (repeated || minute.seen.size() >= kRowsAMinute) {
            ++minute.left_out;
            return;
        }
        minute.seen.push_back(content);
        left_out = std::exchange(minute.left_out, 0);
    }
    access::AuditEvent event;
    event.org = org;
    event.actor = actor;
    event.action = seen.action;
    event.object = view.object;
    event.client = seen.client.to_string();
    event.detail["panels"] = json::array(seen.panels.begin(), seen.panels.end());
    if (seen.variables != nullptr && !seen.variables->empty()) {
        json::array names;
        for (const auto& [name, values] : *seen.variables)
            names.emplace_back(name);
        event.detail["variables"] = std::move(names);
    }
    if (!seen.reason.empty()) event.detail["reason"] = seen.reason;
    if (left_out > 0) event.detail["left_out"] = left_out;
    audit_->record(std::move(event));
}

}  // namespace casement::console
