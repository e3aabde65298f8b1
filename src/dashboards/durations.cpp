#include "dashboards/durations.h"

#include <array>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace casement::dashboards {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kWeek = 7 * kDay;
constexpr std::int64_t kYear = 365 * kDay;

using Unit = std::pair<std::string_view, std::int64_t>;
/// The longer name first where one begins with another.
constexpr std::array<Unit, 7> kUnits = {{{"ms", 1},
                                         {"s", kSecond},
                                         {"m", kMinute},
                                         {"h", kHour},
                                         {"d", kDay},
                                         {"w", kWeek},
                                         {"y", kYear}}};

}  // namespace

std::optional<milliseconds> read_duration(std::string_view text) {
    std::int64_t sum = 0;
    std::int64_t last = 100 * kYear;
    while (!text.empty()) {
        std::int64_t count = 0;
        std::size_t digits = 0;
        while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
            if (digits == 12) return std::nullopt;
            count = count * 10 + (text[digits++] - '0');
        }
        if (digits == 0) return std::nullopt;
        text.remove_prefix(digits);
        const Unit* unit = nullptr;
        for (const auto& known : kUnits) {
            if (!text.starts_with(known.first)) continue;
            unit = &known;
            break;
        }
        if (unit == nullptr || unit->second >= last) return std::nullopt;
        last = unit->second;
        text.remove_prefix(unit->first.size());
        if (count > 10 * kYear / unit->second) return std::nullopt;
        sum += count * unit->second;
    }
    if (sum < 1 || sum > 10 * kYear) return std::nullopt;
    return milliseconds{sum};
}

std::string duration_text(milliseconds duration) {
    const auto count = duration.count();
    constexpr std::array<Unit, 4> kWritten = {
        {{"d", kDay}, {"h", kHour}, {"m", kMinute}, {"s", kSecond}}};
    for (const auto& [name, length] : kWritten) {
        if (count >= length && count % length == 0)
            return fmt::format("{}{}", count / length, name);
    }
    return fmt::format("{}ms", count);
}

}  // namespace casement::dashboards
