#include "access/share_visits.h"

#include "access/session_owner.h"
#include "base/log.h"

namespace casement::access {
namespace {

constexpr std::chrono::seconds kWithin{60};

}  // namespace

asio::awaitable<void> ShareVisits::opened(store::OrgId org, std::int64_t share,
                                          std::int64_t owner) {
    const Time now = clock_->now();
    const auto guest = guest_of_owner(owner);
    {
        const std::lock_guard lock(mutex_);
        auto& noted = noted_[share];
        if (guest == 0 && noted <= now && now - noted < kWithin) co_return;
        noted = now;
    }
    auto done = co_await store_->note_visit(org, share, guest, now);
    if (!done) {
        log::warning("share_visit_not_noted", {{"share", share}, {"reason", done.error().message}});
    }
}

asio::awaitable<Result<std::map<std::int64_t, Time>>> ShareVisits::of(store::OrgId org) {
    auto visits = co_await store_->visits(org);
    co_return visits;
}

asio::awaitable<Result<bool>> ShareVisits::was_revoked(std::int64_t owner, Time since) {
    const auto id = guest_of_owner(owner);
    if (id == 0) co_return false;
    auto found = co_await store_->find(id);
    if (!found) co_return found.error();
    const auto& guest = *found;
    co_return !guest || (guest->revoked_at && *guest->revoked_at >= since);
}

}  // namespace casement::access
