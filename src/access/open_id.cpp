#include "access/open_id.h"

#include "base/encoding.h"
#include "base/log.h"
#include "crypto/aead.h"
#include "crypto/hash.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::chrono::hours kProviderKept{1};
constexpr std::chrono::minutes kKeysAskedAgain{1};
constexpr std::string_view kSealedFor = "openid sign-in";
constexpr std::size_t kLongestTarget = 2000;
constexpr std::size_t kLongestCode = 4096;

Error lost() {
    return unauthenticated("openid_sign_in_lost",
                           "This sign-in is over, or was begun in another browser. Sign in again.");
}

Error away(std::string_view reason) {
    return unavailable(
        "openid_provider_unavailable",
        fmt::format("The provider of the sign-in cannot be used: {} Try again later.", reason));
}

/// A page of the console, and no other address, however it is written.
std::string own_target(std::string target) {
    const bool own = target == "/console" || target.starts_with("/console/");
    const bool plain = std::ranges::all_of(
        target, [](char c) { return c > ' ' && c < '\x7f' && c != '\\' && c != '#'; });
    return own && plain && target.size() <= kLongestTarget ? target : "/console/";
}

std::string with_parameters(const std::string& url,
                            const std::vector<std::pair<std::string, std::string>>& parameters) {
    std::string out = url;
    char before = url.find('?') == std::string::npos ? '?' : '&';
    for (const auto& [name, value] : parameters) {
        out += fmt::format("{}{}={}", before, name, percent_encode(value));
        before = '&';
    }
    return out;
}

std::string form_of(const std::vector<std::pair<std::string, std::string>>& parameters) {
    return with_parameters("?", parameters).substr(2);
}

std::string seal(const Secret& key, crypto::Random& random, const json::object& what) {
    const auto nonce = random.bytes(crypto::kAeadNonceSize);
    return to_base64url(nonce +
                        crypto::aes_256_gcm_seal(key, nonce, json::serialize(what), kSealedFor));
}

std::optional<json::object> unseal(const Secret& key, std::string_view text) {
    const auto bytes = from_base64url(text);
    if (!bytes || bytes->size() < crypto::kAeadNonceSize) return std::nullopt;
    const std::string_view all(*bytes);
    const auto plain = crypto::aes_256_gcm_open(key, all.substr(0, crypto::kAeadNonceSize),
                                                all.substr(crypto::kAeadNonceSize), kSealedFor);
    if (!plain) return std::nullopt;
    json::error_code failed;
    auto value = json::parse(plain->reveal(), failed);
    if (failed || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

}  // namespace

bool is_provider_address(std::string_view url) {
    if (url.find('@') != std::string_view::npos) return false;
    if (url.starts_with("https://")) return true;
    for (const std::string_view host : {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
        if (!url.starts_with(host)) continue;
        const auto rest = url.substr(host.size());
        return rest.empty() || rest.front() == ':' || rest.front() == '/';
    }
    return false;
}

OpenId::OpenId(OpenIdSettings settings, store::Catalog& catalog, ConsoleAccounts& accounts,
               Audit& audit, crypto::Random& random, const Clock& clock, Secret key,
               AskProvider ask)
    : settings_(std::move(settings)),
      catalog_(&catalog),
      accounts_(&accounts),
      audit_(&audit),
      random_(&random),
      clock_(&clock),
      key_(std::move(key)),
      ask_(std::move(ask)) {}

Result<std::unique_ptr<OpenId>> OpenId::create(OpenIdSettings settings, store::Catalog& catalog,
                                               ConsoleAccounts& accounts, Audit& audit,
                                               crypto::Random& random, const Clock& clock,
                                               Secret key, AskProvider ask) {
    if (!is_provider_address(settings.issuer)) {
        return invalid(
            "invalid_configuration",
            fmt::format("auth.openid.issuer: \"{}\" is no https address.", settings.issuer));
    }
    if (settings.client_id.empty()) {
        return invalid("invalid_configuration", "auth.openid.client_id is missing.");
    }
    return std::unique_ptr<OpenId>(new OpenId(std::move(settings), catalog, accounts, audit, random,
                                              clock, std::move(key), std::move(ask)));
}

asio::awaitable<Result<json::object>> OpenId::ask_json(ProviderQuestion question) {
    std::string form = question.form == nullptr ? "" : *question.form;
    const bool posts = question.form != nullptr;
    auto work = [this, question, form = std::move(form), posts]() mutable {
        question.form = posts ? &form : nullptr;
        return ask_(question);
    };
    auto answer = co_await pool_.run(std::move(work));
    if (!answer) {
        log::warning("openid_provider_unavailable", {{"reason", answer.error().message}});
        co_return away("it does not answer.");
    }
    json::error_code failed;
    json::parse_options options;
    options.max_depth = 16;
    auto value = json::parse(answer->body, failed, {}, options);
    if (answer->status != 200) {
        // The provider's word, not its text: that may quote what was sent.
        const auto* object = failed ? nullptr : value.if_object();
        log::warning("openid_provider_refused",
                     {{"status", answer->status},
                      {"error", object == nullptr ? "" : text_at(*object, "error").value_or("")}});
        co_return away(fmt::format("it answered with status {}.", answer->status));
    }
    if (failed || !value.is_object()) co_return away("its answer is no JSON.");
    co_return std::move(value.get_object());
}

asio::awaitable<Result<OpenId::Provider>> OpenId::provider() {
    const auto now = clock_->now();
    {
        const std::lock_guard lock(mutex_);
        if (provider_ && now - provider_->read_at < kProviderKept && now >= provider_->read_at) {
            co_return *provider_;
        }
    }
    std::string issuer = settings_.issuer;
    while (issuer.ends_with('/'))
        issuer.pop_back();
    ProviderQuestion question;
    question.url = issuer + "/.well-known/openid-configuration";
    auto document = co_await ask_json(std::move(question));
    if (!document) co_return document.error();
    // Another issuer's document would let that one speak for this one (OpenID Discovery §4.3).
    if (text_at(*document, "issuer") != settings_.issuer) {
        co_return away("it calls itself by another name than auth.openid.issuer does.");
    }
    Provider found;
    found.authorize = text_at(*document, "authorization_endpoint").value_or("");
    found.token = text_at(*document, "token_endpoint").value_or("");
    found.keys = text_at(*document, "jwks_uri").value_or("");
    for (const auto* address : {&found.authorize, &found.token, &found.keys}) {
        if (!is_provider_address(*address)) co_return away("one of its addresses is not safe.");
    }
    const auto* methods = document->if_contains("token_endpoint_auth_methods_supported");
    if (methods != nullptr && methods->is_array()) {
        const auto& list = methods->get_array();
        found.basic = std::ranges::any_of(list, [](const json::value& one) {
            return one.is_string() && one.get_string() == "client_secret_basic";
        });
    }
    found.read_at = now;
    const std::lock_guard lock(mutex_);
    provider_ = found;
    co_return found;
}

asio::awaitable<Result<json::object>> OpenId::keys(std::string url, bool fresh) {
    const auto now = clock_->now();
    Time asked_again_at{};
    {
        const std::lock_guard lock(mutex_);
        if (keys_) {
            const auto since = now - (fresh ? keys_->asked_again_at : keys_->read_at);
            const auto kept = fresh ? microseconds{kKeysAskedAgain} : microseconds{kProviderKept};
            if (since >= microseconds{0} && since < kept) co_return keys_->set;
            asked_again_at = fresh ? now : keys_->asked_again_at;
        }
    }
    ProviderQuestion question;
    question.url = std::move(url);
    auto set = co_await ask_json(std::move(question));
    if (!set) co_return set.error();
    const std::lock_guard lock(mutex_);
    keys_ = Keys{*set, now, asked_again_at};
    co_return std::move(*set);
}

asio::awaitable<Result<OpenId::Begun>> OpenId::begin(std::string redirect_uri, std::string target) {
    auto known = co_await provider();
    if (!known) co_return known.error();
    const auto state = random_->token();
    const auto nonce = random_->token();
    const auto verifier = random_->token() + random_->token();
    const auto ends = clock_->now() + kLongest;
    std::string scope = "openid";
    for (const auto& more : settings_.scopes)
        scope += " " + more;
    Begun begun;
    begun.url = with_parameters(known->authorize,
                                {{"response_type", "code"},
                                 {"client_id", settings_.client_id},
                                 {"redirect_uri", std::move(redirect_uri)},
                                 {"scope", scope},
                                 {"state", state},
                                 {"nonce", nonce},
                                 {"code_challenge", to_base64url(crypto::sha256(verifier))},
                                 {"code_challenge_method", "S256"}});
    begun.cookie = seal(key_, *random_,
                        {{"state", state},
                         {"nonce", nonce},
                         {"verifier", verifier},
                         {"target", own_target(std::move(target))},
                         {"ends", to_unix_millis(ends)}});
    co_return begun;
}

asio::awaitable<Result<std::string>> OpenId::exchange(const Provider& provider, std::string code,
                                                      std::string redirect_uri,
                                                      std::string verifier) {
    std::vector<std::pair<std::string, std::string>> parameters{
        {"grant_type", "authorization_code"},
        {"code", std::move(code)},
        {"redirect_uri", std::move(redirect_uri)},
        {"code_verifier", std::move(verifier)}};
    ProviderQuestion question;
    question.url = provider.token;
    const bool secret = !settings_.client_secret.empty();
    if (secret && provider.basic) {
        // Both are form-encoded before they become HTTP Basic (RFC 6749 §2.3.1).
        question.user = percent_encode(settings_.client_id);
        question.password = Secret(percent_encode(settings_.client_secret.reveal()));
    } else {
        parameters.emplace_back("client_id", settings_.client_id);
        if (secret) {
            parameters.emplace_back("client_secret", std::string(settings_.client_secret.reveal()));
        }
    }
    const auto form = form_of(parameters);
    question.form = &form;
    auto answer = co_await ask_json(std::move(question));
    if (!answer) co_return answer.error();
    auto token = text_at(*answer, "id_token");
    if (!token) co_return away("it gave no ID token.");
    co_return std::move(*token);
}

asio::awaitable<Result<IdClaims>> OpenId::claims_of(const Provider& provider, std::string token,
                                                    std::string nonce) {
    const IdTokenRules rules{settings_.issuer, settings_.client_id, std::move(nonce),
                             clock_->now()};
    auto set = co_await keys(provider.keys, false);
    if (!set) co_return set.error();
    auto claims = verify_id_token(token, *set, rules);
    if (claims || claims.error().code != "openid_key_unknown") co_return claims;
    // Providers change their keys.
    set = co_await keys(provider.keys, true);
    if (!set) co_return set.error();
    claims = verify_id_token(token, *set, rules);
    co_return claims;
}

asio::awaitable<Result<OpenId::Finished>> OpenId::finish(Returned returned,
                                                         std::string redirect_uri,
                                                         Browser browser) {
    const auto remembered = unseal(key_, returned.cookie);
    if (!remembered) co_return lost();
    const auto state = text_at(*remembered, "state").value_or("");
    const auto* ends = remembered->if_contains("ends");
    const bool over =
        ends == nullptr || !ends->is_int64() || to_unix_millis(clock_->now()) >= ends->get_int64();
    if (over || state.empty() || !equal_in_constant_time(state, returned.state)) co_return lost();
    // Another provider's answer, handed to us as this one's (RFC 9207).
    if (!returned.issuer.empty() && returned.issuer != settings_.issuer) co_return lost();
    const auto org = organization(*catalog_->snapshot());
    const auto refuse = [&](Error error) {
        audit_->record({org,
                        "anonymous",
                        "user.sign_in_refused",
                        "user",
                        browser.client,
                        {{"by", "openid"}, {"reason", error.code}}});
        return error;
    };
    if (!returned.error.empty() || returned.code.empty() || returned.code.size() > kLongestCode) {
        co_return refuse(unauthenticated("openid_refused", "The provider did not sign you in."));
    }
    auto known = co_await provider();
    if (!known) co_return known.error();
    auto token = co_await exchange(*known, std::move(returned.code), std::move(redirect_uri),
                                   text_at(*remembered, "verifier").value_or(""));
    if (!token) co_return token.error();
    auto claims =
        co_await claims_of(*known, std::move(*token), text_at(*remembered, "nonce").value_or(""));
    if (!claims) co_return refuse(claims.error());
    auto user = co_await user_of(std::move(*claims), browser);
    if (!user) co_return refuse(user.error());
    auto opened = co_await accounts_->sign_in_as(*user, "openid", std::move(browser));
    if (!opened) co_return opened.error();
    co_return Finished{std::move(*opened), text_at(*remembered, "target").value_or("/console/")};
}

}  // namespace casement::access
