#include "access/session_owner.h"

#include <gtest/gtest.h>

namespace casement::access {
namespace {

constexpr std::int64_t kLargest = std::int64_t{1} << 49;

TEST(SessionOwner, PeopleKeysAndGuestsShareNoNumber) {
    for (const std::int64_t id : {std::int64_t{1}, std::int64_t{7}, kLargest}) {
        EXPECT_EQ(key_of_owner(owner_of_key(id)), id);
        EXPECT_EQ(guest_of_owner(owner_of_guest(id)), id);
        EXPECT_EQ(guest_of_owner(owner_of_key(id)), 0);
        EXPECT_EQ(key_of_owner(owner_of_guest(id)), 0);
        EXPECT_EQ(key_of_owner(id), 0) << "a person";
        EXPECT_EQ(guest_of_owner(id), 0) << "a person";
    }
    EXPECT_EQ(key_of_owner(0), 0);
    EXPECT_EQ(guest_of_owner(0), 0);
    EXPECT_EQ(key_of_owner(kNoGuest), 0);
    EXPECT_EQ(guest_of_owner(kNoGuest), 0);
}

}  // namespace
}  // namespace casement::access
