#include "data/postgres_values.h"

#include "data/postgres_bind.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>

namespace casement::data {
namespace {

/// Digits at the front as a number; nullopt when there are none or too many.
std::optional<int> take_number(std::string_view& text, std::size_t least, std::size_t most) {
    const auto end =
        std::find_if(text.begin(), text.end(), [](char c) { return c < '0' || c > '9'; });
    const auto count = static_cast<std::size_t>(end - text.begin());
    if (count < least || count > most) return std::nullopt;
    int value = 0;
    std::from_chars(text.data(), text.data() + count, value);
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

/// "-00012.3400" as sign, "12" and "34".
struct Digits {
    bool negative = false;
    std::string_view whole;
    std::string_view fraction;

    explicit Digits(std::string_view text) {
        negative = take(text, "-");
        const auto point = text.find('.');
        whole = text.substr(0, point);
        fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
        while (whole.starts_with('0'))
            whole.remove_prefix(1);
        while (fraction.ends_with('0'))
            fraction.remove_suffix(1);
    }
    bool operator==(const Digits& other) const {
        const bool zero = whole.empty() && fraction.empty();
        return whole == other.whole && fraction == other.fraction &&
               (negative == other.negative || zero);
    }
};

}  // namespace

ColumnType postgres_column_type(unsigned type) {
    using namespace postgres_type;
    switch (type) {
        case kDate:
        case kTimestamp:
        case kTimestamptz:
            return ColumnType::time;
        case kInt2:
        case kInt4:
        case kInt8:
        case kOid:
        case kFloat4:
        case kFloat8:
        case kNumeric:
            return ColumnType::number;
        case kBool:
            return ColumnType::boolean;
        default:
            return ColumnType::text;
    }
}

std::optional<std::int64_t> postgres_milliseconds(std::string_view text) {
    namespace chrono = std::chrono;
    bool before_christ = false;
    if (text.ends_with(" BC")) {
        before_christ = true;
        text.remove_suffix(3);
    }
    const auto year = take_number(text, 4, 7);
    if (!year || !take(text, "-")) return std::nullopt;
    const auto month = take_number(text, 2, 2);
    if (!month || !take(text, "-")) return std::nullopt;
    const auto day = take_number(text, 2, 2);
    if (!day) return std::nullopt;
    // The proleptic Gregorian calendar, by days since 1970-01-01, for years beyond std::chrono's.
    const std::int64_t shifted =
        (before_christ ? 1 - std::int64_t{*year} : std::int64_t{*year}) - (*month <= 2 ? 1 : 0);
    const std::int64_t era = (shifted >= 0 ? shifted : shifted - 399) / 400;
    const std::int64_t year_of_era = shifted - era * 400;
    const std::int64_t day_of_year = (153 * (*month + (*month > 2 ? -3 : 9)) + 2) / 5 + *day - 1;
    const std::int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    constexpr std::int64_t kDayMilliseconds = 86'400'000;
    std::int64_t value = (era * 146'097 + day_of_era - 719'468) * kDayMilliseconds;
    if (text.empty()) return value;

    if (!take(text, " ")) return std::nullopt;
    const auto hour = take_number(text, 2, 2);
    if (!hour || !take(text, ":")) return std::nullopt;
    const auto minute = take_number(text, 2, 2);
    if (!minute || !take(text, ":")) return std::nullopt;
    const auto second = take_number(text, 2, 2);
    if (!second) return std::nullopt;
    value += ((*hour * 60LL + *minute) * 60LL + *second) * 1000LL;
    if (take(text, ".")) {
        std::int64_t unit = 100;
        for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; unit /= 10) {
            value += (text.front() - '0') * unit;
            text.remove_prefix(1);
        }
    }
    if (text.empty() || text == "+00") return value;
    return std::nullopt;
}

double postgres_number(std::string_view text) {
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    // Larger than any double, or smaller: the exact text says more than an infinity would.
    if (read.ec == std::errc::result_out_of_range) {
        const bool large = std::count_if(text.begin(), text.end(), [](char c) {
                               return c >= '1' && c <= '9';
                           }) > 0 &&
                           Digits(text).whole.size() > 0;
        const double limit = std::numeric_limits<double>::max();
        return large ? (text.starts_with('-') ? -limit : limit) : 0;
    }
    if (read.ec != std::errc{} || !std::isfinite(value)) return kNone;
    return value;
}

bool is_exact(std::string_view text, double value) {
    // Fifteen digits always come back from a double.
    if (text.size() <= 15 && text.find('e') == std::string_view::npos) return true;
    std::array<char, 400> shortest{};
    const auto written = std::to_chars(shortest.data(), shortest.data() + shortest.size(), value,
                                       std::chars_format::fixed);
    if (written.ec != std::errc{}) return false;
    return Digits(text) == Digits({shortest.data(), written.ptr});
}

}  // namespace casement::data
