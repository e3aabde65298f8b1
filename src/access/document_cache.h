// Parsed dashboards. Reading a document costs far more than showing a cached panel, and a document
// changes rarely, so the parsed form is kept while its row stays the same.
#pragma once

#include "base/error.h"
#include "dashboards/dashboard.h"
#include "dashboards/importers/grafana.h"
#include "store/records.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace casement::access {

/// A stored document, whatever dialect it is written in; an imported one in the words of the
/// sources that `context` knows (import_context()). Errors: invalid "invalid_dashboard".
[[nodiscard]] Result<dashboards::Dashboard> read_stored_document(
    std::string_view dialect, const json::object& document,
    const dashboards::ImportContext& context = {});

class DocumentCache {
  public:
    /// The type of a source of an organization by name or uid, "" for the default one; empty: there
    /// is none.
    using SourceType = std::function<std::string(store::OrgId org, std::string_view reference)>;

    DocumentCache() = default;
    /// Imported documents are read in the words of the sources that they name.
    explicit DocumentCache(SourceType source_type) : source_type_(std::move(source_type)) {}

    /// The parsed document of a row, whatever dialect it is written in. Any thread.
    /// Errors: internal "dashboard_unreadable" for a stored document that no longer reads.
    [[nodiscard]] Result<std::shared_ptr<const dashboards::Dashboard>> get(
        const store::Dashboard& row);
    /// The same for a look: a dashboard of exactly one panel, under the look's own title.
    [[nodiscard]] Result<std::shared_ptr<const dashboards::Dashboard>> get(const store::Look& row);

  private:
    /// What an imported document asked for, and what it was told.
    using SourceTypes = std::map<std::string, std::string, std::less<>>;
    struct Entry {
        Time modified_at;
        std::shared_ptr<const dashboards::Dashboard> document;
        SourceTypes told;
    };
    using Entries = std::unordered_map<std::int64_t, Entry>;
    [[nodiscard]] std::shared_ptr<const dashboards::Dashboard> kept(const Entries& entries,
                                                                    std::int64_t id,
                                                                    Time modified_at,
                                                                    store::OrgId org);
    [[nodiscard]] Result<dashboards::Dashboard> read(const store::Dashboard& row,
                                                     SourceTypes& told) const;

    const SourceType source_type_;
    std::mutex mutex_;
    Entries entries_;
    Entries looks_;
};

}  // namespace casement::access
