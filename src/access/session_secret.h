// What a browser shows of itself when it opens a session or goes on with one.
#pragma once

#include "base/encoding.h"

#include <string>
#include <string_view>

namespace casement::access {

/// 32 bytes in base64url, as the frame made them before it asked.
inline bool is_secret(std::string_view text) {
    constexpr std::size_t kLength = 43;
    return text.size() == kLength && from_base64url(text).has_value();
}

/// The part of a User-Agent that a session's row holds.
inline std::string kept_user_agent(std::string_view user_agent) {
    constexpr std::size_t kLength = 256;
    return std::string(user_agent.substr(0, kLength));
}

}  // namespace casement::access
