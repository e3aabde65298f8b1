// Any bytes as a request's target and headers: first line the target, then a header a line.
#include "fuzz/promise.h"
#include "http/message.h"

#include <stdexcept>
#include <string>

using namespace casement;
using fuzz::promise;

namespace {

http::Request request_of(std::string_view text) {
    http::Request request;
    const auto next_line = [&text] {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        return line;
    };
    request.target = std::string(next_line());
    while (!text.empty()) {
        const auto line = next_line();
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        try {
            request.headers.add(std::string(line.substr(0, colon)),
                                std::string(line.substr(colon + 1)));
        } catch (const std::invalid_argument&) {
            // What cannot be a header never comes from the parser either.
        }
    }
    return request;
}

bool within(std::string_view part, std::string_view whole) {
    return part.empty() || whole.find(part) != std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto request = request_of(fuzz::text_of(data, size));
    const bool has_query = request.target.find('?') != std::string::npos;
    const auto whole =
        std::string(request.path()) + (has_query ? "?" : "") + std::string(request.query());
    promise(whole == request.target, "path and query are the target");

    for (const std::string_view name : {"token", "nonce", "ts", "a", ""}) {
        const auto value = request.parameter(name);
        if (!value) {
            promise(http_status(value.error().kind) == 400,
                    "a bad parameter is the client's fault");
            continue;
        }
        // Decoding never makes a value longer than the query it came from.
        promise(!*value || (*value)->size() <= request.query().size(), "a value is in the query");
    }
    for (const std::string_view name : {"s", "__Secure-casement", ""}) {
        const auto cookie = request.cookie(name);
        if (!cookie) continue;
        bool found = false;
        for (const auto& [field, text] : request.headers.all()) {
            found = found || within(*cookie, text);
        }
        promise(found, "a cookie is in a header");
        promise(cookie->find(';') == std::string_view::npos, "a cookie ends at the semicolon");
    }
    if (const auto bearer = request.bearer()) {
        promise(!bearer->empty(), "a bearer is something");
        promise(request.headers.count("Authorization") == 1, "one authorization, not two");
        promise(bearer->find(' ') == std::string_view::npos, "a bearer is one word");
    }
    return 0;
}
