#include "access/totp_keeper.h"

#include "crypto/hash.h"
#include "crypto/totp.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::string_view kIssuer = "Casement";
/// 80 bits, sixteen letters: too many to find by their hashes.
constexpr std::size_t kRecoveryBytes = 10;
constexpr std::size_t kRecoveryLength = 16;
constexpr std::size_t kLongestCode = 64;

Error not_set() {
    return not_found("totp_not_set", "There is no second factor.");
}

/// "ABCD-EFGH-IJKL-MNOP": for people to copy.
std::string in_groups(const std::string& code) {
    std::string out;
    for (std::size_t at = 0; at < code.size(); at += 4)
        out += (at == 0 ? "" : "-") + code.substr(at, 4);
    return out;
}

/// Without what people put between, in capitals.
std::string plain(std::string_view text) {
    std::string code;
    for (const char c : text) {
        if (c == ' ' || c == '-') continue;
        code += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return code;
}

std::string recovery_hash(std::int64_t user, std::string_view code) {
    return crypto::sha256(fmt::format("recovery code\n{}\n{}", user, code));
}

}  // namespace

TotpKeeper::TotpKeeper(store::Catalog& catalog, crypto::Random& random, const Clock& clock)
    : store_(&store::ConsoleStore::of(catalog)),
      random_(&random),
      clock_(&clock),
      tries_({kTriesAnHour, std::chrono::seconds{3600}}, clock) {}

Result<void> TotpKeeper::take_try(std::int64_t user) {
    if (tries_.take(user).allowed) return {};
    return Error{ErrorKind::rate_limited,
                 "too_many_attempts",
                 "Too many wrong codes. Wait some minutes and try again.",
                 {}};
}

asio::awaitable<Result<bool>> TotpKeeper::is_active(std::int64_t user) const {
    auto found = co_await store_->totp(user);
    if (!found) co_return found.error();
    const std::optional<store::Totp> totp = std::move(*found);
    co_return totp && totp->active;
}

asio::awaitable<Result<TotpKeeper::Started>> TotpKeeper::start(std::int64_t user,
                                                               std::string account) {
    store::Totp totp;
    totp.user = user;
    totp.secret = Secret(random_->bytes(crypto::kTotpSecretSize));
    totp.created_at = clock_->now();
    Started started{crypto::to_base32(totp.secret.reveal()),
                    crypto::totp_uri(totp.secret, kIssuer, account)};
    auto stored = co_await store_->start_totp(std::move(totp));
    if (!stored) co_return stored.error();
    co_return started;
}

asio::awaitable<Result<std::vector<std::string>>> TotpKeeper::activate(std::int64_t user,
                                                                       std::string code) {
    auto found = co_await store_->totp(user);
    if (!found) co_return found.error();
    const std::optional<store::Totp> totp = std::move(*found);
    if (!totp) co_return not_set();
    if (totp->active) co_return conflict("totp_active", "A second factor is active already.");
    if (auto allowed = take_try(user); !allowed) co_return allowed.error();
    const auto step = crypto::find_totp_step(totp->secret, plain(code), clock_->now());
    if (!step) {
        co_return invalid("wrong_totp",
                          "This is not the code that the app shows now. Check the time of the "
                          "device, and enter the newest code.",
                          "code");
    }
    tries_.give_back(user);
    std::vector<std::string> codes;
    std::vector<std::string> hashes;
    for (std::size_t i = 0; i < kRecoveryCodes; ++i) {
        const auto made = crypto::to_base32(random_->bytes(kRecoveryBytes));
        hashes.push_back(recovery_hash(user, made));
        codes.push_back(in_groups(made));
    }
    auto done = co_await store_->activate_totp(user, totp->created_at, *step, std::move(hashes));
    if (!done) co_return done.error();
    co_return codes;
}

asio::awaitable<Result<void>> TotpKeeper::remove(std::int64_t user) {
    auto removed = co_await store_->remove_totp(user);
    if (!removed) co_return removed.error();
    if (!*removed) co_return not_set();
    co_return Result<void>{};
}

asio::awaitable<Result<TotpKeeper::Answer>> TotpKeeper::check(std::int64_t user, std::string code) {
    auto found = co_await store_->totp(user);
    if (!found) co_return found.error();
    std::optional<store::Totp> totp = std::move(*found);
    if (!totp || !totp->active) co_return Answer::not_needed;
    if (code.empty()) co_return Answer::missing;
    if (auto allowed = take_try(user); !allowed) co_return allowed.error();
    auto answer = co_await spend(std::move(*totp), std::move(code));
    if (!answer) co_return answer.error();
    if (*answer != Answer::wrong) tries_.give_back(user);
    co_return answer;
}

asio::awaitable<Result<TotpKeeper::Answer>> TotpKeeper::spend(store::Totp totp, std::string code) {
    if (code.size() > kLongestCode) co_return Answer::wrong;
    const auto text = plain(code);
    if (text.size() == kRecoveryLength) {
        auto spent =
            co_await store_->spend_recovery_code(totp.user, recovery_hash(totp.user, text));
        if (!spent) co_return spent.error();
        co_return *spent ? Answer::recovery_code : Answer::wrong;
    }
    const auto step = crypto::find_totp_step(totp.secret, text, clock_->now());
    if (!step) co_return Answer::wrong;
    auto spent = co_await store_->spend_totp_step(totp.user, *step);
    if (!spent) co_return spent.error();
    co_return *spent ? Answer::held : Answer::wrong;
}

}  // namespace casement::access
