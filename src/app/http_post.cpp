#include "app/http_post.h"

#include "app/transfer.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace casement::app {
namespace {

constexpr Transfer::Limits kLimits{.connecting = std::chrono::seconds{10},
                                   .whole = std::chrono::seconds{120},
                                   .answer = std::size_t{16} * 1024 * 1024};

/// `body` is null for a GET. `option` is where the address came from, for the message.
Result<PostAnswer> ask(const std::string& url, const Secret& token, const std::string* body,
                       std::string_view option) {
    Transfer transfer(url, "http,https", kLimits);
    if (!transfer.usable()) return internal_error("libcurl cannot be used on this machine.");
    transfer.header("Content-Type: application/json");
    // The answer to "Expect: 100-continue" would only cost a second.
    transfer.header("Expect:");
    transfer.bearer(token);
    if (body != nullptr) transfer.post(*body);
    auto outcome = transfer.run();
    if (!outcome.done()) {
        return unavailable("server_unreachable", fmt::format("{} does not answer: {}. Check {}.",
                                                             url, outcome.reason, option));
    }
    return PostAnswer{outcome.status, std::move(outcome.body)};
}

}  // namespace

Result<PostAnswer> post_json(const std::string& url, const Secret& token, const std::string& body) {
    return ask(url, token, &body, "--server");
}

Result<PostAnswer> get_json(const std::string& url, const Secret& token, std::string_view option) {
    return ask(url, token, nullptr, option);
}

}  // namespace casement::app
