// What `casement` ends with, and how it says why.
#pragma once

#include "base/error.h"

#include <string_view>

namespace casement::app {

inline constexpr int kOk = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongUsage = 2;

/// Prints "casement: MESSAGE" on standard error. kWrongUsage for an error of a flag, else kFailed.
int fail(const Error& error);
/// The same for a mistake on the command line itself.
int fail_usage(std::string_view message);

}  // namespace casement::app
