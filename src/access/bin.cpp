#include "access/bin.h"

#include "access/dashboard_service.h"
#include "base/log.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <pthread.h>

namespace casement::access {
namespace {

template <class Row>
bool is_over(const Row& row, Time now) {
    return row.deleted_at && *row.deleted_at + kBinTime <= now;
}
bool is_over(const store::DashboardSnapshot& row, Time now) {
    return row.expires_at && *row.expires_at <= now;
}

std::string name_of(const store::Dashboard&) {
    return "dashboard";
}
std::string name_of(const store::Look&) {
    return "look";
}

std::string name_of(const store::DashboardSnapshot&) {
    return "dashboard_snapshot";
}

/// Removes the row, and describes in `detail` what went.
Result<void> remove(store::Transaction& tx, const store::Dashboard& row, json::object& detail) {
    auto shares = tx.count_shares(row.id);
    if (!shares) return shares.error();
    detail["deleted_at"] = to_rfc3339(*row.deleted_at);
    detail["uid"] = row.uid;
    detail["shares"] = *shares;
    return tx.remove_dashboard(row.id);
}
Result<void> remove(store::Transaction& tx, const store::Look& row, json::object& detail) {
    detail["deleted_at"] = to_rfc3339(*row.deleted_at);
    detail["title"] = row.title;
    return tx.remove<store::Look>(row.id);
}
Result<void> remove(store::Transaction& tx, const store::DashboardSnapshot& row,
                    json::object& detail) {
    detail["expires_at"] = to_rfc3339(*row.expires_at);
    detail["name"] = row.name;
    return tx.remove<store::DashboardSnapshot>(row.id);
}

/// False: it is not there any more, or was restored meanwhile.
template <class Row>
Result<bool> purge(store::Transaction& tx, std::int64_t id, Time now) {
    const auto row = tx.load<Row>(id);
    if (!row && row.error().kind == ErrorKind::not_found) return false;
    if (!row) return row.error();
    if (!is_over(*row, now)) return false;
    json::object detail;
    if (auto removed = remove(tx, *row, detail); !removed) return removed.error();
    store::AuditRow audit;
    audit.org = row->org;
    audit.at = now;
    audit.actor = "system";
    audit.action = name_of(*row) + ".purged";
    audit.object = fmt::format("{}:{}", name_of(*row), row->id);
    audit.detail = std::move(detail);
    if (auto appended = tx.append(audit); !appended) return appended.error();
    return true;
}

/// What a run of purge_bin() has come to.
struct Purged {
    std::size_t count = 0;
    std::optional<Error> failed;  ///< the last that could not go
};

/// False: the store does not answer, so there is no point in going on.
template <class Row>
bool purge_all(store::Catalog& catalog, const std::vector<const Row*>& rows, Time now,
               Purged& purged) {
    for (const auto* row : rows) {
        if (!is_over(*row, now)) continue;
        const auto gone = catalog.write_now<bool>(
            [id = row->id, now](store::Transaction& tx) { return purge<Row>(tx, id, now); });
        if (gone) {
            purged.count += *gone ? 1 : 0;
            continue;
        }
        // One that cannot go must not keep the others.
        purged.failed = gone.error();
        if (gone.error().kind == ErrorKind::unavailable) return false;
    }
    return true;
}

}  // namespace

Result<std::size_t> purge_bin(store::Catalog& catalog, const Clock& clock) {
    const Time now = clock.now();
    const auto snapshot = catalog.snapshot();
    Purged purged;
    for (const auto* organization : snapshot->organizations()) {
        const auto org = organization->id;
        const bool goes_on =
            purge_all(catalog, snapshot->dashboards(org), now, purged) &&
            purge_all(catalog, snapshot->list<store::Look>(org), now, purged) &&
            purge_all(catalog, snapshot->list<store::DashboardSnapshot>(org), now, purged);
        if (!goes_on) break;
    }
    if (purged.failed) return *purged.failed;
    return purged.count;
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
            log::info("bin_purged", {{"count", static_cast<std::int64_t>(*purged)}});
        }
        lock.lock();
        stop_.wait_for(lock, interval_, [&] { return stopping_; });
    }
}

}  // namespace casement::access
