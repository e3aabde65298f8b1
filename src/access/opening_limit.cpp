#include "access/opening_limit.h"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

namespace casement::access {

OpeningLimit::OpeningLimit(crypto::Random& random, const Clock& clock)
    : limit_(std::make_unique<AddressLimit>(RateLimit{kSessionsAMinute}, random, clock)) {}

Result<void> OpeningLimit::take(const std::string& client) const {
    boost::system::error_code failed;
    const auto address = boost::asio::ip::make_address(client, failed);
    const auto taken = limit_->take(failed ? boost::asio::ip::address() : address);
    if (taken.allowed) return {};
    return Error{ErrorKind::rate_limited,
                 "too_many_attempts",
                 fmt::format("Too many pages were opened from this address. Try again in {} "
                             "seconds.",
                             taken.reset.count()),
                 {}};
}

}  // namespace casement::access
