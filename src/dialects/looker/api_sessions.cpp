#include "dialects/looker/api_sessions.h"

#include "base/shape.h"
#include "crypto/hash.h"

#include <fmt/format.h>

namespace casement::looker {
namespace {

constexpr std::string_view kPrefix = "ca4.";
constexpr std::string_view kServiceTokenPrefix = "cas_";
constexpr std::string_view kDialect = "looker-api";
constexpr std::size_t kLongest = 512;

Error invalid_token() {
    return unauthenticated("invalid_token", "Requires authentication.");
}

struct Login {
    std::int64_t key = 0;
    std::int64_t user = 0;
};

std::optional<Login> read_login(std::string_view grant) {
    const auto parsed = parse_json(grant);
    if (!parsed || !parsed->is_object()) return std::nullopt;
    const auto& object = parsed->get_object();
    const auto* key = object.if_contains("key");
    const auto* user = object.if_contains("user");
    if (text_at(object, "dialect") != kDialect || key == nullptr || !key->is_int64() ||
        user == nullptr || !user->is_int64()) {
        return std::nullopt;
    }
    return Login{key->get_int64(), user->get_int64()};
}

}  // namespace

asio::awaitable<Result<std::string>> ApiSessions::open(access::Principal who, std::int64_t user,
                                                       std::string client) {
    const Time now = clock_->now();
    const auto secret = random_->token();
    store::Redemption redemption;
    redemption.scope = "looker-api";
    redemption.nonce = random_->token();
    auto& row = redemption.session;
    row.id = random_->id();
    row.org = who.org;
    row.secret_hash = crypto::sha256(secret);
    row.grant =
        json::serialize(json::object{{"dialect", kDialect}, {"key", who.key}, {"user", user}});
    row.client = std::move(client);
    row.expires_at = now + kApiSession;
    const auto token = fmt::format("{}{}.{}", kPrefix, row.id, secret);
    auto opened = co_await sessions_->redeem(std::move(redemption));
    if (!opened) co_return opened.error();
    co_return token;
}

asio::awaitable<Result<store::SessionRow>> ApiSessions::find(std::string token) {
    const std::string_view text = token;
    const auto dot = text.rfind('.');
    if (text.size() > kLongest || !text.starts_with(kPrefix) || dot < kPrefix.size()) {
        co_return invalid_token();
    }
    std::string id(text.substr(kPrefix.size(), dot - kPrefix.size()));
    const auto hash = crypto::sha256(text.substr(dot + 1));
    auto found = co_await sessions_->find(std::move(id));
    if (!found) co_return found.error();
    if (!*found || (*found)->ended_at || (*found)->expires_at <= clock_->now() ||
        !equal_in_constant_time((*found)->secret_hash, hash)) {
        co_return invalid_token();
    }
    co_return std::move(**found);
}

asio::awaitable<Result<access::Principal>> ApiSessions::identify(std::string token) {
    if (token.starts_with(kServiceTokenPrefix)) {
        auto who = authenticator_->by_token(token);
        if (!who) co_return invalid_token();
        co_return std::move(*who);
    }
    auto row = co_await find(std::move(token));
    if (!row) co_return row.error();
    const auto login = read_login(row->grant);
    if (!login) co_return invalid_token();
    auto who = authenticator_->by_key_id(login->key, login->user);
    if (!who || who->org != row->org) co_return invalid_token();
    co_return std::move(*who);
}

asio::awaitable<Result<void>> ApiSessions::close(std::string token) {
    auto row = co_await find(std::move(token));
    if (!row) co_return row.error();
    auto ended = co_await sessions_->end(row->id);
    if (!ended) co_return ended.error();
    co_return Result<void>{};
}

}  // namespace casement::looker
