// What a share says about how its dashboard is shown: variables, time, framing, session length.
// Kept as JSON in store::Share::settings, so that a vendor's attributes come back exactly as they
// were sent ("" and absent are different there); read into this struct where they matter.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/shape.h"
#include "dashboards/dashboard.h"
#include "store/records.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::access {

inline constexpr std::chrono::seconds kLongestSession = std::chrono::days{30};

/// One entry of `selectable_template_vars` (datadog.md §1.2). Absent is not the same as empty for
/// whoever asks for it back, but for access both mean: nothing to choose from.
struct TemplateVariable {
    std::string name;
    std::string prefix;
    std::vector<std::string> default_values;
    std::vector<std::string> visible_tags;
};

struct ShareSettings {
    std::string live_span;  ///< "" = the dashboard's own
    bool time_selectable = false;
    bool any_range = false;  ///< also spans and ranges that are not among the offered ones
    /// Variables that `variables` does not list are the viewer's to choose too, among their
    /// choices; but neither texts nor what stands for an attribute.
    bool variables_selectable = false;
    std::vector<TemplateVariable> variables;
    dashboards::Theme theme = dashboards::Theme::system;
    bool high_density = false;
    /// Origins that may frame it ("https://app.example:8443", "https://*.example.org"); empty =
    /// any.
    std::vector<std::string> allowed_origins;
    bool download = false;       ///< CSV of a panel
    bool require_scope = false;  ///< every query must name a model
    std::chrono::seconds session_length = kLongestSession;
    std::optional<Time> expires_at;  ///< of the share itself; then every link is refused
};

/// Reads `share.settings`; what is missing takes the defaults above. A value of the wrong type
/// fails closed: locked, not selectable, no download.
[[nodiscard]] ShareSettings read_share_settings(const json::object& settings);

/// Checks an origin for frame-ancestors: scheme://host[:port], no path, http or https, one leading
/// "*." at most (browsers.md §3). Returns it in canonical form.
[[nodiscard]] Result<std::string> check_origin(std::string_view text);

/// The value of `frame-ancestors` for these origins and this server's own: "*" when the list is
/// empty.
[[nodiscard]] std::string frame_ancestors(const ShareSettings& settings);

}  // namespace casement::access
