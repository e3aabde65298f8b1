#include "access/catalog_parts.h"

#include <charconv>

#include <fmt/format.h>

namespace casement::access {

void CatalogParts::record(const Principal& who, std::string action, std::string object,
                          json::object detail) const {
    audit.record({who.org, who.actor, std::move(action), std::move(object), {}, std::move(detail)});
}

std::string object_of(const store::Dashboard& row) {
    return fmt::format("dashboard:{}", row.id);
}
std::string object_of(const store::Share& row) {
    return fmt::format("share:{}", row.id);
}

const store::Dashboard* find_dashboard_row(const store::Snapshot& snapshot, store::OrgId org,
                                           std::string_view id) {
    if (id.empty() || id.size() > 64) return nullptr;
    if (const auto* by_uid = snapshot.dashboard_by_uid(org, id)) return by_uid;
    std::int64_t number = 0;
    const auto parsed = std::from_chars(id.data(), id.data() + id.size(), number);
    if (parsed.ec != std::errc{} || parsed.ptr != id.data() + id.size()) return nullptr;
    const auto* row = snapshot.dashboard(number);
    return row != nullptr && row->org == org ? row : nullptr;
}

Error dashboard_not_found(std::string_view id) {
    return not_found("dashboard_not_found",
                     fmt::format("Dashboard with ID {} not found", id.substr(0, 64)));
}

}  // namespace casement::access
