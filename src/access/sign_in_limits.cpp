#include "access/sign_in_limits.h"

#include "access/attempts.h"
#include "base/encoding.h"
#include "crypto/hash.h"

#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::chrono::seconds kMinute{60};
constexpr std::uint64_t kBuckets = 1U << 16U;
constexpr std::size_t kLongestHandle = 320;
constexpr std::size_t kNameLength = 22;  ///< 128 bits in base64url
constexpr std::size_t kMacBytes = 16;

}  // namespace

SignInLimits::SignInLimits(Secret key, const Clock& clock)
    : key_(std::move(key)),
      by_name_({kByName, kMinute}, clock),
      by_strangers_({kByStrangers, kMinute}, clock),
      by_address_({kByAddress, kMinute}, clock) {}

std::int64_t SignInLimits::bucket_of(std::string_view kind, std::string_view name) const {
    const auto digest = crypto::hmac_sha256(key_.reveal(), fmt::format("{}\n{}", kind, name));
    std::uint64_t number = 0;
    std::memcpy(&number, digest.data(), sizeof number);
    return static_cast<std::int64_t>(number % kBuckets);
}

std::string SignInLimits::mac_of(std::int64_t user, std::string_view name) const {
    return crypto::hmac_sha256(key_.reveal(), fmt::format("device\n{}\n{}", user, name))
        .substr(0, kMacBytes);
}

std::string SignInLimits::device_of(std::int64_t user, crypto::Random& random) const {
    const auto name = random.id();
    return fmt::format("{}.{}", name, to_base64url(mac_of(user, name)));
}

bool SignInLimits::is_device_of(std::int64_t user, std::string_view device) const {
    if (user == 0 || device.size() <= kNameLength + 1 || device[kNameLength] != '.') return false;
    const auto shown = from_base64url(device.substr(kNameLength + 1));
    return shown && equal_in_constant_time(*shown, mac_of(user, device.substr(0, kNameLength)));
}

Error SignInLimits::too_many_attempts() {
    return {ErrorKind::rate_limited,
            "too_many_attempts",
            "Too many attempts to sign in. Wait a minute and try again.",
            {}};
}

Result<SignInLimits::Browser> SignInLimits::take(const Try& what) {
    const auto network = network_of(what.client);
    const auto name = fmt::format("{} {}", what.org, what.handle.substr(0, kLongestHandle));
    bool allowed = by_address_.take(bucket_of("address", network)).allowed;
    const bool is_known = is_device_of(what.user, what.device);
    if (is_known) {
        allowed = allowed && by_name_.take(bucket_of("device", what.device)).allowed;
    } else {
        // Who has no try left of his own takes none of the others'.
        allowed = allowed && by_name_.take(bucket_of("name", name + "\n" + network)).allowed;
        allowed = allowed && by_strangers_.take(bucket_of("strangers", name)).allowed;
    }
    if (!allowed) return too_many_attempts();
    return is_known ? Browser::known : Browser::unknown;
}

}  // namespace casement::access
