// A signed embed URL for whoever is at the console, made as the vendor's API makes it.
#include "access/embed_login.h"
#include "console/context.h"
#include "console/key_api.h"
#include "console/listing.h"

#include <utility>

#include <fmt/format.h>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

constexpr std::int64_t kLongestUrl = std::int64_t{16} * 1024;

Answered make_url(Context& console, Call& call) {
    auto what = call.body;
    if (const auto* id = what.if_contains("secret_id")) {
        what["secret_id"] = std::to_string(id->get_int64());
    }
    auto url =
        co_await console.parts.keys.urls.make(call.principal, std::move(what), call.request.host);
    if (!url) co_return url.error();
    // Whom it lets in; never the URL, which does.
    console.parts.audit.record({call.principal.org,
                                call.principal.actor,
                                "embed_url.made",
                                fmt::format("organization:{}", call.principal.org),
                                call.request.client.to_string(),
                                {{"external_user_id", call.body.at("external_user_id")}}});
    co_return Response::json(200, json::object{{"url", std::move(*url)}});
}

Shape texts(std::size_t most) {
    return Shape::list(Shape::text(1, access::kMaxNameBytes), static_cast<std::int64_t>(most));
}

}  // namespace

std::vector<Operation> embed_url_operations() {
    const auto name = Shape::text(0, access::kMaxNameBytes);
    std::vector<Operation> all;
    all.push_back(
        {.method = Method::post,
         .path = "/embed-urls",
         .id = "makeEmbedUrl",
         .tag = "Embedding",
         .summary = "A signed embed URL, which opens once",
         .description = "What POST /api/4.0/embed/sso_url does, for somebody who is signed in.",
         .permission = Permission::org_manage,
         .body = Shape::object(
             {required("target_url",
                       Shape::text(1, kLongestUrl)
                           .described("https://…/embed/dashboards/42 of this server")),
              required("external_user_id", Shape::text(1, access::kMaxNameBytes)),
              optional("first_name", name), optional("last_name", name),
              optional(
                  "session_length",
                  Shape::integer(1, access::kLongestEmbedSession.count()).described("Seconds.")),
              optional("permissions", texts(access::kMaxEmbedPermissions)),
              optional("models", texts(access::kMaxEmbedModels)),
              optional("group_ids", texts(access::kMaxEmbedGroups)),
              optional("external_group_id", Shape::text(0, 4 * access::kMaxExternalGroupId)),
              optional("user_attributes",
                       Shape::map(Shape::text(0, access::kMaxAttributeBytes),
                                  static_cast<std::int64_t>(access::kMaxEmbedAttributes))),
              optional("user_timezone", Shape::text(0, 64)),
              optional("force_logout_login", Shape::boolean()),
              optional("secret_id",
                       Shape::integer(1, kAnyId).described("The newest that signs when absent."))}),
         .answers = {{200, "The URL. It is good for five minutes and one browser.",
                      Shape::object({required("url", Shape::text(1, 2 * kLongestUrl))})}},
         .refusals = {{403, "embed_disabled"}, {404, "secret_not_found"}, {422, "invalid"}},
         .handle = make_url});
    return all;
}

}  // namespace casement::console
