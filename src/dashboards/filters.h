// The conditions that a viewer puts together in a variable of type filters. As a value of the
// variable, each is one text: "region|=|eu", "status|=__gfp__|500|503" (one of several).
#pragma once

#include "base/error.h"

#include <string>
#include <string_view>
#include <vector>

namespace casement::dashboards {

struct Filter {
    enum class Operator { equal, not_equal, matches, not_matches, less, more, one_of, none_of };
    std::string key;
    Operator operation = Operator::equal;
    std::vector<std::string> values;  ///< several only for one_of and none_of

    friend bool operator==(const Filter&, const Filter&) = default;
};

inline constexpr std::size_t kMaxFilters = 20;

/// Parts between "|"; "|" itself is written "__gfp__", "," "__gfc__", "#" "__gfh__". Errors:
/// invalid "invalid_filter".
[[nodiscard]] Result<Filter> read_filter(std::string_view text);
[[nodiscard]] std::string write_filter(const Filter& filter);

/// "=", "!=", "=~", "!~", "<", ">", "=|", "!=|".
[[nodiscard]] std::string_view text_of(Filter::Operator operation);

/// As a Grafana page's address says it, where a part may have its label behind a comma.
[[nodiscard]] std::string filter_of_url(std::string_view text);

}  // namespace casement::dashboards
