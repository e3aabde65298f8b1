#include "access/account_slots.h"

#include "base/words.h"

#include <fmt/format.h>

namespace casement::access {

UserSlots::Place::~Place() {
    if (slots_ != nullptr) slots_->release(org_);
}

Result<UserSlots::Place> UserSlots::take(store::OrgId org) {
    if (limit_ < 0) return Place(nullptr, org);
    const std::lock_guard lock(mutex_);
    // After the lock: whoever gave his place back before has his row in this snapshot.
    const auto snapshot = catalog_->snapshot();
    const auto used = static_cast<std::int64_t>(snapshot->users(org).size() +
                                                snapshot->list<store::ServiceAccount>(org).size());
    auto& taken = taken_[org];
    if (used + taken >= limit_) {
        return forbidden("quota_reached",
                         fmt::format("Quota reached: this organization may have {}, service "
                                     "accounts among them, and has them. Remove one, or have the "
                                     "server's operator raise quota.org_user.",
                                     counted(static_cast<std::size_t>(limit_), "user")));
    }
    ++taken;
    return Place(this, org);
}

void UserSlots::release(store::OrgId org) {
    const std::lock_guard lock(mutex_);
    --taken_[org];
}

}  // namespace casement::access
