// The calls of API 4.0 by which an application prepares what its signed links open: people, groups,
// attributes, roles, and the content (looker.md §2.7).
#pragma once

#include "access/account_slots.h"
#include "access/catalog_parts.h"
#include "access/document_cache.h"
#include "access/session_service.h"
#include "dialects/looker/operation.h"
#include "store/session_store.h"

namespace casement::looker {

/// All must outlive the router that the operations are added to.
struct AdminParts {
    access::CatalogParts catalog;
    access::SessionService& sessions;
    store::SessionStore& session_rows;
    access::DocumentCache& documents;
    access::UserSlots* slots = nullptr;  ///< null: users are not counted
};

void add_admin_operations(Operations& operations, const AdminParts& parts);

}  // namespace casement::looker
