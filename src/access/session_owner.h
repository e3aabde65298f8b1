// Whose a session is: store::SessionRow::owner is a person's id, or says in its own range that it
// is a key or the guest of a share, who count their ids apart from people. 0: nobody's.
#pragma once

#include <cstdint>

namespace casement::access {

/// Below it stand the guests, and above it, below zero, the keys.
inline constexpr std::int64_t kNoGuest = -(std::int64_t{1} << 50);

/// Sessions of one address at one share are owned by its guest (store::ShareGuest).
[[nodiscard]] constexpr std::int64_t owner_of_guest(std::int64_t guest) {
    return kNoGuest - guest;
}
/// 0: the owner is no guest.
[[nodiscard]] constexpr std::int64_t guest_of_owner(std::int64_t owner) {
    return owner < kNoGuest ? kNoGuest - owner : 0;
}

/// A session that a sharable link of a key opened is owned by the key (store::AccountKey).
[[nodiscard]] constexpr std::int64_t owner_of_key(std::int64_t account_key) {
    return -account_key;
}
/// 0: the owner is no key.
[[nodiscard]] constexpr std::int64_t key_of_owner(std::int64_t owner) {
    return owner < 0 && owner > kNoGuest ? -owner : 0;
}

}  // namespace casement::access
