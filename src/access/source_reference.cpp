#include "access/source_reference.h"

#include "access/source_service.h"

#include <vector>

#include <fmt/format.h>

namespace casement::access {

namespace {

const store::Source* named_source(const store::Snapshot& snapshot, store::OrgId org,
                                  std::string_view reference) {
    const std::string name(reference);
    if (const auto* source = snapshot.source_by_name(org, name)) return source;
    const auto* source = snapshot.source_by_uid(org, name);
    return source != nullptr && source->org == org ? source : nullptr;
}

/// The default one, else the only one; of one type, when it is said which. Two that are the
/// default: nobody can say which was meant.
const store::Source* unnamed_source(const store::Snapshot& snapshot, store::OrgId org,
                                    std::string_view type) {
    std::vector<const store::Source*> all;
    std::vector<const store::Source*> defaults;
    for (const auto* source : snapshot.list<store::Source>(org)) {
        if (!type.empty() && source->type != type) continue;
        all.push_back(source);
        if (is_default_source(*source)) defaults.push_back(source);
    }
    if (defaults.size() == 1) return defaults.front();
    return all.size() == 1 ? all.front() : nullptr;
}

}  // namespace

std::string source_type_of(const store::Snapshot& snapshot, store::OrgId org,
                           std::string_view reference) {
    const auto* source = reference.empty() ? unnamed_source(snapshot, org, {})
                                           : named_source(snapshot, org, reference);
    return source == nullptr ? std::string() : source->type;
}

dashboards::ImportContext import_context(const store::Snapshot& snapshot, store::OrgId org) {
    return {[&snapshot, org](std::string_view reference) {
        return source_type_of(snapshot, org, reference);
    }};
}

Result<std::string> source_of(const store::Snapshot& snapshot, store::OrgId org,
                              const dashboards::PanelQuery& query) {
    if (!query.loose_source) return query.source;
    if (!query.source.empty()) {
        const auto* source = named_source(snapshot, org, query.source);
        if (source != nullptr) return source->name;
        return not_found("source_not_found", "The query names a source of data that is not there.");
    }
    const auto* chosen = unnamed_source(snapshot, org, query.source_type);
    if (chosen != nullptr) return chosen->name;
    std::string message =
        "The query names no source of data, and the organization has no default one.";
    if (!query.source_type.empty()) {
        message = fmt::format(
            "The query names no source of data, and the organization has no default one of type "
            "\"{}\".",
            query.source_type);
    }
    return Error{ErrorKind::unprocessable, "no_default_source", std::move(message), {}};
}

}  // namespace casement::access
