// Settings of a `mysql` source, for MySQL and MariaDB alike.
#pragma once

#include "base/error.h"

#include <string>

#include <boost/json/object.hpp>

namespace casement::data {

///   host, port (3306) or socket: where the server is
///   database: the one that its queries read
///   user: who they run as; the password is the source's secret
///   tls: "verify" (the usual: encrypted, certificate checked), "require" (encrypted), "off"
///   tls_ca: file of certificates that may sign the server's; the system's own if not given
struct MysqlSettings {
    std::string host;
    unsigned port = 3306;
    std::string socket;
    std::string database;
    std::string user;
    enum class Tls { off, require, verify } tls = Tls::verify;
    std::string tls_ca;
};

/// Errors: invalid_source.
[[nodiscard]] Result<MysqlSettings> read_mysql_settings(const boost::json::object& settings);

}  // namespace casement::data
