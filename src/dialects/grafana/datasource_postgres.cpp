#include "dialects/grafana/datasource_postgres.h"

#include "data/source_types.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace casement::grafana {
namespace {

constexpr std::int64_t kMostConnections = 64;

std::string text_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

/// "db.example:5432", "[::1]:5432", "db.example", with or without "postgres://" before it.
void put_address(json::object& settings, std::string_view url) {
    for (const std::string_view scheme : {"postgres://", "postgresql://"}) {
        if (url.starts_with(scheme)) url.remove_prefix(scheme.size());
    }
    while (url.ends_with('/'))
        url.remove_suffix(1);
    const auto bracket = url.starts_with('[') ? url.find(']') : std::string_view::npos;
    const auto after = bracket == std::string_view::npos ? 0 : bracket;
    const auto colon = url.find(':', after);
    auto host = url.substr(0, colon);
    if (bracket != std::string_view::npos) host = url.substr(1, bracket - 1);
    if (colon != std::string_view::npos) {
        const auto digits = url.substr(colon + 1);
        std::int64_t port = 0;
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
        if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) return;
        settings["port"] = port;
    }
    // A path is a socket of this machine, where the server could be taken for its own user.
    if (!host.empty() && host.find_first_of("/@") == std::string_view::npos) {
        settings["host"] = host;
    }
}

}  // namespace

bool is_postgres(std::string_view type) {
    return type == "postgres" || type == "grafana-postgresql-datasource";
}

json::object postgres_settings(const json::object& kept, const json::object& secrets) {
    const auto* given = kept.if_contains("jsonData");
    const json::object none;
    const auto& data = given != nullptr && given->is_object() ? given->get_object() : none;
    json::object settings;
    put_address(settings, text_in(kept, "url"));
    auto database = text_in(kept, "database");
    if (database.empty()) database = text_in(data, "database");
    settings["database"] = database;
    settings["user"] = text_in(kept, "user");
    const auto mode = text_in(data, "sslmode");
    settings["ssl_mode"] = mode.empty() ? "require" : mode;
    if (auto authority = text_in(secrets, "tlsCACert"); !authority.empty()) {
        settings["ca"] = std::move(authority);
    }
    if (const auto* most = data.if_contains("maxOpenConns"); most != nullptr && most->is_int64()) {
        if (most->get_int64() > 0) {
            settings["pool_size"] = std::min(most->get_int64(), kMostConnections);
        }
    }
    if (!data::check_source("postgres", settings)) return {};
    return settings;
}

}  // namespace casement::grafana
