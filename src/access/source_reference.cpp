#include "access/source_reference.h"

#include "access/source_service.h"

namespace casement::access {

Result<std::string> source_of(const store::Snapshot& snapshot, store::OrgId org,
                              const dashboards::PanelQuery& query) {
    if (!query.loose_source) return query.source;
    if (!query.source.empty()) {
        if (snapshot.source_by_name(org, query.source) != nullptr) return query.source;
        const auto* source = snapshot.source_by_uid(org, query.source);
        if (source != nullptr && source->org == org) return source->name;
        return not_found("source_not_found", "The query names a source of data that is not there.");
    }
    const auto sources = snapshot.list<store::Source>(org);
    const store::Source* chosen = nullptr;
    for (const auto* source : sources) {
        if (!is_default_source(*source)) continue;
        // Two of them: nobody can say which was meant.
        if (chosen != nullptr) {
            chosen = nullptr;
            break;
        }
        chosen = source;
    }
    if (chosen == nullptr && sources.size() == 1) chosen = sources.front();
    if (chosen == nullptr) {
        return Error{ErrorKind::unprocessable,
                     "no_default_source",
                     "The query names no source of data, and the organization has no default one.",
                     {}};
    }
    return chosen->name;
}

}  // namespace casement::access
