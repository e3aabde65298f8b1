#include "dialects/grafana/public_faults.h"

#include "dialects/grafana/errors.h"

#include <fmt/format.h>

namespace casement::grafana {

http::Response answer(const PublicFault& fault, std::string_view message) {
    return http::Response::json(
        fault.status, json::object{{"statusCode", fault.status},
                                   {"messageId", fmt::format("publicdashboards.{}", fault.id)},
                                   {"message", message.empty() ? fault.message : message},
                                   {"extra", nullptr},
                                   {"traceID", ""}});
}

http::Response unseen(const Error& reason) {
    if (reason.code == "share_paused") return answer(public_fault::kPaused);
    if (reason.code == "dashboard_not_public") {
        return answer(public_fault::kHasVariables, reason.message);
    }
    const bool gone = reason.kind == ErrorKind::not_found || reason.kind == ErrorKind::gone;
    return gone ? answer(public_fault::kNotFound) : api_error(reason);
}

}  // namespace casement::grafana
