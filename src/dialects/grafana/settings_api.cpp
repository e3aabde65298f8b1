// What the server is set to, and the page that a visitor begins with (grafana.md §5).
#include "dialects/grafana/settings.h"

#include <memory>

namespace casement::grafana {
namespace {

using http::Response;

/// Nobody chooses a home dashboard here, so there is the one that is always there.
Answered get_home(Call& call) {
    const json::object panel{
        {"id", 1},
        {"type", "text"},
        {"title", ""},
        {"gridPos", {{"h", 4}, {"w", 24}, {"x", 0}, {"y", 0}}},
        {"options",
         {{"mode", "markdown"},
          {"content",
           "Dashboards open by their own addresses. A list of them is at `/api/search`."}}}};
    const bool writes = call.who().permissions.has(access::Permission::dashboards_write);
    json::array panels;
    panels.push_back(panel);
    co_return Response::json(200, json::object{{"meta",
                                                {{"isHome", true},
                                                 {"canSave", false},
                                                 {"canEdit", writes},
                                                 {"canAdmin", false},
                                                 {"canStar", false},
                                                 {"canDelete", false},
                                                 {"slug", ""},
                                                 {"url", ""},
                                                 {"expires", "0001-01-01T00:00:00Z"},
                                                 {"created", "0001-01-01T00:00:00Z"},
                                                 {"updated", "0001-01-01T00:00:00Z"},
                                                 {"updatedBy", ""},
                                                 {"createdBy", ""},
                                                 {"version", 0},
                                                 {"hasAcl", false},
                                                 {"isFolder", false},
                                                 {"folderId", 0},
                                                 {"folderUid", ""},
                                                 {"folderTitle", "General"},
                                                 {"folderUrl", ""},
                                                 {"provisioned", false},
                                                 {"provisionedExternalId", ""}}},
                                               {"dashboard",
                                                {{"title", "Home"},
                                                 {"tags", json::array()},
                                                 {"timezone", "browser"},
                                                 {"schemaVersion", 39},
                                                 {"version", 0},
                                                 {"time", {{"from", "now-6h"}, {"to", "now"}}},
                                                 {"panels", std::move(panels)}}}});
}

json::object shown(const Settings& settings) {
    json::object sections;
    for (const auto& [section, values] : settings) {
        json::object shown;
        for (const auto& [name, text] : values)
            shown[name] = text;
        sections[section] = std::move(shown);
    }
    return sections;
}

Answered get_settings(std::shared_ptr<const json::object> settings) {
    co_return Response::json(200, *settings);
}

}  // namespace

void add_settings_operations(Operations& operations, const Settings& settings) {
    operations.add({.path = "/dashboards/home",
                    .permission = access::Permission::dashboards_read,
                    .action = "dashboards:read",
                    .handle = [](Call& call) { return get_home(call); }});
    const auto kept = std::make_shared<const json::object>(shown(settings));
    operations.add({.path = "/admin/settings",
                    .permission = access::Permission::org_manage,
                    .action = "settings:read",
                    .handle = [kept](Call&) { return get_settings(kept); }});
}

}  // namespace casement::grafana
