// A source's settings as somebody writes them over an API: what they may say, which files they may
// reach, and when a secret that is kept must be given again.
#pragma once

#include "base/error.h"
#include "base/shape.h"
#include "store/records.h"

#include <string>
#include <string_view>
#include <vector>

namespace casement::access {

/// Made or changed through Grafana's API, whose clients keep words of their own with it. It is
/// changed there, because what they show would not follow.
[[nodiscard]] bool is_grafana_source(const store::Source& row);

/// The settings as the row keeps them, which only says more about where files lie. Looks at the
/// disk. Errors: invalid "invalid_source", forbidden "folder_not_allowed", both with the place
/// ("settings.host").
[[nodiscard]] Result<json::object> checked_settings(
    const std::string& name, const std::string& type, json::object settings,
    const std::vector<std::string>& allowed_folders);

/// What is shown of a row's settings, and may be sent back with a change.
[[nodiscard]] json::object shown_settings(const store::Source& row);

/// Whether a kept secret would go elsewhere, or less protected, than where it was given for: then
/// it has to be given again. Otherwise whoever may write settings could have it sent to himself.
[[nodiscard]] bool leads_elsewhere(const json::object& before, const json::object& after);

/// The names of settings that are not the same, in order.
[[nodiscard]] std::vector<std::string> differing(const json::object& one,
                                                 const json::object& other);

/// The same error without the names of the server's files.
[[nodiscard]] Error without_paths(Error error);

}  // namespace casement::access
