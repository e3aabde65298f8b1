#include "data/postgres_connection.h"

#include "data/postgres_errors.h"
#include "data/postgres_values.h"
#include "data/query_errors.h"
#include "data/table_writer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

namespace casement::data {
namespace {

using std::chrono::milliseconds;

// The first one with WITH … AS MATERIALIZED, which scopes are built on.
constexpr int kOldestVersion = 120'000;

/// Certificates where libpq can read them: it takes a file only.
class CertificateFile {
  public:
    explicit CertificateFile(const std::string& text) {
        if (text.empty()) return;
        file_ = ::memfd_create("casement-ca", MFD_CLOEXEC);
        if (file_ < 0) throw std::system_error(errno, std::generic_category(), "memfd_create");
        for (std::size_t done = 0; done < text.size();) {
            const auto written = ::write(file_, text.data() + done, text.size() - done);
            if (written <= 0) throw std::system_error(errno, std::generic_category(), "write");
            done += static_cast<std::size_t>(written);
        }
    }
    CertificateFile(const CertificateFile&) = delete;
    CertificateFile& operator=(const CertificateFile&) = delete;
    ~CertificateFile() {
        if (file_ >= 0) ::close(file_);
    }
    [[nodiscard]] std::string path() const {
        return file_ < 0 ? "" : fmt::format("/proc/self/fd/{}", file_);
    }

  private:
    int file_ = -1;
};

void ignore_notice(void*, const PGresult*) {}

std::vector<Column> columns_of(const PGresult* result) {
    std::vector<Column> columns;
    for (int i = 0; i < PQnfields(result); ++i) {
        Column column;
        column.name = PQfname(result, i);
        column.type = postgres_column_type(PQftype(result, i));
        columns.push_back(std::move(column));
    }
    return columns;
}

void add_cell(ColumnWriter& column, const PGresult* result, int row, int index) {
    if (PQgetisnull(result, row, index) != 0) return column.add_null();
    const std::string_view text(PQgetvalue(result, row, index),
                                static_cast<std::size_t>(PQgetlength(result, row, index)));
    switch (column.column().type) {
        case ColumnType::text:
            return column.add_text(text);
        case ColumnType::boolean:
            return column.add_boolean(text == "t");
        case ColumnType::number:
            return column.add_decimal(text);
        case ColumnType::time:
            break;
    }
    const auto time = postgres_milliseconds(text);
    if (!time) return column.add_null();
    column.add_number(*time);
}

}  // namespace

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(
    const PostgresSettings& settings, const PostgresStop& stop) {
    const CertificateFile certificates(settings.ca);
    const auto port = std::to_string(settings.port);
    const std::string ca = settings.ca.empty() ? settings.ca_file : certificates.path();
    const std::string password(settings.password.reveal());
    // Everything that libpq would otherwise take from the environment or the user's home.
    static constexpr const char* kNowhere = "/nonexistent";
    const std::array<const char*, 17> names{"host",
                                            "port",
                                            "dbname",
                                            "user",
                                            "password",
                                            "passfile",
                                            "sslmode",
                                            "sslrootcert",
                                            "sslcert",
                                            "sslkey",
                                            "gssencmode",
                                            "client_encoding",
                                            "keepalives",
                                            "keepalives_idle",
                                            "tcp_user_timeout",
                                            "application_name",
                                            nullptr};
    const std::array<const char*, 17> values{settings.host.c_str(),
                                             port.c_str(),
                                             settings.database.c_str(),
                                             settings.user.c_str(),
                                             password.c_str(),
                                             kNowhere,
                                             settings.ssl_mode.c_str(),
                                             ca.empty() ? kNowhere : ca.c_str(),
                                             kNowhere,
                                             kNowhere,
                                             "disable",
                                             "UTF8",
                                             "1",
                                             "60",
                                             "5000",
                                             "casement",
                                             nullptr};
    // No expansion: a database's name is a name, not a connection string.
    std::unique_ptr<PostgresConnection> made(
        new PostgresConnection(PQconnectStartParams(names.data(), values.data(), 0)));
    if (auto connected = made->connect(settings, stop); !connected) return connected.error();
    return made;
}

Result<void> PostgresConnection::connect(const PostgresSettings& settings,
                                         const PostgresStop& stop) {
    auto* const connection = connection_.get();
    if (connection == nullptr) throw std::bad_alloc();
    const auto failed = [&] {
        return postgres_connect_error(settings, PQerrorMessage(connection));
    };
    if (PQstatus(connection) == CONNECTION_BAD) return failed();
    PQsetNoticeReceiver(connection, ignore_notice, nullptr);
    const auto limit = std::chrono::steady_clock::now() + settings.connect_timeout;
    for (auto state = PGRES_POLLING_WRITING; state != PGRES_POLLING_OK;
         state = PQconnectPoll(connection)) {
        if (state == PGRES_POLLING_FAILED) return failed();
        const auto event = stop.wait(PQsocket(connection), state == PGRES_POLLING_READING,
                                     state == PGRES_POLLING_WRITING, limit);
        if (event == PostgresStop::Event::cancelled) return query_cancelled();
        if (event == PostgresStop::Event::timeout) {
            return postgres_connect_error(settings, "timeout expired");
        }
    }
    if (PQserverVersion(connection) < kOldestVersion) {
        return postgres_connect_error(
            settings, fmt::format("it is PostgreSQL {}, and 12 is the oldest that is supported.",
                                  PQserverVersion(connection) / 10'000));
    }
    if (PQsetnonblocking(connection, 1) != 0 || PQenterPipelineMode(connection) != 1) {
        return failed();
    }
    return {};
}

bool PostgresConnection::send(const std::string& text, const std::vector<PostgresValue>& values) {
    std::vector<Oid> types;
    std::vector<const char*> texts;
    for (const auto& value : values) {
        types.push_back(value.type);
        texts.push_back(value.text ? value.text->c_str() : nullptr);
    }
    constexpr int kText = 0;
    return PQsendQueryParams(connection_.get(), text.c_str(), static_cast<int>(values.size()),
                             types.data(), texts.data(), nullptr, nullptr, kText) == 1;
}

/// All that makes a text mean what it was proven to mean, and a value look as it is read.
bool PostgresConnection::begin(const std::string& search_path, const PostgresStop& stop) {
    lost_ = false;
    answered_ = false;
    const auto left =
        std::chrono::ceil<milliseconds>(stop.deadline() - std::chrono::steady_clock::now());
    const auto timeout = std::to_string(std::max<std::int64_t>(left.count(), 1));
    static const std::string kSettings =
        "SELECT pg_catalog.set_config('search_path', $1, true), "
        "pg_catalog.set_config('statement_timeout', $2, true), "
        "pg_catalog.set_config('lock_timeout', $2, true), "
        "pg_catalog.set_config('standard_conforming_strings', 'on', true), "
        "pg_catalog.set_config('array_nulls', 'on', true), "
        "pg_catalog.set_config('TimeZone', 'UTC', true), "
        "pg_catalog.set_config('DateStyle', 'ISO, YMD', true), "
        "pg_catalog.set_config('IntervalStyle', 'postgres', true), "
        "pg_catalog.set_config('bytea_output', 'hex', true), "
        "pg_catalog.set_config('extra_float_digits', '1', true)";
    return send("BEGIN TRANSACTION READ ONLY", {}) &&
           send(kSettings, {{postgres_type::kText, search_path}, {postgres_type::kText, timeout}});
}

/// What follows a sync runs even when something before it has failed.
bool PostgresConnection::end() {
    return PQpipelineSync(connection_.get()) == 1 && send("ROLLBACK", {}) &&
           PQpipelineSync(connection_.get()) == 1;
}

Result<PostgresConnection::ResultHandle> PostgresConnection::next(const PostgresStop& stop) {
    auto* const connection = connection_.get();
    for (;;) {
        const int unsent = PQflush(connection);
        if (unsent < 0) return gone();
        if (PQisBusy(connection) == 0) break;
        const auto event = stop.wait(PQsocket(connection), true, unsent == 1, stop.deadline());
        if (event != PostgresStop::Event::ready) return stopped(event);
        if (PQconsumeInput(connection) != 1) return gone();
    }
    ResultHandle result(PQgetResult(connection));
    if (result) {
        if (PQstatus(connection) == CONNECTION_BAD) return gone();
        answered_ = true;
    }
    return result;
}

Error PostgresConnection::stopped(PostgresStop::Event event) {
    cancel();
    return event == PostgresStop::Event::cancelled ? query_cancelled() : query_timeout();
}

Error PostgresConnection::gone() {
    broken_ = true;
    lost_ = !answered_;
    return unavailable("source_unavailable", "The source's data cannot be read at the moment.");
}

void PostgresConnection::cancel() {
    using std::chrono::steady_clock;
    constexpr milliseconds kPatience{3000};
    constexpr milliseconds kAgain{100};
    // The last signal may still be on its way when its query has ended, and must not hit somebody
    // else's: so the connection ends with it.
    broken_ = true;
    auto* const request = PQgetCancel(connection_.get());
    const auto end = steady_clock::now() + kPatience;
    // A server that has just read one command and not begun the next forgets the signal.
    while (request != nullptr && steady_clock::now() < end) {
        std::array<char, 256> ignored{};
        PQcancel(request, ignored.data(), static_cast<int>(ignored.size()));
        if (has_ended(steady_clock::now() + kAgain)) break;
    }
    PQfreeCancel(request);
}

bool PostgresConnection::has_ended(PostgresStop::Moment limit) {
    auto* const connection = connection_.get();
    for (;;) {
        for (int silent = 0; PQisBusy(connection) == 0 && silent < 2;) {
            const ResultHandle result(PQgetResult(connection));
            silent = result ? 0 : silent + 1;
            if (PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) return true;
        }
        const auto left = std::chrono::ceil<milliseconds>(limit - std::chrono::steady_clock::now());
        if (left.count() <= 0) return false;
        pollfd place{PQsocket(connection), POLLIN, 0};
        const int ready = ::poll(&place, 1, static_cast<int>(left.count()));
        if (ready > 0 && PQconsumeInput(connection) != 1) return true;
    }
}

Result<TablePtr> PostgresConnection::run(const PostgresAsk& ask, const PostgresStop& stop) {
    constexpr int kSettings = 1;  // the query is the third of four commands
    constexpr int kQuery = 2;
    if (!begin(ask.search_path, stop) || !send(ask.text, ask.values) || !end()) return gone();
    std::optional<TableWriter> writer;
    std::optional<Error> failed;
    int command = 0;
    for (int syncs = 0; syncs < 2;) {
        auto got = next(stop);
        if (!got) return got.error();
        const PGresult* result = got->get();
        if (result == nullptr) {
            // Rows come one by one from here on, so that limits hold before all is in memory.
            // Where it cannot be switched on, the query has been skipped.
            if (++command == kQuery) (void)PQsetSingleRowMode(connection_.get());
            continue;
        }
        switch (PQresultStatus(result)) {
            case PGRES_PIPELINE_SYNC:
                ++syncs;
                break;
            case PGRES_COMMAND_OK:
            case PGRES_PIPELINE_ABORTED:
                break;
            case PGRES_SINGLE_TUPLE:
            case PGRES_TUPLES_OK: {
                if (command <= kSettings) break;
                if (!writer) writer.emplace(columns_of(result), ask.limits);
                for (int row = 0; row < PQntuples(result); ++row) {
                    if (writer->room() == 0) {
                        writer->cut();
                        break;
                    }
                    for (std::size_t i = 0; i < writer->width(); ++i)
                        add_cell(writer->column(i), result, row, static_cast<int>(i));
                    if (!writer->advance(1)) {
                        cancel();
                        return result_too_large(ask.limits);
                    }
                }
                break;
            }
            default:
                if (!failed) failed = postgres_query_error(result);
        }
    }
    if (failed) return *failed;
    if (!writer) return gone();
    return std::move(*writer).finish();
}

Result<std::vector<Column>> PostgresConnection::describe(const std::string& text,
                                                         const std::vector<unsigned>& types,
                                                         const std::string& search_path,
                                                         const PostgresStop& stop) {
    const bool sent = begin(search_path, stop) &&
                      PQsendPrepare(connection_.get(), "", text.c_str(),
                                    static_cast<int>(types.size()), types.data()) == 1 &&
                      PQsendDescribePrepared(connection_.get(), "") == 1 && end();
    if (!sent) return gone();
    std::vector<Column> columns;
    std::optional<Error> failed;
    for (int syncs = 0; syncs < 2;) {
        auto got = next(stop);
        if (!got) return got.error();
        const PGresult* result = got->get();
        if (result == nullptr) continue;
        const auto status = PQresultStatus(result);
        if (status == PGRES_PIPELINE_SYNC) {
            ++syncs;
        } else if (status == PGRES_FATAL_ERROR && !failed) {
            failed = postgres_query_error(result);
        } else if (status == PGRES_COMMAND_OK && PQnfields(result) > 0) {
            columns = columns_of(result);
        }
    }
    if (failed) return *failed;
    return columns;
}

bool PostgresConnection::usable() const {
    if (broken_ || PQstatus(connection_.get()) != CONNECTION_OK) return false;
    // An idle server says nothing; when it does, it says goodbye.
    pollfd place{PQsocket(connection_.get()), POLLIN, 0};
    return ::poll(&place, 1, 0) == 0;
}

}  // namespace casement::data
