#include "store/catalog_snapshot.h"

namespace casement::store {

SnapshotData SnapshotData::empty() {
    SnapshotData data;
    data.organizations = std::make_shared<const Index<Organization, OrganizationKeys>>();
    data.users = std::make_shared<const Index<User, UserKeys>>();
    data.keys = std::make_shared<const Index<ApiKey, KeyKeys>>();
    data.dashboards = std::make_shared<const Index<Dashboard, DashboardKeys>>();
    data.sources = std::make_shared<const Index<Source, SourceKeys>>();
    data.shares = std::make_shared<const Index<Share, ShareKeys>>();
    data.shares_by_dashboard = std::make_shared<const Index<Share, ShareOfDashboardKeys>>();
    return data;
}

std::int64_t SnapshotView::version() const {
    return data_.version;
}
const Organization* SnapshotView::organization(OrgId id) const {
    return data_.organizations->by_id(id);
}
const User* SnapshotView::user(std::int64_t id) const {
    return data_.users->by_id(id);
}
const User* SnapshotView::user_by_handle(OrgId org, std::string_view handle) const {
    return data_.users->by_name(org, handle);
}
const ApiKey* SnapshotView::key_by_hash(std::string_view sha256) const {
    return data_.keys->by_name(0, sha256);
}
const ApiKey* SnapshotView::key(std::int64_t id) const {
    return data_.keys->by_id(id);
}
const Dashboard* SnapshotView::dashboard(std::int64_t id) const {
    return data_.dashboards->by_id(id);
}
const Dashboard* SnapshotView::dashboard_by_uid(OrgId org, std::string_view uid) const {
    return data_.dashboards->by_name(org, uid);
}
const Source* SnapshotView::source_by_name(OrgId org, std::string_view name) const {
    return data_.sources->by_name(org, name);
}
const Share* SnapshotView::share(std::int64_t id) const {
    return data_.shares->by_id(id);
}
const Share* SnapshotView::share_by_token(std::string_view token) const {
    return data_.shares->by_name(0, token);
}
std::vector<const Organization*> SnapshotView::organizations() const {
    return data_.organizations->group(0);
}
std::vector<const User*> SnapshotView::users(OrgId org) const {
    return data_.users->group(org);
}
std::vector<const ApiKey*> SnapshotView::keys(OrgId org) const {
    return data_.keys->group(org);
}
std::vector<const Dashboard*> SnapshotView::dashboards(OrgId org) const {
    return data_.dashboards->group(org);
}
std::vector<const Source*> SnapshotView::sources(OrgId org) const {
    return data_.sources->group(org);
}
std::vector<const Share*> SnapshotView::shares(OrgId org) const {
    return data_.shares->group(org);
}
std::vector<const Share*> SnapshotView::shares_of_dashboard(std::int64_t id) const {
    return data_.shares_by_dashboard->group(id);
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
