// Searching the audit trail in SQL.
#pragma once

#include "store/audit_search.h"

#include <soci/soci.h>

namespace casement::store {

[[nodiscard]] AuditPage search_audit(soci::session& session, const AuditQuery& query);

}  // namespace casement::store
