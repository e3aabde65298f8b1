#include "access/time_range.h"

#include "base/whole_number.h"

#include <algorithm>
#include <array>
#include <utility>

namespace casement::access {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr seconds kAlignment{10};

constexpr std::array<milliseconds, 23> kBuckets = {
    seconds{1}, seconds{2}, seconds{5}, seconds{10}, seconds{15}, seconds{30},
    minutes{1}, minutes{2}, minutes{5}, minutes{10}, minutes{15}, minutes{30},
    hours{1},   hours{2},   hours{3},   hours{6},    hours{12},   hours{24},
    hours{48},  hours{168}, hours{336}, hours{720},  hours{2160}};

bool is_zone_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && name.front() != '/' &&
           name.find("..") == std::string_view::npos &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '/' || c == '_' || c == '-' || c == '+';
           });
}

Error locked() {
    return forbidden("time_locked", "The time range of this dashboard cannot be changed.");
}

}  // namespace

const std::vector<std::string>& offered_spans() {
    static const std::vector<std::string> spans = {"15m", "1h", "4h",  "1d",
                                                   "2d",  "1w", "1mo", "3mo"};
    return spans;
}

dashboards::TimeRange default_range(const dashboards::Dashboard& dashboard,
                                    const ShareSettings& settings) {
    if (settings.live_span.empty()) return dashboard.time;
    dashboards::TimeRange range;
    range.span = settings.live_span;
    return range;
}

bool may_select_time(const dashboards::Dashboard& dashboard, const ShareSettings& settings) {
    return settings.time_selectable && dashboard.time_selectable;
}

std::optional<seconds> free_span_length(std::string_view span) {
    constexpr std::pair<char, seconds> kUnits[] = {
        {'s', seconds{1}}, {'m', minutes{1}}, {'h', hours{1}}, {'d', hours{24}}, {'w', hours{168}}};
    if (span.size() < 2 || span.front() == '0') return std::nullopt;
    const auto number = whole_number<std::int64_t>(span.substr(0, span.size() - 1));
    if (!number || *number < 1 || *number > 400'000'000) return std::nullopt;
    for (const auto& [letter, unit] : kUnits) {
        if (letter != span.back()) continue;
        const auto length = unit * *number;
        return length <= std::chrono::days{3660} ? std::optional(length) : std::nullopt;
    }
    return std::nullopt;
}

Result<Range> settle_range(const dashboards::Dashboard& dashboard, const ShareSettings& settings,
                           const WantedRange& wanted, Time now) {
    auto range = default_range(dashboard, settings);
    if (wanted.from || wanted.to) {
        if (!settings.any_range) {
            return forbidden("time_locked", "This dashboard offers named time ranges only.");
        }
        if (!may_select_time(dashboard, settings)) return locked();
        if (!wanted.from || !wanted.to || *wanted.to <= *wanted.from) {
            return invalid("invalid_range", "A time range needs a beginning before its end.",
                           "time.from");
        }
        return Range{"", *wanted.from, *wanted.to};
    }
    if (!wanted.span.empty() && wanted.span != range.span) {
        if (!may_select_time(dashboard, settings)) return locked();
        const auto& offered = offered_spans();
        if (!settings.any_range &&
            std::find(offered.begin(), offered.end(), wanted.span) == offered.end()) {
            return invalid("unknown_span", "This time range is not offered.", "time.span");
        }
        range.span = wanted.span;
    }
    if (range.span.empty() && range.from && range.to) return Range{"", *range.from, *range.to};
    auto length = dashboards::span_length(range.span);
    // The dashboard's own need not have a name: an imported one says "6h".
    if (!length && (settings.any_range || range.span == dashboard.time.span)) {
        length = free_span_length(range.span);
    }
    if (!length) return invalid("unknown_span", "This time range is not known.", "time.span");
    Time to = dashboard.as_of.value_or(now);
    if (!dashboard.as_of) {
        to -= std::chrono::duration_cast<microseconds>(to.time_since_epoch()) % kAlignment;
    }
    return Range{range.span, to - *length, to};
}

milliseconds bucket(Time from, Time to, int width) {
    // Three classes of width, not the width itself: viewers with other windows share results.
    const std::int64_t points = width <= 480 ? 60 : width <= 960 ? 120 : 200;
    const auto wanted = std::chrono::duration_cast<milliseconds>(to - from) / points;
    const auto found = std::lower_bound(kBuckets.begin(), kBuckets.end(), wanted);
    return found == kBuckets.end() ? kBuckets.back() : *found;
}

std::string settle_timezone(const dashboards::Dashboard& dashboard, std::string_view browser) {
    if (dashboard.timezone != "browser") return dashboard.timezone;
    return is_zone_name(browser) ? std::string(browser) : "UTC";
}

}  // namespace casement::access
