// One transfer over libcurl, bounded in time and in what it takes in. It follows no redirect, which
// would hand what is sent to another address; it speaks the named protocols alone, takes no
// password from a file, and checks certificates unless it is told not to.
#pragma once

#include "crypto/secret.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <curl/curl.h>

namespace casement::app {

/// Blocking, for one thread, and for one run().
class Transfer {
  public:
    struct Limits {
        std::chrono::seconds connecting;
        std::chrono::seconds whole;
        std::size_t answer;  ///< bytes; a longer one ends the transfer, as a failure
    };
    struct Outcome {
        CURLcode code = CURLE_FAILED_INIT;
        long status = 0;  ///< the server's last word; 0: it said none
        std::string body;
        std::string reason;  ///< for people, when it is not done()

        [[nodiscard]] bool done() const { return code == CURLE_OK; }
    };

    /// `protocols` is like "http,https".
    Transfer(const std::string& url, const char* protocols, const Limits& limits);
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    /// False where libcurl cannot be used on this machine; then nothing else may be called.
    [[nodiscard]] bool usable() const { return handle_ != nullptr; }

    /// "Name: value"; "Name:" takes out one that libcurl would send.
    void header(const char* line);
    /// A user and a password, to the address that was named.
    void sign_in(const std::string& user, const Secret& password);
    void bearer(const Secret& token);
    /// `body` must outlive run().
    void post(const std::string& body);
    /// Who the mail is for, and the whole of it. `text` must outlive run().
    void mail(const std::string& from, const std::string& to, std::string_view text);

    void set(CURLoption option, long value);
    /// libcurl keeps a copy of the text.
    void set(CURLoption option, const std::string& text);

    [[nodiscard]] Outcome run();

  private:
    struct FreeHandle {
        void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    };
    struct FreeList {
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };
    using List = std::unique_ptr<curl_slist, FreeList>;

    static void append(List& list, const char* text);
    static std::size_t take(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t give(char* out, std::size_t size, std::size_t count, void* self);

    std::size_t longest_answer_;
    std::string body_;
    std::string_view unsent_;
    std::array<char, CURL_ERROR_SIZE> reason_{};
    List headers_;
    List recipients_;
    const std::unique_ptr<CURL, FreeHandle> handle_;  ///< last: it refers to the others
};

}  // namespace casement::app
