// Changes to sources that come through an API one at a time (access/provisioning.h brings them as
// one whole). All of it needs sources_write; what is provisioned changes with its file only.
#pragma once

#include "access/catalog_parts.h"

#include <functional>

namespace casement::access {

/// The source that is meant where none is named: at most one of an organization.
[[nodiscard]] bool is_default_source(const store::Source& row);
void set_default_source(store::Source& row, bool is_default);
/// nullptr: there is none.
[[nodiscard]] const store::Source* default_source(const store::Snapshot& snapshot,
                                                  store::OrgId org);

/// Errors of every change: forbidden "missing_permission", "source_read_only"; not_found
/// "source_not_found"; conflict "source_name_taken", "source_uid_taken". A row that becomes the
/// default takes that from the one before.
class SourceService {
  public:
    explicit SourceService(const CatalogParts& parts) : parts_(parts) {}

    /// Of `row`, id, org, revision and `provisioned` are set here; without a uid it gets one.
    [[nodiscard]] asio::awaitable<Result<store::Source>> create(Principal who,
                                                                store::Source row) const;
    /// `revision` is the one that was changed, 0 for any: else conflict "source_version_mismatch".
    /// `change` may run more than once; its errors are passed on.
    [[nodiscard]] asio::awaitable<Result<store::Source>> update(
        Principal who, std::int64_t id, std::int64_t revision,
        std::function<Result<void>(store::Source&)> change) const;
    /// What a change of a provisioned one is refused with.
    [[nodiscard]] static Error read_only();
    /// For good. Panels that ask it say from then on that it is not there. Not when `objection`,
    /// which runs in the transaction and may run more than once, has one.
    [[nodiscard]] asio::awaitable<Result<store::Source>> remove(
        Principal who, std::int64_t id,
        std::function<Result<void>(const store::Source&)> objection = {}) const;

  private:
    [[nodiscard]] asio::awaitable<Result<store::Source>> write(
        std::function<Result<store::Source>(store::Transaction&)> work) const;

    CatalogParts parts_;
};

}  // namespace casement::access
