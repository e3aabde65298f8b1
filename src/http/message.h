// Requests and responses as handlers see them: plain values, no trace of the HTTP library, so that
// what stands above can be tested without a socket.
#pragma once

#include "base/cancellation.h"
#include "base/shape.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>

namespace casement::http {

namespace asio = boost::asio;

enum class Method { get, head, post, put, patch, del, options, other };
[[nodiscard]] std::string_view to_string(Method method) noexcept;

/// Header fields in the order they came or will be sent; names compare without regard to case.
/// A name that is not a token or a value with a control character (CR, LF, NUL, …) throws
/// std::invalid_argument: it would let whoever chose it write the rest of the answer.
class Headers {
  public:
    void add(std::string name, std::string value);
    /// Replaces every field of that name.
    void set(std::string name, std::string value);
    /// First value, or nullopt.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
    [[nodiscard]] std::size_t count(std::string_view name) const;
    /// Room for so many fields at once.
    void reserve(std::size_t fields);
    [[nodiscard]] std::span<const std::pair<std::string, std::string>> all() const {
        return fields_;
    }

  private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

/// As text. Asio's own goes through printf, which costs as much as reading a small request.
[[nodiscard]] std::string to_text(const asio::ip::address& address);

/// One parsed request. Everything in it comes from outside and is bounded by the server's limits.
struct Request {
    Method method = Method::get;
    /// The request target's raw bytes, as the client sent them: origin form, never re-encoded.
    std::string target;
    Headers headers;
    std::string body;
    /// The other end of the connection, or what a trusted proxy says stands behind it.
    asio::ip::address client;
    /// TLS here, or a trusted proxy says it was.
    bool secure = false;
    /// Host as the browser used it (`X-Forwarded-Host` counts only from a trusted proxy), lower
    /// case, with its port when not the scheme's own.
    std::string host;
    /// Random id of this request; stands in the log line and in the answer's `X-Request-Id`.
    std::string id;
    /// Cancelled when the client has gone or the server must stop.
    std::shared_ptr<Cancellation> cancellation;
    /// Values that the route's `{name}` parts matched, percent-decoded, by position.
    std::vector<std::string> captures;
    /// Pattern of the route that took it, set by the router, or empty; static as the router is.
    std::string_view route;

    /// Raw bytes before `?`.
    [[nodiscard]] std::string_view path() const;
    /// Raw bytes after the first `?`, or empty.
    [[nodiscard]] std::string_view query() const;
    /// Value of the first cookie of that exact name.
    [[nodiscard]] std::optional<std::string_view> cookie(std::string_view name) const;
    /// Bearer token of `Authorization`, or nullopt. The scheme compares without regard to case.
    [[nodiscard]] std::optional<std::string_view> bearer() const;
    /// The decoded value of a query parameter. More than one of the name, or a broken escape, is
    /// an error; absence is nullopt.
    [[nodiscard]] Result<std::optional<std::string>> parameter(std::string_view name) const;
};

/// Writes a streamed body. Used only inside Response::stream, by one coroutine.
class BodyWriter {
  public:
    virtual ~BodyWriter() = default;
    /// Hands `chunk` to the connection; waits while the client is slow. Small chunks written one
    /// after another go out together, as soon as the stream waits for something else. False when
    /// the client is gone or the request was cancelled: stop. `chunk` must stay valid until then.
    [[nodiscard]] virtual asio::awaitable<bool> write(std::string_view chunk) = 0;
};

using BodyStream = std::function<asio::awaitable<void>(BodyWriter&)>;

struct Response {
    int status = 200;
    Headers headers;
    std::string body;
    /// When set, `body` is not used; the stream is sent chunked after the head. The request
    /// outlives it. When it throws, or the request was cancelled, the connection is cut without
    /// the last chunk, so that the receiver sees that something is missing.
    BodyStream stream;

    [[nodiscard]] static Response json(int status, const json::value& value);
    [[nodiscard]] static Response text(int status, std::string body,
                                       std::string content_type = "text/plain; charset=utf-8");
    [[nodiscard]] static Response html(int status, std::string body);
    [[nodiscard]] static Response empty(int status = 204);
    /// `{"error": {"code", "message", "field"?}}` with the kind's status: the native shape.
    [[nodiscard]] static Response error(const Error& error);
    /// 302 to a same-origin path; anything else throws std::invalid_argument.
    [[nodiscard]] static Response redirect(std::string path);
};

/// Parses the body as JSON after checking that the content type is a JSON one, and checks its
/// shape. Errors: invalid_content_type (415 is reported as 400 here), invalid_json, invalid_body.
[[nodiscard]] Result<json::value> json_body(const Request& request, const Shape& shape);

}  // namespace casement::http
