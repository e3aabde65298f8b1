// Searching the audit trail in SQL.
#pragma once

#include "store/audit_search.h"
#include "store/catalog_work.h"

namespace casement::store {

class SqlAuditSearch : public AuditSearch {
  public:
    [[nodiscard]] Result<AuditPage> search_audit_now(const AuditQuery& query) override;

  protected:
    /// `work` must outlive it.
    explicit SqlAuditSearch(CatalogWork& work) : work_(&work) {}

  private:
    CatalogWork* work_;
};

}  // namespace casement::store
