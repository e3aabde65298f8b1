// The Grafana dialect (grafana.md): the API around links.
#pragma once

#include "access/account_slots.h"
#include "access/anonymous.h"
#include "access/audit.h"
#include "access/principal.h"
#include "base/clock.h"
#include "crypto/random.h"
#include "data/engine.h"
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/callers.h"
#include "dialects/grafana/key_check.h"
#include "dialects/grafana/operation.h"
#include "dialects/grafana/public_parts.h"
#include "dialects/grafana/settings.h"
#include "dialects/grafana/snapshot_parts.h"
#include "dialects/grafana/verifier.h"
#include "http/router.h"
#include "store/catalog.h"

#include <optional>
#include <string>
#include <vector>

namespace casement::grafana {

/// Everything handed in by reference must outlive the router.
struct Dependencies {
    store::Catalog& catalog;
    const access::Authenticator& authenticator;
    access::AccountKeys& keys;
    KeyCheck& key_check;
    access::UserSlots& slots;
    data::Engine& engine;
    access::Audit& audit;
    crypto::Random& random;
    const Clock& clock;
    KeyRules key_rules;
    std::optional<SnapshotServices> snapshots = std::nullopt;
    Settings settings{};  ///< `GET /api/admin/settings`
    /// Of queries that authors send (`POST /api/ds/query`).
    data::QueryLimits query_limits{};
    /// Where sources that come through the API may read files.
    std::vector<std::string> allowed_folders{};
    const access::AnonymousAccess& anonymous;
    bool hide_version = false;  ///< in the health answer
    std::optional<PublicServices> publics = std::nullopt;
    PersonCallers persons{};   ///< of this server's own calls
    SharingOptions sharing{};  ///< which links open
};

/// What it answers with are the calls that are this server's own.
std::vector<OwnCall> add_grafana_routes(http::Router& router, const Dependencies& dependencies);

}  // namespace casement::grafana
