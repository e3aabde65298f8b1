#include "access/sign_in.h"

#include "crypto/password.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

namespace casement::access {
namespace {

/// Counts a check while it waits and runs.
class Waiting {
  public:
    explicit Waiting(std::atomic<int>& count) : count_(count), before_(count_.fetch_add(1)) {}
    ~Waiting() { --count_; }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    [[nodiscard]] int before() const { return before_; }

  private:
    std::atomic<int>& count_;
    const int before_;
};

constexpr std::size_t kLongestHandle = 320;
constexpr std::size_t kLongestPassword = 1024;

}  // namespace

Error login_failed() {
    return unauthenticated("login_failed", "The name or e-mail, or the password, is not right.");
}

SignIn::SignIn(store::Catalog& catalog, Audit& audit, const Clock& clock, Secret key)
    : catalog_(&catalog), audit_(&audit), limits_(std::move(key), clock) {}

asio::awaitable<Result<SignIn::Checked>> SignIn::verify(Attempt attempt) {
    Checked checked;
    const auto snapshot = catalog_->snapshot();
    const auto* user = snapshot->user_by_handle(attempt.org, attempt.handle);
    const bool may = user != nullptr && !user->disabled;
    if (may) {
        checked.user = user->id;
        checked.password_hash = user->password_hash;
    }
    const auto taken =
        limits_.take({attempt.org, attempt.handle, attempt.client, checked.user, attempt.device});
    if (!taken) co_return taken.error();
    if (attempt.handle.empty() || attempt.handle.size() > kLongestHandle ||
        attempt.password.reveal().size() > kLongestPassword) {
        co_return Checked{};
    }
    const bool is_known = *taken == SignInLimits::Browser::known;
    std::optional<Waiting> place;
    if (!is_known) place.emplace(waiting_);
    if (place && place->before() >= kMostWaiting) co_return SignInLimits::too_many_attempts();
    // A check costs tens of milliseconds: not on the connection's thread.
    auto work = [password = std::move(attempt.password), phc = checked.password_hash] {
        return crypto::verify_password(password, phc);
    };
    auto& pool = is_known ? known_ : strangers_;
    const bool holds = co_await pool.run(std::move(work));
    checked.holds = holds && checked.user != 0;
    co_return checked;
}

asio::awaitable<Result<std::int64_t>> SignIn::check(Attempt attempt) {
    const auto org = attempt.org;
    const auto client = attempt.client;
    auto checked = co_await verify(std::move(attempt));
    if (!checked) co_return checked.error();
    const auto id = checked->user;
    audit_->record({org,
                    checked->holds ? fmt::format("user:{}", id) : "anonymous",
                    checked->holds ? "user.signed_in" : "user.sign_in_refused",
                    id != 0 ? fmt::format("user:{}", id) : "user",
                    client,
                    {}});
    if (!checked->holds) co_return login_failed();
    co_return id;
}

}  // namespace casement::access
