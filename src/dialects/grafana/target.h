// What a dashboard URL asks for: the page, and how it is to be shown. Pure; whoever may see it is
// decided elsewhere.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "dialects/grafana/query.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace casement::grafana {

inline constexpr std::string_view kDashboardPath = "/d/";
inline constexpr std::string_view kPanelPath = "/d-solo/";
inline constexpr std::string_view kVariablePrefix = "var-";
inline constexpr std::size_t kMaxUidLength = 64;

/// A moment, or one that moves: "now-6h", "now/d".
using TimePoint = std::variant<Time, std::string>;

struct Variable {
    std::string name;                 ///< without "var-"
    std::vector<std::string> values;  ///< at least one, in the URL's order
};

enum class Kiosk { off, tv, full };

struct Target {
    std::string path;           ///< as it stands in the URL
    std::string dashboard_uid;  ///< 1 to kMaxUidLength of [A-Za-z0-9_-]
    std::string slug;           ///< decoded once, may be empty; decides nothing
    bool is_solo = false;       ///< /d-solo/: one panel and nothing around it

    /// /d-solo/: panelId, always there. /d/: viewPanel.
    std::optional<std::int64_t> panel;
    std::string panel_text;  ///< panelId as it was sent: "13" or "panel-13"; empty without /d-solo/

    std::optional<std::int64_t> org;  ///< orgId
    std::optional<TimePoint> from;    ///< `time` with `time.window` goes before from and to
    std::optional<TimePoint> to;
    std::optional<std::string> timezone;  ///< "utc", "browser", or shaped like an IANA name
    std::optional<seconds> refresh;       ///< 0 s: switched off
    Kiosk kiosk = Kiosk::off;
    std::optional<std::string> theme;  ///< "light", "dark" or "system"
    std::vector<Variable> variables;   ///< in order of their first appearance
    bool hides_time_picker = false;
    bool hides_variables = false;
    bool hides_links = false;
    bool hides_logo = false;
    bool fits_panels = false;  ///< autofitpanels

    /// Parameters about the look of the page whose value nobody can read. As in Grafana the
    /// dashboard's own value counts instead.
    std::vector<std::string> ignored;
};

/// Reads `/d/{uid}[/{slug}]` or `/d-solo/{uid}[/{slug}]?panelId=N` with its parameters; whatever
/// proves something is skipped, and so are names that mean nothing here. Errors: those of
/// read_query, target_refused, parameter_duplicate, parameter_invalid.
[[nodiscard]] Result<Target> read_target(std::string_view target);
/// The same, with the parameters already read.
[[nodiscard]] Result<Target> read_target(std::string_view path,
                                         std::span<const Parameter> parameters);

/// "now-6h", "now/d", "6h", "20240131", "20240131T235959", "2024-01-31 23:59:59", RFC 3339, or
/// milliseconds since 1970.
[[nodiscard]] std::optional<TimePoint> read_time_point(std::string_view text);

}  // namespace casement::grafana
