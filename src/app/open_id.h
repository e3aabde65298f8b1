// OpenID Connect as the configuration wants it: settings, and questions to the provider over
// libcurl.
#pragma once

#include "access/open_id.h"
#include "app/configuration.h"

#include <memory>

namespace casement::app {

/// Null where no issuer is configured. Everything handed over must outlive it. Errors:
/// invalid_configuration, unreadable_file.
[[nodiscard]] Result<std::unique_ptr<access::OpenId>> open_id_of(
    const Configuration& configuration, store::Catalog& catalog, access::ConsoleAccounts& accounts,
    access::Audit& audit, crypto::Random& random, const Clock& clock, Secret key);

}  // namespace casement::app
