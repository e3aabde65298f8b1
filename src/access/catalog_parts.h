// What the services that change the catalog have in common: what they work with, the audit row a
// change leaves behind, and how a row is found by the name a caller gives it.
#pragma once

#include "access/audit.h"
#include "access/principal.h"
#include "base/shape.h"
#include "crypto/random.h"
#include "store/catalog.h"

#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

namespace casement::access {

namespace asio = boost::asio;

/// A value of references; all of them must outlive the service that was given it.
struct CatalogParts {
    store::Catalog& catalog;
    Audit& audit;
    crypto::Random& random;
    const Clock& clock;

    /// After a change is committed: who did what to which object.
    void record(const Principal& who, std::string action, std::string object,
                json::object detail = {}) const;
};

/// The names of objects in audit rows: "dashboard:12".
[[nodiscard]] std::string object_of(const store::Dashboard& row);
[[nodiscard]] std::string object_of(const store::Share& row);

/// By uid, or by number where no uid fits; binned ones too. nullptr: none in this organization.
[[nodiscard]] const store::Dashboard* find_dashboard_row(const store::Snapshot& snapshot,
                                                         store::OrgId org, std::string_view id);
[[nodiscard]] Error dashboard_not_found(std::string_view id);

}  // namespace casement::access
