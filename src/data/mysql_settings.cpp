#include "data/mysql_settings.h"

#include "base/shape.h"
#include "data/source_types.h"

namespace casement::data {
namespace {

const Shape& mysql_shape() {
    static const Shape shape = Shape::object({
        optional("host", Shape::text(1, 255).matching(R"([A-Za-z0-9._:-]+)")),
        optional("port", Shape::integer(1, 65'535)),
        optional("socket", Shape::text(1, 100).matching("/.*")),
        required("database", Shape::text(1, 64)),
        required("user", Shape::text(1, 128)),
        optional("tls", Shape::one_of({"verify", "require", "off"})),
        optional("tls_ca", Shape::text(1, 4096)),
        // What clients of Grafana's API keep with a source; nothing that the engine reads.
        optional("grafana", Shape::map(Shape::any())),
    });
    return shape;
}

}  // namespace

Result<MysqlSettings> read_mysql_settings(const boost::json::object& settings) {
    if (auto wrong = check(boost::json::value(settings), mysql_shape(), "settings")) {
        wrong->code = "invalid_source";
        return *wrong;
    }
    MysqlSettings read;
    read.host = text_at(settings, "host").value_or("");
    read.socket = text_at(settings, "socket").value_or("");
    if (read.host.empty() == read.socket.empty()) {
        return invalid("invalid_source",
                       "A mysql source needs either \"host\" (and \"port\") or \"socket\".",
                       "settings.host");
    }
    if (const auto* port = settings.if_contains("port")) read.port = port->to_number<unsigned>();
    read.database = *text_at(settings, "database");
    read.user = *text_at(settings, "user");
    const auto tls = text_at(settings, "tls");
    if (!read.socket.empty()) {
        // Nothing leaves the machine, and servers offer no encryption there.
        read.tls = MysqlSettings::Tls::off;
    } else if (tls == "off") {
        read.tls = MysqlSettings::Tls::off;
    } else if (tls == "require") {
        read.tls = MysqlSettings::Tls::require;
    }
    read.tls_ca = text_at(settings, "tls_ca").value_or("");
    return read;
}

Result<void> check_mysql_settings(const boost::json::object& settings) {
    auto read = read_mysql_settings(settings);
    if (!read) return read.error();
    return {};
}

}  // namespace casement::data
