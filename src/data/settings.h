// Settings of sources as JSON (provisioning, API), read into structs.
#pragma once

#include "base/error.h"
#include "data/source.h"

#include <string>

#include <boost/json.hpp>

namespace casement::data {

/// `folder` is where relative paths start when the settings name none. Errors: invalid_source,
/// with the path of what is wrong ("settings.tables.flights").
[[nodiscard]] Result<DuckDbSettings> read_duckdb_settings(const boost::json::object& settings,
                                                          const std::string& folder);

}  // namespace casement::data
