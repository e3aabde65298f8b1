// One query as it will run: text that its author wrote, values that are only ever bound.
#pragma once

#include "base/clock.h"
#include "data/scope.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/json/object.hpp>

namespace casement::data {

namespace json = boost::json;

/// The picture's time range and grid.
struct Window {
    Time from{}, to{};
    std::chrono::milliseconds interval{};  ///< a readable bucket for the picture's width
    int points = 0;                        ///< how many buckets the picture has room for
};

/// A bound value. A list binds as the engine's list type (`list_contains($airport, origin)`, or
/// `origin in (select unnest($airport))`).
using Scalar = std::variant<std::monostate, bool, std::int64_t, double, std::string, Time,
                            std::chrono::microseconds>;
using Value = std::variant<Scalar, std::vector<Scalar>>;

struct QueryLimits {
    std::chrono::milliseconds time{10'000};
    std::size_t rows = 10'000;
    std::size_t bytes = std::size_t{8} * 1024 * 1024;  ///< of the result's JSON
};

struct Query {
    std::int64_t org = 0;
    std::string source;  ///< name within the organization
    std::string text;    ///< in the source's language; `$name` where a value goes
    /// What the query says besides its text (PanelQuery::settings); part of the cache key.
    json::object settings;
    /// Set where the language asks by time range and grid and not by names in the text (PromQL);
    /// then part of the cache key.
    std::optional<Window> window;
    /// Every value that may be named. The ones the text does not name are left out; a name in the
    /// text that is not here is an error, never a NULL.
    std::map<std::string, Value> parameters;
    /// What narrows the rows besides the parameters; part of the cache key. Null: the text's own
    /// relations.
    ScopePtr scope;
    /// How long the result may be served again; the engine's own time where it is not given.
    std::optional<std::chrono::milliseconds> cache_time;
    bool fresh = false;  ///< not answered from the cache; its result goes there all the same
    QueryLimits limits;
};

/// Names written as `$name`, `${name` or `[[name` anywhere in `text`, quoted parts and comments
/// included (SQL binds the first spelling alone). Never misses a
/// name that a source would bind: a source refuses a text whose parameters are spelled otherwise
/// (`$ name`, `$"name"`), so that the cache key cannot leave a value out.
[[nodiscard]] std::set<std::string, std::less<>> named_parameters(std::string_view text);

/// Everything that can change a row, unambiguously joined: organization, source and its revision,
/// text, settings, window, the parameters the text names, scope, row limit.
[[nodiscard]] std::string cache_key(const Query& query, std::int64_t source_revision);

}  // namespace casement::data
