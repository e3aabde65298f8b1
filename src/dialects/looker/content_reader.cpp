#include "dialects/looker/content_reader.h"

#include "access/theme_service.h"
#include "base/shape.h"
#include "dialects/looker/signature.h"
#include "dialects/looker/target.h"
#include "dialects/looker/verifier.h"

#include <algorithm>
#include <array>
#include <utility>

namespace casement::looker {
namespace {

using access::Appearance;
using access::ContentRef;

/// Names of a theme's settings that mean a colour here, and what it is called there.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kColors{{
    {"background_color", "background_color"},
    {"font_color", "text_color"},
    {"text_color", "text_color"},
    {"tile_background_color", "tile_background_color"},
    {"tile_text_color", "tile_text_color"},
    {"primary_button_color", "primary_color"},
}};

bool is_color(std::string_view text) {
    if (text.size() != 4 && text.size() != 7) return false;
    return text.front() == '#' && std::all_of(text.begin() + 1, text.end(), [](unsigned char c) {
               return std::isxdigit(c) != 0;
           });
}

/// Names of families between commas; nothing that could end the value or load a file.
bool is_font_family(std::string_view text) {
    return !text.empty() && text.size() <= 200 &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) {
               return std::isalnum(c) != 0 || c == ' ' || c == ',' || c == '-' || c == '\'' ||
                      c == '"';
           });
}

void take_flag(const json::object& settings, std::string_view name, std::optional<bool>& flag) {
    const auto* value = settings.if_contains(name);
    if (value != nullptr && value->is_bool()) flag = value->get_bool();
}

void apply(const json::object& settings, Appearance& appearance) {
    for (const auto& [theirs, ours] : kColors) {
        const auto color = text_at(settings, theirs);
        if (color && is_color(*color)) appearance.colors[std::string(ours)] = *color;
    }
    const auto font = text_at(settings, "font_family");
    if (font && is_font_family(*font)) appearance.font_family = *font;
    take_flag(settings, "show_title", appearance.show_title);
    take_flag(settings, "show_filters_bar", appearance.show_filters);
    take_flag(settings, "tile_shadow", appearance.tile_shadow);
}

/// The stored theme for this URL: the one it names while that applies, else the default.
const store::Theme* theme_of(const std::optional<std::string>& name,
                             const store::Snapshot& snapshot, store::OrgId org, Time now) {
    const auto* named = name ? snapshot.by_name<store::Theme>(org, *name) : nullptr;
    if (named != nullptr && access::is_active(*named, now)) return named;
    return access::default_theme(snapshot, org, now);
}

Appearance appearance_of(const InnerTarget& target, const store::Snapshot& snapshot,
                         store::OrgId org, Time now) {
    Appearance appearance;
    const auto& name = target.theme;
    const bool built_in = name && (*name == "light" || *name == "dark" || *name == "system") &&
                          snapshot.by_name<store::Theme>(org, *name) == nullptr;
    if (built_in) {
        appearance.theme = *name;
    } else if (const auto* theme = theme_of(name, snapshot, org, now)) {
        apply(theme->settings, appearance);
    }
    if (target.theme_settings) {
        const auto parsed = parse_json(*target.theme_settings);
        if (parsed && parsed->is_object()) apply(parsed->get_object(), appearance);
    }
    return appearance;
}

std::optional<ContentRef::Type> type_of(ContentKind kind) {
    switch (kind) {
        case ContentKind::dashboard:
            return ContentRef::Type::dashboard;
        case ContentKind::look:
            return ContentRef::Type::look;
        case ContentKind::folder:
            return ContentRef::Type::folder;
        default:
            return std::nullopt;
    }
}

}  // namespace

bool EmbedContentReader::recognizes(std::string_view target) const {
    return target.starts_with(kContentPath);
}

store::OrgId EmbedContentReader::organization(std::string_view) const {
    return kOrganization;
}

Result<std::string> EmbedContentReader::session_of_token(std::string_view api_token,
                                                         Time now) const {
    const auto claims = tokens_->read(TokenType::api, api_token);
    if (!claims) return unauthenticated("invalid_api_token", claims.error().message);
    if (claims->expires_at <= now) {
        return unauthenticated("api_token_expired", "The api_token has expired.");
    }
    return claims->subject;
}

Result<access::ContentRequest> EmbedContentReader::read(std::string_view target,
                                                        const store::Snapshot& snapshot,
                                                        store::OrgId org, Time now) const {
    const auto inner = read_target(target);
    if (!inner) return invalid("invalid_target", inner.error().message, "content");
    access::ContentRequest wanted;
    wanted.target = to_location(*inner, Tokens::left_out);
    wanted.preload = inner->kind == ContentKind::preload;
    if (!wanted.preload) {
        const auto type = type_of(inner->kind);
        if (!type || inner->id.empty()) {
            return not_found("content_not_found",
                             "There is nothing at this address that can be embedded.");
        }
        wanted.ref = {*type, inner->id};
    }
    for (const auto& [name, value] : inner->filters)
        wanted.filters[name] = value;
    for (const auto& [name, value] : inner->filters) {
        if (hides(*inner, name)) wanted.hidden_filters.push_back(name);
    }
    for (const auto& name : inner->hide_filter) {
        if (std::find(wanted.hidden_filters.begin(), wanted.hidden_filters.end(), name) ==
            wanted.hidden_filters.end()) {
            wanted.hidden_filters.push_back(name);
        }
    }
    wanted.query_timezone = inner->query_timezone.value_or("");
    wanted.appearance = appearance_of(*inner, snapshot, org, now);
    return wanted;
}

}  // namespace casement::looker
