#include "access/snapshot_views.h"

#include "access/snapshot_view.h"
#include "access/standing.h"

namespace casement::access {
namespace {

/// What an entry costs besides its lines.
constexpr std::size_t kOverhead = 4096;

Result<ViewPtr> read_view(store::Catalog& catalog, const store::DashboardSnapshot& row,
                          std::int64_t panel) {
    const auto document = catalog.snapshot_document_now(row.id);
    if (!document) {
        // It went between the two looks.
        const bool gone = document.error().kind == ErrorKind::not_found;
        return gone ? check_dashboard_snapshot(nullptr, {}).error() : document.error();
    }
    auto view = view_of_snapshot(row, *document);
    if (!view || panel == 0) return view;
    return only_panel(*view, panel);
}

}  // namespace

ViewPtr SnapshotViews::kept(const DashboardSnapshotGrant& grant) {
    const std::lock_guard lock(mutex_);
    const auto found = by_name_.find({grant.id, grant.panel});
    if (found == by_name_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->view;
}

void SnapshotViews::keep(const Name& name, const ViewPtr& view) {
    const auto bytes = view->still->bytes + kOverhead;
    if (bytes > kMostBytes) return;
    const std::lock_guard lock(mutex_);
    if (by_name_.contains(name)) return;
    while (bytes_ + bytes > kMostBytes) {
        bytes_ -= entries_.back().bytes;
        by_name_.erase(entries_.back().name);
        entries_.pop_back();
    }
    entries_.push_front({name, view, bytes});
    by_name_[name] = entries_.begin();
    bytes_ += bytes;
}

asio::awaitable<Result<ViewPtr>> SnapshotViews::load(store::SnapshotPtr snapshot,
                                                     DashboardSnapshotGrant grant) {
    if (auto view = kept(grant)) co_return view;
    const auto* row = snapshot->find<store::DashboardSnapshot>(grant.id);
    if (row == nullptr) co_return check_dashboard_snapshot(nullptr, {}).error();
    // The snapshot, and the row with it, is held by this coroutine.
    auto view = co_await catalog_->pool().run(
        [this, row, &grant] { return read_view(*catalog_, *row, grant.panel); });
    if (!view) co_return view.error();
    keep({grant.id, grant.panel}, *view);
    co_return view;
}

}  // namespace casement::access
