#include "access/attempts.h"

#include "crypto/hash.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <boost/asio/ip/address.hpp>

namespace casement::access {
namespace {

constexpr std::chrono::seconds kWindow{60};

}  // namespace

std::string network_of(std::string_view text) {
    namespace ip = boost::asio::ip;
    boost::system::error_code failed;
    const auto address = ip::make_address(std::string(text), failed);
    if (failed || address.is_v4()) return std::string(text);
    const auto six = address.to_v6();
    if (six.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, six).to_string();
    auto bytes = six.to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
    return ip::address_v6(bytes).to_string();
}

Attempts::Attempts(AttemptLimit limit, crypto::Random& random, const Clock& clock)
    : limit_(limit), clock_(&clock), hash_key_(random.bytes(32)) {}

std::uint64_t Attempts::key_of(std::string_view caller) const {
    const auto digest = crypto::hmac_sha256(hash_key_.reveal(), caller);
    std::uint64_t key = 0;
    std::memcpy(&key, digest.data(), sizeof key);
    return key;
}

std::chrono::seconds Attempts::wait(std::string_view caller) const {
    const auto key = key_of(caller);
    const Time now = clock_->now();
    const std::lock_guard lock(mutex_);
    for (const auto* places : {&young_, &old_}) {
        const auto found = places->find(key);
        if (found == places->end()) continue;
        const Time until = found->second.forbidden_until;
        if (until <= now) return std::chrono::seconds{0};
        return std::chrono::ceil<std::chrono::seconds>(until - now);
    }
    return std::chrono::seconds{0};
}

void Attempts::failed(std::string_view caller) {
    const auto key = key_of(caller);
    const Time now = clock_->now();
    const std::lock_guard lock(mutex_);
    if (young_.size() >= kMostCallers) {
        old_ = std::move(young_);
        young_.clear();
    }
    auto [entry, is_new] = young_.try_emplace(key);
    if (is_new) {
        if (const auto before = old_.find(key); before != old_.end())
            entry->second = before->second;
    }
    Place& place = entry->second;
    if (now - place.since >= kWindow) {
        place.failures = 0;
        place.since = now;
    }
    if (++place.failures > limit_.failures) place.forbidden_until = now + limit_.forbidden_for;
}

}  // namespace casement::access
