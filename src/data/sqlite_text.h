// The only thing that is done to the text of an SQLite query: `IN ($name)` becomes a list where the
// value is one. Everything else is the engine's.
#pragma once

#include "data/query.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace casement::data {

/// `IN ($name)`, with nothing else between the brackets, becomes
/// `IN (SELECT value FROM json_each($name))` for those names whose value is a list.
[[nodiscard]] std::string with_lists(const std::string& text,
                                     const std::map<std::string, Value>& values);

/// A list as the JSON that json_each reads; numbers with all their digits.
[[nodiscard]] std::string json_list(const std::vector<Scalar>& list);

/// How a time is bound, and how SQLite's own functions write one: "2026-01-31 18:30:00", with
/// milliseconds where there are some.
[[nodiscard]] std::string sqlite_time(Time moment);

/// Epoch milliseconds of a text that is a date or a date and time of ISO 8601 (UTC unless it names
/// an offset), or nullopt.
[[nodiscard]] std::optional<double> read_sqlite_time(std::string_view text);

}  // namespace casement::data
