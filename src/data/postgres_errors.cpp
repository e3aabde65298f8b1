#include "data/postgres_errors.h"

#include "base/encoding.h"
#include "base/log.h"
#include "data/query_errors.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace casement::data {
namespace {

constexpr std::size_t kMaxMessage = 500;

std::string_view field_of(const PGresult* result, int field) {
    const char* text = PQresultErrorField(result, field);
    return text == nullptr ? "" : text;
}

struct Known {
    std::string_view said;  ///< in libpq's message
    std::string_view means;
};

// The server's messages come in the language that it is set to; libpq's are English. What is not
// known is passed on as it is.
constexpr auto kKnown = std::to_array<Known>({
    {"could not translate host name", "the host's name is not known. Check \"host\"."},
    {"Connection refused",
     "nothing listens there. Check \"host\" and \"port\", and that the server runs and accepts "
     "connections from this machine (listen_addresses)."},
    {"No such file or directory\n\tIs the server running locally",
     "there is no server's socket in this folder. Check \"host\" and \"port\"."},
    {"No route to host", "there is no way to this host. Check \"host\" and firewalls."},
    {"Network is unreachable", "there is no way to this host. Check \"host\" and firewalls."},
    {"timeout expired",
     "it did not answer in time. Check \"host\", \"port\" and firewalls, or raise "
     "\"connect_timeout\"."},
    {"password authentication failed",
     "user and password do not go together. Check \"user\" and the password."},
    {"no password supplied", "it asks for a password, and the source has none."},
    {"no pg_hba.conf entry",
     "it does not let this user in from here. Its pg_hba.conf needs a line for this machine, user, "
     "database and encryption."},
    {"server does not support SSL",
     "it does not speak TLS, which \"ssl_mode\" asks for. Switch TLS on there, or choose another "
     "mode."},
    {"certificate verify failed",
     "its certificate was not issued by the given authority. Check \"ca\" or \"ca_file\"."},
    {"does not match host name",
     "its certificate is for another host. Connect by the name in the certificate, or use "
     "\"verify-ca\"."},
    {"root certificate file", "the file with certificates cannot be read. Check \"ca_file\"."},
    {"could not read root certificate",
     "the certificates cannot be read. Check \"ca\" or \"ca_file\"."},
    {"too many connections",
     "it has no connection left. Raise its max_connections, or lower \"pool_size\"."},
    {"remaining connection slots", "it has no connection left. Lower \"pool_size\"."},
    {"the database system is starting up", "it is starting. Try again in a moment."},
    {"the database system is shutting down", "it is shutting down."},
});

}  // namespace

Error postgres_connect_error(const PostgresSettings& settings, std::string said) {
    const auto server = fmt::format("{}:{}", utf8_head(settings.host, 255), settings.port);
    const auto fail = [&](std::string_view what) {
        return unavailable(
            "source_unavailable",
            fmt::format("The PostgreSQL server {} cannot be used: {}", server, what));
    };
    if (said.find("database \"") != std::string::npos &&
        said.find("does not exist") != std::string::npos) {
        return fail(fmt::format("there is no database \"{}\". Check \"database\".",
                                utf8_head(settings.database, 255)));
    }
    if (said.find("role \"") != std::string::npos &&
        said.find("does not exist") != std::string::npos) {
        return fail(
            fmt::format("there is no user \"{}\". Check \"user\".", utf8_head(settings.user, 255)));
    }
    for (const auto& known : kKnown) {
        if (said.find(known.said) != std::string::npos) return fail(known.means);
    }
    // libpq never repeats a password; a server might.
    const auto password = settings.password.reveal();
    if (!password.empty() && said.find(password) != std::string::npos) {
        return fail("it refuses the connection.");
    }
    std::replace(said.begin(), said.end(), '\n', ' ');
    while (said.ends_with(' '))
        said.pop_back();
    return fail(utf8_head(said, kMaxMessage));
}

Error postgres_query_error(const PGresult* result) {
    const auto state = field_of(result, PG_DIAG_SQLSTATE);
    const auto is = [&](std::string_view beginning) { return state.starts_with(beginning); };
    if (is("57014")) return query_timeout();  // whoever cancels does not wait for this
    if (is("25006")) return query_refused("A query only reads, and this one would change data.");
    if (is("53200") || is("53100") || is("54000")) {
        return query_too_large("The query needs more than its server has. Ask for less.");
    }
    if (is("08") || is("53") || is("57P") || is("58") || is("XX")) {
        log::warning("source_failed",
                     {{"state", state},
                      {"reason", utf8_head(field_of(result, PG_DIAG_MESSAGE_PRIMARY), 200)}});
        return unavailable("source_unavailable", "The source's data cannot be read at the moment.");
    }
    std::string message =
        fmt::format("{} (SQLSTATE {})", field_of(result, PG_DIAG_MESSAGE_PRIMARY), state);
    if (const auto hint = field_of(result, PG_DIAG_MESSAGE_HINT); !hint.empty()) {
        message += fmt::format(" {}", hint);
    }
    return query_invalid(std::move(message));
}

Error without_values(Error error) {
    if (error.code != "query_invalid") return error;
    const auto at = error.message.rfind("(SQLSTATE ");
    const auto state = at == std::string::npos ? std::string_view()
                                               : std::string_view(error.message).substr(at + 10, 5);
    // 42: names, types and grammar. The server finds these before it reads a row.
    if (state.starts_with("42") && state != "42501") return error;
    error.message = fmt::format(
        "The query failed on the data{}. What the server says about it is withheld, because it may "
        "quote rows that are outside of the model.",
        state.empty() ? "" : fmt::format(" (SQLSTATE {})", state));
    return error;
}

}  // namespace casement::data
