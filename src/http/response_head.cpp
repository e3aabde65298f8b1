#include "http/response_head.h"

#include "http/text.h"

#include <array>
#include <charconv>

namespace casement::http {
namespace {

enum Known : unsigned {
    kNone = 0,
    kFraming = 1U << 0U,  ///< the server's own affair: what a handler says is left out
    kCacheControl = 1U << 1U,
    kContentSecurityPolicy = 1U << 2U,
    kContentTypeOptions = 1U << 3U,
    kReferrerPolicy = 1U << 4U,
    kTransportSecurity = 1U << 5U,
};

unsigned known(std::string_view name) {
    const auto is = [&](std::string_view other, Known what) -> unsigned {
        return same_name(name, other) ? what : kNone;
    };
    switch (name.size()) {
        case 4:
            return is("Date", kFraming);
        case 10:
            return is("Connection", kFraming);
        case 12:
            return is("X-Request-Id", kFraming);
        case 13:
            return is("Cache-Control", kCacheControl);
        case 14:
            return is("Content-Length", kFraming);
        case 15:
            return is("Referrer-Policy", kReferrerPolicy);
        case 17:
            return is("Transfer-Encoding", kFraming);
        case 22:
            return is("X-Content-Type-Options", kContentTypeOptions);
        case 23:
            return is("Content-Security-Policy", kContentSecurityPolicy);
        case 25:
            return is("Strict-Transport-Security", kTransportSecurity);
        default:
            return kNone;
    }
}

void append_number(std::string& out, std::uint64_t number) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

}  // namespace

std::string_view reason_phrase(int status) noexcept {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 206:
            return "Partial Content";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        default:
            return "Status";
    }
}

void append_head(std::string& out, const Response& response, const HeadOptions& options) {
    out += "HTTP/1.1 ";
    append_number(out, static_cast<std::uint64_t>(response.status));
    out += ' ';
    out += reason_phrase(response.status);
    out += "\r\nDate: ";
    out += options.date;
    out += "\r\nX-Request-Id: ";
    out += options.request_id;
    out += "\r\n";

    unsigned said = kNone;
    for (const auto& [name, value] : response.headers.all()) {
        const unsigned what = known(name);
        said |= what;
        if (what == kFraming) continue;
        out += name;
        out += ": ";
        out += value;
        out += "\r\n";
    }
    if ((said & kCacheControl) == 0) out += "Cache-Control: no-store\r\n";
    if ((said & kContentTypeOptions) == 0) out += "X-Content-Type-Options: nosniff\r\n";
    if ((said & kReferrerPolicy) == 0) out += "Referrer-Policy: same-origin\r\n";
    if ((said & kContentSecurityPolicy) == 0) {
        out += "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";
    }
    if (options.secure && (said & kTransportSecurity) == 0) {
        out += "Strict-Transport-Security: max-age=31536000\r\n";
    }

    if (options.framing == Framing::length) {
        out += "Content-Length: ";
        append_number(out, options.length);
        out += "\r\n";
    } else if (options.framing == Framing::chunked) {
        out += "Transfer-Encoding: chunked\r\n";
    }
    if (!options.keep_alive) {
        out += "Connection: close\r\n";
    } else if (!options.http11) {
        out += "Connection: keep-alive\r\n";
    }
    out += "\r\n";
}

}  // namespace casement::http
