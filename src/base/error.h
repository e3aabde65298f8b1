// What a caller or a visitor can get wrong, as a value. Bugs are exceptions; this is not for them.
#pragma once

#include <source_location>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

namespace casement {

/// The family of a failure. It decides the HTTP status, and each dialect's error shape from there.
enum class ErrorKind {
    invalid,          ///< 400: the request is not well formed or a value is out of bounds
    unauthenticated,  ///< 401: who are you?
    forbidden,        ///< 403: we know you, and you may not
    not_found,        ///< 404
    conflict,         ///< 409: it was true once, but something happened in between
    gone,             ///< 410: it existed, and is over for good
    too_large,        ///< 413
    unprocessable,    ///< 422: well formed, but the content makes no sense here
    rate_limited,     ///< 429
    internal,         ///< 500: our fault; details are in the log only
    unavailable,      ///< 503: a store or source does not answer; nothing was decided
    timeout,          ///< 504: it took longer than its limit
};

/// HTTP status for a kind of failure. The only place where the two meet.
[[nodiscard]] int http_status(ErrorKind kind) noexcept;

struct Error {
    ErrorKind kind = ErrorKind::internal;
    /// Stable, lower-case, for programs: "link_already_used". Points to static storage.
    std::string_view code = "internal";
    /// One or two sentences for the person who caused it. Never holds a secret or a query's text.
    std::string message;
    /// Path of the value that is wrong ("attributes.title", "panels[2].queries[0].sql"), or empty.
    std::string field;
};

template <class T>
using Result = boost::system::result<T, Error>;

/// `value()` on a failed Result is a bug in the caller: this is what it throws.
[[noreturn]] void throw_exception_from_error(const Error& error,
                                             const boost::source_location& where);

/// The usual ways to make one; `code` must be a string literal.
[[nodiscard]] Error invalid(std::string_view code, std::string message, std::string field = {});
[[nodiscard]] Error not_found(std::string_view code, std::string message);
[[nodiscard]] Error forbidden(std::string_view code, std::string message);
[[nodiscard]] Error unauthenticated(std::string_view code, std::string message);
[[nodiscard]] Error conflict(std::string_view code, std::string message);
[[nodiscard]] Error gone(std::string_view code, std::string message);
[[nodiscard]] Error unavailable(std::string_view code, std::string message);
/// For failures whose reason only the log should know. `message` goes to the person as it is.
[[nodiscard]] Error internal_error(std::string message = "Something went wrong on our side.");

}  // namespace casement
