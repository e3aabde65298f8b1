#include "console/organization_api.h"

#include "console/context.h"
#include "console/listing.h"

#include <array>
#include <utility>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

json::object to_json(const store::Organization& organization) {
    return {{"id", organization.id},
            {"name", organization.name},
            {"embed_sharing", access::embed_sharing_enabled(organization)}};
}

Shape organization_shape() {
    return Shape::object(
        {required("id", Shape::integer(1, kAnyId)), required("name", Shape::text()),
         required("embed_sharing", Shape::boolean().described(
                                       "Whether signed links work at all. Switched off, every "
                                       "link is refused and every open session is cut."))});
}

Answered get_organization(Context& console, Call& call) {
    const auto snapshot = console.parts.catalog.snapshot();
    const auto* organization = snapshot->organization(call.principal.org);
    if (organization == nullptr) {
        co_return not_found("organization_not_found", "This organization does not exist.");
    }
    co_return Response::json(200, to_json(*organization));
}

Answered change_organization(Context& console, Call& call) {
    std::function<Result<void>(store::Organization&)> change =
        [body = call.body](store::Organization& organization) -> Result<void> {
        if (auto name = text_at(body, "name")) organization.name = std::move(*name);
        if (const auto* on = body.if_contains("embed_sharing")) {
            organization.settings["embed_sharing"] = on->get_bool();
        }
        return {};
    };
    auto changed = co_await console.parts.organizations.update(call.principal, std::move(change));
    if (!changed) co_return changed.error();
    co_return Response::json(200, to_json(*changed));
}

constexpr std::array kPermissions{Permission::dashboards_read,
                                  Permission::dashboards_write,
                                  Permission::dashboards_public_share,
                                  Permission::dashboards_embed_share,
                                  Permission::dashboards_invite_share,
                                  Permission::sessions_read,
                                  Permission::sessions_end,
                                  Permission::sources_write,
                                  Permission::org_manage,
                                  Permission::audit_read};

Answered who_am_i(Context& console, Call& call) {
    const auto& who = call.principal;
    const auto snapshot = console.parts.catalog.snapshot();
    const auto* organization = snapshot->organization(who.org);
    json::array permissions;
    for (const auto permission : kPermissions) {
        if (who.permissions.has(permission)) permissions.emplace_back(to_string(permission));
    }
    co_return Response::json(
        200, {{"organization",
               {{"id", who.org},
                {"name", organization == nullptr ? "" : std::string_view(organization->name)}}},
              {"actor", who.actor},
              {"handle", who.handle},
              {"permissions", std::move(permissions)}});
}

/// Names only: settings hold paths, hosts and more that is nobody's business over an API.
json::object to_json(const store::Source& source) {
    json::object out{
        {"name", source.name}, {"type", source.type}, {"provisioned", source.provisioned}};
    json::array tables;
    if (const auto* named = source.settings.if_contains("tables"); named && named->is_object()) {
        for (const auto& [name, files] : named->get_object())
            tables.emplace_back(name);
    }
    out["tables"] = std::move(tables);
    return out;
}

Answered list_sources(Context& console, Call& call) {
    const auto snapshot = console.parts.catalog.snapshot();
    const auto show = [](const store::Source* source) { return to_json(*source); };
    co_return Response::json(200, list_of("sources", snapshot->sources(call.principal.org), show));
}

}  // namespace

std::vector<Operation> organization_operations() {
    const Shape me = Shape::object(
        {required("organization", Shape::object({required("id", Shape::integer(1, kAnyId)),
                                                 required("name", Shape::text())})),
         required("actor", Shape::text().described("As it stands in the audit trail.")),
         required("handle", Shape::text()),
         required("permissions", Shape::list(Shape::text(), 64))});
    const Shape sources =
        list_shape("sources",
                   Shape::object({required("name", Shape::text()), required("type", Shape::text()),
                                  required("provisioned", Shape::boolean()),
                                  required("tables", Shape::list(Shape::text(), 10'000))}),
                   10'000);
    std::vector<Operation> all;
    all.push_back({.method = Method::get,
                   .path = "/me",
                   .id = "whoAmI",
                   .tag = "Organization",
                   .summary = "Whose key this is and what it may do",
                   .answers = {{200, "The caller.", me}},
                   .handle = who_am_i});
    all.push_back({.method = Method::get,
                   .path = "/organization",
                   .id = "getOrganization",
                   .tag = "Organization",
                   .summary = "The caller's organization",
                   .answers = {{200, "The organization.", organization_shape()}},
                   .refusals = {{404, "organization_not_found"}},
                   .handle = get_organization});
    all.push_back({.method = Method::patch,
                   .path = "/organization",
                   .id = "changeOrganization",
                   .tag = "Organization",
                   .summary = "Its name, and the switch of all embeds",
                   .permission = Permission::org_manage,
                   .body = Shape::object({optional("name", Shape::text(1, 200)),
                                          optional("embed_sharing", Shape::boolean())}),
                   .answers = {{200, "As it is now.", organization_shape()}},
                   .refusals = {{404, "organization_not_found"}},
                   .handle = change_organization});
    all.push_back({.method = Method::get,
                   .path = "/sources",
                   .id = "listSources",
                   .tag = "Organization",
                   .summary = "Sources and the names of their tables",
                   .permission = Permission::org_manage,
                   .answers = {{200, "Without paths, hosts and secrets.", sources}},
                   .handle = list_sources});
    return all;
}

}  // namespace casement::console
