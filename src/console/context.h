// What the handlers of one server share.
#pragma once

#include "access/catalog_parts.h"
#include "access/panel_times.h"
#include "access/rate_limit.h"
#include "access/refusal_log.h"
#include "access/source_health.h"
#include "access/source_trial.h"
#include "console/console.h"
#include "console/openapi.h"
#include "console/person.h"
#include "console/view_log.h"
#include "crypto/random.h"

#include <memory>
#include <string>

namespace casement::console {

struct Context {
    explicit Context(const Dependencies& dependencies)
        : parts(dependencies),
          refusals(dependencies.audit, dependencies.clock),
          views(dependencies.audit, dependencies.clock),
          panel_times(std::make_shared<access::PanelTimes>(dependencies.audit)),
          persons(dependencies.accounts, dependencies.public_url),
          document(served_document(dependencies.others)) {
        parts.views.measure(panel_times);
    }

    Dependencies parts;
    access::RefusalLog refusals;
    ViewLog views;
    const std::shared_ptr<access::PanelTimes> panel_times;
    const Persons persons;
    const std::string document;  ///< OpenAPI
    /// Of links that are explained, by caller.
    access::RateLimiter explanations{{30}, parts.clock};
    access::SourceHealth source_health{parts.engine, parts.clock};
    access::SourceTrial trials;  ///< of sources that nobody has saved yet

    /// For services that are made for one call.
    [[nodiscard]] access::CatalogParts catalog_parts() const {
        return {parts.catalog, parts.audit, parts.random, parts.clock};
    }

    /// "https://bi.example.com", as the configuration says or as this request was addressed.
    [[nodiscard]] std::string base_url(const http::Request& request) const;
};

}  // namespace casement::console
