// A link of a secure embed for whoever is at the console, signed as a backend would sign it: to see
// the frame before there is a backend.
#include "access/share_links.h"
#include "console/context.h"
#include "console/share_api.h"
#include "console/share_shapes.h"

#include <utility>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

/// The newest that signs now; nullptr where none does.
const store::Credential* signer_of(const store::Share& share, Time now) {
    const store::Credential* newest = nullptr;
    for (const auto& credential : share.credentials) {
        const bool is_over = credential.expires_at && *credential.expires_at <= now;
        if (credential.disabled || is_over) continue;
        if (newest == nullptr || credential.id > newest->id) newest = &credential;
    }
    return newest;
}

Answered make_share_link(Context& console, Call& call) {
    auto share = console.parts.shares.find(call.principal, call.request.captures.at(0));
    if (!share) co_return share.error();
    if (share->type != "secure_embed") {
        co_return conflict("share_not_signed",
                           "Nothing signs links of this share: only those of a secure embed are.");
    }
    const Time now = console.parts.clock.now();
    const auto* credential = signer_of(*share, now);
    if (credential == nullptr) {
        co_return conflict("no_credential",
                           "No credential of this share signs now: each is switched off or over. "
                           "Add one.");
    }
    auto link = console.parts.share_links.sign(address_of(*share, console.base_url(call.request)),
                                               credential->secret, now);
    if (!link) co_return link.error();
    // With what it was signed; never the link, which lets somebody in.
    console.catalog_parts().record(call.principal, "share.link_signed", access::object_of(*share),
                                   {{"credential", credential->id}});
    co_return Response::json(200, json::object{{"url", std::move(link->url)},
                                               {"valid_until", to_rfc3339(link->valid_until)},
                                               {"suffix", credential->suffix}});
}

}  // namespace

std::vector<Operation> share_link_operations() {
    std::vector<Operation> all;
    all.push_back(
        {.method = Method::post,
         .path = "/shares/{token}/link",
         .id = "makeShareLink",
         .tag = "Shares",
         .summary = "A signed link of a secure embed, which opens once",
         .description = "As the application's backend would sign it, with the newest credential "
                        "that signs: to try the frame.",
         .permission = Permission::dashboards_embed_share,
         .answers = {{200, "The link.",
                      Shape::object({required("url", Shape::text()),
                                     required("valid_until", Shape::text(10, 40)),
                                     required("suffix", Shape::text().described(
                                                            "Last characters of the credential "
                                                            "that signed it."))})}},
         .refusals = {{400, "link_malformed"},
                      {404, "share_not_found"},
                      {409, "share_not_signed, no_credential"}},
         .handle = make_share_link});
    return all;
}

}  // namespace casement::console
