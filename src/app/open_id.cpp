#include "app/open_id.h"

#include "app/secret_input.h"
#include "app/transfer.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace casement::app {
namespace {

constexpr Transfer::Limits kLimits{.connecting = std::chrono::seconds{5},
                                   .whole = std::chrono::seconds{10},
                                   .answer = 1024 * 1024};

/// Certificates are checked against the system's.
Result<access::ProviderAnswer> ask_provider(const access::ProviderQuestion& question) {
    Transfer transfer(question.url, "http,https", kLimits);
    if (!transfer.usable()) return internal_error("libcurl cannot be used on this machine.");
    transfer.header("Accept: application/json");
    transfer.header("Expect:");
    if (!question.user.empty()) {
        transfer.set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
        transfer.sign_in(question.user, question.password);
    }
    if (question.form != nullptr) transfer.post(*question.form);
    auto outcome = transfer.run();
    if (!outcome.done()) {
        return unavailable("server_unreachable",
                           fmt::format("{} does not answer: {}.", question.url, outcome.reason));
    }
    return access::ProviderAnswer{outcome.status, std::move(outcome.body)};
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
