// From method and path to a handler. Paths are matched on raw segments; `{name}` matches one
// non-empty segment and hands it over percent-decoded, a last `{name...}` the rest of the path. A
// segment `{secret}` holds one: the access log has the pattern in place of such a path.
#pragma once

#include "http/message.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace casement::http {

/// Runs on the connection's executor and must not block it. `request` outlives the coroutine.
using Handler = std::function<asio::awaitable<Response>(Request& request)>;

/// Lets one route take bodies above the server's limit, from those who may send them.
struct LargeBody {
    std::size_t bytes = 0;  ///< instead of the server's limit, when it is more
    /// Asked when the head is there and before the body is read, so that nobody makes the server
    /// read what it would then refuse: it sees method, target and headers, nothing else is filled
    /// in. Runs on the connection's executor and must not block it. An error is the answer to a
    /// body above the server's limit; below it the handler decides, as always.
    std::function<Result<void>(const Request& head)> may_send;
};

class Router {
  public:
    Router();
    ~Router();
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    /// Before the server starts. Two handlers for one method and pattern are a bug (throws).
    /// A literal segment wins over `{name}`. GET serves HEAD too.
    void add(Method method, std::string_view pattern, Handler handler, LargeBody large = {});

    /// Before the server starts. This path, and what lies below it, answers as if there were
    /// nothing, however a request spells it. `path` begins with a slash and is not encoded.
    void close(std::string_view path);

    /// Shapes the router's own answers below a prefix (404, 405, 413, 500, …), so that each API
    /// fails in its own dialect. The longest prefix wins; without one it is Response::error.
    using ErrorShape = std::function<Response(const Error&)>;
    void errors_below(std::string_view prefix, ErrorShape shape);

    /// The handler's answer, or a shaped 404 / 405 (with Allow). An exception out of a handler is
    /// logged with the request's id and answered with a shaped 500 that names the id.
    /// OPTIONS without a handler answers 204 with Allow and no CORS headers.
    [[nodiscard]] asio::awaitable<Response> handle(Request& request) const;

    [[nodiscard]] Response shape_error(std::string_view path, const Error& error) const;
    /// How many bytes the body after this head may have, when `usual` is the server's limit.
    [[nodiscard]] Result<std::size_t> body_limit(const Request& head, std::size_t usual) const;
    /// Pattern that matches, for metrics and logs ("/sb/secure-embed/{token}"), or "".
    [[nodiscard]] std::string_view pattern_of(Method method, std::string_view path) const;

  private:
    struct Tree;
    std::unique_ptr<Tree> tree_;
};

}  // namespace casement::http
