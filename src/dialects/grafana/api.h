// The Grafana dialect (grafana.md): the API around keys and accounts.
#pragma once

#include "access/account_slots.h"
#include "access/audit.h"
#include "access/principal.h"
#include "base/clock.h"
#include "crypto/random.h"
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/key_check.h"
#include "dialects/grafana/public_parts.h"
#include "http/router.h"
#include "store/catalog.h"

namespace casement::grafana {

/// Everything handed in by reference must outlive the router.
struct Dependencies {
    store::Catalog& catalog;
    const access::Authenticator& authenticator;
    access::AccountKeys& keys;
    KeyCheck& key_check;
    access::UserSlots& slots;
    access::Audit& audit;
    crypto::Random& random;
    const Clock& clock;
    KeyRules key_rules;
    std::optional<PublicServices> publics = std::nullopt;
};

void add_grafana_routes(http::Router& router, const Dependencies& dependencies);

}  // namespace casement::grafana
