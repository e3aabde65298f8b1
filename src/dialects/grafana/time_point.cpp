// The ways in which a URL writes a moment.
#include "dialects/grafana/target.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ranges>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

constexpr std::size_t kMaxTimeLength = 64;
constexpr std::size_t kMaxMillisDigits = 14;

std::size_t digits_at(std::string_view text) {
    const auto end = text.find_first_not_of("0123456789");
    return end == std::string_view::npos ? text.size() : end;
}

/// Length of the unit at the start of `text`, 0 when there is none.
std::size_t unit_at(std::string_view text) {
    if (text.starts_with("ms")) return 2;
    static constexpr std::string_view kUnits = "smhdwMQy";
    return !text.empty() && kUnits.find(text.front()) != std::string_view::npos ? 1 : 0;
}

bool is_amount(std::string_view text) {
    const auto digits = digits_at(text);
    return digits > 0 && digits <= 9 && unit_at(text.substr(digits)) > 0 &&
           digits + unit_at(text.substr(digits)) == text.size();
}

// now, then any of +6h, -6h, /d, /fQ.
bool is_relative(std::string_view text) {
    if (!text.starts_with("now")) return false;
    text.remove_prefix(3);
    while (!text.empty()) {
        const char sign = text.front();
        text.remove_prefix(1);
        if (sign == '/') {
            if (text.starts_with('f')) text.remove_prefix(1);
        } else if (sign == '+' || sign == '-') {
            const auto digits = digits_at(text);
            if (digits == 0 || digits > 9) return false;
            text.remove_prefix(digits);
        } else {
            return false;
        }
        const auto unit = unit_at(text);
        if (unit == 0) return false;
        text.remove_prefix(unit);
    }
    return true;
}

/// Whether `text` has digits where `shape` has '0', and the same characters elsewhere.
bool has_shape(std::string_view text, std::string_view shape) {
    return std::ranges::equal(text, shape, [](char c, char wanted) {
        return wanted == '0' ? c >= '0' && c <= '9' : c == wanted;
    });
}

std::optional<Time> as_moment(std::string_view text) {
    if (has_shape(text, "00000000")) {
        return parse_rfc3339(fmt::format("{}-{}-{}T00:00:00Z", text.substr(0, 4), text.substr(4, 2),
                                         text.substr(6, 2)));
    }
    if (has_shape(text, "00000000T000000")) {
        return parse_rfc3339(fmt::format("{}-{}-{}T{}:{}:{}Z", text.substr(0, 4), text.substr(4, 2),
                                         text.substr(6, 2), text.substr(9, 2), text.substr(11, 2),
                                         text.substr(13, 2)));
    }
    if (has_shape(text, "0000-00-00 00:00:00")) {
        return parse_rfc3339(fmt::format("{}T{}Z", text.substr(0, 10), text.substr(11)));
    }
    const auto unsigned_part = text.starts_with('-') ? text.substr(1) : text;
    if (!unsigned_part.empty() && digits_at(unsigned_part) == unsigned_part.size()) {
        if (unsigned_part.size() > kMaxMillisDigits) return std::nullopt;
        std::int64_t millis = 0;
        std::from_chars(text.data(), text.data() + text.size(), millis);
        return Time(milliseconds(millis));
    }
    return parse_rfc3339(text);
}

}  // namespace

std::optional<TimePoint> read_time_point(std::string_view text) {
    if (text.empty() || text.size() > kMaxTimeLength) return std::nullopt;
    if (is_relative(text)) return TimePoint(std::string(text));
    if (is_amount(text)) return TimePoint(fmt::format("now-{}", text));
    const auto moment = as_moment(text);
    if (!moment) return std::nullopt;
    return TimePoint(*moment);
}

}  // namespace casement::grafana
