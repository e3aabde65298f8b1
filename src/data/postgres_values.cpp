#include "data/postgres_values.h"

#include "data/postgres_bind.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

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

std::optional<double> postgres_milliseconds(std::string_view text) {
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
    if (text.empty()) return static_cast<double>(value);

    if (!take(text, " ")) return std::nullopt;
    const auto hour = take_number(text, 2, 2);
    if (!hour || !take(text, ":")) return std::nullopt;
    const auto minute = take_number(text, 2, 2);
    if (!minute || !take(text, ":")) return std::nullopt;
    const auto second = take_number(text, 2, 2);
    if (!second) return std::nullopt;
    value += ((*hour * 60LL + *minute) * 60LL + *second) * 1000LL;
    double fraction = 0;
    if (take(text, ".")) {
        const auto digits = text.size();
        const auto micros = take_number(text, 1, 6);
        if (!micros) return std::nullopt;
        fraction = *micros;
        for (auto given = digits - text.size(); given < 6; ++given)
            fraction *= 10;
    }
    if (!text.empty() && text != "+00") return std::nullopt;
    return static_cast<double>(value) + fraction / 1000;
}

}  // namespace casement::data
