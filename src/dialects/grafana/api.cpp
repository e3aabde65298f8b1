#include "dialects/grafana/api.h"

#include "dialects/grafana/annotation_parts.h"
#include "dialects/grafana/content_parts.h"
#include "dialects/grafana/datasource_parts.h"

#include <memory>

namespace casement::grafana {
namespace {

/// What the operations work with and nobody else has.
struct Api {
    Api(http::Router& router, const Dependencies& d)
        : accounts({d.catalog, d.audit, d.random, d.clock}, d.slots),
          dashboards({d.catalog, d.audit, d.random, d.clock}),
          callers(d.authenticator, d.keys, d.key_check, d.catalog, d.anonymous, d.persons),
          operations(router, callers, d.clock) {}
    access::AccountService accounts;
    access::DashboardService dashboards;
    Callers callers;
    Operations operations;
};

}  // namespace

std::vector<OwnCall> add_grafana_routes(http::Router& router, const Dependencies& d) {
    const auto api = std::make_shared<Api>(router, d);
    const auto parts =
        std::make_shared<const AccountParts>(AccountParts{{d.catalog, d.audit, d.random, d.clock},
                                                          api->accounts,
                                                          d.keys,
                                                          d.key_check.pool(),
                                                          d.key_rules,
                                                          api});
    add_key_operations(api->operations, parts);
    add_migrate_operations(api->operations, parts);
    add_account_operations(api->operations, parts);
    add_token_operations(api->operations, parts);
    add_key_admin_operations(api->operations, parts);
    add_key_import_operations(api->operations, parts);
    add_own_key_operations(api->operations, parts);
    add_own_account_operations(api->operations, parts);
    add_sharable_link_operations(api->operations, parts, d.sharing);

    const auto content = std::make_shared<const ContentParts>(parts->catalog, api->dashboards);
    add_folder_operations(api->operations, content);
    add_dashboard_operations(api->operations, content);
    add_version_operations(api->operations, content);
    add_import_operations(api->operations, content);
    add_search_operations(api->operations, content);
    add_permission_operations(api->operations, content);
    add_settings_operations(api->operations, d.settings);
    add_org_operations(api->operations, content);
    add_health_route(router, d.catalog, d.hide_version);
    if (d.snapshots) {
        const auto snapshots = std::make_shared<const SnapshotParts>(SnapshotParts{
            parts->catalog, access::SnapshotService(parts->catalog, d.snapshots->limits),
            *d.snapshots});
        add_snapshot_operations(api->operations, snapshots);
        add_snapshot_routes(router, snapshots);
    }

    const auto sources = std::make_shared<const DatasourceParts>(
        DatasourceParts{parts->catalog, access::SourceService(parts->catalog), d.engine,
                        d.query_limits, d.allowed_folders});
    add_datasource_operations(api->operations, sources);
    add_datasource_health_operation(api->operations, sources);
    add_query_operation(api->operations, sources);
    add_annotation_operations(api->operations, content);
    if (d.publics) {
        const auto publics =
            std::make_shared<const PublicParts>(PublicParts{parts->catalog, *d.publics});
        add_public_operations(api->operations, publics);
        add_public_routes(router, publics);
    }
    return api->operations.own_calls();
}

}  // namespace casement::grafana
