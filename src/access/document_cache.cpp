#include "access/document_cache.h"

#include "base/log.h"
#include "dashboards/importers/datadog.h"
#include "dashboards/importers/grafana.h"

#include <fmt/format.h>

namespace casement::access {

namespace {

Error unreadable(std::string_view kind, std::int64_t id, const Error& reason) {
    log::error("dashboard_unreadable",
               {{kind, id}, {"field", reason.field}, {"reason", reason.message}});
    auto error = internal_error("This dashboard cannot be shown: its stored document is damaged.");
    error.code = "dashboard_unreadable";
    return error;
}

}  // namespace

/// A document of another dialect is never read as one of our own, whatever it looks like: its
/// queries were not checked as ours.
Result<dashboards::Dashboard> read_stored_document(std::string_view dialect,
                                                   const json::object& document,
                                                   const dashboards::ImportContext& context) {
    if (dialect == "casement") return dashboards::read_dashboard(document);
    if (dialect == "datadog") return dashboards::import_datadog(document);
    if (dialect == "grafana") return dashboards::import_grafana(document, nullptr, context);
    return invalid("invalid_dashboard", fmt::format("No reader for \"{}\".", dialect));
}

Result<dashboards::Dashboard> DocumentCache::read(const store::Dashboard& row,
                                                  SourceTypes& told) const {
    dashboards::ImportContext context;
    if (source_type_) {
        context.source_type = [&](std::string_view reference) {
            auto type = source_type_(row.org, reference);
            told.emplace(reference, type);
            return type;
        };
    }
    return read_stored_document(row.dialect, row.document, context);
}

std::shared_ptr<const dashboards::Dashboard> DocumentCache::kept(const Entries& entries,
                                                                 std::int64_t id, Time modified_at,
                                                                 store::OrgId org) {
    const std::lock_guard lock(mutex_);
    const auto found = entries.find(id);
    if (found == entries.end() || found->second.modified_at != modified_at) return nullptr;
    // A source that came, went or changed its type since: its queries may be written otherwise.
    for (const auto& [reference, type] : found->second.told) {
        if (source_type_(org, reference) != type) return nullptr;
    }
    return found->second.document;
}

Result<std::shared_ptr<const dashboards::Dashboard>> DocumentCache::get(
    const store::Dashboard& row) {
    if (auto document = kept(entries_, row.id, row.modified_at, row.org)) return document;
    SourceTypes told;
    auto made = read(row, told);
    if (!made && row.dialect == "grafana") {
        // Kept for the API that saved it, and whole: its author can do something about it.
        if (auto classic = dashboards::check_classic(row.document); !classic) {
            return classic.error();
        }
    }
    if (!made) return unreadable("dashboard", row.id, made.error());
    made->uid = row.uid;
    auto document = std::make_shared<const dashboards::Dashboard>(std::move(*made));
    const std::lock_guard lock(mutex_);
    entries_[row.id] = {row.modified_at, document, std::move(told)};
    return document;
}

Result<std::shared_ptr<const dashboards::Dashboard>> DocumentCache::get(const store::Look& row) {
    if (auto document = kept(looks_, row.id, row.modified_at, row.org)) return document;
    auto read = dashboards::read_dashboard(row.document);
    if (!read) return unreadable("look", row.id, read.error());
    if (read->panels.size() != 1) {
        return unreadable("look", row.id,
                          invalid("invalid_look", "A look has exactly one panel.", "panels"));
    }
    read->uid = fmt::format("look-{}", row.id);
    read->title = row.title;
    auto document = std::make_shared<const dashboards::Dashboard>(std::move(*read));
    const std::lock_guard lock(mutex_);
    looks_[row.id] = {row.modified_at, document, {}};
    return document;
}

}  // namespace casement::access
