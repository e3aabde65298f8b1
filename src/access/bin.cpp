#include "access/bin.h"

#include "access/catalog_parts.h"
#include "access/dashboard_service.h"
#include "base/log.h"

#include <optional>

#include <pthread.h>

namespace casement::access {
namespace {

bool is_over(const std::optional<Time>& binned_at, Time now) {
    return binned_at && *binned_at + kBinTime <= now;
}

/// False: it is not there any more, or was restored meanwhile.
Result<bool> purge(store::Transaction& tx, std::int64_t id, Time now) {
    const auto row = tx.dashboard(id);
    if (!row && row.error().kind == ErrorKind::not_found) return false;
    if (!row) return row.error();
    const auto binned_at = row->deleted_at;
    if (!binned_at || !is_over(binned_at, now)) return false;
    auto shares = tx.count_shares(id);
    if (!shares) return shares.error();
    if (auto removed = tx.remove_dashboard(id); !removed) return removed.error();
    store::AuditRow audit;
    audit.org = row->org;
    audit.at = now;
    audit.actor = "system";
    audit.action = "dashboard.purged";
    audit.object = object_of(*row);
    audit.detail = {{"uid", row->uid}, {"shares", *shares}, {"deleted_at", to_rfc3339(*binned_at)}};
    if (auto appended = tx.append(audit); !appended) return appended.error();
    return true;
}

}  // namespace

Result<std::size_t> purge_bin(store::Catalog& catalog, const Clock& clock) {
    const Time now = clock.now();
    const auto snapshot = catalog.snapshot();
    std::size_t purged = 0;
    std::optional<Error> failed;
    for (const auto* organization : snapshot->organizations()) {
        for (const auto* row : snapshot->dashboards(organization->id)) {
            if (!is_over(row->deleted_at, now)) continue;
            const auto gone = catalog.write_now<bool>(
                [id = row->id, now](store::Transaction& tx) { return purge(tx, id, now); });
            if (gone) {
                purged += *gone ? 1 : 0;
            } else if (gone.error().kind == ErrorKind::unavailable) {
                return gone.error();
            } else {
                // One that cannot go must not keep the others.
                failed = gone.error();
            }
        }
    }
    if (failed) return *failed;
    return purged;
}

BinKeeper::BinKeeper(store::Catalog& catalog, const Clock& clock,
                     std::chrono::milliseconds interval)
    : catalog_(catalog), clock_(clock), interval_(interval), thread_([this] { run(); }) {}

BinKeeper::~BinKeeper() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stop_.notify_one();
    thread_.join();
}

void BinKeeper::run() {
    ::pthread_setname_np(::pthread_self(), "bin");
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        const auto purged = purge_bin(catalog_, clock_);
        if (!purged) {
            log::error("bin_not_purged", {{"reason", purged.error().message}});
        } else if (*purged > 0) {
            log::info("bin_purged", {{"dashboards", static_cast<std::int64_t>(*purged)}});
        }
        lock.lock();
        stop_.wait_for(lock, interval_, [&] { return stopping_; });
    }
}

}  // namespace casement::access
