#include "console/share_invitation_api.h"

#include "console/context.h"
#include "console/listing.h"

#include <utility>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

constexpr std::int64_t kMostEmails = 200;

json::value time_or_null(const std::optional<Time>& time) {
    return time ? json::value(to_rfc3339(*time)) : json::value(nullptr);
}

json::object to_json(const access::ShareInvitation& invitation) {
    const auto& guest = invitation.guest;
    return {{"email", guest.email},
            {"invitee", guest.invitee},
            {"mailed_at", to_rfc3339(guest.mailed_at)},
            {"link_ends_at", to_rfc3339(guest.link_ends_at)},
            {"mail", guest.mail_state},
            {"mail_error", guest.mail_error},
            {"opened_at", time_or_null(guest.opened_at)},
            {"revoked_at", time_or_null(guest.revoked_at)},
            {"has_session", invitation.has_session},
            {"session_expires_at", time_or_null(invitation.session_expiry)}};
}

Shape invitation_shape() {
    const auto time = Shape::text(10, 40);
    return Shape::object(
        {required("email", Shape::text()), required("invitee", Shape::integer(1, kAnyId)),
         required("mailed_at", time), required("link_ends_at", time),
         required("mail", Shape::one_of({"queued", "sent", "failed"})),
         required("mail_error", Shape::text()), required("opened_at", time.or_null()),
         required("revoked_at", time.or_null()), required("has_session", Shape::boolean()),
         required("session_expires_at", time.or_null())});
}

Shape emails_shape() {
    return Shape::object({required("emails", Shape::list(Shape::text(1, 254), kMostEmails, 1))});
}

std::vector<std::string> emails_of(const Call& call) {
    std::vector<std::string> emails;
    for (const auto& item : call.body.at("emails").get_array())
        emails.emplace_back(item.get_string());
    return emails;
}

Answered ask_for_link(Context& console, Call& call) {
    const std::string token(call.body.at("share").get_string());
    const std::string email(call.body.at("email").get_string());
    auto asked = console.parts.share_invitations.ask(token, email, call.request.client);
    if (!asked) co_return asked.error();
    co_return Response::json(202, json::object{{"asked", true}});
}

Answered list_invitations(Context& console, Call& call) {
    std::string token = call.request.captures.at(0);
    auto all = co_await console.parts.share_invitations.list(call.principal, std::move(token));
    if (!all) co_return all.error();
    const auto show = [](const access::ShareInvitation& one) { return to_json(one); };
    co_return Response::json(200, list_of("invitations", *all, show));
}

Answered send_invitations(Context& console, Call& call) {
    std::string token = call.request.captures.at(0);
    auto sent = co_await console.parts.share_invitations.send(call.principal, std::move(token),
                                                              emails_of(call));
    if (!sent) co_return sent.error();
    const auto show = [](const access::ShareInvitation& one) { return to_json(one); };
    co_return Response::json(202, list_of("invitations", *sent, show));
}

Answered revoke_invitations(Context& console, Call& call) {
    std::string token = call.request.captures.at(0);
    auto revoked = co_await console.parts.share_invitations.revoke(call.principal, std::move(token),
                                                                   emails_of(call));
    if (!revoked) co_return revoked.error();
    co_return Response::json(200, json::object{{"revoked", *revoked}});
}

}  // namespace

std::vector<Operation> share_invitation_operations() {
    const Shape list = list_shape("invitations", invitation_shape(), 1'000'000);
    std::vector<Operation> all;
    all.push_back(
        {.method = Method::post,
         .path = "/share-invitations",
         .id = "askForShareInvitation",
         .tag = "Viewer",
         .summary = "Ask for a link to a share that one is invited to",
         .description = "An address that is invited gets a mail with a link. The answer is the "
                        "same, and takes as long, for one that is not.",
         .caller = Caller::frame,
         .body = Shape::object(
             {required("share", Shape::text(1, 128)), required("email", Shape::text(1, 254))}),
         .answers = {{202, "Asked.", Shape::object({required("asked", Shape::boolean())})}},
         .refusals = {{400, "invalid_email"},
                      {403, "cross_origin_request, share_paused, sharing_disabled"},
                      {404, "share_not_found"},
                      {409, "mail_not_configured"},
                      {410, "share_expired"},
                      {429, "too_many_attempts"}},
         .handle = ask_for_link});
    all.push_back({.method = Method::get,
                   .path = "/shares/{token}/invitations",
                   .id = "listShareInvitations",
                   .tag = "Shares",
                   .summary = "The addresses to which links were sent, and what became of them",
                   .permission = Permission::dashboards_invite_share,
                   .answers = {{200, "By address.", list}},
                   .refusals = {{404, "share_not_found"}, {409, "share_not_invite"}},
                   .handle = list_invitations});
    all.push_back({.method = Method::post,
                   .path = "/shares/{token}/invitations",
                   .id = "sendShareInvitations",
                   .tag = "Shares",
                   .summary = "Send links to invited addresses",
                   .description = "Each link is good for one hour, and opens one session in one "
                                  "browser. All addresses must be invited, by themselves or by "
                                  "their domain.",
                   .permission = Permission::dashboards_invite_share,
                   .body = emails_shape(),
                   .answers = {{202, "On their way.", list}},
                   .refusals = {{400, "invalid_email, not_invited"},
                                {403, "share_paused, sharing_disabled"},
                                {404, "share_not_found"},
                                {409, "share_not_invite, mail_not_configured"}},
                   .handle = send_invitations});
    all.push_back({.method = Method::post,
                   .path = "/shares/{token}/invitations/revoke",
                   .id = "revokeShareInvitations",
                   .tag = "Shares",
                   .summary = "Take links back, and end what they opened",
                   .description =
                       "Sessions of these addresses end at once, and links that were sent to them "
                       "open nothing. Whoever is still invited can ask for a new one: take the "
                       "address out of `invitees` to keep it out.",
                   .permission = Permission::dashboards_invite_share,
                   .body = emails_shape(),
                   .answers = {{200, "How many of the addresses there were.",
                                Shape::object({required("revoked", Shape::integer(0, kAnyId))})}},
                   .refusals = {{404, "share_not_found"}, {409, "share_not_invite"}},
                   .handle = revoke_invitations});
    return all;
}

}  // namespace casement::console
