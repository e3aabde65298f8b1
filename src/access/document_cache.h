// Parsed dashboards. Reading a document costs far more than showing a cached panel, and a document
// changes rarely, so the parsed form is kept while its row stays the same.
#pragma once

#include "base/error.h"
#include "dashboards/dashboard.h"
#include "store/records.h"

#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

namespace casement::access {

/// A stored document, whatever dialect it is written in. Errors: invalid "invalid_dashboard".
[[nodiscard]] Result<dashboards::Dashboard> read_stored_document(std::string_view dialect,
                                                                 const json::object& document);

class DocumentCache {
  public:
    /// The parsed document of a row, whatever dialect it is written in. Any thread.
    /// Errors: internal "dashboard_unreadable" for a stored document that no longer reads.
    [[nodiscard]] Result<std::shared_ptr<const dashboards::Dashboard>> get(
        const store::Dashboard& row);
    /// The same for a look: a dashboard of exactly one panel, under the look's own title.
    [[nodiscard]] Result<std::shared_ptr<const dashboards::Dashboard>> get(const store::Look& row);

  private:
    struct Entry {
        Time modified_at;
        std::shared_ptr<const dashboards::Dashboard> document;
    };
    using Entries = std::unordered_map<std::int64_t, Entry>;
    [[nodiscard]] std::shared_ptr<const dashboards::Dashboard> kept(const Entries& entries,
                                                                    std::int64_t id,
                                                                    Time modified_at);

    std::mutex mutex_;
    Entries entries_;
    Entries looks_;
};

}  // namespace casement::access
