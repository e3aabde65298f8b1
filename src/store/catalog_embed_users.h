// What can be asked about embed users, who are too many for the snapshot.
#pragma once

#include "store/records.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace casement::store {

/// Longest external_user_id, in bytes.
inline constexpr std::size_t kMaxExternalUserId = 255;
/// Most embed users that one search gives back, whatever `limit` says.
inline constexpr std::size_t kMaxEmbedUserPage = 1'000;

/// Every member that is set must fit. In a text, `%` stands for any characters, nothing else is
/// special, and the case of (at least ASCII) letters does not count; an external id without `%` is
/// compared as it is, and is fast. A text of more than 255 bytes fits nobody.
struct EmbedUserQuery {
    enum class Sort { id, external_user_id, first_name, last_name, created_at, logged_in_at };

    OrgId org = 0;
    std::optional<std::string> external_user_id;
    std::optional<std::string> first_name;
    std::optional<std::string> last_name;
    /// A group id: through the last grant's or the profile's "groups", or the external group.
    std::optional<std::int64_t> group;
    std::optional<bool> disabled;
    Sort sort = Sort::id;
    bool descending = false;
    std::size_t limit = 100;
    std::size_t offset = 0;
};

/// Every group of a user as ",3,17,", in the order of their ids; empty when there is none. What
/// stands in "groups" and is not an id is not a group.
[[nodiscard]] std::string member_of(const EmbedUser& user);

}  // namespace casement::store
