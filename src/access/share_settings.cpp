#include "access/share_settings.h"

#include <algorithm>

namespace casement::access {
namespace {

/// As an origin: no page may frame it.
constexpr std::string_view kNowhere = "'none'";

bool bool_at(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

const json::object* object_at(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value == nullptr ? nullptr : value->if_object();
}

std::vector<std::string> texts_at(const json::object& object, std::string_view name) {
    std::vector<std::string> texts;
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_array()) return texts;
    for (const auto& item : value->get_array()) {
        if (!item.is_string()) return {};  // one odd entry and none of the list can be trusted
        texts.emplace_back(item.get_string());
    }
    return texts;
}

std::vector<TemplateVariable> variables_at(const json::object& settings) {
    std::vector<TemplateVariable> variables;
    const auto* list = settings.if_contains("selectable_template_vars");
    if (list == nullptr || !list->is_array()) return variables;
    for (const auto& item : list->get_array()) {
        if (!item.is_object()) continue;
        const auto& entry = item.get_object();
        TemplateVariable variable;
        variable.name = text_at(entry, "name").value_or("");
        variable.prefix = text_at(entry, "prefix").value_or("");
        variable.default_values = texts_at(entry, "default_values");
        variable.visible_tags = texts_at(entry, "visible_tags");
        variables.push_back(std::move(variable));
    }
    return variables;
}

dashboards::Theme theme_of(std::string_view name) {
    if (name == "light") return dashboards::Theme::light;
    if (name == "dark") return dashboards::Theme::dark;
    return dashboards::Theme::system;
}

bool is_host_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

}  // namespace

ShareSettings read_share_settings(const json::object& settings) {
    ShareSettings read;
    if (const auto* time = object_at(settings, "global_time")) {
        read.live_span = text_at(*time, "live_span").value_or("");
    }
    read.time_selectable = bool_at(settings, "global_time_selectable");
    read.any_range = bool_at(settings, "any_range");
    read.variables = variables_at(settings);
    read.variables_selectable = bool_at(settings, "variables_selectable");
    if (const auto* preferences = object_at(settings, "viewing_preferences")) {
        read.theme = theme_of(text_at(*preferences, "theme").value_or(""));
        read.high_density = bool_at(*preferences, "high_density");
    }
    read.allowed_origins = texts_at(settings, "allowed_origins");
    // A list that is there but unreadable must not become "anyone".
    if (const auto* origins = settings.if_contains("allowed_origins");
        origins != nullptr && read.allowed_origins.empty() &&
        !(origins->is_null() || (origins->is_array() && origins->get_array().empty()))) {
        read.allowed_origins = {std::string(kNowhere)};
    }
    read.download = bool_at(settings, "download");
    // What cannot be read demands the most.
    if (const auto* scope = settings.if_contains("require_scope"); scope && !scope->is_null()) {
        read.require_scope = !scope->is_bool() || scope->get_bool();
    }
    if (const auto* length = settings.if_contains("session_length_seconds");
        length != nullptr && !length->is_null()) {
        const auto wanted = length->is_int64() ? length->get_int64() : 0;
        read.session_length =
            std::clamp(std::chrono::seconds{wanted}, std::chrono::seconds{0}, kLongestSession);
    }
    if (const auto* expiry = settings.if_contains("expires_at");
        expiry != nullptr && !expiry->is_null()) {
        const auto time = expiry->is_string() ? parse_rfc3339(expiry->get_string()) : std::nullopt;
        read.expires_at = time.value_or(Time{});
    }
    return read;
}

Result<std::string> check_origin(std::string_view text) {
    const auto refuse = [](std::string message) -> Result<std::string> {
        return invalid("invalid_origin", std::move(message), "allowed_origins");
    };
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::string_view rest = lower;
    std::string scheme;
    for (const std::string_view known : {"https://", "http://"}) {
        if (rest.starts_with(known)) scheme = known;
    }
    if (scheme.empty()) {
        return refuse("An origin starts with https:// or http://, like https://app.example.com.");
    }
    rest.remove_prefix(scheme.size());
    if (rest.ends_with('/')) rest.remove_suffix(1);
    if (rest.find('/') != std::string_view::npos || rest.find('?') != std::string_view::npos ||
        rest.find('#') != std::string_view::npos) {
        return refuse(
            "An origin has no path: scheme, host and port only. Browsers disagree on paths.");
    }
    std::string port;
    if (const auto colon = rest.rfind(':'); colon != std::string_view::npos) {
        port = rest.substr(colon + 1);
        rest = rest.substr(0, colon);
        const bool digits =
            !port.empty() && port.size() <= 5 &&
            std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (port != "*" && (!digits || std::stoi(port) < 1 || std::stoi(port) > 65535)) {
            return refuse("The port must be a number from 1 to 65535, or *.");
        }
        const bool usual =
            (scheme == "https://" && port == "443") || (scheme == "http://" && port == "80");
        if (usual) port.clear();
    }
    std::string_view host = rest;
    if (host.starts_with("*.")) host.remove_prefix(2);
    if (host.empty() || host.size() > 253 || host.front() == '.' || host.back() == '.' ||
        host.find("..") != std::string_view::npos ||
        !std::all_of(host.begin(), host.end(), is_host_character)) {
        return refuse(
            "The host must be a name or an IPv4 address, in ASCII (punycode for other scripts), "
            "with one leading *. at most.");
    }
    return scheme + std::string(rest) + (port.empty() ? "" : ":" + port);
}

std::string frame_ancestors(const ShareSettings& settings) {
    if (settings.allowed_origins.empty()) return "*";
    if (settings.allowed_origins.front() == kNowhere) return std::string(kNowhere);
    // The console at this server's own origin shows people what they have shared.
    std::string value = "'self'";
    for (const auto& origin : settings.allowed_origins)
        value += " " + origin;
    return value;
}

}  // namespace casement::access
