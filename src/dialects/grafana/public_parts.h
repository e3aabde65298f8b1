// What the calls about public dashboards share: those of who manages them, and those of everybody.
#pragma once

#include "access/document_cache.h"
#include "access/share_service.h"
#include "access/view_service.h"
#include "dialects/grafana/content_parts.h"

#include <memory>

namespace casement::grafana {

/// Without these a server has no public dashboards. All must outlive the router.
struct PublicServices {
    access::ShareService& shares;
    access::DocumentCache& documents;
    access::ViewService& views;
};

struct PublicParts {
    access::CatalogParts catalog;
    PublicServices services;

    [[nodiscard]] store::SnapshotPtr snapshot() const { return catalog.catalog.snapshot(); }
    [[nodiscard]] Time now() const { return catalog.clock.now(); }
};
using PublicPartsPtr = std::shared_ptr<const PublicParts>;

/// To make, change, list and remove them.
void add_public_operations(Operations& operations, const PublicPartsPtr& parts);
/// What everybody may ask who knows an access token: no caller, but a limit for each address.
void add_public_routes(http::Router& router, const PublicPartsPtr& parts);

}  // namespace casement::grafana
