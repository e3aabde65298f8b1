#include "access/document_cache.h"

#include "base/log.h"
#include "dashboards/importers/datadog.h"

namespace casement::access {

Result<std::shared_ptr<const dashboards::Dashboard>> DocumentCache::get(
    const store::Dashboard& row) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = entries_.find(row.id);
        if (found != entries_.end() && found->second.modified_at == row.modified_at) {
            return found->second.document;
        }
    }
    auto read = row.dialect == "datadog" ? dashboards::import_datadog(row.document)
                                         : dashboards::read_dashboard(row.document);
    if (!read) {
        log::error("dashboard_unreadable", {{"dashboard", row.id},
                                            {"field", read.error().field},
                                            {"reason", read.error().message}});
        auto error =
            internal_error("This dashboard cannot be shown: its stored document is damaged.");
        error.code = "dashboard_unreadable";
        return error;
    }
    read->uid = row.uid;
    auto document = std::make_shared<const dashboards::Dashboard>(std::move(*read));
    const std::lock_guard lock(mutex_);
    entries_[row.id] = {row.modified_at, document};
    return document;
}

}  // namespace casement::access
