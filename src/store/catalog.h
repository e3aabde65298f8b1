// The catalog: everything that is configured, in SQLite or PostgreSQL through one code path (SOCI).
// Reads come from an immutable snapshot in memory; writes go to the database, and every process
// that shares it sees them within a second.
#pragma once

#include "base/error.h"
#include "base/pool.h"
#include "crypto/random.h"
#include "store/records.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace casement::store {

class SecretBox;

/// The whole catalog at one moment. Never changes; hold it for the length of one request. Pointers
/// it hands out live as long as the snapshot does. Deleted rows are not in it (binned dashboards
/// are).
class Snapshot {
  public:
    virtual ~Snapshot() = default;
    [[nodiscard]] virtual std::int64_t version() const = 0;
    [[nodiscard]] virtual const Organization* organization(OrgId id) const = 0;
    [[nodiscard]] virtual const User* user(std::int64_t id) const = 0;
    [[nodiscard]] virtual const User* user_by_handle(OrgId org, std::string_view handle) const = 0;
    [[nodiscard]] virtual const ApiKey* key_by_hash(std::string_view sha256) const = 0;
    [[nodiscard]] virtual const ApiKey* key(std::int64_t id) const = 0;
    [[nodiscard]] virtual const Dashboard* dashboard(std::int64_t id) const = 0;
    [[nodiscard]] virtual const Dashboard* dashboard_by_uid(OrgId org,
                                                            std::string_view uid) const = 0;
    [[nodiscard]] virtual const Source* source_by_name(OrgId org, std::string_view name) const = 0;
    [[nodiscard]] virtual const Share* share(std::int64_t id) const = 0;
    [[nodiscard]] virtual const Share* share_by_token(std::string_view token) const = 0;
    /// In the order of their ids.
    [[nodiscard]] virtual std::vector<const Organization*> organizations() const = 0;
    [[nodiscard]] virtual std::vector<const User*> users(OrgId org) const = 0;
    [[nodiscard]] virtual std::vector<const ApiKey*> keys(OrgId org) const = 0;
    [[nodiscard]] virtual std::vector<const Dashboard*> dashboards(OrgId org) const = 0;
    [[nodiscard]] virtual std::vector<const Source*> sources(OrgId org) const = 0;
    [[nodiscard]] virtual std::vector<const Share*> shares(OrgId org) const = 0;
    [[nodiscard]] virtual std::vector<const Share*> shares_of_dashboard(std::int64_t id) const = 0;
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

struct CatalogOptions {
    /// "sqlite:PATH" or a "postgresql://…" / "host=… dbname=…" connection string.
    std::string database;
    unsigned connections = 4;
    /// Longest time until a write by another process is seen.
    std::chrono::milliseconds refresh_interval{250};
};

/// One write: all of its calls are committed together or not at all. Blocking; lives on a pool's
/// thread inside Catalog::write. New rows get `id` (and `created_at` where unset) filled in.
/// Errors: conflict "already_exists" on a unique key, not_found, invalid "invalid_text" (a NUL byte
/// or broken UTF-8; `field` is the column), unavailable "store_unavailable". After the first two
/// the transaction goes on as if the call had not been made; after the last it cannot commit.
class Transaction {
  public:
    virtual ~Transaction() = default;
    virtual Result<void> insert(Organization& row) = 0;
    virtual Result<void> update(const Organization& row) = 0;
    virtual Result<void> insert(User& row) = 0;
    virtual Result<void> update(const User& row) = 0;
    virtual Result<void> insert(ApiKey& row) = 0;
    virtual Result<void> update(const ApiKey& row) = 0;
    virtual Result<void> insert(Dashboard& row) = 0;
    virtual Result<void> update(const Dashboard& row) = 0;
    /// For good (restore is update with deleted_at cleared); its shares go with it.
    virtual Result<void> remove_dashboard(std::int64_t id) = 0;
    virtual Result<void> insert(Source& row) = 0;
    virtual Result<void> update(const Source& row) = 0;
    virtual Result<void> remove_source(std::int64_t id) = 0;
    /// Its `credentials` are inserted with it.
    virtual Result<void> insert(Share& row) = 0;
    /// Everything but `credentials`, `token` and `dashboard`.
    virtual Result<void> update(const Share& row) = 0;
    virtual Result<void> remove_share(std::int64_t id) = 0;
    virtual Result<void> insert(Credential& row) = 0;
    virtual Result<void> update(const Credential& row) = 0;
    virtual Result<void> remove_credential(std::int64_t id) = 0;
    /// Chains it to the organization's last row and fills in id, at (unless set) and chain.
    virtual Result<void> append(AuditRow& row) = 0;
    /// Current rows as this transaction sees them, for check-then-write.
    virtual Result<Share> share(std::int64_t id) = 0;
    virtual Result<Dashboard> dashboard(std::int64_t id) = 0;
    virtual Result<std::int64_t> count_shares(std::int64_t dashboard) = 0;
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
        std::optional<Result<T>> result;
        const std::optional<Error> failed = transact([&](Transaction& tx) -> bool {
            result.emplace(work(tx));
            return result->has_value();
        });
        if (failed) return *failed;
        return std::move(*result);
    }

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
