// How many users an organization may have. A service account takes the place of one.
#pragma once

#include "base/error.h"
#include "store/catalog.h"

#include <cstdint>
#include <map>
#include <mutex>

namespace casement::access {

/// One for the whole process, so that two who ask for the last place at the same time do not both
/// get it.
class UserSlots {
  public:
    /// At most `limit` in each organization; below 0: any number. `catalog` must outlive it.
    UserSlots(const store::Catalog& catalog, std::int64_t limit)
        : catalog_(&catalog), limit_(limit) {}

    /// Keeps a place until whoever took it has written his row, or has given up.
    class Place {
      public:
        Place(UserSlots* slots, store::OrgId org) : slots_(slots), org_(org) {}
        Place(Place&& other) noexcept : slots_(other.slots_), org_(other.org_) {
            other.slots_ = nullptr;
        }
        Place& operator=(Place&&) = delete;
        ~Place();

      private:
        UserSlots* slots_;
        store::OrgId org_;
    };
    /// Errors: forbidden "quota_reached". Any thread.
    [[nodiscard]] Result<Place> take(store::OrgId org);

  private:
    void release(store::OrgId org);

    const store::Catalog* catalog_;
    const std::int64_t limit_;
    std::mutex mutex_;
    std::map<store::OrgId, std::int64_t> taken_;
};

}  // namespace casement::access
