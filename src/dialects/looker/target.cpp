#include "dialects/looker/target.h"

#include "base/encoding.h"
#include "base/url_query.h"
#include "dialects/looker/reasons.h"
#include "dialects/looker/signature.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

namespace casement::looker {
namespace {

constexpr std::size_t kMaxSegments = 8;
constexpr std::size_t kMaxSegmentLength = 255;
constexpr std::size_t kMaxParameters = 256;
constexpr std::size_t kMaxNameLength = 255;
constexpr std::size_t kMaxValueLength = 4096;
constexpr std::string_view kHideFilter = "hide_filter";

Error refused(std::string message) {
    return refusal(kTargetRefused, std::move(message), "target");
}

struct Room {
    std::string_view segment;
    ContentKind kind;
    std::size_t id_segments;
};
// Paths that the vendor's SDK makes (looker.md §5.1), and folders.
constexpr std::array<Room, 11> kRooms = {{
    {"dashboards", ContentKind::dashboard, 1},
    {"looks", ContentKind::look, 1},
    {"folders", ContentKind::folder, 1},
    {"explore", ContentKind::explore, 2},
    {"query", ContentKind::query, 2},
    {"query-visualization", ContentKind::query_visualization, 1},
    {"merge", ContentKind::merge, 0},
    {"extensions", ContentKind::extension, 1},
    {"reporting", ContentKind::report, 1},
    {"conversations", ContentKind::conversation, 0},
    {"preload", ContentKind::preload, 0},
}};

struct TextOption {
    std::string_view name;
    std::optional<std::string> InnerTarget::* member;
};
constexpr std::array<TextOption, 6> kTextOptions = {{
    {"embed_domain", &InnerTarget::embed_domain},
    {"sdk", &InnerTarget::sdk},
    {"theme", &InnerTarget::theme},
    {"_theme", &InnerTarget::theme_settings},
    {"query_timezone", &InnerTarget::query_timezone},
    {"embed_navigation_token", &InnerTarget::embed_navigation_token},
}};
struct Switch {
    std::string_view name;
    bool InnerTarget::* member;
};
constexpr std::array<Switch, 2> kSwitches = {{
    {"allow_login_screen", &InnerTarget::allow_login_screen},
    {"sandboxed_host", &InnerTarget::sandboxed_host},
}};

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~' || c == ':';
}

// What is left after one decoding is what every later reader sees, so it must have one reading:
// no second escape, no slash of either kind, no dots that climb.
bool is_segment(std::string_view text) {
    return !text.empty() && text.size() <= kMaxSegmentLength && text != "." && text != ".." &&
           std::all_of(text.begin(), text.end(), is_name_character);
}

Result<std::vector<std::string>> read_path(std::string_view path) {
    if (path.starts_with('/')) path.remove_prefix(1);
    std::vector<std::string> segments;
    while (true) {
        const auto slash = path.find('/');
        const auto segment = percent_decode(path.substr(0, slash));
        if (!segment || !is_segment(*segment)) {
            return refused(
                "A part of the embed path is empty, or has another character in it than letters, "
                "digits, '-', '_', '.', '~' and ':'. Give the path of a page below /embed/, "
                "without a host.");
        }
        segments.push_back(*segment);
        if (segments.size() > kMaxSegments) return refused("The embed path has too many parts.");
        if (slash == std::string_view::npos) break;
        path.remove_prefix(slash + 1);
        if (path.empty()) break;  // one slash at the end
    }
    if (segments.front() != "embed" || segments.size() < 2) {
        return refused("The embed path must begin with /embed/ and name a page below it.");
    }
    return segments;
}

void rename_older(InnerTarget& target, std::vector<std::string>& segments) {
    if (segments[1] == "sso" && segments.size() > 2) {
        segments.erase(segments.begin() + 1);
        target.was_renamed = true;
    }
    if (segments[1] == "dashboards-next" || segments[1] == "dashboards-legacy") {
        segments[1] = "dashboards";
        target.was_renamed = true;
    }
}

void name_content(InnerTarget& target, const std::vector<std::string>& segments) {
    for (const auto& segment : segments)
        target.path.append("/").append(segment);
    for (const auto& room : kRooms) {
        if (segments[1] != room.segment || segments.size() != 2 + room.id_segments) continue;
        target.kind = room.kind;
        for (auto at = segments.begin() + 2; at != segments.end(); ++at) {
            if (!target.id.empty()) target.id.push_back('/');
            target.id += *at;
        }
    }
}

// application/x-www-form-urlencoded as browsers parse it: what is no escape stays.
std::string decode_as_browsers_do(std::string_view text) {
    std::string spaced(text);
    std::ranges::replace(spaced, '+', ' ');
    return percent_decode_leniently(spaced);
}

std::optional<Error> take_parameter(InnerTarget& target, const std::string& name,
                                    std::string value) {
    for (const auto& option : kTextOptions) {
        if (name != option.name) continue;
        target.*option.member = std::move(value);
        return std::nullopt;
    }
    for (const auto& option : kSwitches) {
        if (name != option.name) continue;
        if (value != "true" && value != "false") {
            return refusal(kParameterInvalid,
                           fmt::format("'{}' in the embed path must be true or false.", name),
                           name);
        }
        target.*option.member = value == "true";
        return std::nullopt;
    }
    if (name == kHideFilter) {
        target.hide_filter.push_back(std::move(value));
    } else {
        target.filters.emplace_back(name, std::move(value));
    }
    return std::nullopt;
}

std::optional<Error> read_query(InnerTarget& target, std::string_view query) {
    std::size_t count = 0;
    std::set<std::string> seen;
    for (const auto& [raw_name, raw_value] : split_query(query)) {
        const auto name = decode_as_browsers_do(raw_name);
        auto value = decode_as_browsers_do(raw_value);
        if (name.empty() && value.empty()) continue;
        if (++count > kMaxParameters) {
            return refused("The embed path has more than 256 parameters in its query.");
        }
        if (name.empty() || name.size() > kMaxNameLength || value.size() > kMaxValueLength ||
            !is_utf8(name) || !is_utf8(value) || !has_no_controls(name) ||
            !has_no_controls(value)) {
            return refused(
                "A parameter in the embed path has no name, is too long (255 bytes for a name, "
                "4096 for a value), or is not plain UTF-8 text.");
        }
        // Two values of one filter: whichever were taken, somebody would have meant the other.
        if (name != kHideFilter && !seen.insert(name).second) {
            return refusal(
                kParameterDuplicate,
                fmt::format("The embed path has '{}' more than once in its query.", name), name);
        }
        if (auto error = take_parameter(target, name, std::move(value))) return error;
    }
    return std::nullopt;
}

void append_parameter(std::string& out, char& separator, std::string_view name,
                      std::string_view value) {
    out.push_back(separator);
    out.append(percent_encode(name)).append("=").append(percent_encode(value));
    separator = '&';
}

}  // namespace

Result<InnerTarget> read_target(std::string_view text) {
    if (text.size() > kMaxPathLength) return refused("The embed path is too long.");
    if (!is_utf8(text) || !has_no_controls(text)) {
        return refused("The embed path has a control character in it, or is not UTF-8.");
    }
    if (text.find('#') != std::string_view::npos) {
        return refused("The embed path has a '#' in it. Write %23 for one inside a value.");
    }
    const auto question = text.find('?');
    auto segments = read_path(text.substr(0, question));
    if (!segments) return segments.error();

    InnerTarget target;
    rename_older(target, *segments);
    if ((*segments)[1] == "login" || (*segments)[1] == "sso") {
        return refused("The embed path leads to the login itself. Give the path of a page.");
    }
    name_content(target, *segments);
    if (question != std::string_view::npos) {
        if (auto error = read_query(target, text.substr(question + 1))) return *error;
    }
    return target;
}

std::string to_location(const InnerTarget& target, Tokens tokens) {
    std::string out = target.path;
    char separator = '?';
    for (const auto& [name, value] : target.filters)
        append_parameter(out, separator, name, value);
    for (const auto& value : target.hide_filter)
        append_parameter(out, separator, kHideFilter, value);
    for (const auto& option : kTextOptions) {
        const auto& value = target.*option.member;
        const bool is_token = option.member == &InnerTarget::embed_navigation_token;
        if (!value || (is_token && tokens == Tokens::left_out)) continue;
        append_parameter(out, separator, option.name, *value);
    }
    for (const auto& option : kSwitches) {
        if (target.*option.member) append_parameter(out, separator, option.name, "true");
    }
    return out;
}

bool hides(const InnerTarget& target, std::string_view filter) {
    static constexpr std::string_view kSpace = " ";
    for (std::string_view list : target.hide_filter) {
        if (list == filter) return true;
        while (!list.empty()) {
            const auto comma = list.find(',');
            auto name = list.substr(0, comma);
            list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
            name.remove_prefix(std::min(name.find_first_not_of(kSpace), name.size()));
            name = name.substr(0, name.find_last_not_of(kSpace) + 1);
            if (name == filter) return true;
        }
    }
    return false;
}

}  // namespace casement::looker
