// An audit trail that a test can look at.
#pragma once

#include "access/audit.h"

#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casement::test {

/// Any thread.
class RecordedAudit final : public access::Audit {
  public:
    void record(access::AuditEvent event) override {
        const std::lock_guard lock(mutex_);
        events_.push_back(std::move(event));
    }
    [[nodiscard]] std::vector<access::AuditEvent> events() const {
        const std::lock_guard lock(mutex_);
        return events_;
    }
    /// The events of one action, in order.
    [[nodiscard]] std::vector<access::AuditEvent> of(std::string_view action) const {
        std::vector<access::AuditEvent> found;
        for (auto& event : events()) {
            if (event.action == action) found.push_back(std::move(event));
        }
        return found;
    }

    /// Everything of them that could hold what must not be there.
    [[nodiscard]] std::string text() const {
        std::string all;
        for (const auto& event : events())
            all += event.actor + event.action + event.object +
                   boost::json::serialize(event.detail) + "\n";
        return all;
    }
    void clear() {
        const std::lock_guard lock(mutex_);
        events_.clear();
    }

  private:
    mutable std::mutex mutex_;
    std::vector<access::AuditEvent> events_;
};

}  // namespace casement::test
