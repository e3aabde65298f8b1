// What strangers get of a public dashboard's document: how it looks, and nothing of how its data is
// asked for. Only what is named here stays; a query can hide in any member that is not.
#pragma once

#include "dashboards/dashboard.h"
#include "store/records.h"

#include <optional>

#include <boost/json.hpp>

namespace casement::grafana {

namespace json = boost::json;

struct PublicLook {
    bool time_selectable = false;
    /// The `dashboard` member of a viewer's first line, when the document can be drawn.
    std::optional<json::object> described;
};

/// The `meta` beside it: nothing of who made it or where it lies.
[[nodiscard]] json::object public_meta(const store::Dashboard& row);

/// A document of this dialect without its queries, links and settings of plugins that are not
/// known; its variables as the share's rules leave them.
[[nodiscard]] json::object public_document(const store::Dashboard& row, const PublicLook& look);
/// The same of a dashboard that was made in another way, put into this dialect's words.
[[nodiscard]] json::object public_document(const store::Dashboard& row,
                                           const dashboards::Dashboard& document,
                                           const PublicLook& look);

}  // namespace casement::grafana
