// The audit trail's chain: each row's digest covers the row and the digest before it.
#pragma once

#include "store/catalog.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <soci/soci.h>

namespace casement::store {

/// Lower-case hex SHA-256 over the previous chain and every field of `row` but `chain`, each with
/// its length in front, so that nothing can move from one field into the next. `detail` is the text
/// as stored: what JSON makes of it does not matter.
[[nodiscard]] std::string audit_chain(std::string_view previous, const AuditRow& row,
                                      std::string_view detail);

/// Fills in id, at (unless set) and chain, and stores. Within the caller's transaction; locks the
/// organizations' heads until it ends.
void append_audit_rows(soci::session& session, std::vector<AuditRow>& rows, Time now);

[[nodiscard]] AuditHead read_audit_head(soci::session& session, OrgId org);

/// Newest first, older than `before_id` (0 = from the newest).
[[nodiscard]] std::vector<AuditRow> read_audit(soci::session& session, OrgId org,
                                               std::int64_t before_id, std::size_t limit);

/// As Catalog::verify_audit.
[[nodiscard]] std::optional<std::int64_t> first_broken_audit_row(soci::session& session, OrgId org);

}  // namespace casement::store
