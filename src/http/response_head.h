// The head of an answer as bytes: what the handler said, the framing, and the headers that every
// answer of ours carries unless its handler set them.
#pragma once

#include "http/message.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace casement::http {

enum class Framing {
    length,   ///< Content-Length
    chunked,  ///< Transfer-Encoding: chunked
    close,    ///< until the connection ends (HTTP/1.0)
    none,     ///< 204, 304: no body and no length
};

struct HeadOptions {
    Framing framing = Framing::length;
    std::uint64_t length = 0;
    bool http11 = true;
    bool keep_alive = true;
    bool secure = false;
    std::string_view date;
    std::string_view request_id;
};

void append_head(std::string& out, const Response& response, const HeadOptions& options);

/// "Not Found"; "Status" for a number without a name.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

}  // namespace casement::http
