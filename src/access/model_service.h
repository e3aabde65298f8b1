// Reading and changing models. A change that would take the proof away from a dashboard, look or
// share is refused, naming them.
#pragma once

#include "access/catalog_parts.h"

#include <string>
#include <string_view>
#include <vector>

namespace casement::access {

class ModelService {
  public:
    explicit ModelService(CatalogParts parts) : parts_(parts) {}

    /// In the order of names. Whoever may not manage the organization gets what writing queries
    /// needs: no row filters, and of covered columns not who sees them. Errors: forbidden
    /// missing_permission (dashboards_write).
    [[nodiscard]] Result<std::vector<store::Model>> list(const Principal& who) const;
    /// Errors: forbidden missing_permission (org_manage), of all that follow too; not_found
    /// "model_not_found".
    [[nodiscard]] Result<store::Model> find(const Principal& who, std::string_view name) const;

    /// Makes the model of `row.name`, or puts this one into its place. `version` is hash_of() of
    /// the one that is there, empty where there is none. Errors besides: conflict
    /// "model_version_mismatch", "proof_broken", "relation_missing"; invalid "invalid_model";
    /// unprocessable "source_not_found", "scope_not_provable", "model_unusable"; forbidden
    /// "model_read_only".
    [[nodiscard]] asio::awaitable<Result<store::Model>> put(Principal who, store::Model row,
                                                            std::string version) const;
    /// An empty `version` removes whichever is there.
    [[nodiscard]] asio::awaitable<Result<void>> remove(Principal who, std::string name,
                                                       std::string version) const;

  private:
    CatalogParts parts_;
};

}  // namespace casement::access
