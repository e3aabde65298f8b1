// Themes: named looks that a URL asks for by `theme=`.
#include "dialects/looker/admin_call.h"

#include <array>

namespace casement::looker {
namespace {

using access::Permission;
using http::Method;
using store::Theme;

constexpr std::array<std::string_view, 4> kSearchable{"id", "name", "begin_at", "end_at"};

// The vendor's settings. What of them shows here is content_reader.cpp's; the rest is kept.
constexpr std::array<std::string_view, 12> kColors{
    "background_color",           "font_color",           "info_button_color",
    "primary_button_color",       "text_tile_text_color", "tile_background_color",
    "text_tile_background_color", "tile_text_color",      "title_color",
    "warn_button_color",          "tile_title_color",     "text_color"};
constexpr std::array<std::string_view, 15> kTexts{
    "base_font_size",    "color_collection_id",  "font_family",
    "font_source",       "tile_title_alignment", "dashboard_title_font_size",
    "box_shadow",        "page_margin_top",      "page_margin_bottom",
    "page_margin_sides", "tile_title_font_size", "column_gap_size",
    "row_gap_size",      "border_radius",        "dashboard_title_alignment"};
constexpr std::array<std::string_view, 21> kFlags{"show_filters_bar",
                                                  "show_title",
                                                  "tile_shadow",
                                                  "show_last_updated_indicator",
                                                  "show_reload_data_icon",
                                                  "show_dashboard_menu",
                                                  "show_filters_toggle",
                                                  "show_dashboard_header",
                                                  "center_dashboard_title",
                                                  "show_explore_header",
                                                  "show_explore_title",
                                                  "show_explore_last_run",
                                                  "show_explore_timezone",
                                                  "show_explore_run_stop_button",
                                                  "show_explore_actions_button",
                                                  "show_look_header",
                                                  "show_look_title",
                                                  "show_look_last_run",
                                                  "show_look_timezone",
                                                  "show_look_run_stop_button",
                                                  "show_look_actions_button"};

Shape settings_shape() {
    std::vector<ShapeMember> members;
    members.reserve(kColors.size() + kTexts.size() + kFlags.size());
    const auto color = Shape::text(0, 7).matching("(#[0-9A-Fa-f]{3}([0-9A-Fa-f]{3})?)?").or_null();
    for (const auto name : kColors)
        members.push_back(optional(std::string(name), color));
    for (const auto name : kTexts)
        members.push_back(optional(std::string(name), Shape::text(0, 200).or_null()));
    for (const auto name : kFlags)
        members.push_back(optional(std::string(name), Shape::boolean().or_null()));
    return Shape::object(std::move(members)).open();
}

Shape theme_shape() {
    return Shape::object({optional("name", Shape::text(0, 64).or_null()),
                          optional("begin_at", Shape::text(0, 40).or_null()),
                          optional("end_at", Shape::text(0, 40).or_null()),
                          optional("settings", settings_shape().or_null())});
}

/// Only the settings that are known by name are kept.
json::object known_settings(const json::object& sent) {
    json::object kept;
    const auto take = [&](const auto& names) {
        for (const std::string_view name : names) {
            const auto* value = sent.if_contains(name);
            if (value == nullptr) continue;
            const bool empty = value->is_string() && value->get_string().empty();
            kept[name] = empty ? json::value(nullptr) : *value;
        }
    };
    take(kColors);
    take(kTexts);
    take(kFlags);
    return kept;
}

Result<void> read_time(const json::object& body, std::string_view name,
                       std::optional<std::optional<Time>>& member) {
    if (!body.contains(name)) return {};
    const auto text = text_at(body, name);
    if (!text || text->empty()) {
        member.emplace();
        return {};
    }
    const auto time = parse_rfc3339(*text);
    if (!time) {
        return field_error(name, "invalid",
                           fmt::format("{} must be a time such as 2026-03-11T18:30:00Z.", name));
    }
    member.emplace(*time);
    return {};
}

Result<access::ThemeChange> read_change(const json::object& body) {
    access::ThemeChange change;
    change.name = text_at(body, "name");
    if (auto read = read_time(body, "begin_at", change.begin_at); !read) return read.error();
    if (auto read = read_time(body, "end_at", change.end_at); !read) return read.error();
    if (has(body, "settings")) change.settings = known_settings(body.at("settings").get_object());
    return change;
}

json::object theme_body(const Call& call, const Theme& row) {
    return {{"can", can(call, Permission::org_manage)},
            {"id", std::to_string(row.id)},
            {"name", row.name},
            {"begin_at", time_or_null(row.begin_at)},
            {"end_at", time_or_null(row.end_at)},
            {"settings", row.settings},
            {"url", api_url(call, "themes", row.id)}};
}

Result<Theme> find_theme(const Admin& admin, const Call& call) {
    const auto id = id_part(call, 0);
    if (!id) return id.error();
    const auto snapshot = admin.snapshot();
    const auto* row = access::find_own<Theme>(*snapshot, call.who.org, *id);
    if (row == nullptr) return api_not_found();
    return *row;
}

/// The moment that `ts` asks about; now without it.
Result<Time> moment(const Admin& admin, const Call& call) {
    const auto text = call.parameter("ts");
    if (!text) return text.error();
    if (text->empty()) return admin.parts.catalog.clock.now();
    const auto time = parse_rfc3339(*text);
    if (!time) {
        return invalid("invalid_query", "ts must be a time such as 2026-03-11T18:30:00Z.");
    }
    return *time;
}

Answered listed(const Admin& admin, Call& call, Names searchable) {
    const auto snapshot = admin.snapshot();
    json::array bodies;
    for (const auto* row : snapshot->list<Theme>(call.who.org))
        bodies.push_back(theme_body(call, *row));
    auto rows = select_rows(call, std::move(bodies), searchable);
    if (!rows) co_return rows.error();
    co_return answer(call, std::move(*rows));
}

Answered list_themes(const Admin& admin, Call& call) {
    return listed(admin, call, {});
}
Answered search_themes(const Admin& admin, Call& call) {
    return listed(admin, call, kSearchable);
}

Answered list_active(const Admin& admin, Call& call) {
    const auto at = moment(admin, call);
    if (!at) co_return at.error();
    const auto name = call.parameter("name");
    if (!name) co_return name.error();
    const auto snapshot = admin.snapshot();
    json::array bodies;
    for (const auto* row : snapshot->list<Theme>(call.who.org)) {
        if (!access::is_active(*row, *at)) continue;
        if (name->empty() || row->name == *name) bodies.push_back(theme_body(call, *row));
    }
    co_return answer(call, std::move(bodies));
}

Answered get_default(const Admin& admin, Call& call) {
    const auto at = moment(admin, call);
    if (!at) co_return at.error();
    const auto snapshot = admin.snapshot();
    const auto* row = access::default_theme(*snapshot, call.who.org, *at);
    // None was chosen: pages look as the dashboard itself says.
    if (row == nullptr) co_return api_not_found();
    co_return answer(call, theme_body(call, *row));
}

Answered set_default(const Admin& admin, Call& call) {
    auto name = call.parameter("name");
    if (!name) co_return name.error();
    if (name->empty()) {
        co_return field_error("name", "missing_field", "name is required: a theme's name.");
    }
    const auto row = co_await admin.themes.set_default(call.who, std::move(*name));
    if (!row) co_return row.error();
    co_return answer(call, theme_body(call, *row));
}

Answered get_or_default(const Admin& admin, Call& call) {
    const auto at = moment(admin, call);
    if (!at) co_return at.error();
    const auto name = call.parameter("name");
    if (!name) co_return name.error();
    const auto snapshot = admin.snapshot();
    const auto* row = snapshot->by_name<Theme>(call.who.org, *name);
    if (row == nullptr || !access::is_active(*row, *at)) {
        row = access::default_theme(*snapshot, call.who.org, *at);
    }
    if (row == nullptr) co_return api_not_found();
    co_return answer(call, theme_body(call, *row));
}

Answered get_theme(const Admin& admin, Call& call) {
    const auto row = find_theme(admin, call);
    if (!row) co_return row.error();
    co_return answer(call, theme_body(call, *row));
}

Answered create_theme(const Admin& admin, Call& call) {
    auto what = read_change(call.body);
    if (!what) co_return what.error();
    const auto row = co_await admin.themes.create(call.who, std::move(*what));
    if (!row) co_return row.error();
    co_return answer(call, theme_body(call, *row));
}

/// Says whether a theme would be taken, and keeps nothing.
Answered validate_theme(const Admin&, Call& call) {
    const auto change = read_change(call.body);
    if (!change) co_return change.error();
    Theme theme;
    access::apply(*change, theme);
    if (auto fits = access::check_theme(theme); !fits) co_return fits.error();
    co_return answer(call, json::object{{"message", "Valid"}, {"errors", json::array()}});
}

Answered update_theme(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    auto change = read_change(call.body);
    if (!change) co_return change.error();
    const auto row = co_await admin.themes.update(call.who, *id, std::move(*change));
    if (!row) co_return row.error();
    co_return answer(call, theme_body(call, *row));
}

Answered delete_theme(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    auto removed = co_await admin.themes.remove(call.who, *id);
    if (!removed) co_return removed.error();
    co_return nothing_left();
}

}  // namespace

void add_theme_operations(Operations& operations, const AdminPtr& admin) {
    const auto add = [&](Method method, const std::string& path, std::optional<Shape> body,
                         Answered (*handler)(const Admin&, Call&)) {
        operations.add({.method = method,
                        .path = "/themes" + path,
                        .permission = method == Method::get ? Permission::dashboards_read
                                                            : Permission::org_manage,
                        .body = std::move(body),
                        .handle = on(admin, handler)});
    };
    add(Method::get, "", {}, list_themes);
    add(Method::post, "", theme_shape(), create_theme);
    add(Method::get, "/search", {}, search_themes);
    add(Method::get, "/active", {}, list_active);
    add(Method::get, "/default", {}, get_default);
    add(Method::put, "/default", {}, set_default);
    add(Method::get, "/theme_or_default", {}, get_or_default);
    add(Method::post, "/validate", theme_shape(), validate_theme);
    add(Method::get, "/{id}", {}, get_theme);
    add(Method::patch, "/{id}", theme_shape(), update_theme);
    add(Method::del, "/{id}", {}, delete_theme);
}

}  // namespace casement::looker
