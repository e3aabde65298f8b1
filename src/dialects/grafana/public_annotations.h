// Which annotations a public dashboard shows, by its own list of annotation queries (grafana.md
// §3.4). Pure. Of all that such a list can name, only this server's own annotations are shown, and
// of those only the dashboard's and the organization's: never another dashboard's.
#pragma once

#include "store/annotation_store.h"

#include <string>
#include <vector>

#include <boost/json.hpp>

namespace casement::grafana {

namespace json = boost::json;

struct AnnotationSource {
    json::object shown;  ///< as strangers may see it: without what it looks for
    std::string color;
    bool of_dashboard = false;  ///< its annotations say which panel they are about
    /// One or two, without the time and the organization.
    std::vector<store::AnnotationQuery> queries;
};

/// Those that are switched on. A dashboard without a list has the vendor's built-in one.
[[nodiscard]] std::vector<AnnotationSource> annotation_sources(const store::Dashboard& row);

[[nodiscard]] json::object annotation_event(const store::Annotation& annotation,
                                            const AnnotationSource& source,
                                            const store::Dashboard& row);

}  // namespace casement::grafana
