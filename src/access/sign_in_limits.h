// How often somebody may try a password. Whoever guesses is slowed down wherever he comes from; who
// has signed in from a browser before is not kept out of it by strangers who guess at his name.
#pragma once

#include "access/rate_limit.h"
#include "base/clock.h"
#include "base/error.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "store/records.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace casement::access {

class SignInLimits {
  public:
    /// A minute, from one address (of IPv6 one /64), over all names.
    static constexpr std::int64_t kByAddress = 60;
    /// A minute, for one name from one address, or from one browser that is known.
    static constexpr std::int64_t kByName = 10;
    /// A minute, for one name, by all browsers together that nobody knows.
    static constexpr std::int64_t kByStrangers = 30;

    /// `key` names buckets and known browsers; every process of an installation has the same.
    SignInLimits(Secret key, const Clock& clock);

    struct Try {
        store::OrgId org = 0;
        std::string_view handle;
        std::string_view client;  ///< address
        std::int64_t user = 0;    ///< whose handle it is; 0: nobody's
        std::string_view device;  ///< what the browser shows of device_of(), or empty
    };
    enum class Browser { unknown, known };
    /// Takes one try. Any thread. Errors: rate_limited "too_many_attempts", the same for names that
    /// exist and others.
    [[nodiscard]] Result<Browser> take(const Try& what);

    /// A text that a browser keeps after its user has signed in there. It opens nothing: it only
    /// has tries of its own. Good for this user alone, so nobody makes himself one for another.
    [[nodiscard]] std::string device_of(std::int64_t user, crypto::Random& random) const;

    [[nodiscard]] static Error too_many_attempts();

  private:
    [[nodiscard]] std::int64_t bucket_of(std::string_view kind, std::string_view name) const;
    [[nodiscard]] bool is_device_of(std::int64_t user, std::string_view device) const;
    [[nodiscard]] std::string mac_of(std::int64_t user, std::string_view name) const;

    const Secret key_;
    /// Names and addresses are anybody's to invent: they share a fixed number of buckets, by a hash
    /// that strangers cannot aim with.
    RateLimiter by_name_;
    RateLimiter by_strangers_;
    RateLimiter by_address_;
};

}  // namespace casement::access
