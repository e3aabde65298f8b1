#include "dialects/grafana/target.h"

#include "base/encoding.h"
#include "dialects/grafana/reasons.h"
#include "dialects/grafana/text.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

constexpr std::size_t kMaxSlugLength = 1024;
constexpr std::size_t kMaxPathLength = 4096;
constexpr std::string_view kPanelPrefix = "panel-";
constexpr std::int64_t kLongestWindow = std::int64_t{1000} * 60 * 60 * 24 * 366 * 100;  // ms

using Values = std::map<std::string_view, std::string_view>;

/// One value each; two would have two readings.
constexpr std::array<std::string_view, 16> kSingle = {"from",
                                                      "to",
                                                      "time",
                                                      "time.window",
                                                      "timezone",
                                                      "refresh",
                                                      "kiosk",
                                                      "viewPanel",
                                                      "theme",
                                                      "orgId",
                                                      "panelId",
                                                      "autofitpanels",
                                                      "hideLogo",
                                                      "_dash.hideTimePicker",
                                                      "_dash.hideVariables",
                                                      "_dash.hideLinks"};

struct Switch {
    std::string_view name;
    bool Target::* member;
};
// On when the value is empty or "true"; Grafana writes the last two as 1 too.
constexpr std::array<Switch, 5> kSwitches = {{
    {"_dash.hideTimePicker", &Target::hides_time_picker},
    {"_dash.hideVariables", &Target::hides_variables},
    {"_dash.hideLinks", &Target::hides_links},
    {"autofitpanels", &Target::fits_panels},
    {"hideLogo", &Target::hides_logo},
}};

Error refused(std::string message) {
    return refusal(kTargetRefused, std::move(message), "target");
}

bool is_uid(std::string_view text) {
    return !text.empty() && text.size() <= kMaxUidLength && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
}

bool is_slug(std::string_view text) {
    return is_plain_text(text, kMaxSlugLength) && text != "." && text != ".." &&
           text.find_first_of("/\\") == std::string_view::npos;
}

std::optional<Error> read_path(Target& target, std::string_view path) {
    target.path = path;
    if (path.size() > kMaxPathLength) return refused("The path of the link is too long.");
    target.is_solo = path.starts_with(kPanelPath);
    if (!target.is_solo && !path.starts_with(kDashboardPath)) {
        return refused(
            "The path of the link must be /d/UID, /d/UID/NAME or, for one panel, "
            "/d-solo/UID/NAME.");
    }
    path.remove_prefix(target.is_solo ? kPanelPath.size() : kDashboardPath.size());
    const auto slash = path.find('/');
    auto uid = percent_decode(path.substr(0, slash));
    if (!uid || !is_uid(*uid)) {
        return refused(
            "The dashboard's uid in the path must be 1 to 64 letters, digits, '-' and '_'.");
    }
    target.dashboard_uid = std::move(*uid);
    if (slash == std::string_view::npos) return std::nullopt;
    auto rest = path.substr(slash + 1);
    if (rest.size() > 1 && rest.ends_with('/')) rest.remove_suffix(1);
    auto slug = percent_decode(rest);
    if (rest.find('/') != std::string_view::npos || !slug || !is_slug(*slug)) {
        return refused(
            "After the dashboard's uid the path may have its name, one part without '/', and "
            "nothing else.");
    }
    target.slug = std::move(*slug);
    return std::nullopt;
}

/// "13" or "panel-13". Panels are numbered from 1, and a grant of panel 0 is one of all of them.
std::optional<std::int64_t> read_panel(std::string_view text) {
    if (text.starts_with(kPanelPrefix)) text.remove_prefix(kPanelPrefix.size());
    const auto number = plain_number(text, 9);
    if (number && *number < 1) return std::nullopt;
    return number;
}

std::optional<seconds> read_refresh(std::string_view text) {
    if (text.empty()) return seconds(0);
    const auto number = plain_number(text.substr(0, text.size() - 1), 6);
    if (!number || *number == 0) return std::nullopt;
    switch (text.back()) {
        case 's':
            return seconds(*number);
        case 'm':
            return std::chrono::minutes(*number);
        case 'h':
            return std::chrono::hours(*number);
        case 'd':
            return std::chrono::hours(24 * *number);
        default:
            return std::nullopt;
    }
}

std::optional<Kiosk> read_kiosk(std::string_view text) {
    if (text.empty() || text == "1" || text == "true" || text == "full") return Kiosk::full;
    if (text == "tv") return Kiosk::tv;
    return std::nullopt;
}

bool is_timezone(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
        return is_alphanumeric({&c, 1}) || c == '_' || c == '-' || c == '+' || c == '/';
    });
}

class Reader {
  public:
    Reader(Target& target, const Values& values) : target_(target), values_(values) {}

    std::optional<Error> run() {
        if (auto error = read_panels()) return error;
        if (auto error = read_organization()) return error;
        read_times();
        read_look();
        return std::nullopt;
    }

  private:
    /// Its text; nullopt also when it is empty, which says nothing.
    [[nodiscard]] std::optional<std::string_view> filled(std::string_view name) const {
        const auto found = values_.find(name);
        if (found == values_.end() || found->second.empty()) return std::nullopt;
        return found->second;
    }
    void ignore(std::string_view name) { target_.ignored.emplace_back(name); }

    std::optional<Error> read_panels() {
        if (target_.is_solo) {
            const auto text = filled("panelId");
            target_.panel = text ? read_panel(*text) : std::nullopt;
            if (!target_.panel) {
                return refused(
                    "A link to one panel needs panelId=N, the number of the panel in the "
                    "dashboard.");
            }
            target_.panel_text = *text;
        } else if (const auto text = filled("viewPanel")) {
            target_.panel = read_panel(*text);
            if (!target_.panel) ignore("viewPanel");
        }
        return std::nullopt;
    }

    std::optional<Error> read_organization() {
        const auto text = filled("orgId");
        if (!text) return std::nullopt;
        target_.org = plain_number(*text, 18);
        if (target_.org && *target_.org >= 1) return std::nullopt;
        return refusal(kParameterInvalid, "'orgId' must be the number of an organization.",
                       "orgId");
    }

    void read_times() {
        for (const auto& [name, member] :
             {std::pair("from", &Target::from), std::pair("to", &Target::to)}) {
            const auto text = filled(name);
            if (!text) continue;
            target_.*member = read_time_point(*text);
            if (!(target_.*member)) ignore(name);
        }
        const auto middle_text = filled("time");
        const auto width_text = filled("time.window");
        if (!middle_text || !width_text) return;
        const auto middle = read_time_point(*middle_text);
        const auto width = plain_number(*width_text, 15);
        const auto* moment = middle ? std::get_if<Time>(&*middle) : nullptr;
        if (moment == nullptr) {
            ignore("time");
        } else if (!width || *width > kLongestWindow) {
            ignore("time.window");
        } else {
            target_.from = *moment - milliseconds(*width / 2);
            target_.to = *moment + milliseconds(*width / 2);
        }
    }

    void read_look() {
        if (const auto text = filled("timezone")) {
            if (is_timezone(*text)) {
                target_.timezone = *text;
            } else {
                ignore("timezone");
            }
        }
        if (const auto text = filled("theme")) {
            if (*text == "light" || *text == "dark" || *text == "system") {
                target_.theme = *text;
            } else {
                ignore("theme");
            }
        }
        if (const auto found = values_.find("refresh"); found != values_.end()) {
            target_.refresh = read_refresh(found->second);
            if (!target_.refresh) ignore("refresh");
        }
        if (const auto found = values_.find("kiosk"); found != values_.end()) {
            const auto kiosk = read_kiosk(found->second);
            target_.kiosk = kiosk.value_or(Kiosk::off);
            if (!kiosk && found->second != "false") ignore("kiosk");
        }
        for (const auto& one : kSwitches) {
            const auto found = values_.find(one.name);
            if (found == values_.end()) continue;
            target_.*one.member = found->second.empty() || found->second == "true" ||
                                  (found->second == "1" && !one.name.starts_with("_dash."));
        }
    }

    Target& target_;
    const Values& values_;
};

void add_variable(Target& target, std::string_view name, const std::string& value) {
    auto& all = target.variables;
    auto found = std::ranges::find(all, name, &Variable::name);
    if (found == all.end()) found = all.insert(all.end(), {std::string(name), {}});
    found->values.push_back(value);
}

}  // namespace

Result<Target> read_target(std::string_view path, std::span<const Parameter> parameters) {
    Target target;
    if (auto error = read_path(target, path)) return *error;
    Values values;
    for (const auto& [name, value, raw] : parameters) {
        if (name.size() > kVariablePrefix.size() && name.starts_with(kVariablePrefix)) {
            add_variable(target, std::string_view(name).substr(kVariablePrefix.size()), value);
        } else if (std::ranges::find(kSingle, name) != kSingle.end()) {
            if (!values.emplace(name, value).second) {
                return refusal(kParameterDuplicate,
                               fmt::format("The link has '{}' more than once.", name), name);
            }
        }
    }
    if (auto error = Reader(target, values).run()) return *error;
    return target;
}

Result<Target> read_target(std::string_view target) {
    const auto parameters = read_query(target);
    if (!parameters) return parameters.error();
    return read_target(path_of(target), *parameters);
}

}  // namespace casement::grafana
