#include "http/stream_output.h"

#include <iterator>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace casement::http {
namespace {
/// So much may wait for the client before the stream does.
constexpr std::size_t kHighWater = std::size_t{64} * 1024;
}  // namespace

StreamOutput::StreamOutput(Connection& connection, std::shared_ptr<const Cancellation> cancellation,
                           bool chunked, std::string head)
    : connection_(connection),
      cancellation_(std::move(cancellation)),
      chunked_(chunked),
      pending_(std::move(head)),
      idle_(connection.transport().get_executor(), asio::steady_timer::time_point::max()) {}

bool StreamOutput::alive() const {
    return !dead_ && !connection_.gone() && !cancellation_->cancelled();
}

asio::awaitable<bool> StreamOutput::write(std::string_view chunk) {
    if (!alive()) co_return false;
    // An empty chunk would end the body.
    if (chunk.empty()) co_return true;
    if (chunked_) fmt::format_to(std::back_inserter(pending_), "{:x}\r\n", chunk.size());
    pending_ += chunk;
    if (chunked_) pending_ += "\r\n";
    if (pending_.size() < kHighWater) {
        flush_soon();
        co_return true;
    }
    co_await wait_until_idle();
    if (alive() && !pending_.empty()) start();
    co_return alive();
}

void StreamOutput::flush_soon() {
    if (scheduled_ || in_flight_) return;
    scheduled_ = true;
    asio::post(idle_.get_executor(), [self = shared_from_this()] {
        self->scheduled_ = false;
        if (self->closed_ || self->in_flight_ || self->pending_.empty() || self->dead_) return;
        self->start();
    });
}

asio::awaitable<void> StreamOutput::wait_until_idle() {
    while (in_flight_) {
        error_code woken;
        co_await idle_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
}

void StreamOutput::start() {
    sending_.swap(pending_);
    pending_.clear();
    sent_ = 0;
    in_flight_ = true;
    connection_.enter(Connection::Phase::writing);
    step();
}

void StreamOutput::step() {
    const std::size_t now = connection_.transport().write_now(
        asio::buffer(sending_.data() + sent_, sending_.size() - sent_), {});
    sent_ += now;
    connection_.sent(now);
    if (sent_ == sending_.size()) return ended();
    connection_.transport().async_write_some(
        asio::buffer(sending_.data() + sent_, sending_.size() - sent_),
        [self = shared_from_this()](error_code failed, std::size_t bytes) {
            self->sent_ += bytes;
            self->connection_.sent(bytes);
            if (failed) self->dead_ = true;
            if (failed || self->sent_ == self->sending_.size()) return self->ended();
            self->connection_.enter(Connection::Phase::writing);
            self->step();
        });
}

void StreamOutput::ended() {
    in_flight_ = false;
    connection_.enter(Connection::Phase::handling);
    idle_.cancel();
    if (!pending_.empty()) flush_soon();
}

asio::awaitable<bool> StreamOutput::finish() {
    if (chunked_) pending_ += "0\r\n\r\n";
    co_await wait_until_idle();
    while (!dead_ && !pending_.empty()) {
        start();
        co_await wait_until_idle();
    }
    closed_ = true;
    co_return !dead_;
}

asio::awaitable<void> StreamOutput::abandon() {
    dead_ = true;
    connection_.transport().cancel();
    co_await wait_until_idle();
    closed_ = true;
}

void StreamOutput::stop_from_any_thread(const std::weak_ptr<StreamOutput>& output) {
    const auto alive = output.lock();
    if (!alive) return;
    asio::post(alive->idle_.get_executor(), [self = alive] {
        if (self->closed_) return;
        self->dead_ = true;
        if (self->in_flight_) self->connection_.transport().cancel();
    });
}

}  // namespace casement::http
