#include "app/application_options.h"

#include "dialects/looker/signature.h"

#include <chrono>
#include <string_view>
#include <utility>

namespace casement::app {
namespace {

std::chrono::milliseconds from_seconds(std::int64_t count) {
    return std::chrono::seconds(count);
}

}  // namespace

log::Level log_level(const Configuration& c) {
    const std::string_view name = c.log.level;
    if (name == "debug") return log::Level::debug;
    if (name == "warning") return log::Level::warning;
    if (name == "error") return log::Level::error;
    return log::Level::info;
}

data::EngineOptions engine_options(const Configuration& c) {
    data::EngineOptions options;
    options.threads = static_cast<unsigned>(c.data.threads);
    options.cache_bytes = static_cast<std::size_t>(c.data.cache_megabytes) * 1024 * 1024;
    options.cache_time = from_seconds(c.data.cache_seconds);
    options.stale_time = from_seconds(c.data.stale_seconds);
    options.data_folder = c.store.folder;
    return options;
}

data::QueryLimits query_limits(const Configuration& c) {
    data::QueryLimits limits;
    limits.time = from_seconds(c.data.query_seconds);
    limits.rows = static_cast<std::size_t>(c.data.query_rows);
    return limits;
}

Result<http::ServerOptions> server_options(const Configuration& c) {
    const auto listen = parse_listen(c.server.listen);
    if (!listen) return listen.error();
    http::ServerOptions options;
    options.host = listen->host;
    options.port = listen->port;
    options.threads = static_cast<unsigned>(c.server.threads);
    if (!c.server.tls_cert.empty()) {
        options.tls = http::TlsFiles{c.server.tls_cert, c.server.tls_key};
    }
    options.trusted_proxies = c.server.trusted_proxies;
    options.drain_time = from_seconds(c.server.drain_seconds);
    options.access_log = c.log.access;
    const auto& limits = c.server.limits;
    options.limits.request_line = static_cast<std::size_t>(limits.max_request_line);
    options.limits.headers = static_cast<std::size_t>(limits.max_headers);
    options.limits.body = static_cast<std::size_t>(limits.max_body);
    options.limits.header_time = from_seconds(limits.header_seconds);
    options.limits.body_time = from_seconds(limits.body_seconds);
    options.limits.idle_time = from_seconds(limits.idle_seconds);
    options.limits.connections = static_cast<std::size_t>(limits.max_connections);
    return options;
}

std::vector<std::string> public_hosts(const Configuration& c) {
    auto hosts = c.server.public_hosts;
    if (!c.server.public_url.empty()) {
        hosts.emplace_back(looker::host_of(c.server.public_url));
    }
    return hosts;
}

access::AttemptLimit attempt_limit(const Configuration& c) {
    return {c.aliyun.login_rate_limiter, std::chrono::seconds(c.aliyun.login_forbidden_seconds)};
}

access::AnonymousAccess::Settings anonymous_settings(const Configuration& c) {
    const auto& anonymous = c.auth.anonymous;
    return {anonymous.enabled, anonymous.org_name, anonymous.org_role, anonymous.allowed_addresses,
            c.server.public_url};
}

Result<grafana::SharingOptions> sharing_options(const Configuration& c) {
    auto options = grafana::read_versions(c.aliyun.api_key_share_version);
    if (!options) {
        return invalid("invalid_configuration",
                       "aliyun.api_key_share_version: " + options.error().message);
    }
    options->enabled = c.aliyun.api_key_share;
    options->longest_session = std::chrono::seconds(c.aliyun.api_key_max_expire_seconds);
    return options;
}

}  // namespace casement::app
