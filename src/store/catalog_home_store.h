// Stars and looks of a catalog, each call in a transaction of its own.
#pragma once

#include "store/catalog_work.h"
#include "store/home_store.h"

namespace casement::store {

class SqlHomeStore : public HomeStore {
  public:
    [[nodiscard]] Result<std::vector<DashboardMark>> marks_now(std::int64_t person) override;
    [[nodiscard]] Result<void> star_now(std::int64_t person, std::int64_t dashboard,
                                        std::optional<Time> at) override;
    [[nodiscard]] Result<void> note_seen_now(std::int64_t person, std::int64_t dashboard,
                                             Time at) override;

  protected:
    /// `work` must outlive it.
    explicit SqlHomeStore(CatalogWork& work) : work_(&work) {}

  private:
    CatalogWork* work_;
};

}  // namespace casement::store
