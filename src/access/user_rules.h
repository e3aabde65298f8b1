// What a user of this server may be called, and what his password must be.
#pragma once

#include "base/error.h"
#include "crypto/secret.h"

#include <string_view>

namespace casement::access {

/// 1 to 254 bytes without spaces, usually an e-mail address. Errors: invalid "invalid_handle",
/// with `field`.
[[nodiscard]] Result<void> check_new_handle(std::string_view handle, std::string_view field);
/// Of a person or an organization: 1 to 200 bytes. Errors: invalid "invalid_name", with `field`.
[[nodiscard]] Result<void> check_new_name(std::string_view name, std::string_view field);
/// 8 to 1024 bytes and not the handle. Errors: invalid "weak_password", with `field`.
[[nodiscard]] Result<void> check_new_password(const Secret& password, std::string_view handle,
                                              std::string_view field);

}  // namespace casement::access
