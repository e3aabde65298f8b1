// A panel's result in the frame that its query asks for.
#pragma once

#include "data/table.h"
#include "store/records.h"

#include <string_view>

#include <boost/json.hpp>

namespace casement::grafana {

/// Of a document of this dialect as series, unless its target says `"format": "table"` or the
/// result cannot be series; of any other as it stands.
[[nodiscard]] boost::json::object panel_frame(const store::Dashboard& row, std::int64_t panel,
                                              std::string_view ref_id, const data::Table& table);

}  // namespace casement::grafana
