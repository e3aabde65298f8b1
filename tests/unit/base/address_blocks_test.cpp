#include "base/address_blocks.h"

#include <string>

#include <gtest/gtest.h>

namespace casement {
namespace {

AddressBlocks blocks(const std::vector<std::string>& list) {
    AddressBlocks out;
    for (const auto& block : list)
        EXPECT_TRUE(out.add(block)) << block;
    return out;
}
bool contains(const AddressBlocks& list, const std::string& address) {
    return list.contains(boost::asio::ip::make_address(address));
}

TEST(AddressBlocks, HoldSingleAddressesAndBlocksOfBothKinds) {
    const auto list = blocks({"192.0.2.7", "10.0.0.0/8", "fd00::/8", "2001:db8::1"});
    for (const auto* inside : {"192.0.2.7", "10.0.0.0", "10.255.255.255", "fd12::3", "2001:db8::1"})
        EXPECT_TRUE(contains(list, inside)) << inside;
    for (const auto* outside : {"192.0.2.8", "11.0.0.0", "fe80::1", "2001:db8::2", "0.0.0.0", "::"})
        EXPECT_FALSE(contains(list, outside)) << outside;
}

TEST(AddressBlocks, TakeAMappedAddressForWhatItStandsFor) {
    EXPECT_TRUE(contains(blocks({"10.0.0.0/8"}), "::ffff:10.1.2.3"));
    EXPECT_TRUE(contains(blocks({"::ffff:10.1.2.3"}), "10.1.2.3"));
    EXPECT_FALSE(contains(blocks({"::/96"}), "10.1.2.3"));
}

TEST(AddressBlocks, TakeNothingElse) {
    AddressBlocks list;
    for (const auto* text : {"", "the office", "10.0.0.0/33", "10.0.0/8", "fd00::/129", "10.0.0.0/",
                             "10.0.0.1:80", "*"})
        EXPECT_FALSE(list.add(text)) << text;
    EXPECT_TRUE(list.empty());
    EXPECT_FALSE(contains(list, "10.0.0.1"));
}

}  // namespace
}  // namespace casement
