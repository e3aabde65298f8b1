#include "base/round_interval.h"

#include <cstdint>

namespace casement {
namespace {

using std::chrono::milliseconds;

struct Rounded {
    std::int64_t below;  ///< milliseconds
    std::int64_t to;
};
constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr Rounded kRounded[] = {
    {10, 1},
    {15, 10},
    {35, 20},
    {75, 50},
    {150, 100},
    {350, 200},
    {750, 500},
    {1500, kSecond},
    {3500, 2 * kSecond},
    {7500, 5 * kSecond},
    {12'500, 10 * kSecond},
    {17'500, 15 * kSecond},
    {25 * kSecond, 20 * kSecond},
    {45 * kSecond, 30 * kSecond},
    {90 * kSecond, kMinute},
    {210 * kSecond, 2 * kMinute},
    {450 * kSecond, 5 * kMinute},
    {750 * kSecond, 10 * kMinute},
    {1050 * kSecond, 15 * kMinute},
    {25 * kMinute, 20 * kMinute},
    {45 * kMinute, 30 * kMinute},
    {90 * kMinute, kHour},
    {150 * kMinute, 2 * kHour},
    {270 * kMinute, 3 * kHour},
    {9 * kHour, 6 * kHour},
    {kDay, 12 * kHour},
    {7 * kDay, kDay},
    {21 * kDay, 7 * kDay},
    {42 * kDay, 30 * kDay},
};

}  // namespace

milliseconds round_interval(milliseconds exact) {
    for (const auto& rounded : kRounded) {
        if (exact.count() < rounded.below) return milliseconds{rounded.to};
    }
    return milliseconds{365 * kDay};
}

}  // namespace casement
