#include "data/mysql_connection.h"

#include "base/encoding.h"
#include "base/log.h"
#include "data/mysql_text.h"
#include "data/query_errors.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>

#include <errmsg.h>
#include <fmt/format.h>
#include <mysqld_error.h>
#include <poll.h>
#include <sys/socket.h>

namespace casement::data {
namespace {

constexpr unsigned long kMaxPacket = 64UL * 1024 * 1024;
constexpr const char* kSystemCertificates = "/etc/ssl/certs/ca-certificates.crt";
// No plugin that would hand the server the password as it is.
constexpr const char* kPlugins =
    "mysql_native_password,caching_sha2_password,sha256_password,client_ed25519,auth_gssapi_client";
constexpr unsigned kQueryTimeoutOfMysql = 3024;

int remaining(MysqlConnection::Moment deadline) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
}

/// Waits for what the library asks for. What it should be told of is returned.
int wait_for(MYSQL* mysql, int wanted, MysqlConnection::Moment deadline) {
    pollfd place{};
    place.fd = mysql_get_socket(mysql);
    place.events = static_cast<short>(((wanted & MYSQL_WAIT_READ) != 0 ? POLLIN : 0) |
                                      ((wanted & MYSQL_WAIT_WRITE) != 0 ? POLLOUT : 0) |
                                      ((wanted & MYSQL_WAIT_EXCEPT) != 0 ? POLLPRI : 0));
    int time = remaining(deadline);
    if ((wanted & MYSQL_WAIT_TIMEOUT) != 0) {
        time = std::min(time, static_cast<int>(mysql_get_timeout_value_ms(mysql)));
    }
    const int ready = ::poll(&place, 1, time);
    if (ready <= 0) return MYSQL_WAIT_TIMEOUT;
    return ((place.revents & (POLLIN | POLLHUP | POLLERR)) != 0 ? MYSQL_WAIT_READ : 0) |
           ((place.revents & POLLOUT) != 0 ? MYSQL_WAIT_WRITE : 0) |
           ((place.revents & POLLPRI) != 0 ? MYSQL_WAIT_EXCEPT : 0);
}

Error unreachable(const MysqlSettings& settings, const std::string& reason) {
    const auto place = settings.socket.empty() ? fmt::format("{}:{}", settings.host, settings.port)
                                               : settings.socket;
    log::warning("source_not_reached", {{"type", "mysql"}, {"reason", utf8_head(reason, 300)}});
    return unavailable(
        "source_unavailable",
        fmt::format("The database server at {} cannot be used: {}", place, utf8_head(reason, 300)));
}

}  // namespace

bool is_connection_lost(unsigned error) {
    static constexpr std::array kLost = {
        CR_SERVER_GONE_ERROR,    CR_SERVER_LOST,          CR_CONN_HOST_ERROR, CR_CONNECTION_ERROR,
        CR_SERVER_LOST_EXTENDED, CR_COMMANDS_OUT_OF_SYNC, CR_MALFORMED_PACKET};
    return std::find(kLost.begin(), kLost.end(), static_cast<int>(error)) != kLost.end() ||
           error == ER_CONNECTION_KILLED || error == ER_SERVER_SHUTDOWN;
}

Error mysql_error_of(unsigned error, const std::string& message) {
    if (is_connection_lost(error) || error == 0) {
        return unavailable("source_unavailable",
                           "The database server does not answer at the moment.");
    }
    switch (error) {
        case ER_STATEMENT_TIMEOUT:
        case kQueryTimeoutOfMysql:
            return query_timeout();
        case ER_QUERY_INTERRUPTED:
            return query_cancelled();
        case ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION:
            return query_refused("A query may only read.");
        case CR_NET_PACKET_TOO_LARGE:
        case ER_NET_PACKET_TOO_LARGE:
            return query_too_large("A value of the result is too large.");
        default:
            return query_invalid(fmt::format("{} (error {})", message, error));
    }
}

Result<std::unique_ptr<MysqlConnection>> MysqlConnection::open(const MysqlSettings& settings,
                                                               const Secret& password,
                                                               Moment deadline) {
    static std::once_flag once;
    std::call_once(once, [] { mysql_library_init(0, nullptr, nullptr); });
    std::unique_ptr<MysqlConnection> opened(new MysqlConnection);
    if (!opened->connect(settings, password, deadline)) {
        const std::string reason = mysql_error(opened->handle());
        return unreachable(settings, reason.empty() ? "it did not answer in time" : reason);
    }
    opened->socket_ = static_cast<int>(mysql_get_socket(opened->handle()));
    if (!opened->prepare_session()) return unreachable(settings, mysql_error(opened->handle()));
    return opened;
}

MysqlConnection::~MysqlConnection() {
    socket_ = -1;
    if (initialized_) mysql_close(&mysql_);
}

bool MysqlConnection::connect(const MysqlSettings& settings, const Secret& password,
                              Moment deadline) {
    if (mysql_init(&mysql_) == nullptr) return false;
    initialized_ = true;
    const auto set = [this](mysql_option option, const void* value) {
        return mysql_optionsv(&mysql_, option, value) == 0;
    };
    const unsigned closed = 0;
    const my_bool no = 0;
    const my_bool yes = 1;
    const unsigned timeout = std::max(1U, static_cast<unsigned>(remaining(deadline) / 1000));
    // The options are read without a file: nobody's my.cnf has a say here.
    bool good = set(MYSQL_OPT_LOCAL_INFILE, &closed) && set(MYSQL_OPT_RECONNECT, &no) &&
                set(MYSQL_SET_CHARSET_NAME, "utf8mb4") &&
                set(MYSQL_OPT_CONNECT_TIMEOUT, &timeout) &&
                set(MYSQL_OPT_MAX_ALLOWED_PACKET, &kMaxPacket) &&
                set(MARIADB_OPT_RESTRICTED_AUTH, kPlugins) && set(MYSQL_OPT_NONBLOCK, nullptr);
    if (settings.tls != MysqlSettings::Tls::off) {
        const bool verify = settings.tls == MysqlSettings::Tls::verify;
        good = good && set(MYSQL_OPT_SSL_ENFORCE, &yes) &&
               set(MYSQL_OPT_SSL_VERIFY_SERVER_CERT, verify ? &yes : &no);
        if (verify) {
            good = good && set(MYSQL_OPT_SSL_CA, settings.tls_ca.empty() ? kSystemCertificates
                                                                         : settings.tls_ca.c_str());
        }
    }
    if (!good) return false;
    const std::string secret(password.reveal());
    MYSQL* done = nullptr;
    // Step by step, because a server that accepts and then says nothing must not hold a thread.
    int wanted = mysql_real_connect_start(
        &done, &mysql_, settings.host.empty() ? nullptr : settings.host.c_str(),
        settings.user.c_str(), secret.c_str(), settings.database.c_str(), settings.port,
        settings.socket.empty() ? nullptr : settings.socket.c_str(), CLIENT_REMEMBER_OPTIONS);
    while (wanted != 0) {
        const int happened = wait_for(&mysql_, wanted, deadline);
        if (happened == MYSQL_WAIT_TIMEOUT && remaining(deadline) == 0) {
            // The library gives up only when it is told that its own time is over.
            wanted = mysql_real_connect_cont(&done, &mysql_, MYSQL_WAIT_TIMEOUT);
            break;
        }
        wanted = mysql_real_connect_cont(&done, &mysql_, happened);
    }
    return wanted == 0 && done != nullptr;
}

bool MysqlConnection::prepare_session() {
    mariadb_ = mariadb_connection(&mysql_) != 0;
    return execute(fmt::format("SET SESSION sql_mode='{}', time_zone='+00:00', autocommit=1, "
                               "lc_time_names='en_US', group_concat_max_len=1048576",
                               kMysqlMode)) &&
           execute("SET SESSION TRANSACTION READ ONLY");
}

bool MysqlConnection::execute(const std::string& statement) {
    return mysql_real_query(&mysql_, statement.data(), statement.size()) == 0;
}

bool MysqlConnection::begin(std::chrono::milliseconds time, std::size_t rows) {
    // The client's own clock stops a query too; this one holds when the client is gone.
    const auto limit = mariadb_ ? fmt::format("max_statement_time={:.3f}",
                                              static_cast<double>(time.count()) / 1000)
                                : fmt::format("max_execution_time={}", time.count());
    return execute(fmt::format("SET SESSION {}, sql_select_limit={}", limit, rows)) &&
           execute("START TRANSACTION READ ONLY");
}

bool MysqlConnection::end() {
    return execute("ROLLBACK");
}

void MysqlConnection::cut() {
    const int socket = socket_.load();
    if (socket >= 0) ::shutdown(socket, SHUT_RDWR);
}

void MysqlConnection::end_query(unsigned long id) {
    // What has ended by itself meanwhile is no failure.
    if (!execute(fmt::format("KILL {}", id)) && mysql_errno(&mysql_) != ER_NO_SUCH_THREAD) {
        log::warning("query_not_ended", {{"type", "mysql"}, {"reason", mysql_error(&mysql_)}});
    }
}

}  // namespace casement::data
