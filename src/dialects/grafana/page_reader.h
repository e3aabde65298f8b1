// Reads the URLs under /d/, /d-solo/ and /public-dashboards/ for whoever shows their dashboards.
#pragma once

#include "access/content.h"

namespace casement::grafana {

class PageReader final : public access::PageReader {
  public:
    /// What of the page's looks cannot be read is left out, as in Grafana: a page must not fail for
    /// its looks.
    [[nodiscard]] Result<access::ContentRequest> read(std::string_view target,
                                                      Time now) const override;
};

}  // namespace casement::grafana
