#include "console/organization_api.h"

#include "access/sharing_settings.h"
#include "console/context.h"
#include "console/listing.h"

#include <utility>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

json::object to_json(const Context& console, const store::Organization& organization) {
    return {{"id", organization.id},
            {"name", organization.name},
            {"embed_sharing", access::embed_sharing_enabled(organization)},
            {"sharing", access::to_json(access::read_sharing_settings(organization))},
            {"mail", console.parts.share_invitations.can_send()}};
}

std::vector<ShapeMember> sharing_members() {
    return {optional("enabled",
                     Shape::boolean().described("Whether any share of a dashboard opens at all.")),
            optional("open", Shape::boolean()),
            optional("invite", Shape::boolean()),
            optional("embed", Shape::boolean()),
            optional("secure_embed", Shape::boolean()),
            optional("max_access_seconds",
                     Shape::integer(3600, std::int64_t{3650} * 86'400)
                         .or_null()
                         .described("How long an invitation lasts at the most, from the day it was "
                                    "given; null: as long as it says."))};
}

Shape organization_shape() {
    return Shape::object(
        {required("id", Shape::integer(1, kAnyId)), required("name", Shape::text()),
         required("embed_sharing", Shape::boolean().described(
                                       "Whether signed links work at all. Switched off, every "
                                       "link is refused and every open session is cut.")),
         required("sharing",
                  Shape::object(sharing_members())
                      .described("A switch for all shares, and one for each type. What is off "
                                 "opens nothing, and its open sessions are cut; the shares stay as "
                                 "they are.")),
         required("mail", Shape::boolean().described(
                              "Whether this server can send mail, which invitations need."))});
}

Answered get_organization(Context& console, Call& call) {
    const auto snapshot = console.parts.catalog.snapshot();
    const auto* organization = snapshot->organization(call.principal.org);
    if (organization == nullptr) {
        co_return not_found("organization_not_found", "This organization does not exist.");
    }
    co_return Response::json(200, to_json(console, *organization));
}

Answered change_organization(Context& console, Call& call) {
    std::function<Result<void>(store::Organization&)> change =
        [body = call.body](store::Organization& organization) -> Result<void> {
        if (auto name = text_at(body, "name")) organization.name = std::move(*name);
        if (const auto* on = body.if_contains("embed_sharing")) {
            organization.settings["embed_sharing"] = on->get_bool();
        }
        if (const auto* sharing = body.if_contains("sharing")) {
            auto now = access::to_json(access::read_sharing_settings(organization));
            for (const auto& [name, value] : sharing->get_object())
                now[name] = value;
            organization.settings["sharing"] = std::move(now);
        }
        return {};
    };
    auto changed = co_await console.parts.organizations.update(call.principal, std::move(change));
    if (!changed) co_return changed.error();
    co_return Response::json(200, to_json(console, *changed));
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
    const Shape sources =
        list_shape("sources",
                   Shape::object({required("name", Shape::text()), required("type", Shape::text()),
                                  required("provisioned", Shape::boolean()),
                                  required("tables", Shape::list(Shape::text(), 10'000))}),
                   10'000);
    std::vector<Operation> all;
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
                   .summary = "Its name, and the switches of sharing",
                   .permission = Permission::org_manage,
                   .body = Shape::object({optional("name", Shape::text(1, 200)),
                                          optional("embed_sharing", Shape::boolean()),
                                          optional("sharing", Shape::object(sharing_members()))}),
                   .answers = {{200, "As it is now.", organization_shape()}},
                   .refusals = {{404, "organization_not_found"}},
                   .handle = change_organization});
    all.push_back({.method = Method::get,
                   .path = "/sources",
                   .id = "listSources",
                   .tag = "Organization",
                   .summary = "Sources and the names of their tables",
                   .permission = Permission::dashboards_write,
                   .answers = {{200, "Without paths, hosts and secrets.", sources}},
                   .handle = list_sources});
    return all;
}

}  // namespace casement::console
