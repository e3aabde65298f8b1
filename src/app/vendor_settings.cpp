#include "app/vendor_settings.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace casement::app {
namespace {

constexpr std::string_view kMask = "*********";

constexpr std::array<std::string_view, 11> kSections{
    "aliyun", "auth",     "auth.anonymous",   "dashboards", "panels", "public_dashboards",
    "quota",  "security", "service_accounts", "snapshots",  "users"};

bool is_masked(std::string_view name) {
    return name.ends_with("_file") || name.find("password") != std::string_view::npos ||
           name.find("secret") != std::string_view::npos;
}

struct AsText {
    Configuration& configuration;
    std::string operator()(Key::Text text) const { return text(configuration); }
    std::string operator()(Key::Flag flag) const { return flag(configuration) ? "true" : "false"; }
    std::string operator()(Key::Number number) const {
        return std::to_string(number(configuration));
    }
    std::string operator()(Key::List list) const {
        return fmt::format("{}", fmt::join(list(configuration), ","));
    }
};

bool is_vendors(std::string_view section) {
    return std::find(kSections.begin(), kSections.end(), section) != kSections.end();
}

/// A database's address may have its password in it.
bool may_hold_password(std::string_view name, std::string_view value) {
    return (name == "store.catalog" || name == "store.sessions") && !value.starts_with("sqlite");
}

}  // namespace

std::vector<console::Setting> all_settings(const Configuration& configuration) {
    auto copy = configuration;
    Configuration defaults;
    std::vector<console::Setting> settings;
    for (const auto& key : configuration_keys()) {
        const auto dot = key.name.rfind('.');
        if (dot == std::string_view::npos) continue;
        console::Setting made;
        made.name = key.name;
        made.value = std::visit(AsText{copy}, key.member);
        made.default_value = std::visit(AsText{defaults}, key.member);
        made.masked = !made.value.empty() && (is_masked(key.name.substr(dot + 1)) ||
                                              may_hold_password(key.name, made.value));
        if (made.masked) made.value.clear();
        const auto origin = configuration.origins.find(key.name);
        made.from = origin == configuration.origins.end() ? "default" : origin->second;
        made.variable = environment_name(key.name);
        made.type = type_name(key);
        made.choices.assign(key.choices.begin(), key.choices.end());
        made.help = key.help;
        made.is_vendors = is_vendors(key.name.substr(0, dot));
        settings.push_back(std::move(made));
    }
    return settings;
}

std::map<std::string, std::map<std::string, std::string>> vendor_settings(
    const Configuration& configuration) {
    auto copy = configuration;
    std::map<std::string, std::map<std::string, std::string>> settings;
    for (const auto& key : configuration_keys()) {
        const auto dot = key.name.rfind('.');
        if (dot == std::string_view::npos) continue;
        const auto section = key.name.substr(0, dot);
        if (!is_vendors(section)) continue;
        const auto name = key.name.substr(dot + 1);
        auto text = std::visit(AsText{copy}, key.member);
        if (is_masked(name) && !text.empty()) text = kMask;
        settings[std::string(section)][std::string(name)] = std::move(text);
    }
    if (!copy.server.public_url.empty()) settings["server"]["root_url"] = copy.server.public_url;
    // Readers look for this one to learn whether somebody gets in without a key. Absent here, the
    // server lets nobody.
    settings["auth.anonymous"].try_emplace("enabled", "false");
    return settings;
}

}  // namespace casement::app
