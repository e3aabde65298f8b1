// What a principal may do. Names are the ones of the vendors whose APIs we accept, where they have
// one; ours otherwise.
#pragma once

#include "base/error.h"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace casement::access {

enum class Permission : std::uint32_t {
    dashboards_read = 1U << 0U,
    dashboards_write = 1U << 1U,
    dashboards_public_share = 1U << 2U,
    dashboards_embed_share = 1U << 3U,
    dashboards_invite_share = 1U << 4U,
    sessions_read = 1U << 5U,
    sessions_end = 1U << 6U,
    sources_write = 1U << 7U,
    org_manage = 1U << 8U,
    audit_read = 1U << 9U,
};

[[nodiscard]] std::string_view to_string(Permission permission) noexcept;

/// A set of permissions; a value.
class Permissions {
  public:
    constexpr Permissions() = default;
    constexpr Permissions(std::initializer_list<Permission> list) {
        for (const auto permission : list)
            bits_ |= static_cast<std::uint32_t>(permission);
    }
    [[nodiscard]] constexpr bool has(Permission permission) const {
        return (bits_ & static_cast<std::uint32_t>(permission)) != 0;
    }

  private:
    std::uint32_t bits_ = 0;
};

/// "Admin", "Editor" (reads, writes, shares), "Viewer" (reads); any other name has none.
[[nodiscard]] Permissions permissions_of_role(std::string_view role);
[[nodiscard]] bool is_role(std::string_view name);

}  // namespace casement::access
