// Signing in to the console through a provider of OpenID Connect: the authorization code flow with
// PKCE (OpenID Connect Core 1.0 §3.1, RFC 7636, RFC 9207). What a sign-in has to remember travels
// with the browser, sealed; nothing is stored before the person is known.
#pragma once

#include "access/audit.h"
#include "access/console_accounts.h"
#include "access/id_token.h"
#include "base/clock.h"
#include "crypto/random.h"
#include "store/catalog.h"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace casement::access {

struct OpenIdSettings {
    std::string issuer;  ///< "https://id.example.com/realms/main"; empty: nobody signs in so
    std::string client_id;
    Secret client_secret;
    std::string label = "single sign-on";  ///< on the button
    std::vector<std::string> scopes = {"profile", "email"};
    std::string org_name;  ///< empty: the first organization
    /// Whoever the provider knows becomes a user; else only people who are users already.
    bool sign_up = false;
    std::string role = "Viewer";  ///< of a new user, where the claim says nothing
    /// Claim whose value (or one of whose values) is "Admin", "Editor" or "Viewer"; asked at each
    /// sign-in. Empty: roles are given here.
    std::string role_claim;
    /// A verified address makes the user of that handle the same person. Only for a provider whose
    /// people cannot choose their addresses.
    bool match_email = false;
};

/// A question to the provider, and its answer. `form` is null for a GET.
struct ProviderQuestion {
    std::string url;
    const std::string* form = nullptr;
    std::string user;  ///< HTTP Basic, with `password`; or empty
    Secret password;
};
struct ProviderAnswer {
    long status = 0;
    std::string body;
};
/// Blocking; gives up in time, follows no redirect, and reads no more than a megabyte. Errors:
/// unavailable.
using AskProvider = std::function<Result<ProviderAnswer>(const ProviderQuestion&)>;

/// Whether secrets may be sent there: https, or http on this machine for trying things out. Never
/// with a name before the host: "http://localhost:a@elsewhere" is elsewhere.
[[nodiscard]] bool is_provider_address(std::string_view url);

class OpenId {
  public:
    /// All must outlive it. `key` seals what browsers carry. Errors: invalid
    /// "invalid_configuration": an issuer that is no https address (http is for loopback only).
    [[nodiscard]] static Result<std::unique_ptr<OpenId>> create(
        OpenIdSettings settings, store::Catalog& catalog, ConsoleAccounts& accounts, Audit& audit,
        crypto::Random& random, const Clock& clock, Secret key, AskProvider ask);

    [[nodiscard]] const std::string& label() const { return settings_.label; }

    /// How long a person may take at the provider.
    static constexpr std::chrono::minutes kLongest{10};

    struct Begun {
        std::string url;     ///< where the browser goes
        std::string cookie;  ///< what it carries until it is back
    };
    /// `redirect_uri`: where the provider sends it back. `target`: where it goes after that, below
    /// /console; anything else is the console's home. Errors: unavailable
    /// "openid_provider_unavailable".
    [[nodiscard]] asio::awaitable<Result<Begun>> begin(std::string redirect_uri,
                                                       std::string target);

    /// What came back with the browser, as it came.
    struct Returned {
        std::string cookie;
        std::string state;
        std::string code;
        std::string error;   ///< the provider's word for why not, or empty
        std::string issuer;  ///< RFC 9207, or empty
    };
    struct Finished {
        ConsoleAccounts::Opened opened;
        std::string target;
    };
    /// Errors: unauthenticated "openid_sign_in_lost" (no such sign-in of this browser, or too
    /// late), "openid_refused" (the provider said no), "openid_token_refused",
    /// "openid_user_unknown", "openid_handle_taken", "openid_user_disabled"; unavailable
    /// "openid_provider_unavailable".
    [[nodiscard]] asio::awaitable<Result<Finished>> finish(Returned returned,
                                                           std::string redirect_uri,
                                                           Browser browser);

  private:
    struct Provider {
        std::string authorize;
        std::string token;
        std::string keys;
        bool basic = true;  ///< how the client proves itself
        Time read_at{};
    };
    struct Keys {
        json::object set;
        Time read_at{};
        Time asked_again_at{};  ///< for the sake of a key that was not in it
    };
    OpenId(OpenIdSettings settings, store::Catalog& catalog, ConsoleAccounts& accounts,
           Audit& audit, crypto::Random& random, const Clock& clock, Secret key, AskProvider ask);

    [[nodiscard]] store::OrgId organization(const store::Snapshot& snapshot) const;
    [[nodiscard]] asio::awaitable<Result<json::object>> ask_json(ProviderQuestion question);
    [[nodiscard]] asio::awaitable<Result<Provider>> provider();
    /// `fresh`: past what is kept; once a minute, so that made-up keys ask the provider no more.
    [[nodiscard]] asio::awaitable<Result<json::object>> keys(std::string url, bool fresh);
    [[nodiscard]] asio::awaitable<Result<std::string>> exchange(const Provider& provider,
                                                                std::string code,
                                                                std::string redirect_uri,
                                                                std::string verifier);
    [[nodiscard]] asio::awaitable<Result<IdClaims>> claims_of(const Provider& provider,
                                                              std::string token, std::string nonce);
    /// The user of these claims, found, linked or made.
    [[nodiscard]] asio::awaitable<Result<store::User>> user_of(IdClaims claims,
                                                               const Browser& browser);

    const OpenIdSettings settings_;
    store::Catalog* catalog_;
    ConsoleAccounts* accounts_;
    Audit* audit_;
    crypto::Random* random_;
    const Clock* clock_;
    const Secret key_;
    const AskProvider ask_;
    BlockingPool pool_{"openid", 2};
    std::mutex mutex_;
    std::optional<Provider> provider_;
    std::optional<Keys> keys_;
};

}  // namespace casement::access
