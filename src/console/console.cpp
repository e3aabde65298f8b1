#include "console/console.h"

#include "console/account_api.h"
#include "console/apply_api.h"
#include "console/author_api.h"
#include "console/console_page.h"
#include "console/context.h"
#include "console/dashboard_api.h"
#include "console/health.h"
#include "console/home_api.h"
#include "console/key_api.h"
#include "console/link_api.h"
#include "console/model_api.h"
#include "console/open_id_routes.h"
#include "console/openapi.h"
#include "console/operation.h"
#include "console/organization_api.h"
#include "console/people_api.h"
#include "console/session_api.h"
#include "console/share_api.h"
#include "console/share_invitation_api.h"
#include "console/snapshot_api.h"
#include "console/source_api.h"
#include "console/system_api.h"
#include "console/usage_api.h"

#include <iterator>
#include <memory>
#include <stdexcept>

namespace casement::console {

namespace {

/// For an operation that takes more than the usual body: only from whom it would let in.
http::LargeBody large_body(const std::shared_ptr<Context>& console, const Operation& operation) {
    if (operation.max_body <= kUsualBody) return {};
    if (operation.caller != Caller::principal) {
        throw std::logic_error(operation.id + " takes large bodies from anybody");
    }
    return {operation.max_body, [console, &operation](const http::Request& head) {
                return may_send(*console, operation, head);
            }};
}

}  // namespace

const std::vector<Operation>& operations() {
    static const std::vector<Operation> all = [] {
        std::vector<Operation> list;
        for (auto* family : {account_operations,
                             viewer_operations,
                             data_operations,
                             share_operations,
                             share_link_operations,
                             credential_operations,
                             session_admin_operations,
                             dashboard_operations,
                             dashboard_import_operations,
                             dashboard_version_operations,
                             author_operations,
                             model_operations,
                             certificate_operations,
                             organization_operations,
                             apply_operations,
                             audit_operations,
                             user_operations,
                             invitation_operations,
                             group_operations,
                             role_operations,
                             attribute_operations,
                             external_person_operations,
                             key_operations,
                             embed_operations,
                             embed_url_operations,
                             source_operations,
                             source_trial_operations,
                             source_schema_operations,
                             model_look_operations,
                             link_operations,
                             usage_operations,
                             home_operations,
                             folder_operations,
                             system_operations,
                             open_id_operations,
                             share_invitation_operations,
                             snapshot_operations,
                             openapi_operations}) {
            auto more = family();
            std::move(more.begin(), more.end(), std::back_inserter(list));
        }
        return list;
    }();
    return all;
}

void add_console_routes(http::Router& router, const Dependencies& dependencies) {
    const auto console = std::make_shared<Context>(dependencies);
    for (const auto& operation : operations()) {
        router.add(
            operation.method, std::string(kApiRoot) + operation.path,
            [console, &operation](http::Request& request) {
                return answer(*console, operation, request);
            },
            large_body(console, operation));
    }
    add_open_id_routes(router, console);
    add_health_routes(router, dependencies);
    add_console_pages(router);
}

}  // namespace casement::console
