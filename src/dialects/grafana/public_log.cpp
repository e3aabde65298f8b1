#include "dialects/grafana/public_log.h"

#include <fmt/format.h>

namespace casement::grafana {
namespace {

constexpr seconds kWindow{60};

}  // namespace

void PublicLog::record(const store::Share& share, int panel,
                       const boost::asio::ip::address& client) {
    std::int64_t left_out = 0;
    {
        const Time now = clock_->now();
        const std::lock_guard lock(mutex_);
        const auto is_over = [&](Time start) { return now - start >= kWindow || now < start; };
        if (minutes_.size() >= kMostPanels) {
            std::erase_if(minutes_, [&](const auto& entry) { return is_over(entry.second.start); });
        }
        // Still full: forgetting one costs a row too many, never one too few.
        if (minutes_.size() >= kMostPanels) minutes_.erase(minutes_.begin());
        const auto [place, is_new] = minutes_.try_emplace({share.id, panel}, Minute{now, 0});
        auto& minute = place->second;
        if (!is_new && !is_over(minute.start)) {
            ++minute.left_out;
            return;
        }
        minute.start = now;
        left_out = std::exchange(minute.left_out, 0);
    }
    access::AuditEvent event;
    event.org = share.org;
    event.actor = "anonymous";
    event.action = "query";
    event.object = fmt::format("share:{}", share.id);
    event.client = client.to_string();
    event.detail["panel"] = panel;
    if (left_out > 0) event.detail["left_out"] = left_out;
    audit_->record(std::move(event));
}

}  // namespace casement::grafana
