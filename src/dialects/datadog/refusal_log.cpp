#include "dialects/datadog/refusal_log.h"

#include <fmt/format.h>

namespace casement::datadog {
namespace {

constexpr std::chrono::seconds kOneRowPer{1};
constexpr std::size_t kEntriesBeforeCleaning = 4096;

}  // namespace

std::optional<std::int64_t> RefusalLog::due(std::int64_t share, std::string_view code) {
    const Time now = clock_->now();
    const std::lock_guard lock(mutex_);
    if (entries_.size() >= kEntriesBeforeCleaning) {
        std::erase_if(entries_, [&](const auto& entry) {
            return entry.second.left_out == 0 && now - entry.second.written_at >= kOneRowPer;
        });
    }
    auto [place, is_first] = entries_.try_emplace({share, code});
    Entry& entry = place->second;
    // A clock that was set back must not silence the trail.
    const bool is_due = is_first || now < entry.written_at || now - entry.written_at >= kOneRowPer;
    if (!is_due) {
        ++entry.left_out;
        return std::nullopt;
    }
    entry.written_at = now;
    return std::exchange(entry.left_out, 0);
}

void RefusalLog::record(const store::Share& share, const Error& reason, std::string client) {
    const auto left_out = due(share.id, reason.code);
    if (!left_out) return;
    access::AuditEvent event;
    event.org = share.org;
    event.actor = "anonymous";
    event.action = "link.refused";
    event.object = fmt::format("share:{}", share.id);
    event.client = std::move(client);
    event.detail = {{"dialect", "datadog"}, {"reason", reason.code}};
    if (*left_out > 0) event.detail["left_out"] = *left_out;
    audit_->record(std::move(event));
}

}  // namespace casement::datadog
