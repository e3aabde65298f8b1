// The writing side of a streamed body. Chunks gather until the stream waits for something, then go
// out together; a slow client makes the stream wait.
#pragma once

#include "http/connection.h"

#include <memory>
#include <string>

#include <boost/asio/steady_timer.hpp>

namespace casement::http {

/// Held by shared_ptr, because a flush may still be queued when the connection has gone.
class StreamOutput final : public BodyWriter, public std::enable_shared_from_this<StreamOutput> {
  public:
    /// `head` is sent before everything else.
    StreamOutput(Connection& connection, std::shared_ptr<const Cancellation> cancellation,
                 bool chunked, std::string head);

    [[nodiscard]] asio::awaitable<bool> write(std::string_view chunk) override;

    /// Lets what is there go out soon, without waiting for it.
    void flush_soon();
    /// Sends the end of the body; true when the client got all of it.
    [[nodiscard]] asio::awaitable<bool> finish();
    /// Gives up what is queued. After this nothing of it touches the connection.
    [[nodiscard]] asio::awaitable<void> abandon();
    /// For a cancellation: ends the write that waits for the client. Any thread.
    static void stop_from_any_thread(const std::weak_ptr<StreamOutput>& output);

  private:
    [[nodiscard]] bool alive() const;
    [[nodiscard]] asio::awaitable<void> wait_until_idle();
    void start();
    void step();
    void ended();

    Connection& connection_;
    std::shared_ptr<const Cancellation> cancellation_;
    const bool chunked_;
    std::string pending_;
    std::string sending_;
    std::size_t sent_ = 0;  ///< of sending_
    asio::steady_timer idle_;
    bool in_flight_ = false;
    bool scheduled_ = false;
    bool dead_ = false;
    bool closed_ = false;  ///< the connection may be gone
};

}  // namespace casement::http
