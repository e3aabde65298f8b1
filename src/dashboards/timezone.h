// Names of time zones.
#pragma once

#include <string>
#include <string_view>

namespace casement::dashboards {

/// "browser", "UTC", or an IANA name that the machine's tzdata knows. Where there is no tzdata, a
/// name is taken by its spelling: the viewer's browser has the last word.
[[nodiscard]] bool is_timezone(std::string_view name,
                               const std::string& tzdata_folder = "/usr/share/zoneinfo");

}  // namespace casement::dashboards
