// Views of dashboard snapshots that were opened lately. A snapshot never changes, so one that was
// read once is shown from memory for as long as there is room.
#pragma once

#include "access/grant.h"
#include "access/view.h"
#include "store/catalog.h"

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <utility>

#include <boost/asio/awaitable.hpp>

namespace casement::access {

namespace asio = boost::asio;

class SnapshotViews {
  public:
    /// `catalog` must outlive it.
    explicit SnapshotViews(store::Catalog& catalog) : catalog_(&catalog) {}

    /// At once, or nullptr. Whether the snapshot may still be seen is not asked here. Any thread.
    [[nodiscard]] ViewPtr kept(const DashboardSnapshotGrant& grant);
    /// Read from the database where it is not in memory. Errors: not_found "snapshot_not_found",
    /// those of view_of_snapshot and only_panel.
    [[nodiscard]] asio::awaitable<Result<ViewPtr>> load(store::SnapshotPtr snapshot,
                                                        DashboardSnapshotGrant grant);

    static constexpr std::size_t kMostBytes = std::size_t{64} * 1024 * 1024;

  private:
    using Name = std::pair<std::int64_t, std::int64_t>;  ///< snapshot, panel
    struct Entry {
        Name name;
        ViewPtr view;
        std::size_t bytes = 0;
    };
    void keep(const Name& name, const ViewPtr& view);

    store::Catalog* catalog_;
    std::mutex mutex_;
    std::list<Entry> entries_;  ///< used last first
    std::map<Name, std::list<Entry>::iterator> by_name_;
    std::size_t bytes_ = 0;
};

}  // namespace casement::access
