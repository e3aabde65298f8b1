// What a shape cannot say of field options, overrides and links.
#include "dashboards/colours.h"
#include "dashboards/field_shapes.h"

#include <charconv>
#include <cmath>
#include <regex>

#include <fmt/format.h>

namespace casement::dashboards {
namespace {

Error wrong(std::string path, std::string_view reason) {
    std::string message = fmt::format("\"{}\" {}.", path, reason);
    return invalid("invalid_dashboard", std::move(message), std::move(path));
}

/// The member "color" or, in "colors", each entry gets the page's spelling. Its shape has been
/// checked before, so that only numbers beyond their range are left to refuse.
Result<void> settle_colour(json::value& written, const std::string& path) {
    const auto colour = page_colour(written.get_string());
    if (!colour) return wrong(path, "is no colour: rgb() takes 0 to 255, an opacity 0 to 1");
    written = *colour;
    return {};
}

Result<void> settle_colours(json::value& value, const std::string& path) {
    if (auto* list = value.if_array()) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            if (auto ok = settle_colours((*list)[i], fmt::format("{}[{}]", path, i)); !ok) {
                return ok;
            }
        }
        return {};
    }
    auto* object = value.if_object();
    if (object == nullptr) return {};
    for (auto& [name, member] : *object) {
        const std::string place = fmt::format("{}.{}", path, std::string_view(name));
        Result<void> ok;
        if (name == "color" && member.is_string()) {
            ok = settle_colour(member, place);
        } else if (name == "colors" && member.is_array()) {
            auto& list = member.get_array();
            for (std::size_t i = 0; ok && i < list.size(); ++i) {
                if (list[i].is_string()) {
                    ok = settle_colour(list[i], fmt::format("{}[{}]", place, i));
                }
            }
        } else {
            ok = settle_colours(member, place);
        }
        if (!ok) return ok;
    }
    return {};
}

/// Whether the page may take it as a regular expression at all: the syntax of both sides is close
/// enough to find what is broken where its author can still mend it.
bool is_pattern(std::string_view text) {
    if (text.starts_with('/')) return true;  // "/…/flags": the page takes it apart
    try {
        const std::regex compiled(text.begin(), text.end());
        return true;
    } catch (const std::regex_error&) {
        // Names of groups and looking behind are beyond this library, not beyond a browser.
        return text.find("(?") != std::string_view::npos ||
               text.find("\\p{") != std::string_view::npos;
    }
}

Result<void> check_mappings(const json::array& mappings, const std::string& path) {
    for (std::size_t i = 0; i < mappings.size(); ++i) {
        const auto& mapping = mappings[i].get_object();
        const std::string entry = fmt::format("{}[{}]", path, i);
        const auto& type = mapping.at("type").get_string();
        const char* needed = type == "value"   ? "value"
                             : type == "regex" ? "pattern"
                             : type == "range" ? nullptr
                                               : "match";
        if (needed != nullptr && !mapping.contains(needed)) {
            return wrong(fmt::format("{}.{}", entry, needed), "is required for this mapping");
        }
        if (type == "regex" && !is_pattern(mapping.at("pattern").get_string())) {
            return wrong(entry + ".pattern", "is not a regular expression");
        }
    }
    return {};
}

std::optional<double> number_at(const json::object& options, std::string_view name) {
    const auto* value = options.if_contains(name);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    return value->to_number<double>();
}

Result<void> check_thresholds(const json::object& options, const std::string& path) {
    const auto* thresholds = options.if_contains("thresholds");
    if (thresholds == nullptr) return {};
    std::optional<double> last;
    const auto& list = thresholds->get_array();
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto& value = list[i].at("value");
        const std::string entry = fmt::format("{}.thresholds[{}].value", path, i);
        if (value.is_null()) {
            if (i > 0) return wrong(entry, "may be null only in the first threshold");
            continue;
        }
        const double number = value.to_number<double>();
        if (last && number <= *last) return wrong(entry, "must be larger than the one before");
        last = number;
    }
    return {};
}

/// Only these ever become a link. The page looks again, after it has put the values in.
bool is_link(std::string_view url) {
    if (url.starts_with("//") || url.starts_with("/\\")) return false;
    for (const std::string_view start : {"https://", "http://", "mailto:", "/", "?", "#", "$"}) {
        if (url.starts_with(start)) return true;
    }
    return false;
}

Result<void> check_match(const json::object& match, const std::string& path) {
    const auto& by = match.at("by").get_string();
    const auto& value = match.at("value");
    const std::string place = path + ".value";
    if (by == "names") {
        const auto* names = value.if_array();
        if (names == nullptr || names->size() > 1000)
            return wrong(place, "must be a list of texts");
        for (const auto& name : *names) {
            if (!name.is_string()) return wrong(place, "must be a list of texts");
        }
        return {};
    }
    if (by == "value") {
        static const Shape shape = Shape::object({
            required("reducer", Shape::text(1, 16)),
            required("op", Shape::one_of({"eq", "neq", "gt", "gte", "lt", "lte"})),
            required("value", Shape::number()),
        });
        auto error = check(value, shape, place);
        if (!error) return {};
        error->code = "invalid_dashboard";
        return *error;
    }
    const auto* text = value.if_string();
    if (text == nullptr || text->size() > 512) return wrong(place, "must be a text");
    if (by == "regexp" && !is_pattern(*text)) return wrong(place, "is not a regular expression");
    if (by == "type" && *text != "number" && *text != "text" && *text != "time" &&
        *text != "boolean") {
        return wrong(place, "must be number, text, time or boolean");
    }
    return {};
}

}  // namespace

std::optional<std::chrono::milliseconds> length_of(std::string_view text) {
    using std::chrono::milliseconds;
    std::int64_t count = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (failed != std::errc{} || count <= 0) return std::nullopt;
    const auto unit = text.substr(static_cast<std::size_t>(end - text.data()));
    constexpr std::int64_t kDay = 86'400'000;
    const std::int64_t each = unit == "ms"  ? 1
                              : unit == "s" ? 1000
                              : unit == "m" ? 60'000
                              : unit == "h" ? 3'600'000
                              : unit == "d" ? kDay
                              : unit == "w" ? 7 * kDay
                              : unit == "M" ? 30 * kDay
                              : unit == "y" ? 365 * kDay
                                            : 0;
    if (each == 0 || count > 3650 * kDay / each) return std::nullopt;
    return milliseconds{count * each};
}

Result<void> settle_field_options(json::object& options, const std::string& path) {
    const auto within = [&](std::string_view name, double low, double high) {
        const auto value = number_at(options, name);
        return !value || (*value >= low && *value <= high);
    };
    if (!within("fill", 0, 1)) return wrong(path + ".fill", "must be from 0 to 1");
    if (!within("line_width", 0, 10)) return wrong(path + ".line_width", "must be from 0 to 10");
    if (!within("bar_width", 0, 1)) return wrong(path + ".bar_width", "must be from 0 to 1");
    const auto base = number_at(options, "log_base");
    if (base && *base != 2 && *base != 10) return wrong(path + ".log_base", "must be 2 or 10");
    const auto min = number_at(options, "min");
    const auto max = number_at(options, "max");
    if (min && max && *min >= *max) return wrong(path + ".max", "must be larger than min");
    if (auto ok = check_thresholds(options, path); !ok) return ok;
    if (const auto* mappings = options.if_contains("mappings")) {
        if (auto ok = check_mappings(mappings->get_array(), path + ".mappings"); !ok) return ok;
    }
    if (const auto* links = options.if_contains("links")) {
        if (auto ok = check_links(links->get_array(), path + ".links"); !ok) return ok;
    }
    json::value whole(std::move(options));
    auto ok = settle_colours(whole, path);
    options = std::move(whole.get_object());
    return ok;
}

Result<void> settle_overrides(json::array& overrides, const std::string& path) {
    for (std::size_t i = 0; i < overrides.size(); ++i) {
        auto& one = overrides[i].get_object();
        const std::string entry = fmt::format("{}[{}]", path, i);
        if (auto ok = check_match(one.at("match").get_object(), entry + ".match"); !ok) return ok;
        if (auto ok = settle_field_options(one.at("set").get_object(), entry + ".set"); !ok) {
            return ok;
        }
    }
    return {};
}

Result<void> check_links(const json::array& links, const std::string& path) {
    for (std::size_t i = 0; i < links.size(); ++i) {
        if (is_link(links[i].at("url").get_string())) continue;
        return wrong(fmt::format("{}[{}].url", path, i),
                     "must start with https://, http://, mailto: or /, or with a variable");
    }
    return {};
}

}  // namespace casement::dashboards
