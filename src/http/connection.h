// One client's connection: requests one after another, each answered before the next is read.
#pragma once

#include "http/request_reader.h"
#include "http/response_head.h"
#include "http/transport.h"
#include "http/worker.h"

#include <chrono>
#include <memory>
#include <string>

#include <boost/intrusive/list_hook.hpp>

namespace casement::http {

class Connection : public boost::intrusive::list_base_hook<> {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;

    Connection(Worker& worker, tcp::socket socket, TlsContext tls);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Serves until one side ends it.
    [[nodiscard]] asio::awaitable<void> run();

    // For the worker's tick.
    void on_tick(TimePoint now);
    /// A handler has been at work since before `now`'s tick: worth looking whether anybody waits.
    [[nodiscard]] bool wants_watch(TimePoint now) const;
    [[nodiscard]] int handle() { return transport_.handle(); }
    /// Nobody waits for the answer any more.
    void client_gone();
    /// The server stops: end when nothing is under way.
    void drain();
    /// The server stops now.
    void cut();

    // For the stream of a response.
    enum class Phase {
        handshake,  ///< TLS is being agreed on
        idle,       ///< no byte of the next request is here
        head,       ///< reading line and fields
        body,       ///< reading the body
        handling,   ///< a handler is at work
        writing,    ///< the client's turn to take bytes
        closing,    ///< the last bytes are under way
    };
    void enter(Phase phase);
    [[nodiscard]] Transport& transport() { return transport_; }
    [[nodiscard]] bool gone() const { return gone_; }
    void sent(std::size_t bytes) { sent_ += bytes; }

  private:
    enum class Read { complete, refused, timed_out, closed };
    /// What the log says about one answer.
    struct Outcome {
        std::string_view request_id;
        std::string_view method;
        std::string_view route;
        std::string_view target;
        asio::ip::address client;
        int status = 0;
        TimePoint started;
    };

    [[nodiscard]] asio::awaitable<Read> read_request(bool first);
    /// True when the connection goes on.
    [[nodiscard]] asio::awaitable<bool> answer();
    [[nodiscard]] asio::awaitable<bool> send_body(const Request& request, Response& response,
                                                  HeadOptions& options);
    [[nodiscard]] asio::awaitable<bool> send_stream(const Request& request, Response& response,
                                                    HeadOptions& options);
    [[nodiscard]] asio::awaitable<void> refuse(const Refusal& refusal, std::string_view path,
                                               Method method, std::string_view target);
    [[nodiscard]] asio::awaitable<bool> write_all(std::string_view first, std::string_view second);
    [[nodiscard]] asio::awaitable<void> close_in_order(bool unread);
    void record(const Outcome& outcome, Method method);

    Worker& worker_;
    Transport transport_;
    RequestReader reader_;
    std::string out_;
    std::shared_ptr<Cancellation> cancellation_;  ///< of the request in hand
    Phase phase_ = Phase::idle;
    TimePoint entered_;
    TimePoint deadline_ = TimePoint::max();
    std::uint64_t sent_ = 0;      ///< bytes of this answer
    std::uint64_t received_ = 0;  ///< bytes of this request
    bool timed_out_ = false;
    bool gone_ = false;
};

}  // namespace casement::http
