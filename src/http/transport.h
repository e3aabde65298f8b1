// One connection's bytes, in the clear or through TLS. Non-blocking; one read and one write at a
// time, all on the worker's thread.
#pragma once

#include "http/tls.h"

#include <optional>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

namespace casement::http {

using boost::asio::ip::tcp;
using boost::system::error_code;

class Transport {
  public:
    /// `tls` is empty for a connection in the clear.
    Transport(tcp::socket socket, TlsContext tls);

    [[nodiscard]] bool secure() const { return stream_.has_value(); }
    [[nodiscard]] auto get_executor() { return socket_.get_executor(); }
    [[nodiscard]] int handle() { return socket_.native_handle(); }
    [[nodiscard]] asio::ip::address peer() const { return peer_; }

    [[nodiscard]] asio::awaitable<error_code> handshake();
    [[nodiscard]] asio::awaitable<std::size_t> read_some(asio::mutable_buffer space,
                                                         error_code& failed);

    /// As much as goes without waiting; nothing through TLS, whose records must not be cut off.
    [[nodiscard]] std::size_t write_now(asio::const_buffer first, asio::const_buffer second);
    template <class Token>
    auto async_write_some(asio::const_buffer bytes, Token&& token) {
        if (stream_) return stream_->async_write_some(bytes, std::forward<Token>(token));
        return socket_.async_write_some(bytes, std::forward<Token>(token));
    }

    /// Tells the other end in order that nothing more comes, and takes in what it still sends until
    /// it has seen that: closing with unread bytes would take back the answer (RST).
    [[nodiscard]] asio::awaitable<void> finish(bool unread);

    /// Ends every wait with operation_aborted.
    void cancel();
    void close();
    /// Closes so that the other end sees an error instead of an end.
    void reset();

  private:
    TlsContext tls_;
    tcp::socket socket_;
    asio::ip::address peer_;
    std::optional<asio::ssl::stream<tcp::socket&>> stream_;
};

}  // namespace casement::http
