// The snapshot's inside: one immutable index per kind of row, shared between snapshots as long as
// nothing in it changes.
#pragma once

#include "store/catalog.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <string_view>
#include <tuple>
#include <type_traits>
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

/// A group that nobody asks for: its rows are not listed.
inline constexpr std::int64_t kNotListed = std::numeric_limits<std::int64_t>::min();

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
        if (const std::int64_t group_id = Keys::group(value); group_id != kNotListed) {
            auto& group = by_group_[group_id];
            // Ids only grow: a new row goes to the end.
            group.insert(place(group, value.id), &value);
        }
        by_id_[value.id] = std::move(row);
    }

    void erase(std::int64_t id) {
        const auto found = by_id_.find(id);
        if (found == by_id_.end()) return;
        const Row& row = *found->second;
        const auto named = by_name_.find(Keys::name(row));
        if (named != by_name_.end() && named->second == &row) by_name_.erase(named);
        const auto group = by_group_.find(Keys::group(row));
        if (group != by_group_.end()) {
            group->second.erase(place(group->second, id));
            if (group->second.empty()) by_group_.erase(group);
        }
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

/// How Snapshot::find, by_name and list see a kind of row; most are named within their
/// organization.
template <class T>
struct Keys {
    using Row = T;
    static std::int64_t group(const Row& row) { return row.org; }
    static NameKey name(const Row& row) { return {row.org, row.name}; }
};
template <>
struct Keys<Organization> {
    using Row = Organization;
    static std::int64_t group(const Row&) { return 0; }
    static NameKey name(const Row&) { return {}; }
};
template <>
struct Keys<User> {
    using Row = User;
    static std::int64_t group(const Row& row) { return row.org; }
    static NameKey name(const Row& row) { return {row.org, row.handle}; }
};
template <>
struct Keys<ApiKey> {
    using Row = ApiKey;
    static std::int64_t group(const Row& row) { return row.org; }
    static NameKey name(const Row& row) { return {0, row.hash}; }
};
template <>
struct Keys<Dashboard> {
    using Row = Dashboard;
    static std::int64_t group(const Row& row) { return row.org; }
    static NameKey name(const Row& row) { return {row.org, row.uid}; }
};
template <>
struct Keys<Share> {
    using Row = Share;
    static std::int64_t group(const Row& row) { return row.org; }
    static NameKey name(const Row& row) { return {0, row.token}; }
};
template <>
struct Keys<Group> {
    using Row = Group;
    static std::int64_t group(const Row& row) { return row.org; }
    static NameKey name(const Row& row) {
        return row.external_group_id.empty() ? NameKey{row.org, row.name}
                                             : external(row.org, row.external_group_id);
    }
    /// External groups are found by their external id only, apart from the names of the others.
    static NameKey external(OrgId org, std::string_view text) { return {-org, text}; }
};
template <>
struct Keys<Folder> {
    using Row = Folder;
    static std::int64_t group(const Row& row) { return row.org; }
    static NameKey name(const Row& row) { return {row.org, row.uid}; }
};
template <>
struct Keys<ServiceAccount> {
    using Row = ServiceAccount;
    static std::int64_t group(const Row& row) { return row.org; }
    static NameKey name(const Row& row) { return {row.org, row.login}; }
};
template <>
struct Keys<DashboardSnapshot> {
    using Row = DashboardSnapshot;
    static std::int64_t group(const Row& row) { return row.org; }
    static NameKey name(const Row& row) { return {0, row.key}; }
};
/// Rows without a name of their own.
template <class T>
struct NamelessKeys {
    using Row = T;
    static std::int64_t group(const Row& row) { return row.org; }
    static NameKey name(const Row&) { return {}; }
};
template <>
struct Keys<EmbedSecret> : NamelessKeys<EmbedSecret> {};
template <>
struct Keys<Look> : NamelessKeys<Look> {};

// The same rows, listed under something else.

struct ShareOfDashboardKeys {
    using Row = Share;
    static std::int64_t group(const Row& row) { return row.dashboard; }
    static NameKey name(const Row&) { return {}; }
};
struct SourceByUidKeys {
    using Row = Source;
    static std::int64_t group(const Row&) { return kNotListed; }
    static NameKey name(const Row& row) { return {row.org, row.uid}; }
};
/// Listed under the account they belong to; API keys of their own are not listed.
struct KeyOfAccountKeys {
    using Row = AccountKey;
    static std::int64_t group(const Row& row) {
        return row.account != 0 ? row.account : kNotListed;
    }
    static NameKey name(const Row&) { return {}; }
};
struct DashboardSnapshotByDeleteHashKeys {
    using Row = DashboardSnapshot;
    static std::int64_t group(const Row&) { return kNotListed; }
    static NameKey name(const Row& row) { return {0, row.delete_hash}; }
};
/// Listed under the folder they stand in; those in none, under their organization.
template <class T>
struct InFolderKeys {
    using Row = T;
    static std::int64_t place(OrgId org, std::int64_t folder) {
        return folder != 0 ? folder : -org;
    }
    static std::int64_t group(const Row& row) {
        if constexpr (std::is_same_v<Row, Folder>) {
            return place(row.org, row.parent);
        } else {
            return place(row.org, row.folder);
        }
    }
    static NameKey name(const Row&) { return {}; }
};
struct FolderOfExternalGroupKeys {
    using Row = Folder;
    static std::int64_t group(const Row& row) {
        return row.external_group != 0 ? row.external_group : kNotListed;
    }
    static NameKey name(const Row&) { return {}; }
};

/// Everything that a snapshot holds: one index per way to find a row. Copying it copies pointers;
/// an index is copied only when somebody is about to change it.
template <class... AnyKeys>
struct IndexesBy {
    template <class K>
    using Slot = std::shared_ptr<const Index<typename K::Row, K>>;

    std::int64_t version = -1;
    std::tuple<Slot<AnyKeys>...> slots{
        std::make_shared<const Index<typename AnyKeys::Row, AnyKeys>>()...};

    template <class K>
    [[nodiscard]] const Index<typename K::Row, K>& index() const {
        return *std::get<Slot<K>>(slots);
    }
};
template <class List>
struct IndexesOf;
template <class... Row>
struct IndexesOf<Rows<Row...>> {
    using Type = IndexesBy<Keys<Row>..., ShareOfDashboardKeys, InFolderKeys<Folder>,
                           InFolderKeys<Dashboard>, InFolderKeys<Look>, FolderOfExternalGroupKeys,
                           SourceByUidKeys, KeyOfAccountKeys, DashboardSnapshotByDeleteHashKeys>;
};
using SnapshotData = IndexesOf<SnapshotRows>::Type;

/// Snapshot's functions for each kind of row, one kind after the other.
template <class List>
class SnapshotRowsView;
template <>
class SnapshotRowsView<Rows<>> : public Snapshot {
  public:
    explicit SnapshotRowsView(SnapshotData data) : data_(std::move(data)) {}
    [[nodiscard]] const SnapshotData& data() const { return data_; }

  private:
    const SnapshotData data_;
};
template <class Row, class... Rest>
class SnapshotRowsView<Rows<Row, Rest...>> : public SnapshotRowsView<Rows<Rest...>> {
    using Base = SnapshotRowsView<Rows<Rest...>>;
    using Tag = std::type_identity<Row>;

  public:
    using Base::Base;
    using Base::find_row;
    using Base::list_rows;
    using Base::named_row;
    [[nodiscard]] const Row* find_row(Tag, std::int64_t id) const final {
        return this->data().template index<Keys<Row>>().by_id(id);
    }
    [[nodiscard]] const Row* named_row(Tag, OrgId org, std::string_view name) const final {
        return this->data().template index<Keys<Row>>().by_name(org, name);
    }
    [[nodiscard]] std::vector<const Row*> list_rows(Tag, OrgId org) const final {
        return this->data().template index<Keys<Row>>().group(org);
    }
};

class SnapshotView final : public SnapshotRowsView<SnapshotRows> {
  public:
    using SnapshotRowsView::SnapshotRowsView;

    [[nodiscard]] std::int64_t version() const override;
    [[nodiscard]] std::vector<const Share*> shares_of_dashboard(std::int64_t id) const override;
    [[nodiscard]] const Group* group_by_external_id(OrgId org,
                                                    std::string_view text) const override;
    [[nodiscard]] const Folder* folder_of_external_group(std::int64_t group) const override;
    [[nodiscard]] std::vector<const Folder*> folders_in(OrgId org,
                                                        std::int64_t folder) const override;
    [[nodiscard]] std::vector<const Dashboard*> dashboards_in(OrgId org,
                                                              std::int64_t folder) const override;
    [[nodiscard]] std::vector<const Look*> looks_in(OrgId org, std::int64_t folder) const override;
    [[nodiscard]] const Source* source_by_uid(OrgId org, std::string_view uid) const override;
    [[nodiscard]] std::vector<const AccountKey*> keys_of_account(std::int64_t id) const override;
    [[nodiscard]] const DashboardSnapshot* dashboard_snapshot_by_delete_hash(
        std::string_view sha256) const override;
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
