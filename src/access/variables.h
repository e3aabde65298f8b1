// Which values a viewer may give a dashboard's variables, decided in one place:
// free (anything the variable itself allows), bounded (a signed set), locked (one value).
#pragma once

#include "access/share_settings.h"
#include "base/error.h"
#include "dashboards/dashboard.h"
#include "dashboards/dependencies.h"

#include <map>
#include <string>
#include <vector>

namespace casement::access {

enum class VariableMode { free, bounded, locked };

/// A variable under a share. `*` among `defaults` or `allowed` means every choice of the variable.
struct VariableRule {
    const dashboards::Variable* variable = nullptr;
    VariableMode mode = VariableMode::locked;
    std::vector<std::string> defaults;  ///< the locked value, or where a viewer starts
    std::vector<std::string> allowed;   ///< bounded: what may be picked
    bool hidden = false;                ///< queries use its value, the page is not told it
    /// Free, but only what its query offers may be chosen (the choices of a list always are all).
    bool only_offered = false;
    /// Its query follows, directly or through others, a variable that the grant locks or bounds:
    /// then also its own default must be among what is offered.
    bool within = false;
};

/// One rule per variable of the dashboard, in its order (datadog.md §1.2, §4):
/// - a constant: locked to its own value, and without any where the share gives another;
/// - not listed in the share: locked to the dashboard's own default;
/// - listed, without visible tags: locked to the share's default, else the dashboard's;
/// - visible tags equal to the defaults: locked (also when both are `*`);
/// - visible tags `*`: free;
/// - else bounded to the visible tags.
/// Where the share opens its variables (`variables_selectable`), one that is not listed is free to
/// take what it offers, unless it is a text, a source without a picker, or stands for an attribute.
[[nodiscard]] std::vector<VariableRule> variable_rules(const dashboards::Dashboard& dashboard,
                                                       const ShareSettings& settings);

/// A free variable whose query names one that is locked or bounded takes only what it offers: else
/// it would be the way around that one. To be called when all rules are made, in the order of the
/// document's variables.
void keep_within(std::vector<VariableRule>& rules, const dashboards::VariableOrder& order);

/// Values by variable name, as a viewer asks for them.
using ChosenValues = std::map<std::string, std::vector<std::string>>;

/// The values that queries will see. Errors (403 "variable_locked", "value_not_allowed"; 400
/// "unknown_variable", "too_many_values", "value_too_long") name the variable. A variable that is
/// not chosen takes its default. `*` stays as it is here; see expand_all.
[[nodiscard]] Result<ChosenValues> apply_rules(const std::vector<VariableRule>& rules,
                                               const ChosenValues& chosen);

/// Whether `values` are among what the variable offers now: for a rule with `only_offered`. Its
/// defaults always are, unless it is kept within another's values. Errors: forbidden
/// "value_not_allowed".
[[nodiscard]] Result<void> check_offered(const VariableRule& rule,
                                         const std::vector<std::string>& values,
                                         const std::vector<dashboards::Choice>& offered);

}  // namespace casement::access
