#include "access/address_limit.h"

#include "crypto/hash.h"

#include <cstring>
#include <string>

namespace casement::access {
namespace {

/// Bytes of an IPv6 address that say whose it is.
constexpr std::size_t kNetworkBytes = 8;

}  // namespace

AddressLimit::AddressLimit(RateLimit limit, crypto::Random& random, const Clock& clock)
    : hash_key_(random.bytes(32)), limiter_(limit, clock) {}

RateLimiter::Decision AddressLimit::take(const boost::asio::ip::address& client) {
    return limiter_.take(bucket_of(client));
}

std::int64_t AddressLimit::bucket_of(const boost::asio::ip::address& client) const {
    std::string name;
    if (client.is_v4()) {
        const auto bytes = client.to_v4().to_bytes();
        name.assign(bytes.begin(), bytes.end());
    } else {
        const auto bytes = client.to_v6().to_bytes();
        name.assign(bytes.begin(), bytes.begin() + kNetworkBytes);
    }
    const auto digest = crypto::hmac_sha256(hash_key_.reveal(), name);
    std::uint32_t key = 0;
    std::memcpy(&key, digest.data(), sizeof key);
    return static_cast<std::int64_t>(key) % kBuckets;
}

}  // namespace casement::access
