#include "base/encoding.h"
#include "dashboards/importers/grafana_parts.h"
#include "dashboards/timezone.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace casement::dashboards::grafana {
namespace {

constexpr std::size_t kLongestTitle = 200;
constexpr std::size_t kLongestDescription = 4000;
constexpr std::size_t kMostTags = 50;
constexpr std::size_t kLongestTag = 64;
constexpr std::string_view kSpans[] = {"15m", "1h",  "4h",  "1d",  "2d",
                                       "1w",  "1mo", "3mo", "6mo", "1y"};

struct Length {
    std::int64_t count = 0;
    char unit = 0;
    seconds length{};
};

/// "6h", "30d", "1M".
std::optional<Length> length_of(std::string_view text) {
    Length found;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), found.count);
    if (failed != std::errc{} || found.count < 1 || found.count > 1'000'000) return std::nullopt;
    if (end + 1 != text.data() + text.size()) return std::nullopt;
    found.unit = *end;
    constexpr std::pair<char, std::int64_t> kUnits[] = {
        {'s', 1},      {'m', 60},      {'h', 3600},    {'d', 86400},
        {'w', 604800}, {'M', 2592000}, {'Q', 7776000}, {'y', 31536000}};
    for (const auto& [unit, length] : kUnits) {
        if (unit == found.unit) found.length = seconds{found.count * length};
    }
    constexpr std::int64_t kLongest = 3650LL * 86400;
    if (found.length.count() == 0 || found.length.count() > kLongest) return std::nullopt;
    return found;
}

/// The shortest of ours that shows all of it.
std::string covering_span(seconds length) {
    for (const auto span : kSpans) {
        if (length <= span_length(span).value_or(seconds{0})) return std::string(span);
    }
    return "1y";
}

/// A range from `now-…` to now. `exact` becomes false when it is not quite what was written.
std::optional<std::string> span_of(std::string_view from, std::string_view to, bool& exact) {
    exact = to == "now" || to.empty();
    if (!from.starts_with("now") || !to.starts_with("now")) return std::nullopt;
    from.remove_prefix(3);
    const auto slash = from.find('/');
    std::string rounded;
    if (slash != std::string_view::npos) {
        exact = false;
        rounded = fmt::format("1{}", from.substr(slash + 1));
        from = from.substr(0, slash);
    }
    if (from.empty()) {
        const auto length = length_of(rounded);
        return length ? std::optional(covering_span(length->length)) : std::nullopt;
    }
    if (from.front() != '-') return std::nullopt;
    const auto length = length_of(from.substr(1));
    if (!length) return std::nullopt;
    for (const auto span : kSpans) {
        if (span_length(span) == length->length) return std::string(span);
    }
    if (length->unit == 'M' || length->unit == 'Q' || length->unit == 'y') {
        exact = false;
        return fmt::format("{}d", length->length.count() / 86400);
    }
    return fmt::format("{}{}", length->count, length->unit);
}

std::optional<Time> moment_of(const json::object& time, std::string_view name) {
    if (const auto number = number_at(time, name)) {
        constexpr double kLatest = 4102444800000;  // 2100, in milliseconds
        if (*number < 0 || *number > kLatest) return std::nullopt;
        return Time{milliseconds{static_cast<std::int64_t>(*number)}};
    }
    return parse_rfc3339(text_or_empty(time, name));
}

void read_time(const json::object& document, Dashboard& out, Notes& notes) {
    out.time.span = "6h";
    const auto* time = object_at(document, "time");
    if (time == nullptr) return;
    const auto from = moment_of(*time, "from");
    const auto to = moment_of(*time, "to");
    if (from && to && *from < *to) {
        out.time = {"", from, to};
        return;
    }
    bool exact = true;
    const auto span = span_of(text_or_empty(*time, "from"), text_or_empty(*time, "to"), exact);
    if (!span) {
        notes.changed(
            "The time range could not be read; the dashboard opens with the last six "
            "hours.");
        return;
    }
    out.time.span = *span;
    if (!exact) {
        notes.changed(
            fmt::format("The time range begins or ends at a round moment, which is not "
                        "followed; the dashboard opens with the last {}.",
                        *span));
    }
}

void read_refresh(const json::object& document, Dashboard& out, Notes& notes) {
    const auto text = text_or_empty(document, "refresh");
    if (text.empty()) return;
    const auto length = length_of(text);
    if (!length || length->length > std::chrono::hours(24)) {
        notes.left_out("How often the dashboard asks again is not written as a length of time.");
        return;
    }
    constexpr seconds kLeast{5};
    out.refresh = std::max(length->length, kLeast);
    if (length->length < kLeast) notes.changed("The dashboard asks again every 5 seconds at most.");
}

/// The one that every document has, of marks that people made there, brings none along.
void tell_annotations(const json::object& document, Notes& notes) {
    constexpr std::size_t kLongestName = 64;
    const auto* annotations = object_at(document, "annotations");
    const auto* list = annotations == nullptr ? nullptr : list_at(*annotations, "list");
    if (list == nullptr) return;
    for (const auto& item : *list) {
        const auto* one = item.if_object();
        if (one == nullptr || one->contains("builtIn")) continue;
        notes.left_out(
            fmt::format("The annotations \"{}\": marks that a query finds are not drawn.",
                        utf8_head(text_or_empty(*one, "name"), kLongestName)));
    }
}

void read_timezone(const json::object& document, Dashboard& out, Notes& notes) {
    const auto zone = text_or_empty(document, "timezone");
    if (zone.empty() || zone == "browser") return;
    const auto name = zone == "utc" ? std::string("UTC") : zone;
    if (is_timezone(name)) {
        out.timezone = name;
    } else {
        notes.changed("The time zone is not known; the browser's is used.");
    }
}

}  // namespace

void read_general(const json::object& document, Dashboard& out, Notes& notes) {
    out.title = utf8_head(text_or_empty(document, "title"), kLongestTitle);
    out.description = utf8_head(text_or_empty(document, "description"), kLongestDescription);
    if (const auto* tags = list_at(document, "tags")) {
        for (const auto& tag : *tags) {
            if (!tag.is_string() || tag.get_string().empty() || out.tags.size() >= kMostTags)
                continue;
            out.tags.emplace_back(utf8_head(std::string_view(tag.get_string()), kLongestTag));
        }
    }
    read_time(document, out, notes);
    read_refresh(document, out, notes);
    read_timezone(document, out, notes);
    if (const auto* picker = object_at(document, "timepicker")) {
        out.time_selectable = !flag_at(*picker, "hidden");
    }
    out.links = links_of(document, notes);
    tell_annotations(document, notes);
}

}  // namespace casement::dashboards::grafana
