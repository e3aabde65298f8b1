// The audit trail as the server keeps it: events become rows of the catalog, in bulk.
#pragma once

#include "access/audit.h"
#include "base/clock.h"
#include "store/audit_queue.h"

namespace prometheus {
class Counter;
class Registry;
}  // namespace prometheus

namespace casement::app {

class QueuedAudit final : public access::Audit {
  public:
    /// All must outlive it.
    QueuedAudit(store::AuditQueue& queue, const Clock& clock, prometheus::Registry& registry);
    void record(access::AuditEvent event) override;

  private:
    store::AuditQueue& queue_;
    const Clock& clock_;
    prometheus::Counter& refused_;
};

}  // namespace casement::app
