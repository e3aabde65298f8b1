// The first start of a server: whoever reads its output makes the first Admin in a browser.
#pragma once

#include "access/rate_limit.h"
#include "base/clock.h"
#include "base/error.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "store/catalog.h"

#include <atomic>
#include <mutex>
#include <string_view>

namespace casement::access {

/// The one-time code. In this process's memory alone; a new start makes a new one.
class SetUpCode {
  public:
    /// Draws a code when no user has a password yet. All must outlive it.
    SetUpCode(const store::Catalog& catalog, crypto::Random& random, const Clock& clock);

    /// What the operator is shown: 26 letters and digits, 128 bits. Empty when there is none.
    [[nodiscard]] const Secret& code() const { return code_; }
    /// Whether it still opens the set-up: nobody has used it, and no Admin has a password. Any
    /// thread.
    [[nodiscard]] bool is_open() const;
    /// Takes the code away from everybody else until give_back(). `client` is an address. Any
    /// thread. Errors: gone "set_up_done"; forbidden "wrong_code"; rate_limited
    /// "too_many_attempts" (ten a minute for one address).
    [[nodiscard]] Result<void> take(std::string_view code, std::string_view client);
    /// The set-up failed for another reason; the code is good again.
    void give_back();

  private:
    const store::Catalog* catalog_;
    const Secret code_;
    const Secret bucket_key_;
    RateLimiter tries_;
    mutable std::mutex mutex_;
    bool taken_ = false;
    /// Of the newest snapshot that was looked through, and had no such Admin.
    mutable std::int64_t looked_at_ = -1;
    mutable bool has_admin_ = false;
};

}  // namespace casement::access
