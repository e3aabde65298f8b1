// The catalog: everything that is configured, in SQLite or PostgreSQL through one code path (SOCI).
// Reads come from an immutable snapshot in memory; writes go to the database, and every process
// that shares it sees them within a second.
#pragma once

#include "base/error.h"
#include "base/pool.h"
#include "crypto/random.h"
#include "store/catalog_embed_users.h"
#include "store/catalog_interfaces.h"
#include "store/records.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace casement::store {

class SecretBox;

/// The whole catalog at one moment. Never changes; hold it for the length of one request. Pointers
/// it hands out live as long as the snapshot does. Deleted rows are not in it (binned dashboards
/// and looks are).
///
/// Ids are unique over organizations: whoever takes one from outside compares the row's `org`.
class Snapshot : public ReadsOf<SnapshotRows> {
  public:
    [[nodiscard]] virtual std::int64_t version() const = 0;

    /// `snapshot->find<Role>(7)`; nullptr when there is none.
    template <class Row>
    [[nodiscard]] const Row* find(std::int64_t id) const {
        return find_row(std::type_identity<Row>{}, id);
    }
    /// By what names a row in its organization: a user's handle, a dashboard's uid, the name of an
    /// ordinary group, and so on. A key's hash, a share's token and the key of a dashboard snapshot
    /// are asked for with org 0. Looks, folders and embed secrets have no such name.
    template <class Row>
    [[nodiscard]] const Row* by_name(OrgId org, std::string_view name) const {
        return named_row(std::type_identity<Row>{}, org, name);
    }
    /// All of an organization, in the order of their ids. Organizations are listed under 0.
    template <class Row>
    [[nodiscard]] std::vector<const Row*> list(OrgId org) const {
        return list_rows(std::type_identity<Row>{}, org);
    }

    [[nodiscard]] virtual std::vector<const Share*> shares_of_dashboard(std::int64_t id) const = 0;
    [[nodiscard]] virtual const Group* group_by_external_id(OrgId org,
                                                            std::string_view text) const = 0;
    [[nodiscard]] virtual const Folder* folder_of_external_group(std::int64_t group) const = 0;
    /// What stands directly in a folder, in the order of ids; folder 0: in none, or at the top.
    /// Binned ones too.
    [[nodiscard]] virtual std::vector<const Folder*> folders_in(OrgId org,
                                                                std::int64_t folder) const = 0;
    [[nodiscard]] virtual std::vector<const Dashboard*> dashboards_in(
        OrgId org, std::int64_t folder) const = 0;
    [[nodiscard]] virtual std::vector<const Look*> looks_in(OrgId org,
                                                            std::int64_t folder) const = 0;
    [[nodiscard]] virtual const Source* source_by_uid(OrgId org, std::string_view uid) const = 0;
    /// In the order of ids.
    [[nodiscard]] virtual std::vector<const AccountKey*> keys_of_account(std::int64_t id) const = 0;
    [[nodiscard]] virtual const DashboardSnapshot* dashboard_snapshot_by_delete_hash(
        std::string_view sha256) const = 0;

    // The same under the names that are used most.
    [[nodiscard]] const Organization* organization(OrgId id) const {
        return find<Organization>(id);
    }
    [[nodiscard]] const User* user(std::int64_t id) const { return find<User>(id); }
    [[nodiscard]] const User* user_by_handle(OrgId org, std::string_view handle) const {
        return by_name<User>(org, handle);
    }
    [[nodiscard]] const ApiKey* key_by_hash(std::string_view sha256) const {
        return by_name<ApiKey>(0, sha256);
    }
    [[nodiscard]] const ApiKey* key(std::int64_t id) const { return find<ApiKey>(id); }
    [[nodiscard]] const Dashboard* dashboard(std::int64_t id) const { return find<Dashboard>(id); }
    [[nodiscard]] const Dashboard* dashboard_by_uid(OrgId org, std::string_view uid) const {
        return by_name<Dashboard>(org, uid);
    }
    [[nodiscard]] const Folder* folder_by_uid(OrgId org, std::string_view uid) const {
        return by_name<Folder>(org, uid);
    }
    [[nodiscard]] const Source* source_by_name(OrgId org, std::string_view name) const {
        return by_name<Source>(org, name);
    }
    [[nodiscard]] const Share* share(std::int64_t id) const { return find<Share>(id); }
    [[nodiscard]] const Share* share_by_token(std::string_view token) const {
        return by_name<Share>(0, token);
    }
    [[nodiscard]] std::vector<const Organization*> organizations() const {
        return list<Organization>(0);
    }
    [[nodiscard]] std::vector<const User*> users(OrgId org) const { return list<User>(org); }
    [[nodiscard]] std::vector<const ApiKey*> keys(OrgId org) const { return list<ApiKey>(org); }
    [[nodiscard]] std::vector<const Dashboard*> dashboards(OrgId org) const {
        return list<Dashboard>(org);
    }
    [[nodiscard]] std::vector<const Source*> sources(OrgId org) const { return list<Source>(org); }
    [[nodiscard]] std::vector<const Share*> shares(OrgId org) const { return list<Share>(org); }
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;
using KeyUses = std::map<std::int64_t, Time>;
/// Keys of both kinds count their ids apart.
enum class KeyTable { account_keys, api_keys };

/// What an organization's dashboard snapshots take up.
struct DashboardSnapshotTotals {
    std::int64_t count = 0;
    std::int64_t bytes = 0;
};

struct CatalogOptions {
    /// "sqlite:PATH" or a "postgresql://…" / "host=… dbname=…" connection string.
    std::string database;
    unsigned connections = 4;
    /// Longest time until a write by another process is seen.
    std::chrono::milliseconds refresh_interval{250};
};

/// One write: all of its calls are committed together or not at all. Blocking; lives on a pool's
/// thread inside Catalog::write. New rows get `id` (and `created_at` where unset) filled in.
/// An update leaves `org` and `created_at` as they are; of a user also `uuid`, of a key its kind
/// and `public_id`, of a share also `credentials`, `token` and `dashboard`, of a credential its
/// share, of an embed user the `external_user_id`. Errors: conflict "already_exists" on a unique
/// key, not_found, conflict "in_use" when a row is removed that others refer to, invalid
/// "invalid_text" (a NUL byte or broken UTF-8; `field` is the column), unavailable
/// "store_unavailable". After all but the last the transaction goes on as if the call had not been
/// made; after the last it cannot commit.
class Transaction : public WritesOf<WritableRows> {
  public:
    /// For good. With a dashboard go its shares and
    /// versions, with a dashboard snapshot its document, with a share its credentials, with a
    /// service account its keys. A folder must be empty (binned dashboards and looks count), a set
    /// without roles: else conflict "in_use". From lists of ids a removed row's id is not taken
    /// out; records.h says what that means.
    template <class Row>
    Result<void> remove(std::int64_t id) {
        return remove_row(std::type_identity<Row>{}, id);
    }
    /// The current row as this transaction sees it, for check-then-write.
    template <class Row>
    Result<Row> load(std::int64_t id) {
        return load_row(std::type_identity<Row>{}, id);
    }

    Result<void> remove_dashboard(std::int64_t id) { return remove<Dashboard>(id); }
    Result<void> remove_source(std::int64_t id) { return remove<Source>(id); }
    Result<void> remove_share(std::int64_t id) { return remove<Share>(id); }
    Result<void> remove_credential(std::int64_t id) { return remove<Credential>(id); }
    Result<Share> share(std::int64_t id) { return load<Share>(id); }
    Result<Dashboard> dashboard(std::int64_t id) { return load<Dashboard>(id); }

    virtual Result<std::int64_t> count_shares(std::int64_t dashboard) = 0;
    /// For find-or-make: the snapshot may not know yet what another process has just made.
    virtual Result<Group> group_by_external_id(OrgId org, std::string_view text) = 0;
    virtual Result<Folder> folder_of_external_group(std::int64_t group) = 0;
    /// One version each of a dashboard; of one that is there already, conflict "already_exists".
    /// They go with their dashboard.
    virtual Result<void> keep_version(const DashboardVersion& version) = 0;

    /// The document of a dashboard snapshot that was inserted; it goes with its row.
    virtual Result<void> keep_snapshot_document(std::int64_t dashboard_snapshot,
                                                const std::string& document) = 0;
    virtual Result<DashboardSnapshotTotals> dashboard_snapshot_totals(OrgId org) = 0;

    // Embed users. A transaction that only touches these runs beside other writers, which matters
    // because every login is one. So where it writes other rows too, it writes those first.

    /// The row, held so that nobody else changes it before this transaction ends. load<EmbedUser>
    /// does the same by id. Where there is none, insert may still meet a conflict: then it has been
    /// made meanwhile, and asking again finds it.
    virtual Result<EmbedUser> embed_user_by_external_id(OrgId org, std::string_view text) = 0;
    /// What a login writes: finds the row by `org` and `external_user_id`, or makes it. From `row`
    /// it takes grant, external_group, timezone, logged_in_at, and the names that are not empty;
    /// everything else stays as it was and is filled into `row`. So afterwards `row` is what is
    /// stored, and `row.disabled` says whether to refuse (and not to commit). Any number of these
    /// at once for one external id make one row.
    virtual Result<void> put_embed_user(EmbedUser& row) = 0;

    /// Chains it to the organization's last row and fills in id, at (unless set) and chain.
    virtual Result<void> append(AuditRow& row) = 0;
};

/// The end of an organization's audit chain.
struct AuditHead {
    std::int64_t id = 0;  ///< of the last row; 0 when there is none
    std::string chain;
};

class Catalog {
  public:
    /// Opens the database, runs missing migrations under a lock, loads the first snapshot. Creates
    /// organization 1 ("Main") in an empty database. Blocking; call it before serving.
    [[nodiscard]] static Result<std::unique_ptr<Catalog>> open(const CatalogOptions& options,
                                                               const SecretBox& secrets,
                                                               const Clock& clock);
    virtual ~Catalog() = default;

    /// Any thread; takes a lock only at a thread's first call after a change.
    [[nodiscard]] virtual SnapshotPtr snapshot() const = 0;

    /// Runs `work` in one transaction on the catalog's own pool and commits when it returns
    /// success; when this returns, snapshot() in this process has the change. A conflict with a
    /// concurrent writer is retried, so `work` may run more than once.
    template <class T>
    [[nodiscard]] asio::awaitable<Result<T>> write(std::function<Result<T>(Transaction&)> work) {
        auto result =
            co_await pool().run([this, work = std::move(work)] { return write_now<T>(work); });
        co_return result;
    }
    /// The same on the calling thread: command line, start-up, tests.
    template <class T>
    [[nodiscard]] Result<T> write_now(const std::function<Result<T>(Transaction&)>& work) {
        Result<T> result = internal_error();
        const std::optional<Error> failed = transact([&](Transaction& tx) -> bool {
            result = work(tx);
            return result.has_value();
        });
        if (failed) return *failed;
        return result;
    }

    /// One embed user of an organization. Errors: not_found, unavailable.
    [[nodiscard]] asio::awaitable<Result<EmbedUser>> embed_user(OrgId org, std::int64_t id) {
        auto found = co_await pool().run([this, org, id] { return embed_user_now(org, id); });
        co_return found;
    }
    [[nodiscard]] asio::awaitable<Result<EmbedUser>> embed_user_by_external_id(OrgId org,
                                                                               std::string text) {
        auto found = co_await pool().run([this, org, text = std::move(text)] {
            return embed_user_by_external_id_now(org, text);
        });
        co_return found;
    }
    [[nodiscard]] asio::awaitable<Result<std::vector<EmbedUser>>> search_embed_users(
        EmbedUserQuery query) {
        auto found = co_await pool().run(
            [this, query = std::move(query)] { return search_embed_users_now(query); });
        co_return found;
    }
    /// How many there are, whatever `limit` and `offset` say.
    [[nodiscard]] asio::awaitable<Result<std::int64_t>> count_embed_users(EmbedUserQuery query) {
        auto count = co_await pool().run(
            [this, query = std::move(query)] { return count_embed_users_now(query); });
        co_return count;
    }
    // The same on the calling thread.
    [[nodiscard]] virtual Result<EmbedUser> embed_user_now(OrgId org, std::int64_t id) = 0;
    [[nodiscard]] virtual Result<EmbedUser> embed_user_by_external_id_now(
        OrgId org, std::string_view text) = 0;
    [[nodiscard]] virtual Result<std::vector<EmbedUser>> search_embed_users_now(
        const EmbedUserQuery& query) = 0;
    [[nodiscard]] virtual Result<std::int64_t> count_embed_users_now(
        const EmbedUserQuery& query) = 0;

    /// Versions of a dashboard, newest first, older than revision `before` (0 = newest).
    [[nodiscard]] asio::awaitable<Result<std::vector<DashboardVersion>>> dashboard_versions(
        std::int64_t dashboard, std::int64_t before, std::size_t limit) {
        auto found = co_await pool().run([this, dashboard, before, limit] {
            return dashboard_versions_now(dashboard, before, limit);
        });
        co_return found;
    }
    /// Errors: not_found.
    [[nodiscard]] asio::awaitable<Result<DashboardVersion>> dashboard_version(
        std::int64_t dashboard, std::int64_t revision) {
        auto found = co_await pool().run(
            [this, dashboard, revision] { return dashboard_version_now(dashboard, revision); });
        co_return found;
    }
    [[nodiscard]] virtual Result<std::vector<DashboardVersion>> dashboard_versions_now(
        std::int64_t dashboard, std::int64_t before, std::size_t limit) = 0;
    [[nodiscard]] virtual Result<DashboardVersion> dashboard_version_now(std::int64_t dashboard,
                                                                         std::int64_t revision) = 0;

    /// The JSON text of a dashboard snapshot's document. Errors: not_found.
    [[nodiscard]] asio::awaitable<Result<std::string>> snapshot_document(
        std::int64_t dashboard_snapshot) {
        auto found = co_await pool().run(
            [this, dashboard_snapshot] { return snapshot_document_now(dashboard_snapshot); });
        co_return found;
    }
    [[nodiscard]] virtual Result<std::string> snapshot_document_now(
        std::int64_t dashboard_snapshot) = 0;

    /// When keys of a kind were used last, by their ids; those never used are missing.
    [[nodiscard]] asio::awaitable<Result<KeyUses>> key_uses(KeyTable table, OrgId org) {
        auto found = co_await pool().run([this, table, org] { return key_uses_now(table, org); });
        co_return found;
    }
    [[nodiscard]] virtual Result<KeyUses> key_uses_now(KeyTable table, OrgId org) = 0;
    /// Blocking; a time that is older than the one kept changes nothing.
    [[nodiscard]] virtual Result<void> note_key_use(KeyTable table, std::int64_t key, Time at) = 0;

    /// Rows newest first, of one organization, older than `before_id` (0 = newest). Blocking.
    [[nodiscard]] virtual Result<std::vector<AuditRow>> audit(OrgId org, std::int64_t before_id,
                                                              std::size_t limit) = 0;
    /// Id of the first row whose chain does not follow from the one before, or nullopt. Blocking.
    /// It finds rows that were changed, deleted, inserted or put into another order. Somebody who
    /// may write to the database can also cut off the end, or write the chain anew from some row
    /// on, and set the head to fit: that shows only against a head kept elsewhere (audit_head).
    [[nodiscard]] virtual Result<std::optional<std::int64_t>> verify_audit(OrgId org) = 0;
    /// The last row's id and chain. Keep it outside the database: as long as the row of that id
    /// still has that chain, nothing up to it was touched. Blocking.
    [[nodiscard]] virtual Result<AuditHead> audit_head(OrgId org) = 0;
    /// Appends all rows, in their order, in one durable step, or none. Ids of each organization
    /// count up by one. Text that a database cannot hold is repaired, never refused. Does not
    /// change the snapshot's version. Blocking; AuditQueue batches calls.
    [[nodiscard]] virtual Result<void> append_audit(std::vector<AuditRow> rows) = 0;

    /// Called after each new snapshot, one call at a time, on the thread that loaded it; keep it
    /// short and do not write to the catalog in it. Register before serving.
    virtual void on_change(std::function<void(const SnapshotPtr&)> listener) = 0;

    /// Whether the database answered lately; /readyz asks.
    [[nodiscard]] virtual bool healthy() const = 0;

    /// Where blocking catalog work runs.
    [[nodiscard]] virtual BlockingPool& pool() = 0;

  protected:
    /// `work` returns whether to commit. nullopt when the transaction ended as `work` wished.
    virtual std::optional<Error> transact(const std::function<bool(Transaction&)>& work) = 0;
};

}  // namespace casement::store
