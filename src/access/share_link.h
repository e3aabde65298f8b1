// What a link to a share opens, before anything is said of who brought it.
#pragma once

#include "access/link_verifier.h"
#include "store/records.h"

#include <string>
#include <string_view>

namespace casement::access {

/// Nonces are unique within the share.
[[nodiscard]] inline VerifiedLink link_to_share(const store::Share& share,
                                                std::string_view dialect) {
    VerifiedLink verified;
    verified.dialect = dialect;
    verified.org = share.org;
    verified.share = share.id;
    verified.scope = "share:" + std::to_string(share.id);
    return verified;
}

}  // namespace casement::access
