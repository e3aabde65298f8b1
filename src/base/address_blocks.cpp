#include "base/address_blocks.h"

#include <algorithm>

namespace casement {

namespace asio = boost::asio;
using asio::ip::address;

address unmapped(const address& given) {
    if (given.is_v6() && given.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, given.to_v6());
    }
    return given;
}

std::optional<address> read_address(std::string_view text) {
    boost::system::error_code failed;
    const auto parsed = asio::ip::make_address(std::string(text), failed);
    if (failed) return std::nullopt;
    return unmapped(parsed);
}

bool AddressBlocks::add(const std::string& block) {
    if (const auto single = read_address(block)) {
        if (single->is_v4()) {
            v4_.emplace_back(single->to_v4(), static_cast<unsigned short>(32));
        } else {
            v6_.emplace_back(single->to_v6(), static_cast<unsigned short>(128));
        }
        return true;
    }
    boost::system::error_code failed;
    if (block.find(':') == std::string::npos) {
        const auto read = asio::ip::make_network_v4(block, failed);
        if (!failed) v4_.push_back(read);
    } else {
        const auto read = asio::ip::make_network_v6(block, failed);
        if (!failed) v6_.push_back(read);
    }
    return !failed;
}

bool AddressBlocks::contains(const address& given) const {
    const address plain = unmapped(given);
    if (plain.is_v4()) {
        return std::ranges::any_of(v4_, [&](const auto& block) {
            const auto bits = block.netmask().to_uint();
            return (plain.to_v4().to_uint() & bits) == (block.address().to_uint() & bits);
        });
    }
    return std::ranges::any_of(v6_, [&](const auto& block) {
        const asio::ip::network_v6 host(plain.to_v6(), 128);
        const asio::ip::network_v6 whole = block.canonical();
        return host == whole || host.is_subnet_of(whole);
    });
}

}  // namespace casement
