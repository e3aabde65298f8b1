// Sets of network addresses, as configuration names them: single ones and CIDR blocks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

namespace casement {

/// ::ffff:10.0.0.1 is 10.0.0.1: a listener on [::] sees IPv4 clients so.
[[nodiscard]] boost::asio::ip::address unmapped(const boost::asio::ip::address& given);
/// Unmapped. nullopt for what is no address.
[[nodiscard]] std::optional<boost::asio::ip::address> read_address(std::string_view text);

class AddressBlocks {
  public:
    /// "10.0.0.0/8", "fd00::/8", "192.0.2.7". False, and nothing is added, for anything else.
    [[nodiscard]] bool add(const std::string& block);
    [[nodiscard]] bool contains(const boost::asio::ip::address& address) const;
    [[nodiscard]] bool empty() const { return v4_.empty() && v6_.empty(); }

  private:
    std::vector<boost::asio::ip::network_v4> v4_;
    std::vector<boost::asio::ip::network_v6> v6_;
};

}  // namespace casement
