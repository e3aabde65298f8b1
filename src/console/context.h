// What the handlers of one server share.
#pragma once

#include "access/refusal_log.h"
#include "console/console.h"
#include "console/openapi.h"
#include "console/view_log.h"

#include <string>

namespace casement::console {

struct Context {
    explicit Context(const Dependencies& dependencies)
        : parts(dependencies),
          refusals(dependencies.audit, dependencies.clock),
          views(dependencies.audit, dependencies.clock),
          document(served_document(dependencies.others)) {}

    Dependencies parts;
    access::RefusalLog refusals;
    ViewLog views;
    const std::string document;  ///< OpenAPI

    /// "https://bi.example.com", as the configuration says or as this request was addressed.
    [[nodiscard]] std::string base_url(const http::Request& request) const;
};

}  // namespace casement::console
