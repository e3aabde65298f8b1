#include "access/organization_service.h"

#include <fmt/format.h>

namespace casement::access {

bool embed_sharing_enabled(const store::Organization& organization) {
    const auto* value = organization.settings.if_contains("embed_sharing");
    if (value == nullptr) return true;
    return value->is_bool() && value->get_bool();
}

asio::awaitable<Result<store::Organization>> OrganizationService::update(
    Principal who, std::function<Result<void>(store::Organization&)> change) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    const auto* found = snapshot->organization(who.org);
    if (found == nullptr) {
        co_return not_found("organization_not_found", "This organization does not exist.");
    }
    auto row = *found;
    auto changed = change(row);
    if (!changed) co_return changed.error();
    row.id = found->id;
    auto written = co_await parts_.catalog.write<store::Organization>(
        [row](store::Transaction& tx) -> Result<store::Organization> {
            if (auto updated = tx.update(row); !updated) return updated.error();
            return row;
        });
    if (written) {
        parts_.record(who, "organization.changed", fmt::format("organization:{}", row.id));
    }
    co_return written;
}

}  // namespace casement::access
