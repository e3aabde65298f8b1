// The data of a dashboard snapshot's panel, as Grafana's front end stores it
// (`panel.snapshotData`): frames of fields with values. Pure.
#pragma once

#include "base/error.h"

#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

namespace casement::access {

namespace json = boost::json;

inline constexpr std::size_t kMostSnapshotFrames = 1000;  ///< of a panel
inline constexpr std::size_t kMostSnapshotFields = 1000;  ///< of a frame

/// Frames that somebody sent, written anew with nothing in them but what is shown: names, types,
/// labels, a few words of configuration, values. What a frame says of where it came from (`meta`
/// holds the query's text) and where it leads to (links) is left out. Both of the vendor's forms
/// are read: `fields` with `values`, and `schema` beside `data`. Errors: invalid "invalid_frames",
/// whose field begins with `path`.
[[nodiscard]] Result<json::array> read_frames(const json::value& sent, const std::string& path);

/// The frames of a viewer's panel line (ARCHITECTURE.md) in the same form.
[[nodiscard]] json::array frames_of_line(const json::object& line);

/// Stored frames as a viewer's panel line has them.
struct ShownFrames {
    std::vector<std::string> names;  ///< each once, in their order
    std::string json;                ///< `[{"name","columns","rows","truncated"},…]`
};
/// Frames that one of the two above has written. Errors: internal "snapshot_unreadable".
[[nodiscard]] Result<ShownFrames> show_frames(const json::array& stored);

}  // namespace casement::access
