// The first keys of an organization, made beside the server: there is nobody yet who could ask for
// them.
#pragma once

#include "base/clock.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "store/catalog.h"

#include <string>

namespace casement::grafana {

struct AccountCredentials {
    Secret api_key;
    Secret token;  ///< of a service account of its own
};

/// Writes them to the catalog, of one role; the plain values exist only in the answer. Blocking.
[[nodiscard]] Result<AccountCredentials> create_account_credentials(store::Catalog& catalog,
                                                                    crypto::Random& random,
                                                                    const Clock& clock,
                                                                    store::OrgId org,
                                                                    const std::string& role);

}  // namespace casement::grafana
