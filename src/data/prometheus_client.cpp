#include "data/prometheus_client.h"

#include "base/encoding.h"

#include <array>

#include <curl/curl.h>
#include <fmt/format.h>

namespace casement::data {
namespace {

constexpr std::size_t kMaxIdle = 16;
constexpr long kConnectMs = 5000;
/// How long a poll may last when nothing happens; a cancellation ends it at once.
constexpr int kPollMs = 1000;

bool curl_is_ready() {
    static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    return ready;
}

std::string form(const PrometheusClient::Parameters& parameters) {
    std::string body;
    for (const auto& [name, value] : parameters) {
        if (!body.empty()) body += '&';
        body += percent_encode(name);
        body += '=';
        body += percent_encode(value);
    }
    return body;
}

}  // namespace

struct PrometheusClient::Connection {
    Connection() : easy(curl_easy_init()), multi(curl_multi_init()) {}
    ~Connection() {
        curl_easy_cleanup(easy);
        curl_multi_cleanup(multi);
        curl_slist_free_all(headers);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void forget_request() {
        curl_easy_reset(easy);
        curl_slist_free_all(headers);
        headers = nullptr;
        sink = nullptr;
        had_enough = false;
    }

    static std::size_t receive(char* data, std::size_t size, std::size_t count, void* self) {
        auto& connection = *static_cast<Connection*>(self);
        if ((*connection.sink)({data, size * count})) return size * count;
        connection.had_enough = true;
        return 0;
    }

    CURL* const easy;
    CURLM* const multi;
    curl_slist* headers = nullptr;
    const Sink* sink = nullptr;
    bool had_enough = false;
    std::string url;
    std::string body;
};

PrometheusClient::PrometheusClient(PrometheusSettings settings) : settings_(std::move(settings)) {}
PrometheusClient::~PrometheusClient() = default;

std::unique_ptr<PrometheusClient::Connection> PrometheusClient::take() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            auto connection = std::move(idle_.back());
            idle_.pop_back();
            return connection;
        }
    }
    if (!curl_is_ready()) return nullptr;
    auto connection = std::make_unique<Connection>();
    if (connection->easy == nullptr || connection->multi == nullptr) return nullptr;
    return connection;
}

void PrometheusClient::give_back(std::unique_ptr<Connection> connection) {
    connection->forget_request();
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kMaxIdle) idle_.push_back(std::move(connection));
}

void PrometheusClient::prepare(Connection& connection, const Request& request) const {
    CURL* easy = connection.easy;
    Parameters parameters = request.parameters;
    parameters.insert(parameters.end(), settings_.parameters.begin(), settings_.parameters.end());
    connection.body = form(parameters);
    connection.url = settings_.url + request.path;
    if (settings_.post && request.may_post) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(connection.body.size()));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, connection.body.c_str());
        // Or libcurl waits for a word of the server before a long body.
        connection.headers = curl_slist_append(connection.headers, "Expect:");
    } else if (!connection.body.empty()) {
        connection.url += '?' + connection.body;
    }
    curl_easy_setopt(easy, CURLOPT_URL, connection.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.time.count()));
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, settings_.tls_verify ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, settings_.tls_verify ? 2L : 0L);
    if (!settings_.ca_file.empty()) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, settings_.ca_file.c_str());
    }
    const std::string secret(settings_.secret.reveal());
    if (!settings_.user.empty()) {
        curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(easy, CURLOPT_USERNAME, settings_.user.c_str());
        curl_easy_setopt(easy, CURLOPT_PASSWORD, secret.c_str());
    } else if (!secret.empty()) {
        curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
        curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, secret.c_str());
    }
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, connection.headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Connection::receive);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &connection);
}

Result<long> PrometheusClient::ask(const Request& request, const Sink& sink,
                                   const Cancellation& cancellation) {
    auto connection = take();
    if (!connection) return internal_error("An HTTP client could not be made.");
    prepare(*connection, request);
    connection->sink = &sink;
    CURLM* multi = connection->multi;
    CURLcode code = CURLE_FAILED_INIT;
    bool done = false;
    curl_multi_add_handle(multi, connection->easy);
    {
        const auto wake = cancellation.on_cancel([multi] { curl_multi_wakeup(multi); });
        int running = 1;
        while (!done && !cancellation.cancelled()) {
            if (curl_multi_perform(multi, &running) != CURLM_OK) break;
            int left = 0;
            while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
                if (message->msg != CURLMSG_DONE) continue;
                code = message->data.result;
                done = true;
            }
            if (!done) curl_multi_poll(multi, nullptr, 0, kPollMs, nullptr);
        }
    }
    long status = 0;
    curl_easy_getinfo(connection->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(multi, connection->easy);
    const bool had_enough = connection->had_enough;
    give_back(std::move(connection));

    if (code == CURLE_OK) return status;
    // Whatever broke then: nobody is told that the server cannot be reached.
    if (cancellation.cancelled()) {
        return unavailable("query_cancelled", "The query was stopped because nobody waits for it.");
    }
    if (had_enough) {
        return Error{ErrorKind::too_large,
                     "query_too_large",
                     "The answer of the Prometheus server is too large. Ask for fewer series, or "
                     "for longer steps.",
                     {}};
    }
    if (code == CURLE_OPERATION_TIMEDOUT) {
        return Error{ErrorKind::timeout,
                     "query_timeout",
                     "The Prometheus server did not answer in time.",
                     {}};
    }
    return unavailable("source_unavailable",
                       fmt::format("The Prometheus server at {} cannot be asked: {}. Look at the "
                                   "source's url, and whether the server runs.",
                                   settings_.url, curl_easy_strerror(code)));
}

}  // namespace casement::data
