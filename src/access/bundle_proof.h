// The proof of a provisioning folder without a server: what would be certified if it were applied
// to an empty one.
#pragma once

#include "access/provisioning.h"

#include <string>
#include <vector>

namespace casement::access {

struct ShareProof {
    std::string token;
    std::string dashboard;  ///< uid
    std::string reason;     ///< empty: nothing is against it
};
struct BundleProof {
    std::vector<json::object> certificates;  ///< one for each dashboard, unsigned
    std::vector<ShareProof> shares;
};

/// Blocking, as ModelQueryCheck.
[[nodiscard]] BundleProof prove_bundle(const Bundle& bundle, Time at);

}  // namespace casement::access
