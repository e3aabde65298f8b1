// Bytes of a connection in, requests out: limits, framing and refusal of everything that another
// server could read differently (request smuggling). No sockets here.
#pragma once

#include "http/message.h"
#include "http/server.h"

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <boost/asio/buffer.hpp>

namespace casement::http {

/// Why a request is not served. The connection must be closed after the answer: where the next
/// request would begin is not known.
struct Refusal {
    int status = 400;
    Error error;
};

class RequestReader {
  public:
    /// How many bytes the body after this head may have: asked only about a body that is, or may
    /// become, larger than `limits.body`, and before any of it is read. An error is how such a
    /// body is refused.
    using BodyLimit = std::function<Result<std::size_t>(const Request& head)>;

    /// Without `body_limit`, `limits.body` goes for every request.
    explicit RequestReader(const Limits& limits, BodyLimit body_limit = {});
    ~RequestReader();
    RequestReader(const RequestReader&) = delete;
    RequestReader& operator=(const RequestReader&) = delete;

    /// Where the next bytes go. Valid until the next call of any member.
    [[nodiscard]] asio::mutable_buffer space();
    void received(std::size_t bytes) { end_ += bytes; }

    enum class State {
        head,      ///< needs more bytes of request line and fields
        body,      ///< the head is good; needs more bytes of the body
        complete,  ///< take() the request
        refused,   ///< see refusal()
    };
    /// Goes as far as the bytes reach.
    [[nodiscard]] State advance();

    /// Any byte of the next request is here.
    [[nodiscard]] bool started() const { return begin_ != end_; }
    /// Only in state body or complete: what the head asks of the answer.
    [[nodiscard]] bool http11() const;
    [[nodiscard]] bool keep_alive() const;
    [[nodiscard]] bool expects_continue() const;

    /// The complete request; the reader is ready for the next one.
    [[nodiscard]] Request take();

    /// The request did not arrive in time: refuses it.
    void time_out();

    [[nodiscard]] const Refusal& refusal() const { return refusal_; }
    /// As much of the refused request's path as was understood.
    [[nodiscard]] std::string_view refused_path() const { return refused_path_; }

  private:
    class Parser;

    [[nodiscard]] std::string_view pending() const {
        return {buffer_.data() + begin_, end_ - begin_};
    }
    State refuse(int status, std::string_view code, std::string message);
    State find_head();
    State parse_head(std::size_t size);
    State read_body();
    State refuse_parser_error(const boost::system::error_code& failed);
    void find_body_limit();
    void remember_path();

    const Limits& limits_;
    const BodyLimit body_limit_of_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t scanned_ = 0;   ///< bytes of pending() that hold whole lines of the head
    std::size_t line_end_ = 0;  ///< size of the request line with its CRLF, 0 before
    State state_ = State::head;
    std::unique_ptr<Parser> parser_;
    Refusal refusal_;
    std::string refused_path_;
};

}  // namespace casement::http
