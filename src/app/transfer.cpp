#include "app/transfer.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace casement::app {
namespace {

CURL* new_handle() {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    return ready == CURLE_OK ? curl_easy_init() : nullptr;
}

}  // namespace

Transfer::Transfer(const std::string& url, const char* protocols, const Limits& limits)
    : longest_answer_(limits.answer), handle_(new_handle()) {
    if (!usable()) return;
    set(CURLOPT_URL, url);
    set(CURLOPT_PROTOCOLS_STR, std::string(protocols));
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(limits.connecting.count()));
    set(CURLOPT_TIMEOUT, static_cast<long>(limits.whole.count()));
    set(CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle_.get(), CURLOPT_WRITEFUNCTION, &Transfer::take);
    curl_easy_setopt(handle_.get(), CURLOPT_WRITEDATA, this);
    curl_easy_setopt(handle_.get(), CURLOPT_ERRORBUFFER, reason_.data());
}

void Transfer::set(CURLoption option, long value) {
    curl_easy_setopt(handle_.get(), option, value);
}

void Transfer::set(CURLoption option, const std::string& text) {
    curl_easy_setopt(handle_.get(), option, text.c_str());
}

void Transfer::header(const char* line) {
    append(headers_, line);
}

void Transfer::sign_in(const std::string& user, const Secret& password) {
    set(CURLOPT_USERNAME, user);
    set(CURLOPT_PASSWORD, std::string(password.reveal()));
}

void Transfer::bearer(const Secret& token) {
    set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BEARER));
    set(CURLOPT_XOAUTH2_BEARER, std::string(token.reveal()));
}

void Transfer::post(const std::string& body) {
    curl_easy_setopt(handle_.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(body.size()));
    // Not copied.
    curl_easy_setopt(handle_.get(), CURLOPT_POSTFIELDS, body.data());
}

void Transfer::mail(const std::string& from, const std::string& to, std::string_view text) {
    append(recipients_, to.c_str());
    unsent_ = text;
    set(CURLOPT_MAIL_FROM, from);
    set(CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle_.get(), CURLOPT_READFUNCTION, &Transfer::give);
    curl_easy_setopt(handle_.get(), CURLOPT_READDATA, this);
}

Transfer::Outcome Transfer::run() {
    if (headers_) curl_easy_setopt(handle_.get(), CURLOPT_HTTPHEADER, headers_.get());
    if (recipients_) curl_easy_setopt(handle_.get(), CURLOPT_MAIL_RCPT, recipients_.get());
    Outcome outcome;
    outcome.code = curl_easy_perform(handle_.get());
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &outcome.status);
    if (!outcome.done()) {
        outcome.reason = reason_[0] == '\0' ? curl_easy_strerror(outcome.code) : reason_.data();
        return outcome;
    }
    outcome.body = std::move(body_);
    return outcome;
}

void Transfer::append(List& list, const char* text) {
    curl_slist* longer = curl_slist_append(list.get(), text);
    if (longer == nullptr) throw std::bad_alloc();
    // The same list, or the first of one.
    static_cast<void>(list.release());
    list.reset(longer);
}

std::size_t Transfer::take(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (transfer.body_.size() + size * count > transfer.longest_answer_) return 0;
    transfer.body_.append(data, size * count);
    return size * count;
}

std::size_t Transfer::give(char* out, std::size_t size, std::size_t count, void* self) {
    auto& unsent = static_cast<Transfer*>(self)->unsent_;
    const auto length = std::min(size * count, unsent.size());
    std::memcpy(out, unsent.data(), length);
    unsent.remove_prefix(length);
    return length;
}

}  // namespace casement::app
