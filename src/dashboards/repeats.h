// Where the panels of a dashboard stand once its repeats are carried out: a panel, or a row with
// its panels, is there once for each value, and what is below moves down.
#pragma once

#include "dashboards/dashboard.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::dashboards {

/// A panel at its place. `panel` points into the dashboard.
struct PlacedPanel {
    const Panel* panel = nullptr;
    Grid grid;
    /// Of a clone: the variable and its value. A panel of a repeated row has the row's.
    std::string variable;
    std::optional<std::string> repeat;
    bool folded = false;  ///< in a row that is collapsed at first
};

struct Placement {
    std::vector<PlacedPanel> panels;  ///< from top to bottom where there are rows or repeats
    bool cut = false;                 ///< there were more values than clones
};

inline constexpr std::size_t kMaxClones = 50;     // of one panel or row
inline constexpr std::size_t kMaxPlaced = 1'000;  // of a dashboard

/// `$name` and `${name}` in a title, with the value in their place.
[[nodiscard]] std::string with_value(std::string_view text, std::string_view name,
                                     std::string_view value);

/// Every choice already in the place of "*".
using ValuesByName = std::map<std::string, std::vector<std::string>>;

/// A panel whose variable is not among `values` stands once, as it is; one whose variable has no
/// value is not there. Rows are as if all of them were open. A panel of a repeated row follows the
/// row and has no repeat of its own.
[[nodiscard]] Placement place_panels(const Dashboard& dashboard, const ValuesByName& values);

}  // namespace casement::dashboards
