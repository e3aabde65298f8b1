#include "http/connection.h"

#include "base/log.h"
#include "http/request_id.h"
#include "http/stream_output.h"
#include "http/text.h"

#include <exception>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace casement::http {
namespace {

using std::chrono::steady_clock;

/// Bodies up to this go out in one buffer with their head.
constexpr std::size_t kSmallBody = std::size_t{8} * 1024;
/// How long the other end may take to see the end of a connection.
constexpr std::chrono::milliseconds kCloseTime{2'000};
/// Seen by nobody but the log: the client had gone before the answer.
constexpr int kClientGone = 499;

bool has_body(const Response& response) {
    return response.status != 204 && response.status != 304 && response.status >= 200;
}

bool wants_close(const Response& response) {
    const auto connection = response.headers.find("Connection");
    return connection && same_name(*connection, "close");
}

}  // namespace

Connection::Connection(Worker& worker, tcp::socket socket, TlsContext tls)
    : worker_(worker),
      transport_(std::move(socket), std::move(tls)),
      reader_(worker.state().options.limits,
              [&state = worker.state()](const Request& head) {
                  return state.router.body_limit(head, state.options.limits.body);
              }),
      entered_(worker.now()) {
    worker_.joined(*this);
}

Connection::~Connection() {
    worker_.left(*this);
}

asio::awaitable<void> Connection::run() {
    if (transport_.secure()) {
        enter(Phase::handshake);
        const error_code failed = co_await transport_.handshake();
        if (failed || worker_.stopping()) co_return;
    }
    for (bool first = true;; first = false) {
        const Read read = co_await read_request(first);
        if (read == Read::closed) co_return;
        if (read != Read::complete) {
            if (read == Read::timed_out) reader_.time_out();
            co_await refuse(reader_.refusal(), reader_.refused_path(), Method::other,
                            reader_.refused_path());
            co_return;
        }
        const bool goes_on = co_await answer();
        if (!goes_on) co_return;
    }
}

asio::awaitable<Connection::Read> Connection::read_request(bool first) {
    received_ = 0;
    bool told_to_continue = false;
    for (;;) {
        const auto state = reader_.advance();
        if (state == RequestReader::State::complete) co_return Read::complete;
        if (state == RequestReader::State::refused) co_return Read::refused;

        if (state == RequestReader::State::body) {
            if (phase_ != Phase::body) enter(Phase::body);
            if (!told_to_continue && reader_.expects_continue() && !reader_.started()) {
                told_to_continue = true;
                const bool written = co_await write_all("HTTP/1.1 100 Continue\r\n\r\n", {});
                if (!written) co_return Read::closed;
                enter(Phase::body);
            }
        } else if (reader_.started()) {
            if (phase_ != Phase::head) enter(Phase::head);
        } else {
            if (worker_.stopping()) {
                co_await close_in_order(false);
                co_return Read::closed;
            }
            enter(Phase::idle);
            // Who connects and says nothing gets no more time than who says it slowly.
            if (first) {
                deadline_ = entered_ + Worker::kTick + worker_.state().options.limits.header_time;
            }
        }

        error_code failed;
        const std::size_t bytes = co_await transport_.read_some(reader_.space(), failed);
        reader_.received(bytes);
        received_ += bytes;
        if (timed_out_ && phase_ != Phase::idle) co_return Read::timed_out;
        if (failed || timed_out_) {
            if (timed_out_ || worker_.stopping()) co_await close_in_order(false);
            co_return Read::closed;
        }
    }
}

asio::awaitable<bool> Connection::answer() {
    const TimePoint started = steady_clock::now();
    HeadOptions options;
    options.http11 = reader_.http11();
    options.keep_alive = reader_.keep_alive();
    Request request = reader_.take();
    worker_.metrics().received(received_);

    const auto& state = worker_.state();
    if (!state.proxies.resolve(transport_.peer(), transport_.secure(), request)) {
        const Refusal refusal{400, invalid("invalid_host", "The request's Host is not a host.")};
        co_await refuse(refusal, request.path(), request.method, request.target);
        co_return false;
    }
    request.id = new_request_id();
    request.cancellation = std::make_shared<Cancellation>();
    cancellation_ = request.cancellation;
    sent_ = 0;
    enter(Phase::handling);

    Response response;
    std::exception_ptr broken;
    try {
        response = co_await state.router.handle(request);
    } catch (...) {
        broken = std::current_exception();
    }
    if (broken) {
        // Only a broken error shape gets here: the router takes what handlers throw.
        log::error("error_shape_failed", {{"request_id", request.id}});
        response = Response::error(internal_error());
    }
    // A client that pipelines can hold on to a connection; this is what makes it let go.
    options.keep_alive = options.keep_alive && !worker_.stopping() && !wants_close(response);
    options.secure = request.secure;
    options.request_id = request.id;

    bool whole = false;
    if (!gone_) {
        if (response.stream) {
            whole = co_await send_stream(request, response, options);
        } else {
            whole = co_await send_body(request, response, options);
        }
    }
    cancellation_.reset();
    record({.request_id = request.id,
            .method = to_string(request.method),
            .route = request.route,
            .target = request.target,
            .client = request.client,
            .status = gone_ && sent_ == 0 ? kClientGone : response.status,
            .started = started},
           request.method);
    if (!whole) co_return false;
    if (!options.keep_alive) co_await close_in_order(reader_.started());
    co_return options.keep_alive;
}

asio::awaitable<bool> Connection::send_body(const Request& request, Response& response,
                                            HeadOptions& options) {
    options.framing = has_body(response) ? Framing::length : Framing::none;
    options.length = response.body.size();
    options.date = worker_.date();
    std::string_view body = response.body;
    if (request.method == Method::head || options.framing == Framing::none) body = {};

    out_.clear();
    append_head(out_, response, options);
    if (body.size() <= kSmallBody) {
        out_ += body;
        body = {};
    }
    const std::size_t now = transport_.write_now(asio::buffer(out_), asio::buffer(body));
    sent_ += now;
    if (now == out_.size() + body.size()) co_return true;
    const std::size_t of_head = std::min(now, out_.size());
    const bool whole =
        co_await write_all(std::string_view(out_).substr(of_head), body.substr(now - of_head));
    co_return whole;
}

asio::awaitable<bool> Connection::send_stream(const Request& request, Response& response,
                                              HeadOptions& options) {
    options.framing = options.http11 ? Framing::chunked : Framing::close;
    options.keep_alive = options.keep_alive && options.http11;
    options.date = worker_.date();
    std::string head;
    append_head(head, response, options);
    if (request.method == Method::head || !has_body(response)) {
        const bool whole = co_await write_all(head, {});
        co_return whole;
    }

    const auto output = std::make_shared<StreamOutput>(*this, request.cancellation, options.http11,
                                                       std::move(head));
    // A client that takes nothing must not keep a stream open that somebody has ended.
    const auto registration = request.cancellation->on_cancel(
        [weak = std::weak_ptr(output)] { StreamOutput::stop_from_any_thread(weak); });
    output->flush_soon();
    bool failed = false;
    try {
        co_await response.stream(*output);
    } catch (const std::exception& exception) {
        failed = true;
        log::error(
            "stream_failed",
            {{"request_id", request.id}, {"route", request.route}, {"reason", exception.what()}});
    } catch (...) {
        failed = true;
        log::error("stream_failed", {{"request_id", request.id}, {"route", request.route}});
    }
    if (!failed && !gone_ && !request.cancellation->cancelled()) {
        const bool whole = co_await output->finish();
        if (whole) co_return true;
    }
    co_await output->abandon();
    // Without the last chunk; without a length only an error tells that something is missing.
    if (options.http11) {
        transport_.close();
    } else {
        transport_.reset();
    }
    co_return false;
}

asio::awaitable<void> Connection::refuse(const Refusal& refusal, std::string_view path,
                                         Method method, std::string_view target) {
    const TimePoint started = steady_clock::now();
    const std::string id = new_request_id();
    Response response;
    try {
        response = worker_.state().router.shape_error(path, refusal.error);
    } catch (const std::exception& exception) {
        log::error("error_shape_failed", {{"request_id", id}, {"reason", exception.what()}});
        response = Response::error(refusal.error);
    }
    response.status = refusal.status;
    if (response.status == 401) {
        response.headers.set("WWW-Authenticate", "Bearer realm=\"casement\"");
    }
    HeadOptions options;
    options.keep_alive = false;
    options.length = response.body.size();
    options.secure = transport_.secure();
    options.date = worker_.date();
    options.request_id = id;
    out_.clear();
    append_head(out_, response, options);
    if (method != Method::head) out_ += response.body;
    worker_.metrics().received(received_);
    sent_ = 0;
    const bool whole = co_await write_all(out_, {});
    record({.request_id = id,
            .method = method == Method::other ? std::string_view("-") : to_string(method),
            .route = {},
            .target = target,
            .client = transport_.peer(),
            .status = response.status,
            .started = started},
           method);
    if (whole) co_await close_in_order(true);
}

asio::awaitable<bool> Connection::write_all(std::string_view first, std::string_view second) {
    for (std::string_view part : {first, second}) {
        while (!part.empty()) {
            enter(Phase::writing);
            error_code failed;
            const std::size_t bytes = co_await transport_.async_write_some(
                asio::buffer(part), asio::redirect_error(asio::use_awaitable, failed));
            sent_ += bytes;
            part.remove_prefix(bytes);
            if (failed) {
                gone_ = true;
                co_return false;
            }
        }
    }
    co_return true;
}

asio::awaitable<void> Connection::close_in_order(bool unread) {
    timed_out_ = false;
    enter(Phase::closing);
    co_await transport_.finish(unread);
}

void Connection::record(const Outcome& outcome, Method method) {
    const auto duration = steady_clock::now() - outcome.started;
    worker_.metrics().sent(sent_);
    worker_.metrics().request(outcome.route, method, outcome.status, duration);
    if (!worker_.state().options.access_log) return;
    constexpr std::size_t kMaxLoggedTarget = 1024;
    // A route may say that a part of its path is a secret: then the pattern stands for the path.
    const bool has_secret = outcome.route.find("{secret}") != std::string_view::npos;
    const auto target =
        has_secret ? std::string(outcome.route) : log::without_query_values(outcome.target);
    log::append_line(worker_.access_lines(), log::Level::info, "request",
                     {{"request_id", outcome.request_id},
                      {"method", outcome.method},
                      {"route", outcome.route},
                      {"path", std::string_view(target).substr(0, kMaxLoggedTarget)},
                      {"status", outcome.status},
                      {"bytes", sent_},
                      {"duration_ms", std::chrono::duration<double, std::milli>(duration).count()},
                      {"client", to_text(outcome.client)}});
    worker_.wrote_access_line();
}

void Connection::enter(Phase phase) {
    phase_ = phase;
    entered_ = worker_.now();
    const Limits& limits = worker_.state().options.limits;
    // One tick more: `now` may be that old, and nobody is to be cut off early.
    const auto in = [&](std::chrono::milliseconds time) {
        deadline_ = entered_ + time + Worker::kTick;
    };
    switch (phase) {
        case Phase::handshake:
        case Phase::head:
            return in(limits.header_time);
        case Phase::idle:
            return in(limits.idle_time);
        case Phase::body:
            return in(limits.body_time);
        case Phase::handling:
            deadline_ = TimePoint::max();
            return;
        case Phase::writing:
            return in(limits.write_time);
        case Phase::closing:
            return in(kCloseTime);
    }
}

void Connection::on_tick(TimePoint now) {
    if (now < deadline_) return;
    deadline_ = TimePoint::max();
    timed_out_ = true;
    switch (phase_) {
        case Phase::handshake:
        case Phase::closing:
            return transport_.close();
        case Phase::writing:
            client_gone();
            return transport_.reset();
        default:
            return transport_.cancel();
    }
}

bool Connection::wants_watch(TimePoint now) const {
    return phase_ == Phase::handling && !gone_ && now - entered_ >= Worker::kTick;
}

void Connection::client_gone() {
    gone_ = true;
    if (cancellation_) cancellation_->cancel();
}

void Connection::drain() {
    if (phase_ == Phase::idle || phase_ == Phase::handshake) transport_.cancel();
}

void Connection::cut() {
    client_gone();
    transport_.close();
}

}  // namespace casement::http
