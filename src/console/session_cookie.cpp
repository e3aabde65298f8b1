#include "console/session_cookie.h"

#include <fmt/format.h>

namespace casement::console {
namespace {

std::string_view attribute_of(SameSite same_site) {
    switch (same_site) {
        case SameSite::none:
            return "; SameSite=None";
        case SameSite::lax:
            return "; SameSite=Lax";
        case SameSite::strict:
            return "; SameSite=Strict";
        case SameSite::disabled:
            break;
    }
    return "";
}

}  // namespace

SameSite same_site_of(std::string_view text) {
    if (text == "none") return SameSite::none;
    if (text == "lax") return SameSite::lax;
    return text == "strict" ? SameSite::strict : SameSite::disabled;
}

std::string_view CookieRules::name() const {
    return secure ? "__Secure-casement" : "casement";
}

std::string CookieRules::header(std::string_view value, std::string_view path, seconds max_age,
                                bool is_https) const {
    if (value.empty() || (secure && !is_https)) return {};
    return fmt::format("{}={}; Path={}{}; HttpOnly{}{}; Max-Age={}", name(), value, path,
                       secure ? "; Secure" : "", attribute_of(same_site),
                       secure && same_site == SameSite::none ? "; Partitioned" : "",
                       max_age.count());
}

}  // namespace casement::console
