#include "access/account_key_keeper.h"

#include "access/account_keys.h"
#include "base/log.h"

#include <optional>

#include <fmt/format.h>
#include <pthread.h>

namespace casement::access {
namespace {

bool is_over(const store::AccountKey& key, Time now, std::chrono::seconds kept) {
    return key.expires_at && *key.expires_at + kept <= now;
}

/// False: it is not there any more, or was rotated meanwhile.
Result<bool> purge(store::Transaction& tx, std::int64_t id, Time now, std::chrono::seconds kept) {
    const auto row = tx.load<store::AccountKey>(id);
    if (!row && row.error().kind == ErrorKind::not_found) return false;
    if (!row) return row.error();
    if (!is_over(*row, now, kept)) return false;
    if (auto removed = tx.remove<store::AccountKey>(id); !removed) return removed.error();
    store::AuditRow audit;
    audit.org = row->org;
    audit.at = now;
    audit.actor = "system";
    audit.action = "account_key.purged";
    audit.object = object_of(*row);
    audit.detail = {{"name", row->name}, {"expires_at", to_rfc3339(*row->expires_at)}};
    if (auto appended = tx.append(audit); !appended) return appended.error();
    return true;
}

}  // namespace

Result<std::size_t> purge_expired_keys(store::Catalog& catalog, const Clock& clock,
                                       std::chrono::seconds kept) {
    const Time now = clock.now();
    const auto snapshot = catalog.snapshot();
    std::size_t count = 0;
    std::optional<Error> failed;
    for (const auto* organization : snapshot->organizations()) {
        for (const auto* key : snapshot->list<store::AccountKey>(organization->id)) {
            if (!is_over(*key, now, kept)) continue;
            const auto gone =
                catalog.write_now<bool>([id = key->id, now, kept](store::Transaction& tx) {
                    return purge(tx, id, now, kept);
                });
            if (gone) {
                count += *gone ? 1 : 0;
                continue;
            }
            // One that cannot go must not keep the others.
            failed = gone.error();
            if (failed->kind == ErrorKind::unavailable) return *failed;
        }
    }
    if (failed) return *failed;
    return count;
}

AccountKeyKeeper::AccountKeyKeeper(store::Catalog& catalog, const Clock& clock,
                                   std::chrono::seconds kept, std::chrono::milliseconds interval)
    : catalog_(catalog), clock_(clock), kept_(kept), interval_(interval), thread_([this] {
          run();
      }) {}

AccountKeyKeeper::~AccountKeyKeeper() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stop_.notify_one();
    thread_.join();
}

void AccountKeyKeeper::run() {
    ::pthread_setname_np(::pthread_self(), "expired keys");
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        const auto purged = purge_expired_keys(catalog_, clock_, kept_);
        if (!purged) {
            log::error("expired_keys_not_purged", {{"reason", purged.error().message}});
        } else if (*purged > 0) {
            log::info("expired_keys_purged", {{"count", static_cast<std::int64_t>(*purged)}});
        }
        lock.lock();
        stop_.wait_for(lock, interval_, [&] { return stopping_; });
    }
}

}  // namespace casement::access
