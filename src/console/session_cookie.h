// The cookie that brings a viewer's session back, as security.cookie_samesite and
// security.cookie_secure want it. Where it does not come back, the frame's own secret stands in.
#pragma once

#include "base/clock.h"

#include <string>
#include <string_view>

namespace casement::console {

enum class SameSite { none, lax, strict, disabled };

/// "none", "lax", "strict"; anything else is "disabled", which says nothing of sites.
[[nodiscard]] SameSite same_site_of(std::string_view text);

struct CookieRules {
    SameSite same_site = SameSite::none;
    bool secure = true;  ///< set over HTTPS only, and sent back over HTTPS only

    /// What the browser knows it by. Only a secure one may have the prefix that browsers guard.
    [[nodiscard]] std::string_view name() const;
    /// The value of Set-Cookie; empty when `is_https` is wanted and missing. It is partitioned
    /// where that is possible: secure, and meant for frames in other sites' pages.
    [[nodiscard]] std::string header(std::string_view value, std::string_view path, seconds max_age,
                                     bool is_https) const;
};

}  // namespace casement::console
