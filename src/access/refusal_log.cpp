#include "access/refusal_log.h"

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr seconds kWindow{1};
constexpr int kRowsUnsigned = 1;
constexpr int kRowsSigned = 10;

}  // namespace

void RefusalLog::record(const Refused& what, const Error& reason) {
    std::int64_t left_out = 0;
    {
        const auto now = clock_->now();
        const std::lock_guard lock(mutex_);
        if (windows_.size() >= kMaxWindows) {
            std::erase_if(windows_, [&](const auto& entry) {
                return now - entry.second.start >= kWindow || now < entry.second.start;
            });
            if (windows_.size() >= kMaxWindows) return;
        }
        auto& window = windows_[{{what.org, what.share}, reason.code}];
        // A clock that was set back must not silence the log until it has caught up.
        if (now - window.start >= kWindow || now < window.start) {
            window.start = now;
            window.rows = 0;
        }
        if (window.rows >= (what.signature_held ? kRowsSigned : kRowsUnsigned)) {
            ++window.left_out;
            return;
        }
        ++window.rows;
        left_out = std::exchange(window.left_out, 0);
    }
    AuditEvent event;
    event.org = what.org;
    event.actor = "anonymous";
    event.action = "link.refused";
    event.object = what.share != 0 ? fmt::format("share:{}", what.share)
                                   : fmt::format("organization:{}", what.org);
    event.client = what.client.to_string();
    event.detail["reason"] = reason.code;
    if (!what.dialect.empty()) event.detail["dialect"] = what.dialect;
    // How many refusals this row stands for.
    event.detail["count"] = left_out + 1;
    audit_->record(std::move(event));
}

}  // namespace casement::access
