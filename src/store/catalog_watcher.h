// The thread that keeps the snapshot fresh: it looks at the database again and again, and at once
// when PostgreSQL tells of a change.
#pragma once

#include "store/private_file.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

namespace casement::store {

class CatalogWatcher {
  public:
    /// Calls `look` on its own thread at least every `interval`. With `listen` (a libpq connection
    /// string) it also listens on `channel`, and connects anew when that connection breaks; until
    /// then the interval alone has to do. `look` must not throw.
    CatalogWatcher(std::chrono::milliseconds interval, std::string listen, std::string channel,
                   std::function<void()> look);
    ~CatalogWatcher();
    CatalogWatcher(const CatalogWatcher&) = delete;
    CatalogWatcher& operator=(const CatalogWatcher&) = delete;

  private:
    void run();

    const std::chrono::milliseconds interval_;
    const std::string listen_;
    const std::string channel_;
    const std::function<void()> look_;
    File wake_;  ///< an eventfd: readable means stop
    std::thread thread_;
};

}  // namespace casement::store
