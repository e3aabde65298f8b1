// The audit trail: one row for everything that matters, written in order, chained, in bulk.
#pragma once

#include "base/error.h"
#include "store/records.h"

#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/json.hpp>

namespace casement::store {
class AuditQueue;
}

namespace casement::access {

namespace asio = boost::asio;

/// Who, where, what; a verb of past tense names the action.
struct AuditEvent {
    store::OrgId org = 0;
    std::string actor;
    std::string action;  ///< "link.redeemed", "link.refused", "session.ended", "share.created"
    std::string object;  ///< "share:12"
    std::string client;
    boost::json::object detail;
};

/// An interface, so that a test can look at what was recorded.
class Audit {
  public:
    virtual ~Audit() = default;
    /// Hands the event over; it is on disk shortly after (at most one batch). Never blocks. When
    /// the queue is full the event is written to the log instead, at level error, with all of its
    /// fields, and counted.
    virtual void record(AuditEvent event) = 0;
};

}  // namespace casement::access
