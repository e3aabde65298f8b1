// From the database to the next snapshot.
#pragma once

#include "store/catalog_snapshot.h"
#include "store/secret_box.h"

#include <optional>

#include <soci/soci.h>

namespace casement::store {

/// Within a read transaction: what `current` becomes with everything newer than it, or nullopt when
/// there is nothing. Starts over when it has been away for so long that deletions were forgotten.
/// A row that cannot be read, or whose secret does not open, is logged and left out: whatever needs
/// it is refused.
[[nodiscard]] std::optional<SnapshotData> load_newer(soci::session& session,
                                                     const SecretBox& secrets,
                                                     const SnapshotData& current);

}  // namespace casement::store
