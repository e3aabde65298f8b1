#include "dialects/grafana/relative_range.h"

#include <charconv>

namespace casement::grafana {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using std::chrono::years;

constexpr std::string_view kNow = "now";
constexpr int kMostSteps = 8;

struct Unit {
    std::string_view name;
    seconds length{};       ///< 0: counted by the calendar
    std::int64_t months{};  ///< of a calendar unit
};
constexpr Unit kUnits[] = {{"s", seconds{1}, 0}, {"m", minutes{1}, 0}, {"h", hours{1}, 0},
                           {"d", hours{24}, 0},  {"w", hours{168}, 0}, {"M", seconds{0}, 1},
                           {"Q", seconds{0}, 3}, {"y", seconds{0}, 12}};

const Unit* take_unit(std::string_view& text) {
    for (const auto& unit : kUnits) {
        if (!text.starts_with(unit.name)) continue;
        text.remove_prefix(unit.name.size());
        return &unit;
    }
    return nullptr;
}

std::optional<std::int64_t> take_number(std::string_view& text) {
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || number < 0 || number > 1'000'000) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

Time plus_months(Time at, std::int64_t count) {
    const auto day = floor<days>(at);
    const year_month_day date(day);
    const auto moved = date + months(count);
    const auto last = year_month_day(moved.year() / moved.month() / std::chrono::last);
    const auto kept = moved.ok() ? moved : last;
    return Time(sys_days(kept)) + (at - day);
}

/// The start of the unit that `at` lies in. Weeks begin on Monday.
Time start_of(Time at, const Unit& unit) {
    const auto day = floor<days>(at);
    if (unit.months != 0) {
        const year_month_day date(day);
        const auto month = static_cast<std::int64_t>(static_cast<unsigned>(date.month())) - 1;
        const auto first = static_cast<unsigned>(month - month % unit.months) + 1;
        return Time(sys_days(date.year() / std::chrono::month(first) / std::chrono::day(1)));
    }
    if (unit.name == "w") {
        const std::chrono::weekday weekday(day);
        return Time(day - (weekday - std::chrono::Monday));
    }
    // Time before 1970 would round the other way; no dashboard has any.
    return at - at.time_since_epoch() % std::chrono::duration_cast<microseconds>(unit.length);
}

Time moved(Time at, const Unit& unit, std::int64_t count) {
    if (unit.months != 0) return plus_months(at, unit.months * count);
    return at + unit.length * count;
}

/// "6h": a length that a live range may have.
std::optional<std::string> span_of(std::string_view text) {
    if (text.starts_with("now-")) text.remove_prefix(4);
    std::string_view rest = text;
    const auto number = take_number(rest);
    const auto* unit = number && *number > 0 ? take_unit(rest) : nullptr;
    if (unit == nullptr || !rest.empty() || unit->months != 0) return std::nullopt;
    return std::string(text);
}

std::optional<Time> settled(const TimePoint& point, Time now, bool is_end) {
    if (const auto* fixed = std::get_if<Time>(&point)) return *fixed;
    return moment(std::get<std::string>(point), now, is_end);
}

bool is_present(const std::optional<TimePoint>& point) {
    if (!point) return true;
    const auto* text = std::get_if<std::string>(&*point);
    return text != nullptr && *text == kNow;
}

}  // namespace

std::optional<Time> moment(std::string_view text, Time now, bool is_end) {
    if (!text.starts_with(kNow)) {
        const auto span = span_of(text);
        return span ? moment("now-" + *span, now, is_end) : std::nullopt;
    }
    text.remove_prefix(kNow.size());
    Time at = now;
    for (int step = 0; !text.empty(); ++step) {
        if (step == kMostSteps) return std::nullopt;
        const char sign = text.front();
        text.remove_prefix(1);
        if (sign == '/') {
            const auto* unit = take_unit(text);
            if (unit == nullptr) return std::nullopt;
            at = start_of(at, *unit);
            if (is_end) at = moved(at, *unit, 1) - milliseconds{1};
        } else if (sign == '-' || sign == '+') {
            const auto number = take_number(text);
            const auto* unit = number ? take_unit(text) : nullptr;
            if (unit == nullptr) return std::nullopt;
            at = moved(at, *unit, sign == '-' ? -*number : *number);
        } else {
            return std::nullopt;
        }
    }
    return at;
}

std::optional<UrlRange> range_of(const Target& target, Time now) {
    if (!target.from) return std::nullopt;
    if (is_present(target.to)) {
        const auto* text = std::get_if<std::string>(&*target.from);
        const auto span = text != nullptr ? span_of(*text) : std::nullopt;
        if (span) return UrlRange{*span, {}, {}};
    }
    const auto from = settled(*target.from, now, false);
    const auto to = target.to ? settled(*target.to, now, true) : now;
    if (!from || !to || *to <= *from) return std::nullopt;
    return UrlRange{{}, from, to};
}

}  // namespace casement::grafana
