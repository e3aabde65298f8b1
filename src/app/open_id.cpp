#include "app/open_id.h"

#include "app/secret_input.h"

#include <utility>

#include <curl/curl.h>
#include <fmt/format.h>

namespace casement::app {
namespace {

constexpr long kConnectSeconds = 5;
constexpr long kSeconds = 10;
constexpr std::size_t kLongestAnswer = std::size_t{1024} * 1024;

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

/// Certificates are checked against the system's.
Result<access::ProviderAnswer> ask_provider(const access::ProviderQuestion& question) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    const std::unique_ptr<CURL, FreeHandle> handle(ready == CURLE_OK ? curl_easy_init() : nullptr);
    if (!handle) return internal_error("libcurl cannot be used on this machine.");
    std::unique_ptr<curl_slist, FreeList> headers(
        curl_slist_append(nullptr, "Accept: application/json"));
    curl_slist_append(headers.get(), "Expect:");
    const std::string password(question.password.reveal());
    access::ProviderAnswer answer;
    char reason[CURL_ERROR_SIZE] = "";
    CURL* curl = handle.get();
    curl_easy_setopt(curl, CURLOPT_URL, question.url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    // Its own address is meant, whatever the environment says of others.
    curl_easy_setopt(curl, CURLOPT_NETRC, CURL_NETRC_IGNORED);
    if (!question.user.empty()) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(curl, CURLOPT_USERNAME, question.user.c_str());
        curl_easy_setopt(curl, CURLOPT_PASSWORD, password.c_str());
    }
    if (question.form != nullptr) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(question.form->size()));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, question.form->data());
    }
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, kSeconds);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    const CURLcode done = curl_easy_perform(curl);
    if (done != CURLE_OK) {
        return unavailable("server_unreachable",
                           fmt::format("{} does not answer: {}.", question.url,
                                       *reason == '\0' ? curl_easy_strerror(done) : reason));
    }
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
    return answer;
}

}  // namespace

Result<std::unique_ptr<access::OpenId>> open_id_of(const Configuration& configuration,
                                                   store::Catalog& catalog,
                                                   access::ConsoleAccounts& accounts,
                                                   access::Audit& audit, crypto::Random& random,
                                                   const Clock& clock, Secret key) {
    const auto& wanted = configuration.auth.openid;
    if (wanted.issuer.empty()) return std::unique_ptr<access::OpenId>();
    access::OpenIdSettings settings;
    settings.issuer = wanted.issuer;
    settings.client_id = wanted.client_id;
    if (!wanted.client_secret_file.empty()) {
        auto secret = find_secret({wanted.client_secret_file, "auth.openid.client_secret_file",
                                   "CASEMENT_AUTH_OPENID_CLIENT_SECRET_FILE", "client secret"});
        if (!secret) return secret.error();
        if (*secret) settings.client_secret = std::move(**secret);
    }
    settings.label = wanted.label;
    settings.scopes = wanted.scopes;
    settings.org_name = wanted.org_name;
    settings.sign_up = wanted.sign_up;
    settings.role = wanted.role;
    settings.role_claim = wanted.role_claim;
    settings.match_email = wanted.match_email;
    return access::OpenId::create(std::move(settings), catalog, accounts, audit, random, clock,
                                  std::move(key), ask_provider);
}

}  // namespace casement::app
