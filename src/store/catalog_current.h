// The snapshot that this process reads, and the transactions that change what is in it.
#pragma once

#include "store/catalog_snapshot.h"
#include "store/catalog_work.h"

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace casement::store {

class CurrentSnapshot {
  public:
    /// `work` must outlive it. Empty until the first refresh().
    explicit CurrentSnapshot(CatalogWork& work);

    [[nodiscard]] SnapshotPtr get() const { return slot_.get(); }
    void on_change(std::function<void(const SnapshotPtr&)> listener);

    /// Loads what is newer than the snapshot, unless that has `at_least` already (-1: always
    /// looks). Blocking.
    [[nodiscard]] Result<void> refresh(std::int64_t at_least);

    using Change = std::function<bool(soci::session&, Transaction&)>;
    /// Runs `change`, which may run more than once, and commits when it says so; the snapshot has
    /// it then. nullopt when the transaction ended as `change` wished. Blocking.
    [[nodiscard]] std::optional<Error> transact(const Change& change);

  private:
    CatalogWork& work_;
    SnapshotSlot slot_;
    std::mutex refresh_mutex_;
    std::vector<std::function<void(const SnapshotPtr&)>> listeners_;
};

}  // namespace casement::store
