// Which source a query means. A document of our own names it; an imported one may say its name, its
// uid, or nothing.
#pragma once

#include "base/error.h"
#include "dashboards/dashboard.h"
#include "dashboards/importers/grafana.h"
#include "store/catalog.h"

#include <string>
#include <string_view>

namespace casement::access {

/// The type of the source in `org` with this name or uid; of the default one for ""; empty when
/// there is none.
[[nodiscard]] std::string source_type_of(const store::Snapshot& snapshot, store::OrgId org,
                                         std::string_view reference);

/// What the importer asks of an organization's sources. `snapshot` must outlive it.
[[nodiscard]] dashboards::ImportContext import_context(const store::Snapshot& snapshot,
                                                       store::OrgId org);

/// The name of the source in `org` that the query asks; a query that names a model has none.
/// A name wins over a uid. Nothing at all means the organization's default source, or its only one.
/// Never a source of another organization. Errors, of loose references only: not_found
/// "source_not_found", unprocessable "no_default_source".
[[nodiscard]] Result<std::string> source_of(const store::Snapshot& snapshot, store::OrgId org,
                                            const dashboards::PanelQuery& query);

}  // namespace casement::access
