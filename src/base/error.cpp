#include "base/error.h"

#include <stdexcept>
#include <utility>

namespace casement {

int http_status(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::invalid:
            return 400;
        case ErrorKind::unauthenticated:
            return 401;
        case ErrorKind::forbidden:
            return 403;
        case ErrorKind::not_found:
            return 404;
        case ErrorKind::conflict:
            return 409;
        case ErrorKind::gone:
            return 410;
        case ErrorKind::too_large:
            return 413;
        case ErrorKind::unprocessable:
            return 422;
        case ErrorKind::rate_limited:
            return 429;
        case ErrorKind::internal:
            return 500;
        case ErrorKind::unavailable:
            return 503;
        case ErrorKind::timeout:
            return 504;
    }
    return 500;
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
    throw std::logic_error(std::string("value of a failed Result used at ") + where.file_name() +
                           ":" + std::to_string(where.line()) + ": " + std::string(error.code) +
                           ": " + error.message);
}

Error invalid(std::string_view code, std::string message, std::string field) {
    return {ErrorKind::invalid, code, std::move(message), std::move(field)};
}
Error not_found(std::string_view code, std::string message) {
    return {ErrorKind::not_found, code, std::move(message), {}};
}
Error forbidden(std::string_view code, std::string message) {
    return {ErrorKind::forbidden, code, std::move(message), {}};
}
Error unauthenticated(std::string_view code, std::string message) {
    return {ErrorKind::unauthenticated, code, std::move(message), {}};
}
Error conflict(std::string_view code, std::string message) {
    return {ErrorKind::conflict, code, std::move(message), {}};
}
Error gone(std::string_view code, std::string message) {
    return {ErrorKind::gone, code, std::move(message), {}};
}
Error unavailable(std::string_view code, std::string message) {
    return {ErrorKind::unavailable, code, std::move(message), {}};
}
Error internal_error(std::string message) {
    return {ErrorKind::internal, "internal", std::move(message), {}};
}

}  // namespace casement
