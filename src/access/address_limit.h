// How often strangers of one address may ask. Nobody is known here, so the memory is bounded
// whatever addresses they come from.
#pragma once

#include "access/rate_limit.h"
#include "crypto/random.h"
#include "crypto/secret.h"

#include <boost/asio/ip/address.hpp>

namespace casement::access {

class AddressLimit {
  public:
    /// `clock` must outlive it.
    AddressLimit(RateLimit limit, crypto::Random& random, const Clock& clock);

    /// Takes one request from the address's bucket; of IPv6 its /64, which one household has whole.
    /// Addresses share a fixed number of buckets, by a hash that strangers cannot aim with. Any
    /// thread.
    [[nodiscard]] RateLimiter::Decision take(const boost::asio::ip::address& client);

    static constexpr std::int64_t kBuckets = 1 << 16;

  private:
    [[nodiscard]] std::int64_t bucket_of(const boost::asio::ip::address& client) const;

    const Secret hash_key_;
    RateLimiter limiter_;
};

}  // namespace casement::access
