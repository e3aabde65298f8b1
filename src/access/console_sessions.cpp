#include "access/console_sessions.h"

#include "access/session_secret.h"
#include "base/encoding.h"
#include "crypto/hash.h"

#include <utility>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::size_t kSecretLength = 43;  ///< 256 bits in base64url
constexpr std::size_t kMacBytes = 16;
/// How often a session's last call is noted.
constexpr std::chrono::seconds kNoted{60};

Error signed_out() {
    return unauthenticated("signed_out", "You are not signed in any more. Sign in again.");
}

/// A header is bytes; the store keeps text.
std::string kept_text(std::string_view user_agent) {
    std::string kept;
    for (const char c : kept_user_agent(user_agent))
        kept += c >= ' ' && c < '\x7f' ? c : '?';
    return kept;
}

}  // namespace

Principal principal_of_user(const store::User& user) {
    Principal who;
    who.org = user.org;
    who.actor = fmt::format("user:{}", user.id);
    who.handle = user.handle;
    who.user = user.id;
    who.permissions = permissions_of_role(user.role);
    return who;
}

ConsoleSessions::ConsoleSessions(store::Catalog& catalog, crypto::Random& random,
                                 const Clock& clock, Secret key)
    : catalog_(&catalog),
      store_(&store::ConsoleStore::of(catalog)),
      random_(&random),
      clock_(&clock),
      key_(std::move(key)) {}

std::string ConsoleSessions::mac_of(std::string_view secret) const {
    return crypto::hmac_sha256(key_.reveal(), fmt::format("console cookie\n{}", secret))
        .substr(0, kMacBytes);
}

bool ConsoleSessions::is_genuine(std::string_view cookie) const {
    if (cookie.size() <= kSecretLength + 1 || cookie[kSecretLength] != '.') return false;
    const auto shown = from_base64url(cookie.substr(kSecretLength + 1));
    return shown && equal_in_constant_time(*shown, mac_of(cookie.substr(0, kSecretLength)));
}

bool ConsoleSessions::is_over(const store::ConsoleSession& session) const {
    const auto now = clock_->now();
    return now - session.last_seen_at >= kUnseen || now - session.created_at >= kLongest;
}

asio::awaitable<Result<SignedIn>> ConsoleSessions::find(std::string cookie) const {
    if (!is_genuine(cookie)) co_return signed_out();
    auto hash = crypto::sha256(std::string_view(cookie).substr(0, kSecretLength));
    auto found = co_await store_->find_session(std::move(hash));
    if (!found) co_return found.error();
    std::optional<store::ConsoleSession> session = std::move(*found);
    if (!session || is_over(*session)) co_return signed_out();
    const auto snapshot = catalog_->snapshot();
    const auto* user = snapshot->user(session->user);
    if (user == nullptr || user->org != session->org || user->disabled) co_return signed_out();
    const auto now = clock_->now();
    if (now - session->last_seen_at >= kNoted) {
        // A store that cannot note it has said so in the log, and still knows the session.
        (void)co_await store_->note_session(session->id, now);
    }
    co_return SignedIn{principal_of_user(*user), std::move(*session)};
}

asio::awaitable<Result<ConsoleSessions::Opened>> ConsoleSessions::open(Wanted wanted) const {
    const auto snapshot = catalog_->snapshot();
    const auto* user = snapshot->user(wanted.user);
    if (user == nullptr || user->disabled) {
        co_return conflict("user_changed", "This user was changed meanwhile. Sign in again.");
    }
    const auto now = clock_->now();
    const auto secret = random_->token();
    Opened opened;
    opened.cookie = fmt::format("{}.{}", secret, to_base64url(mac_of(secret)));
    auto& session = opened.signed_in.session;
    session.id = random_->id();
    session.secret_hash = crypto::sha256(secret);
    session.org = user->org;
    session.user = user->id;
    session.mark = std::move(wanted.mark);
    session.proven = std::move(wanted.proven);
    session.client = std::move(wanted.client);
    session.user_agent = kept_text(wanted.user_agent);
    session.created_at = wanted.signed_in_at == Time{} ? now : wanted.signed_in_at;
    session.last_seen_at = now;
    opened.signed_in.who = principal_of_user(*user);
    store::ConsoleSessionLimits limits;
    limits.seen_before = now - kUnseen;
    limits.made_before = now - kLongest;
    auto stored = co_await store_->open_session(session, limits, std::move(wanted.replaces));
    if (!stored) co_return stored.error();
    co_return opened;
}

asio::awaitable<Result<bool>> ConsoleSessions::end(std::int64_t user, std::string id) const {
    auto ended = co_await store_->end_session(user, std::move(id));
    co_return ended;
}

asio::awaitable<Result<std::vector<store::ConsoleSession>>> ConsoleSessions::list(
    std::int64_t user) const {
    auto found = co_await store_->sessions_of(user);
    if (!found) co_return found.error();
    std::erase_if(*found, [&](const auto& session) { return is_over(session); });
    co_return found;
}

}  // namespace casement::access
