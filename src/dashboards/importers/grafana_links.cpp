// Links of dashboards, panels and fields.
#include "base/encoding.h"
#include "dashboards/importers/grafana_parts.h"

#include <fmt/format.h>

namespace casement::dashboards::grafana {
namespace {

constexpr std::size_t kMostLinks = 20;
constexpr std::size_t kLongestText = 200;
constexpr std::size_t kLongestUrl = 2000;

/// The address as it may be followed, or nothing. What a variable puts in is looked at by the page
/// again, once it is there.
std::string followed(std::string url) {
    for (const char c : url) {
        if (static_cast<unsigned char>(c) < 0x20 || c == '\\') return {};
    }
    if (url.starts_with("//")) return {};
    for (const std::string_view start : {"https://", "http://", "mailto:", "/", "?", "#", "$"}) {
        if (url.starts_with(start)) return url;
    }
    // "d/uid/name" is a path of the server; a scheme is none.
    const auto first = url.substr(0, url.find_first_of("/?#"));
    if (first.empty() || first.find_first_of(":[") != std::string::npos) return {};
    return "/" + url;
}

}  // namespace

json::array links_of(const json::object& object, Notes& notes) {
    json::array links;
    const auto* list = list_at(object, "links");
    if (list == nullptr) return links;
    for (const auto& item : *list) {
        const auto* link = item.if_object();
        if (link == nullptr || links.size() >= kMostLinks) continue;
        const auto title = text_or_empty(*link, "title");
        if (text_or_empty(*link, "type") == "dashboards") {
            notes.left_out(fmt::format("The list of dashboards \"{}\": tags lead nowhere here.",
                                       utf8_head(title, 60)));
            continue;
        }
        auto url = text_or_empty(*link, "url");
        if (url.empty()) url = text_or_empty(*link, "dashUri");
        if (url.empty()) continue;
        url = followed(std::move(url));
        if (url.empty() || url.size() > kLongestUrl) {
            notes.left_out(fmt::format("The link \"{}\": only addresses of web pages are followed.",
                                       utf8_head(title, 60)));
            continue;
        }
        json::object ours{
            {"title", std::string(utf8_head(title.empty() ? url : title, kLongestText))},
            {"url", url},
            {"new_tab", flag_at(*link, "targetBlank")}};
        if (const auto tooltip = text_or_empty(*link, "tooltip"); !tooltip.empty()) {
            ours["tooltip"] = std::string(utf8_head(tooltip, kLongestText));
        }
        if (flag_at(*link, "keepTime")) ours["keep_time"] = true;
        if (flag_at(*link, "includeVars")) ours["include_variables"] = true;
        links.push_back(std::move(ours));
    }
    return links;
}

}  // namespace casement::dashboards::grafana
