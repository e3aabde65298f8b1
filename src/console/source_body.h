// What bodies about sources say, and how a source is shown.
#pragma once

#include "access/source_settings.h"
#include "access/source_uses.h"
#include "console/context.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::console {

/// A source of the caller's organization. Errors: not_found "source_not_found".
[[nodiscard]] Result<store::Source> find_source(const Context& console, const Call& call,
                                                std::string_view name);
/// Why it is not changed here. Errors: forbidden "source_read_only".
[[nodiscard]] Result<void> check_writable(const store::Source& row);

/// `settings` of the body, checked, with the files that they may reach. Looks at the disk, on the
/// catalog's pool. Errors: invalid "invalid_source", forbidden "folder_not_allowed", with a field.
[[nodiscard]] asio::awaitable<Result<json::object>> read_settings(Context& console,
                                                                  const Call& call,
                                                                  std::string name,
                                                                  std::string type);
/// The secret that goes with new settings: the body's, or the one of `kept` (null: none yet).
/// Errors: invalid "secret_needed" when a kept one would go elsewhere, "invalid_source" when the
/// kind has none.
[[nodiscard]] Result<Secret> read_secret(const json::object& body, std::string_view type,
                                         const json::object& settings, const store::Source* kept);

[[nodiscard]] ShapeMember name_member();
[[nodiscard]] ShapeMember settings_member();
[[nodiscard]] ShapeMember secret_member();
[[nodiscard]] Shape source_shape();
[[nodiscard]] json::object source_json(const store::Source& row);

[[nodiscard]] Shape uses_shape();
[[nodiscard]] json::object uses_json(const access::Uses& uses);

}  // namespace casement::console
