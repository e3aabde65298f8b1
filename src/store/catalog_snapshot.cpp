#include "store/catalog_snapshot.h"

namespace casement::store {

namespace {

/// Rows of one organization: an id in a list may be another's.
template <class Row>
std::vector<const Row*> in_folder(const SnapshotData& data, OrgId org, std::int64_t folder) {
    using FolderKeys = InFolderKeys<Row>;
    auto rows = data.index<FolderKeys>().group(FolderKeys::place(org, folder));
    std::erase_if(rows, [&](const Row* row) { return row->org != org; });
    return rows;
}

}  // namespace

std::int64_t SnapshotView::version() const {
    return data().version;
}
std::vector<const Share*> SnapshotView::shares_of_dashboard(std::int64_t id) const {
    return data().index<ShareOfDashboardKeys>().group(id);
}
const Group* SnapshotView::group_by_external_id(OrgId org, std::string_view text) const {
    const NameKey key = Keys<Group>::external(org, text);
    return data().index<Keys<Group>>().by_name(key.org, key.name);
}
const Folder* SnapshotView::folder_of_external_group(std::int64_t group) const {
    const auto folders = data().index<FolderOfExternalGroupKeys>().group(group);
    return folders.empty() ? nullptr : folders.front();
}
std::vector<const Folder*> SnapshotView::folders_in(OrgId org, std::int64_t folder) const {
    return in_folder<Folder>(data(), org, folder);
}
std::vector<const Dashboard*> SnapshotView::dashboards_in(OrgId org, std::int64_t folder) const {
    return in_folder<Dashboard>(data(), org, folder);
}
const Source* SnapshotView::source_by_uid(OrgId org, std::string_view uid) const {
    return data().index<SourceByUidKeys>().by_name(org, uid);
}

std::vector<const AccountKey*> SnapshotView::keys_of_account(std::int64_t id) const {
    return data().index<KeyOfAccountKeys>().group(id);
}

const DashboardSnapshot* SnapshotView::dashboard_snapshot_by_delete_hash(
    std::string_view sha256) const {
    return data().index<DashboardSnapshotByDeleteHashKeys>().by_name(0, sha256);
}

std::vector<const Look*> SnapshotView::looks_in(OrgId org, std::int64_t folder) const {
    return in_folder<Look>(data(), org, folder);
}

SnapshotPtr SnapshotSlot::get() const {
    struct Mine {
        std::uint64_t stamp = 0;
        SnapshotPtr snapshot;
    };
    // A thread that is idle keeps its last snapshot until it asks again. Snapshots share what did
    // not change between them, so that costs little.
    thread_local Mine mine;
    if (mine.stamp != stamp_.load(std::memory_order_acquire)) {
        const std::lock_guard lock(mutex_);
        // A count of this thread's own, around the one that all share: copying a pointer that
        // every thread copies would pass one cache line around all cores at each request.
        auto held = std::make_shared<const std::shared_ptr<const SnapshotView>>(snapshot_);
        const Snapshot* view = held->get();
        mine.snapshot = SnapshotPtr(std::move(held), view);
        mine.stamp = stamp_.load(std::memory_order_relaxed);
    }
    return mine.snapshot;
}

void SnapshotSlot::set(std::shared_ptr<const SnapshotView> snapshot) {
    static std::atomic<std::uint64_t> last_stamp{0};
    const std::lock_guard lock(mutex_);
    snapshot_ = std::move(snapshot);
    stamp_.store(last_stamp.fetch_add(1) + 1, std::memory_order_release);
}

std::shared_ptr<const SnapshotView> SnapshotSlot::newest() const {
    const std::lock_guard lock(mutex_);
    return snapshot_;
}

}  // namespace casement::store
