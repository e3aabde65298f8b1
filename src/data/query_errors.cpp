#include "data/query_errors.h"

#include "base/encoding.h"

#include <fmt/format.h>

namespace casement::data {
namespace {

constexpr std::size_t kMaxMessage = 2000;
constexpr std::size_t kMaxText = std::size_t{64} * 1024;

}  // namespace

Error query_cancelled() {
    return unavailable("query_cancelled", "The query was stopped because nobody waits for it.");
}

Error query_timeout() {
    return {ErrorKind::timeout,
            "query_timeout",
            "The query took longer than its time limit. Ask for less: a shorter time range, or "
            "fewer groups.",
            {}};
}

Error query_too_large(std::string message) {
    return {ErrorKind::unprocessable, "query_too_large", std::move(message), {}};
}

Error result_too_large(const QueryLimits& limits) {
    return query_too_large(fmt::format(
        "The result is larger than {} bytes. Ask for fewer rows or columns.", limits.bytes));
}

Error query_refused(std::string message) {
    return {ErrorKind::unprocessable, "query_refused", std::move(message), {}};
}

Error query_invalid(std::string message) {
    return {ErrorKind::unprocessable,
            "query_invalid",
            std::string(utf8_head(message, kMaxMessage)),
            {}};
}

Result<void> check_query_text(const std::string& text) {
    if (text.size() > kMaxText) {
        return query_refused(fmt::format("A query's text has at most {} bytes.", kMaxText));
    }
    // Engines' interfaces take C strings: what stands behind a NUL would go unseen.
    if (text.find('\0') != std::string::npos || !is_utf8(text)) {
        return query_refused("A query's text must be well-formed UTF-8 without NUL.");
    }
    return {};
}

}  // namespace casement::data
