// Data sources on PostgreSQL as the vendor's clients write them: url, user, database, jsonData and
// secureJsonData, read as settings of the engine.
#pragma once

#include <string_view>

#include <boost/json.hpp>

namespace casement::grafana {

namespace json = boost::json;

/// "postgres", and the name that newer clients give it.
[[nodiscard]] bool is_postgres(std::string_view type);

/// Settings of data/postgres_source.h, or none: what the source is kept with does not make a
/// connection (yet), and queries say so. `kept` is the row's part for clients, `secrets` are by
/// name. A socket of this machine is never used.
[[nodiscard]] json::object postgres_settings(const json::object& kept, const json::object& secrets);

}  // namespace casement::grafana
