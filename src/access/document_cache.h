// Parsed dashboards. Reading a document costs far more than showing a cached panel, and a document
// changes rarely, so the parsed form is kept while its row stays the same.
#pragma once

#include "base/error.h"
#include "dashboards/dashboard.h"
#include "store/records.h"

#include <memory>
#include <mutex>
#include <unordered_map>

namespace casement::access {

class DocumentCache {
  public:
    /// The parsed document of a row, whatever dialect it is written in. Any thread.
    /// Errors: internal "dashboard_unreadable" for a stored document that no longer reads.
    [[nodiscard]] Result<std::shared_ptr<const dashboards::Dashboard>> get(
        const store::Dashboard& row);

  private:
    struct Entry {
        Time modified_at;
        std::shared_ptr<const dashboards::Dashboard> document;
    };
    std::mutex mutex_;
    std::unordered_map<std::int64_t, Entry> entries_;
};

}  // namespace casement::access
