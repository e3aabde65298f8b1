#include "access/model_values.h"

#include "base/clock.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace casement::access {
namespace {

using Type = data::RowFilter::Type;

constexpr std::string_view kBetween = "..";
constexpr std::size_t kDate = 10;    // "2026-03-11"
constexpr std::size_t kMinute = 16;  // "2026-03-11 18:30"
constexpr std::chrono::microseconds kDay = std::chrono::days{1};

/// A decimal number as the source will bind it: "-3.5", "1e3". Never "inf", "0x10" or " 1".
bool is_number(std::string_view text) {
    const auto digits = [&] {
        std::size_t count = 0;
        for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; ++count)
            text.remove_prefix(1);
        return count;
    };
    if (text.starts_with('-')) text.remove_prefix(1);
    std::size_t mantissa = digits();
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        mantissa += digits();
    }
    if (mantissa == 0) return false;
    if (text.starts_with('e') || text.starts_with('E')) {
        text.remove_prefix(1);
        if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
        if (digits() == 0) return false;
    }
    return text.empty();
}

/// RFC 3339, a plain date, or "2026-03-11 18:30[:00]" as attributes of type datetime may be
/// written, which is UTC.
std::optional<Time> read_time(std::string_view text) {
    if (const auto time = parse_rfc3339(text)) return time;
    if (text.size() < kMinute) return std::nullopt;
    std::string whole(text);
    if (whole[kDate] == ' ') whole[kDate] = 'T';
    if (whole.size() == kMinute) whole += ":00";
    if (const auto time = parse_rfc3339(whole)) return time;
    return parse_rfc3339(whole + "Z");
}

/// As the source will bind it.
std::optional<std::string> read_value(std::string_view text, Type type, bool is_high_end = false) {
    switch (type) {
        case Type::text:
            return std::string(text);
        case Type::number:
            return is_number(text) ? std::optional<std::string>(text) : std::nullopt;
        case Type::time:
            break;
    }
    auto time = read_time(text);
    if (!time) return std::nullopt;
    // "..2026-03-31" means that day too.
    if (is_high_end && text.size() == kDate) *time += kDay - std::chrono::microseconds{1};
    return to_rfc3339(*time);
}

std::vector<std::string> range(std::string_view text, Type type) {
    const auto at = text.find(kBetween);
    // "1...5" and "a..b..c" can be read in two ways.
    if (at == std::string_view::npos || text.find(kBetween, at + 1) != std::string_view::npos) {
        return {};
    }
    const auto low = text.substr(0, at);
    const auto high = text.substr(at + kBetween.size());
    if (low.empty() && high.empty()) return {};
    std::vector<std::string> ends;
    for (const auto& [end, is_high] : {std::pair{low, false}, std::pair{high, true}}) {
        auto value = end.empty() ? std::optional<std::string>("") : read_value(end, type, is_high);
        if (!value) return {};
        ends.push_back(std::move(*value));
    }
    return ends;
}

}  // namespace

std::vector<std::string> usable_values(const std::vector<std::string>& values, Type type,
                                       data::RowFilter::Kind kind) {
    if (kind == data::RowFilter::Kind::range) {
        return values.size() == 1 ? range(values.front(), type) : std::vector<std::string>();
    }
    std::vector<std::string> kept;
    for (const auto& text : values) {
        if (text.empty()) continue;
        auto value = read_value(text, type);
        if (!value) return {};
        kept.push_back(std::move(*value));
    }
    std::sort(kept.begin(), kept.end());
    kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
    return kept;
}

}  // namespace casement::access
