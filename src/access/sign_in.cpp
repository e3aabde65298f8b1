#include "access/sign_in.h"

#include "crypto/password.h"

#include <functional>
#include <utility>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr RateLimit kByName{10, std::chrono::seconds{60}};
constexpr RateLimit kByAddress{60, std::chrono::seconds{60}};
constexpr std::size_t kBuckets = 1U << 16U;
constexpr std::size_t kLongestHandle = 320;
constexpr std::size_t kLongestPassword = 1024;

std::int64_t bucket_of(std::string_view text) {
    return static_cast<std::int64_t>(std::hash<std::string_view>{}(text) % kBuckets);
}

Error login_failed() {
    return unauthenticated("login_failed", "The e-mail address or the password is not right.");
}

}  // namespace

SignIn::SignIn(store::Catalog& catalog, Audit& audit, const Clock& clock)
    : catalog_(&catalog),
      audit_(&audit),
      by_name_(kByName, clock),
      by_address_(kByAddress, clock) {}

asio::awaitable<Result<std::int64_t>> SignIn::check(Attempt attempt) {
    if (attempt.handle.empty() || attempt.handle.size() > kLongestHandle ||
        attempt.password.reveal().size() > kLongestPassword) {
        co_return login_failed();
    }
    const auto by_name =
        by_name_.take(bucket_of(fmt::format("{} {}", attempt.org, attempt.handle)));
    const auto by_address = by_address_.take(bucket_of(attempt.client));
    if (!by_name.allowed || !by_address.allowed) {
        co_return Error{ErrorKind::rate_limited,
                        "too_many_attempts",
                        "Too many attempts to sign in. Wait a minute and try again.",
                        {}};
    }
    const auto snapshot = catalog_->snapshot();
    const auto* user = snapshot->user_by_handle(attempt.org, attempt.handle);
    const bool may = user != nullptr && !user->disabled;
    const std::int64_t id = may ? user->id : 0;
    // A check costs tens of milliseconds: not on the connection's thread.
    auto work = [password = std::move(attempt.password),
                 phc = may ? user->password_hash : std::string{}] {
        return crypto::verify_password(password, phc);
    };
    const bool holds = co_await catalog_->pool().run(std::move(work));
    const bool signed_in = holds && id != 0;
    audit_->record({attempt.org,
                    signed_in ? fmt::format("user:{}", id) : "anonymous",
                    signed_in ? "user.signed_in" : "user.sign_in_refused",
                    id != 0 ? fmt::format("user:{}", id) : "user",
                    attempt.client,
                    {}});
    if (!signed_in) co_return login_failed();
    co_return id;
}

}  // namespace casement::access
