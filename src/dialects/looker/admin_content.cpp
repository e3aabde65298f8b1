#include "dialects/looker/admin_content.h"

namespace casement::looker {
namespace {

using access::Permission;
using dashboards::Panel;
using dashboards::PanelType;
using dashboards::Variable;

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const auto& text : texts) {
        if (!out.empty()) out += ',';
        out += text;
    }
    return out;
}

/// Numbers of the vendor's layout: the same 24 columns as ours.
json::object component_body(std::int64_t dashboard, const Panel& panel) {
    return {{"id", fmt::format("{}-{}", dashboard, panel.id)},
            {"dashboard_layout_id", std::to_string(dashboard)},
            {"dashboard_element_id", std::to_string(panel.id)},
            {"row", panel.grid.y},
            {"column", panel.grid.x},
            {"width", panel.grid.w},
            {"height", panel.grid.h},
            {"deleted", false},
            {"element_title", panel.title},
            {"element_title_hidden", panel.title.empty()}};
}

std::string_view visualization(PanelType type) {
    switch (type) {
        case PanelType::timeseries:
            return "looker_line";
        case PanelType::stat:
            return "single_value";
        case PanelType::barchart:
            return "looker_column";
        case PanelType::table:
            return "looker_grid";
        case PanelType::gauge:
        case PanelType::bargauge:
            return "looker_bar";
        case PanelType::piechart:
            return "looker_pie";
        case PanelType::heatmap:
        case PanelType::histogram:
            return "looker_column";
        case PanelType::logs:
            return "looker_grid";
        case PanelType::state_timeline:
        case PanelType::status_history:
            return "looker_timeline";
        case PanelType::geomap:
            return "looker_map";
        case PanelType::text:
        case PanelType::row:
            break;
    }
    return "text";
}

/// "5 minutes", as the vendor writes it.
std::string interval_text(std::chrono::seconds every) {
    const auto count = every.count();
    const auto say = [](std::int64_t number, std::string_view unit) {
        return fmt::format("{} {}{}", number, unit, number == 1 ? "" : "s");
    };
    if (count % 3600 == 0) return say(count / 3600, "hour");
    if (count % 60 == 0) return say(count / 60, "minute");
    return say(count, "second");
}

/// A handle's user, for "user_id".
json::value author_id(const store::Snapshot& snapshot, store::OrgId org, std::string_view handle) {
    const auto* user = handle.empty() ? nullptr : snapshot.user_by_handle(org, handle);
    return id_or_null(user == nullptr ? 0 : user->id);
}

}  // namespace

json::object folder_body(const Call& call, const store::Snapshot& snapshot,
                         const store::Folder& row) {
    const auto* group = access::find_own<store::Group>(snapshot, row.org, row.external_group);
    json::object body{
        {"can", can(call, Permission::dashboards_write)},
        {"id", std::to_string(row.id)},
        {"name", row.name},
        {"parent_id", id_or_null(row.parent)},
        {"content_metadata_id", nullptr},
        {"created_at", to_rfc3339(row.created_at)},
        {"creator_id", author_id(snapshot, row.org, row.creator)},
        {"child_count", static_cast<std::int64_t>(snapshot.folders_in(row.org, row.id).size())},
        {"external_id",
         group == nullptr ? json::value(nullptr) : json::value(group->external_group_id)},
        {"is_embed", row.external_group != 0},
        {"is_embed_shared_root", false},
        {"is_embed_users_root", false},
        {"is_personal", false},
        {"is_personal_descendant", false},
        {"is_shared_root", false},
        {"is_users_root", false},
        {"url", api_url(call, "folders", row.id)}};
    // Which groups there are is for those who manage them.
    if (call.who.permissions.has(Permission::org_manage)) {
        body["casement_group_ids"] = id_texts(row.groups);
    }
    return body;
}

void add_folder_members(const Call& call, const store::Snapshot& snapshot, std::int64_t folder,
                        json::object& body) {
    const auto* row = access::find_own<store::Folder>(snapshot, call.who.org, folder);
    body["folder_id"] = id_or_null(folder);
    body["folder"] = nullptr;
    if (row != nullptr) body["folder"] = folder_body(call, snapshot, *row);
}

json::object dashboard_base(const Call& call, const store::Snapshot& snapshot,
                            const store::Dashboard& row) {
    const bool writable = row.dialect == "casement";
    json::object body{
        {"can", can(call, Permission::dashboards_write)},
        {"id", std::to_string(row.id)},
        {"slug", row.uid},
        {"title", row.title},
        {"description", text_or_null(text_at(row.document, "description").value_or(""))},
        {"readonly", !writable},
        {"hidden", false},
        {"deleted", row.deleted_at.has_value()},
        {"deleted_at", time_or_null(row.deleted_at)},
        {"user_id", author_id(snapshot, row.org, row.author)},
        {"user_name", text_or_null(row.author)},
        {"created_at", to_rfc3339(row.created_at)},
        {"updated_at", to_rfc3339(row.modified_at)},
        {"content_metadata_id", nullptr},
        {"preferred_viewer", "dashboards-next"},
        {"view_count", nullptr},
        {"lookml_link_id", nullptr},
        {"url", fmt::format("/embed/dashboards/{}", row.id)}};
    add_folder_members(call, snapshot, row.folder, body);
    return body;
}

json::value model_body(const dashboards::Dashboard& document) {
    for (const auto& panel : document.panels) {
        for (const auto& query : panel.queries) {
            const auto& name = query.model.empty() ? query.source : query.model;
            if (!name.empty()) return json::object{{"id", name}, {"label", name}};
        }
    }
    return nullptr;
}

json::array element_bodies(std::int64_t dashboard, const dashboards::Dashboard& document) {
    json::array bodies;
    for (const auto& panel : document.panels) {
        const bool is_text = panel.type == PanelType::text;
        bodies.push_back({{"can", json::object{{"show", true}}},
                          {"id", std::to_string(panel.id)},
                          {"dashboard_id", std::to_string(dashboard)},
                          {"dashboard_layout_id", std::to_string(dashboard)},
                          {"type", is_text ? "text" : "vis"},
                          {"title", text_or_null(panel.title)},
                          {"title_hidden", panel.title.empty()},
                          {"title_text", is_text ? text_or_null(panel.title) : nullptr},
                          {"subtitle_text", nullptr},
                          {"body_text", is_text ? text_or_null(panel.markdown) : nullptr},
                          {"note_text", text_or_null(panel.description)},
                          {"note_display", nullptr},
                          {"note_state", nullptr},
                          {"look_id", nullptr},
                          {"query_id", nullptr},
                          {"merge_result_id", nullptr},
                          {"result_maker_id", nullptr},
                          {"refresh_interval", nullptr},
                          {"alert_count", 0}});
    }
    return bodies;
}

json::array filter_bodies(std::int64_t dashboard, const dashboards::Dashboard& document) {
    json::array bodies;
    std::int64_t row = 0;
    for (const auto& variable : document.variables) {
        if (variable.type == Variable::Type::constant) continue;
        json::array options;
        for (const auto& choice : variable.choices)
            options.emplace_back(choice.value);
        const bool is_text = variable.type == Variable::Type::text;
        bodies.push_back(
            {{"can", json::object{{"show", true}}},
             {"id", variable.name},
             {"dashboard_id", std::to_string(dashboard)},
             {"name", variable.name},
             {"title", variable.label.empty() ? variable.name : variable.label},
             {"type", "string_filter"},
             {"default_value", joined(variable.defaults)},
             {"model", text_or_null(variable.query.model)},
             {"explore", nullptr},
             {"dimension", nullptr},
             {"field", nullptr},
             {"row", row++},
             {"listens_to_filters", json::array()},
             {"allow_multiple_values", variable.multi},
             {"required", false},
             {"ui_config", json::object{{"type", is_text ? "advanced" : "dropdown_menu"},
                                        {"display", "inline"},
                                        {"options", std::move(options)}}}});
    }
    return bodies;
}

json::array layout_bodies(std::int64_t dashboard, const dashboards::Dashboard& document) {
    json::array components;
    for (const auto& panel : document.panels) {
        auto component = component_body(dashboard, panel);
        component["vis_type"] = visualization(panel.type);
        components.push_back(std::move(component));
    }
    return {json::object{{"can", json::object{{"show", true}}},
                         {"id", std::to_string(dashboard)},
                         {"dashboard_id", std::to_string(dashboard)},
                         {"dashboard_title", document.title},
                         {"type", "newspaper"},
                         {"active", true},
                         {"deleted", false},
                         {"column_width", nullptr},
                         {"width", nullptr},
                         {"dashboard_layout_components", std::move(components)}}};
}

void add_document_members(const store::Dashboard& row, const dashboards::Dashboard& document,
                          json::object& body) {
    body["description"] = text_or_null(document.description);
    body["model"] = model_body(document);
    body["query_timezone"] =
        document.timezone == "browser" ? json::value(nullptr) : json::value(document.timezone);
    body["refresh_interval"] = nullptr;
    body["refresh_interval_to_i"] = nullptr;
    if (document.refresh) {
        body["refresh_interval"] = interval_text(*document.refresh);
        body["refresh_interval_to_i"] = static_cast<std::int64_t>(document.refresh->count());
    }
    body["filters_bar_collapsed"] = false;
    body["crossfilter_enabled"] = false;
    body["show_filters_bar"] = true;
    body["show_title"] = true;
    body["dashboard_elements"] = element_bodies(row.id, document);
    body["dashboard_filters"] = filter_bodies(row.id, document);
    body["dashboard_layouts"] = layout_bodies(row.id, document);
}

json::object look_base(const Call& call, const store::Snapshot& snapshot, const store::Look& row) {
    json::object body{{"can", can(call, Permission::dashboards_write)},
                      {"id", std::to_string(row.id)},
                      {"title", row.title},
                      {"description", text_or_null(row.description)},
                      {"deleted", row.deleted_at.has_value()},
                      {"deleted_at", time_or_null(row.deleted_at)},
                      {"user_id", author_id(snapshot, row.org, row.author)},
                      {"user_name", text_or_null(row.author)},
                      {"created_at", to_rfc3339(row.created_at)},
                      {"updated_at", to_rfc3339(row.modified_at)},
                      {"content_metadata_id", nullptr},
                      {"query_id", nullptr},
                      {"public", false},
                      {"is_run_on_load", true},
                      {"view_count", nullptr},
                      {"url", fmt::format("/embed/looks/{}", row.id)}};
    add_folder_members(call, snapshot, row.folder, body);
    return body;
}

const json::object* document_in(const json::object& body) {
    return has(body, kDocumentMember) ? &body.at(kDocumentMember).get_object() : nullptr;
}

}  // namespace casement::looker
