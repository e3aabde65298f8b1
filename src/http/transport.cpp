#include "http/transport.h"

#include <array>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace casement::http {

namespace {
/// What is read and thrown away before a connection with unread bytes closes: who sends too much by
/// some megabytes reads the reason, where a connection that breaks would tell nothing.
constexpr std::size_t kMaxDiscarded = std::size_t{4} * 1024 * 1024;
}  // namespace

Transport::Transport(tcp::socket socket, TlsContext tls)
    : tls_(std::move(tls)), socket_(std::move(socket)) {
    error_code ignored;
    peer_ = socket_.remote_endpoint(ignored).address();
    socket_.non_blocking(true, ignored);
    socket_.set_option(tcp::no_delay(true), ignored);
    if (tls_) stream_.emplace(socket_, *tls_);
}

asio::awaitable<error_code> Transport::handshake() {
    error_code failed;
    if (!stream_) co_return failed;
    co_await stream_->async_handshake(asio::ssl::stream_base::server,
                                      asio::redirect_error(asio::use_awaitable, failed));
    co_return failed;
}

asio::awaitable<std::size_t> Transport::read_some(asio::mutable_buffer space, error_code& failed) {
    auto token = asio::redirect_error(asio::use_awaitable, failed);
    if (stream_) return stream_->async_read_some(space, token);
    return socket_.async_read_some(space, token);
}

std::size_t Transport::write_now(asio::const_buffer first, asio::const_buffer second) {
    if (stream_) return 0;
    error_code failed;
    if (second.size() == 0) return socket_.write_some(asio::buffer(first), failed);
    return socket_.write_some(std::array{first, second}, failed);
}

asio::awaitable<void> Transport::finish(bool unread) {
    error_code failed;
    if (stream_) {
        co_await stream_->async_shutdown(asio::redirect_error(asio::use_awaitable, failed));
    }
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    if (unread) {
        std::array<char, 4096> bin;
        std::size_t discarded = 0;
        failed.clear();
        while (!failed && discarded < kMaxDiscarded) {
            discarded += co_await socket_.async_read_some(
                asio::buffer(bin), asio::redirect_error(asio::use_awaitable, failed));
        }
    }
    close();
}

void Transport::cancel() {
    error_code ignored;
    socket_.cancel(ignored);
}

void Transport::close() {
    error_code ignored;
    socket_.close(ignored);
}

void Transport::reset() {
    error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
}

}  // namespace casement::http
