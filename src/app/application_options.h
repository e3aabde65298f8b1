// What the configuration means for each part of the server, in the part's own words.
#pragma once

#include "access/anonymous.h"
#include "access/attempts.h"
#include "app/configuration.h"
#include "base/error.h"
#include "base/log.h"
#include "data/engine.h"
#include "dialects/grafana/verifier.h"
#include "http/server.h"

#include <string>
#include <vector>

namespace casement::app {

[[nodiscard]] log::Level log_level(const Configuration& c);
[[nodiscard]] data::EngineOptions engine_options(const Configuration& c);
[[nodiscard]] data::QueryLimits query_limits(const Configuration& c);
/// Errors: those of parse_listen.
[[nodiscard]] Result<http::ServerOptions> server_options(const Configuration& c);
/// Hosts that a link may have been signed for: those that browsers know this server by.
[[nodiscard]] std::vector<std::string> public_hosts(const Configuration& c);
[[nodiscard]] access::AttemptLimit attempt_limit(const Configuration& c);
[[nodiscard]] access::AnonymousAccess::Settings anonymous_settings(const Configuration& c);
/// Errors: invalid "invalid_configuration".
[[nodiscard]] Result<grafana::SharingOptions> sharing_options(const Configuration& c);

}  // namespace casement::app
