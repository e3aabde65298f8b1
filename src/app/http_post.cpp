#include "app/http_post.h"

#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>

namespace casement::app {
namespace {

constexpr long kConnectSeconds = 10;
constexpr long kSeconds = 120;
constexpr std::size_t kLongestAnswer = std::size_t{16} * 1024 * 1024;

struct FreeHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::size_t take(char* data, std::size_t size, std::size_t count, void* out) {
    auto& body = *static_cast<std::string*>(out);
    if (body.size() + size * count > kLongestAnswer) return 0;
    body.append(data, size * count);
    return size * count;
}

/// `body` is null for a GET. `option` is where the address came from, for the message.
Result<PostAnswer> ask(const std::string& url, const Secret& token, const std::string* body,
                       std::string_view option) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    const std::unique_ptr<CURL, FreeHandle> handle(ready == CURLE_OK ? curl_easy_init() : nullptr);
    if (!handle) return internal_error("libcurl cannot be used on this machine.");
    std::unique_ptr<curl_slist, FreeList> headers(
        curl_slist_append(nullptr, "Content-Type: application/json"));
    // The answer to "Expect: 100-continue" would only cost a second.
    curl_slist_append(headers.get(), "Expect:");
    const std::string bearer(token.reveal());
    PostAnswer answer;
    char reason[CURL_ERROR_SIZE] = "";
    CURL* curl = handle.get();
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
    curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, bearer.c_str());
    if (body != nullptr) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body->data());
    }
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, kSeconds);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    const CURLcode done = curl_easy_perform(curl);
    if (done != CURLE_OK) {
        return unavailable(
            "server_unreachable",
            fmt::format("{} does not answer: {}. Check {}.", url,
                        *reason == '\0' ? curl_easy_strerror(done) : reason, option));
    }
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
    return answer;
}

}  // namespace

Result<PostAnswer> post_json(const std::string& url, const Secret& token, const std::string& body) {
    return ask(url, token, &body, "--server");
}

Result<PostAnswer> get_json(const std::string& url, const Secret& token, std::string_view option) {
    return ask(url, token, nullptr, option);
}

std::string url_part(const std::string& text) {
    const std::unique_ptr<CURL, FreeHandle> handle(curl_easy_init());
    if (!handle) return {};
    char* escaped = curl_easy_escape(handle.get(), text.data(), static_cast<int>(text.size()));
    std::string part = escaped == nullptr ? "" : escaped;
    curl_free(escaped);
    return part;
}

}  // namespace casement::app
