// The snapshot's inside: one immutable index per kind of row, shared between snapshots as long as
// nothing in it changes.
#pragma once

#include "store/catalog.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace casement::store {

/// A name within an organization (0 for names that are unique over all). It looks into the row
/// that it belongs to, so it must go before the row does.
struct NameKey {
    OrgId org = 0;
    std::string_view name;
    friend bool operator==(const NameKey&, const NameKey&) = default;
};
struct NameHash {
    std::size_t operator()(const NameKey& key) const noexcept {
        return std::hash<std::string_view>{}(key.name) ^
               (static_cast<std::size_t>(key.org) * 0x9E3779B97F4A7C15ULL);
    }
};

/// `Keys` gives a row's group (the organization it is listed under) and its name.
template <class Row, class Keys>
class Index {
  public:
    using Pointer = std::shared_ptr<const Row>;

    void put(Pointer row) {
        erase(row->id);
        const Row& value = *row;
        if (const NameKey name = Keys::name(value); !name.name.empty()) {
            // Another row may have given this name up in the same change and not be replaced yet.
            // Its entry's key looks into that row, so the entry goes, not only its value.
            by_name_.erase(name);
            by_name_.emplace(name, &value);
        }
        auto& group = by_group_[Keys::group(value)];
        // Ids only grow: a new row goes to the end.
        group.insert(place(group, value.id), &value);
        by_id_[value.id] = std::move(row);
    }

    void erase(std::int64_t id) {
        const auto found = by_id_.find(id);
        if (found == by_id_.end()) return;
        const Row& row = *found->second;
        const auto named = by_name_.find(Keys::name(row));
        if (named != by_name_.end() && named->second == &row) by_name_.erase(named);
        const auto group = by_group_.find(Keys::group(row));
        group->second.erase(place(group->second, id));
        if (group->second.empty()) by_group_.erase(group);
        by_id_.erase(found);
    }

    [[nodiscard]] const Row* by_id(std::int64_t id) const {
        const auto found = by_id_.find(id);
        return found == by_id_.end() ? nullptr : found->second.get();
    }
    [[nodiscard]] const Row* by_name(OrgId org, std::string_view name) const {
        const auto found = by_name_.find(NameKey{org, name});
        return found == by_name_.end() ? nullptr : found->second;
    }
    /// In the order of ids.
    [[nodiscard]] std::vector<const Row*> group(std::int64_t id) const {
        const auto found = by_group_.find(id);
        return found == by_group_.end() ? std::vector<const Row*>{} : found->second;
    }

  private:
    static auto place(std::vector<const Row*>& group, std::int64_t id) {
        return std::lower_bound(
            group.begin(), group.end(), id,
            [](const Row* row, std::int64_t wanted) { return row->id < wanted; });
    }

    std::unordered_map<std::int64_t, Pointer> by_id_;
    std::unordered_map<NameKey, const Row*, NameHash> by_name_;
    std::unordered_map<std::int64_t, std::vector<const Row*>> by_group_;
};

struct OrganizationKeys {
    static std::int64_t group(const Organization&) { return 0; }
    static NameKey name(const Organization&) { return {}; }
};
struct UserKeys {
    static std::int64_t group(const User& row) { return row.org; }
    static NameKey name(const User& row) { return {row.org, row.handle}; }
};
struct KeyKeys {
    static std::int64_t group(const ApiKey& row) { return row.org; }
    static NameKey name(const ApiKey& row) { return {0, row.hash}; }
};
struct DashboardKeys {
    static std::int64_t group(const Dashboard& row) { return row.org; }
    static NameKey name(const Dashboard& row) { return {row.org, row.uid}; }
};
struct SourceKeys {
    static std::int64_t group(const Source& row) { return row.org; }
    static NameKey name(const Source& row) { return {row.org, row.name}; }
};
struct ShareKeys {
    static std::int64_t group(const Share& row) { return row.org; }
    static NameKey name(const Share& row) { return {0, row.token}; }
};
/// The same shares, listed under their dashboard.
struct ShareOfDashboardKeys {
    static std::int64_t group(const Share& row) { return row.dashboard; }
    static NameKey name(const Share&) { return {}; }
};

/// Everything that a snapshot holds. Copying it copies pointers; an index is copied only when
/// somebody is about to change it.
struct SnapshotData {
    std::int64_t version = -1;
    std::shared_ptr<const Index<Organization, OrganizationKeys>> organizations;
    std::shared_ptr<const Index<User, UserKeys>> users;
    std::shared_ptr<const Index<ApiKey, KeyKeys>> keys;
    std::shared_ptr<const Index<Dashboard, DashboardKeys>> dashboards;
    std::shared_ptr<const Index<Source, SourceKeys>> sources;
    std::shared_ptr<const Index<Share, ShareKeys>> shares;
    std::shared_ptr<const Index<Share, ShareOfDashboardKeys>> shares_by_dashboard;

    [[nodiscard]] static SnapshotData empty();
};

class SnapshotView final : public Snapshot {
  public:
    explicit SnapshotView(SnapshotData data) : data_(std::move(data)) {}

    [[nodiscard]] const SnapshotData& data() const { return data_; }

    [[nodiscard]] std::int64_t version() const override;
    [[nodiscard]] const Organization* organization(OrgId id) const override;
    [[nodiscard]] const User* user(std::int64_t id) const override;
    [[nodiscard]] const User* user_by_handle(OrgId org, std::string_view handle) const override;
    [[nodiscard]] const ApiKey* key_by_hash(std::string_view sha256) const override;
    [[nodiscard]] const ApiKey* key(std::int64_t id) const override;
    [[nodiscard]] const Dashboard* dashboard(std::int64_t id) const override;
    [[nodiscard]] const Dashboard* dashboard_by_uid(OrgId org, std::string_view uid) const override;
    [[nodiscard]] const Source* source_by_name(OrgId org, std::string_view name) const override;
    [[nodiscard]] const Share* share(std::int64_t id) const override;
    [[nodiscard]] const Share* share_by_token(std::string_view token) const override;
    [[nodiscard]] std::vector<const Organization*> organizations() const override;
    [[nodiscard]] std::vector<const User*> users(OrgId org) const override;
    [[nodiscard]] std::vector<const ApiKey*> keys(OrgId org) const override;
    [[nodiscard]] std::vector<const Dashboard*> dashboards(OrgId org) const override;
    [[nodiscard]] std::vector<const Source*> sources(OrgId org) const override;
    [[nodiscard]] std::vector<const Share*> shares(OrgId org) const override;
    [[nodiscard]] std::vector<const Share*> shares_of_dashboard(std::int64_t id) const override;

  private:
    const SnapshotData data_;
};

/// The newest snapshot, for many readers and few writers. `get` takes no lock and touches no
/// cache line that another reading thread writes: each thread keeps its own reference count.
class SnapshotSlot {
  public:
    [[nodiscard]] SnapshotPtr get() const;
    void set(std::shared_ptr<const SnapshotView> snapshot);
    [[nodiscard]] std::shared_ptr<const SnapshotView> newest() const;

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const SnapshotView> snapshot_;
    /// Unique in the process over all slots; says whether a thread's own copy is the newest.
    std::atomic<std::uint64_t> stamp_{0};
};

}  // namespace casement::store
