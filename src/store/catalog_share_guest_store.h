// Guests of shares of a catalog, each call in a transaction of its own.
#pragma once

#include "store/catalog_work.h"
#include "store/share_guest_store.h"

namespace casement::store {

class SqlShareGuestStore : public ShareGuestStore {
  protected:
    /// `work` must outlive it.
    explicit SqlShareGuestStore(CatalogWork& work) : work_(&work) {}

    [[nodiscard]] Result<void> read_guests(const GuestWork& work) override;
    [[nodiscard]] Result<void> write_guests(const GuestWork& work) override;

  private:
    CatalogWork* work_;
};

}  // namespace casement::store
