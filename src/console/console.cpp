#include "console/console.h"

#include "console/apply_api.h"
#include "console/context.h"
#include "console/dashboard_api.h"
#include "console/health.h"
#include "console/model_api.h"
#include "console/openapi.h"
#include "console/operation.h"
#include "console/organization_api.h"
#include "console/session_api.h"
#include "console/share_api.h"

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
    return {operation.max_body, [console, &operation](const http::Request& head) -> Result<void> {
                auto who = authorize(*console, operation, head);
                if (!who) return who.error();
                return {};
            }};
}

}  // namespace

const std::vector<Operation>& operations() {
    static const std::vector<Operation> all = [] {
        std::vector<Operation> list;
        for (auto* family : {viewer_operations, data_operations, share_operations,
                             credential_operations, session_admin_operations, dashboard_operations,
                             model_operations, certificate_operations, organization_operations,
                             apply_operations, audit_operations, openapi_operations}) {
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
    add_health_routes(router, dependencies);
}

}  // namespace casement::console
