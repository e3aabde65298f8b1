#include "access/user_rules.h"

#include "base/encoding.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::size_t kShortestPassword = 8;
constexpr std::size_t kLongestPassword = 1024;
constexpr std::size_t kLongestHandle = 254;
constexpr std::size_t kLongestName = 200;

bool is_plain(std::string_view text) {
    return is_utf8(text) && std::ranges::none_of(text, [](char c) {
               return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
           });
}

}  // namespace

Result<void> check_new_handle(std::string_view handle, std::string_view field) {
    if (handle.empty() || handle.size() > kLongestHandle || !is_plain(handle) ||
        handle.find(' ') != std::string_view::npos) {
        return invalid("invalid_handle",
                       "The handle must have 1 to 254 characters without spaces, usually an "
                       "e-mail address.",
                       std::string(field));
    }
    return {};
}

Result<void> check_new_name(std::string_view name, std::string_view field) {
    if (name.empty() || name.size() > kLongestName || !is_plain(name)) {
        return invalid("invalid_name", fmt::format("The {} must have 1 to 200 bytes.", field),
                       std::string(field));
    }
    return {};
}

Result<void> check_new_password(const Secret& password, std::string_view handle,
                                std::string_view field) {
    const auto size = password.reveal().size();
    if (size < kShortestPassword || size > kLongestPassword) {
        return invalid("weak_password",
                       fmt::format("The password must have {} to {} bytes.", kShortestPassword,
                                   kLongestPassword),
                       std::string(field));
    }
    if (password.reveal() == handle) {
        return invalid("weak_password", "The password must not be the handle.", std::string(field));
    }
    return {};
}

}  // namespace casement::access
