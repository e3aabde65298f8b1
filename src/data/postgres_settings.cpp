#include "base/shape.h"
#include "data/common_settings.h"
#include "data/postgres_source.h"

#include <filesystem>

namespace casement::data {
namespace {

constexpr std::int64_t kMaxName = 255;
constexpr std::int64_t kMaxCertificates = 256 * 1024;
constexpr std::int64_t kMaxSchemas = 16;
// Where the system keeps the authorities that everybody trusts.
constexpr const char* kSystemAuthorities = "/etc/ssl/certs/ca-certificates.crt";
constexpr std::string_view kCertificate = "-----BEGIN CERTIFICATE-----";

const Shape& postgres_shape() {
    static const Shape shape = Shape::object({
        required("host", Shape::text(1, kMaxName)),
        optional("port", Shape::integer(1, 65'535)),
        required("database", Shape::text(1, kMaxName)),
        required("user", Shape::text(1, kMaxName)),
        optional("ssl_mode",
                 Shape::one_of({"disable", "prefer", "require", "verify-ca", "verify-full"})),
        optional("ca", Shape::text(1, kMaxCertificates)),
        optional("ca_file", Shape::text(1, 4096)),
        optional("connect_timeout", Shape::integer(1, 60)),
        optional("pool_size", Shape::integer(1, 64)),
        optional("schema", Shape::any()),
        optional("read_only", Shape::boolean()),
        optional("folder", Shape::text(1, 4096)),
        // What clients of Grafana's API keep with a source; nothing that the engine reads.
        optional("grafana", Shape::map(Shape::any())),
    });
    return shape;
}

Error wrong(std::string_view field, std::string_view what) {
    const auto path = "settings." + std::string(field);
    return invalid("invalid_source", "\"" + path + "\" " + std::string(what), path);
}

}  // namespace

Result<PostgresSettings> read_postgres_settings(const json::object& settings,
                                                const std::string& folder) {
    if (auto bad = check(json::value(settings), postgres_shape(), "settings")) {
        bad->code = "invalid_source";
        return *bad;
    }
    PostgresSettings read;
    read.host = *text_at(settings, "host");
    // A list of servers would make it unclear which one was checked.
    if (read.host.find(',') != std::string::npos) return wrong("host", "must name one server.");
    read.database = *text_at(settings, "database");
    read.user = *text_at(settings, "user");
    read.ssl_mode = text_at(settings, "ssl_mode").value_or(read.ssl_mode);
    if (const auto* port = settings.if_contains("port")) {
        read.port = static_cast<int>(port->as_int64());
    }
    if (const auto* timeout = settings.if_contains("connect_timeout")) {
        read.connect_timeout = std::chrono::seconds(timeout->as_int64());
    }
    if (const auto* size = settings.if_contains("pool_size")) {
        read.pool_size = static_cast<std::size_t>(size->as_int64());
    }
    if (const auto* only = settings.if_contains("read_only"); only && !only->as_bool()) {
        return wrong("read_only", "cannot be false: queries never write.");
    }
    read.ca = text_at(settings, "ca").value_or("");
    if (!read.ca.empty() && read.ca.find(kCertificate) == std::string::npos) {
        return wrong("ca", "must hold certificates in PEM (-----BEGIN CERTIFICATE-----).");
    }
    if (const auto file = text_at(settings, "ca_file")) {
        if (!read.ca.empty()) return wrong("ca_file", "cannot stand beside \"ca\".");
        const std::filesystem::path start = text_at(settings, "folder").value_or(folder);
        read.ca_file = (start / *file).lexically_normal().string();
    }
    const bool verifies = read.ssl_mode == "verify-ca" || read.ssl_mode == "verify-full";
    if (verifies && read.ca.empty() && read.ca_file.empty()) read.ca_file = kSystemAuthorities;
    if (const auto* schema = settings.if_contains("schema")) {
        const Shape name = Shape::text(1, 63);
        const Shape shape = schema->is_array() ? Shape::list(name, kMaxSchemas, 1) : name;
        if (auto bad = check(*schema, shape, "settings.schema")) {
            bad->code = "invalid_source";
            return *bad;
        }
        read.schemas.clear();
        if (schema->is_string()) {
            read.schemas.emplace_back(schema->get_string());
        } else {
            for (const auto& one : schema->get_array())
                read.schemas.emplace_back(one.get_string());
        }
    }
    return read;
}

Result<void> check_postgres_settings(const json::object& settings) {
    const auto read = read_postgres_settings(settings, "");
    if (!read) return read.error();
    return {};
}

Secret source_password(const SourceSettings& source) {
    if (!has_named_secrets(source.settings)) return source.secret;
    json::error_code failed;
    const auto secrets = json::parse(source.secret.reveal(), failed);
    const auto* object = failed ? nullptr : secrets.if_object();
    if (object == nullptr) return {};
    const auto* password = object->if_contains("password");
    return password != nullptr && password->is_string()
               ? Secret(std::string(std::string_view(password->get_string())))
               : Secret();
}

}  // namespace casement::data
