#include "app/queued_audit.h"

#include "base/log.h"

#include <prometheus/counter.h>
#include <prometheus/registry.h>

namespace casement::app {

QueuedAudit::QueuedAudit(store::AuditQueue& queue, const Clock& clock,
                         prometheus::Registry& registry)
    : queue_(queue),
      clock_(clock),
      refused_(prometheus::BuildCounter()
                   .Name("casement_audit_refused_total")
                   .Help("Audit events that went to the log because the queue was full.")
                   .Register(registry)
                   .Add({})) {}

void QueuedAudit::record(access::AuditEvent event) {
    store::AuditRow row;
    row.org = event.org;
    row.at = clock_.now();
    row.actor = event.actor;
    row.action = event.action;
    row.object = event.object;
    row.client = event.client;
    row.detail = event.detail;
    if (queue_.post(std::move(row))) return;
    refused_.Increment();
    log::error("audit_refused", {{"org", event.org},
                                 {"actor", event.actor},
                                 {"action", event.action},
                                 {"object", event.object},
                                 {"client", event.client},
                                 {"detail", boost::json::serialize(event.detail)}});
}

}  // namespace casement::app
