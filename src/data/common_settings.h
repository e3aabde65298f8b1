// What the settings of every source may say, whatever its kind.
#pragma once

#include "base/error.h"

#include <chrono>
#include <optional>

#include <boost/json/object.hpp>

namespace casement::data {

struct CommonSettings {
    unsigned max_concurrent = 8;  ///< queries that run on it at the same time
    /// Age up to which its results are served again; the engine's own where it is not given.
    std::optional<std::chrono::milliseconds> cache_time;
    /// How much older a result may be that is served at once while a new one is fetched.
    std::optional<std::chrono::milliseconds> stale_time;
};

/// `max_concurrent` (1..256), `cache_seconds` and `stale_seconds` (0..86400). Errors:
/// invalid_source.
[[nodiscard]] Result<CommonSettings> read_common_settings(const boost::json::object& settings);

/// Kept by clients of Grafana's API, which give secrets by their names. Whoever merely is the
/// organization's default source has one plain secret like all others.
[[nodiscard]] bool has_named_secrets(const boost::json::object& settings);

/// The rest, which is for the source's own kind to read.
[[nodiscard]] boost::json::object without_common(const boost::json::object& settings);

}  // namespace casement::data
