#include "access/source_uses.h"

#include "access/document_cache.h"
#include "access/model_queries.h"
#include "access/source_reference.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace casement::access {
namespace {

/// More would not be read.
constexpr std::size_t kMostNamed = 8;

using Fits = std::function<bool(const dashboards::PanelQuery& query)>;

void find_documents(const store::Snapshot& snapshot, store::OrgId org, const Fits& fits,
                    Uses& uses) {
    const auto reads = [&fits](const dashboards::Dashboard& document) {
        const auto queries = queries_of(document);
        return std::ranges::any_of(queries, [&fits](const auto& one) { return fits(*one.query); });
    };
    const auto context = import_context(snapshot, org);
    for (const auto* row : snapshot.dashboards(org)) {
        if (row->deleted_at) continue;
        const auto read = read_stored_document(row->dialect, row->document, context);
        if (read && reads(*read)) uses.dashboards.push_back({row->uid, row->title});
    }
    for (const auto* row : snapshot.list<store::Look>(org)) {
        if (row->deleted_at) continue;
        const auto read = dashboards::read_dashboard(row->document);
        if (read && reads(*read)) uses.looks.push_back(row->title);
    }
}

}  // namespace

Uses uses_of_source(const store::Snapshot& snapshot, store::OrgId org, std::string_view name) {
    Uses uses;
    for (const auto* model : snapshot.list<store::Model>(org)) {
        if (model->source == name) uses.models.push_back(model->name);
    }
    std::ranges::sort(uses.models);
    const auto fits = [&](const dashboards::PanelQuery& query) {
        if (!query.model.empty()) return false;
        const auto source = source_of(snapshot, org, query);
        return source && *source == name;
    };
    find_documents(snapshot, org, fits, uses);
    return uses;
}

Uses uses_of_model(const store::Snapshot& snapshot, store::OrgId org, std::string_view name) {
    Uses uses;
    const auto fits = [&](const dashboards::PanelQuery& query) { return query.model == name; };
    find_documents(snapshot, org, fits, uses);
    return uses;
}

std::string words_of(const Uses& uses) {
    std::vector<std::string> words;
    for (const auto& dashboard : uses.dashboards)
        words.push_back(fmt::format("dashboard \"{}\" ({})", dashboard.title, dashboard.uid));
    for (const auto& look : uses.looks)
        words.push_back(fmt::format("look \"{}\"", look));
    for (const auto& model : uses.models)
        words.push_back(fmt::format("model \"{}\"", model));
    const auto all = words.size();
    if (all <= kMostNamed) return fmt::format("{}", fmt::join(words, "; "));
    words.resize(kMostNamed);
    return fmt::format("{}; and {} more", fmt::join(words, "; "), all - kMostNamed);
}

Result<void> check_unused(const store::Snapshot& snapshot, const store::Source& row) {
    const auto uses = uses_of_source(snapshot, row.org, row.name);
    if (uses.empty()) return {};
    return conflict("source_in_use",
                    fmt::format("The source \"{}\" is read by {}. Change or delete them first.",
                                row.name, words_of(uses)));
}

}  // namespace casement::access
