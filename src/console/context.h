// What the handlers of one server share.
#pragma once

#include "access/refusal_log.h"
#include "console/console.h"
#include "console/view_log.h"

namespace casement::console {

struct Context {
    explicit Context(const Dependencies& dependencies)
        : parts(dependencies),
          refusals(dependencies.audit, dependencies.clock),
          views(dependencies.audit, dependencies.clock) {}

    Dependencies parts;
    access::RefusalLog refusals;
    ViewLog views;

    /// "https://bi.example.com", as the configuration says or as this request was addressed.
    [[nodiscard]] std::string base_url(const http::Request& request) const;
};

}  // namespace casement::console
