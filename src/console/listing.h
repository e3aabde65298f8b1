// Answers that list things: their parameters, their shapes, their pages.
#pragma once

#include "console/operation.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casement::console {

inline constexpr auto kAnyId = std::numeric_limits<std::int64_t>::max();
/// Rows of one answer at the most, where there can be many.
inline constexpr std::int64_t kMostListed = 1000;

/// `limit`, 100 when absent.
[[nodiscard]] Parameter limit_parameter();
[[nodiscard]] std::size_t limit_of(const Call& call);
/// `after`: the page that follows the one whose `next` it is.
[[nodiscard]] Parameter after_parameter();

/// `offset`: the same where rows are counted.
[[nodiscard]] Parameter offset_parameter();
[[nodiscard]] std::size_t offset_of(const Call& call);

/// {"<name>": […]} of at most `most`.
[[nodiscard]] Shape list_shape(std::string_view name, Shape item, std::int64_t most = kMostListed);
/// The same with `next`, which is the parameter `cursor` of the next page.
[[nodiscard]] Shape page_shape(std::string_view name, Shape item, std::string_view cursor);

/// The answer {"<name>": [what `show` makes of each row]}.
template <class Rows, class Show>
[[nodiscard]] json::object list_of(std::string_view name, const Rows& rows, Show show) {
    json::array list;
    for (const auto& row : rows)
        list.push_back(show(row));
    return {{name, std::move(list)}};
}

/// One page, as `after` and `limit` ask, of `rows`, which are pointers in the order of their ids,
/// and of them those that `fits`.
template <class Rows, class Fits, class Show>
[[nodiscard]] json::object page_of(std::string_view name, const Call& call, const Rows& rows,
                                   Fits fits, Show show) {
    const auto after = call.number("after", 0);
    const auto limit = limit_of(call);
    json::array list;
    json::value next = nullptr;
    std::int64_t last = 0;
    for (const auto* row : rows) {
        if (row->id <= after || !fits(*row)) continue;
        if (list.size() == limit) {
            next = last;
            break;
        }
        list.push_back(show(*row));
        last = row->id;
    }
    return {{name, std::move(list)}, {"next", std::move(next)}};
}

/// One page of at most `limit`. `rows` begin at the call's `offset`; one row more than `limit` says
/// that there is a next page.
template <class Row, class Show>
[[nodiscard]] json::object offset_page_of(std::string_view name, const Call& call,
                                          std::vector<Row> rows, std::size_t limit, Show show) {
    json::value next = nullptr;
    if (rows.size() > limit) {
        rows.pop_back();
        next = static_cast<std::int64_t>(offset_of(call) + limit);
    }
    auto page = list_of(name, rows, show);
    page["next"] = std::move(next);
    return page;
}

}  // namespace casement::console
