// A PostgreSQL server, version 12 or newer, as a source of data.
#pragma once

#include "crypto/secret.h"
#include "data/source_types.h"

#include <chrono>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

namespace casement::data {

/// Settings of a `postgres` source:
///   host: name, address, or folder of a local server's socket · port: 5432
///   database · user
///   ssl_mode: disable | prefer | require | verify-ca | verify-full
///   ca: certificates in PEM that the server's must come from; or ca_file: path of such a file;
///       neither: the system's
///   connect_timeout: 5 (seconds) · pool_size: 4 (connections)
///   schema: "public", or a list: where names without a schema are looked for
///   read_only: true (it always is)
struct PostgresSettings {
    std::string host;
    int port = 5432;
    std::string database;
    std::string user;
    std::string ssl_mode = "prefer";
    std::string ca;
    std::string ca_file;  ///< absolute, or empty
    std::chrono::seconds connect_timeout{5};
    std::size_t pool_size = 4;
    std::vector<std::string> schemas{"public"};
    Secret password;
};

/// `folder` is where a relative ca_file starts when the settings name none. Errors: invalid_source,
/// with the path of what is wrong ("settings.host").
[[nodiscard]] Result<PostgresSettings> read_postgres_settings(const boost::json::object& settings,
                                                              const std::string& folder);

/// The password among the secrets of a source: clients of Grafana's API keep several, by name.
[[nodiscard]] Secret source_password(const SourceSettings& source);

}  // namespace casement::data
