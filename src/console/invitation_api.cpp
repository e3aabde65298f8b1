// Links that let somebody choose a password: made and revoked by administrators, opened by whoever
// was handed one.
#include "access/people_services.h"
#include "console/context.h"
#include "console/listing.h"
#include "console/people_api.h"

#include <utility>

#include <fmt/format.h>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

constexpr std::int64_t kMaxSecret = 128;

std::string_view status_of(const store::Invitation& row, Time now) {
    if (row.used_at) return "used";
    if (row.revoked_at) return "revoked";
    return row.expires_at > now ? "pending" : "expired";
}

std::string_view kind_of(const store::Invitation& row) {
    return row.user == 0 ? "invitation" : "password";
}

json::object to_json(const store::Invitation& row, Time now) {
    return {{"id", row.id},
            {"kind", kind_of(row)},
            {"status", status_of(row, now)},
            {"user", row.user == 0 ? json::value(nullptr) : json::value(row.user)},
            {"handle", row.handle},
            {"name", row.name},
            {"role", row.role},
            {"author", row.author},
            {"created_at", to_rfc3339(row.created_at)},
            {"expires_at", to_rfc3339(row.expires_at)}};
}

Shape invitation_shape() {
    return Shape::object(
        {required("id", Shape::text()),
         required("kind", Shape::one_of({"invitation", "password"})
                              .described("`password`: of a user who is there.")),
         required("status", Shape::one_of({"pending", "used", "revoked", "expired"})),
         required("user", Shape::integer(1, kAnyId).or_null()), required("handle", Shape::text()),
         required("name", Shape::text()), required("role", Shape::text()),
         required("author", Shape::text()), required("created_at", Shape::text()),
         required("expires_at", Shape::text())});
}

Shape made_shape() {
    return Shape::object(
        {required("invitation", invitation_shape()),
         required("url", Shape::text().described(
                             "To hand over, shown this once. The secret is its fragment, which no "
                             "browser sends to a server."))});
}

Response made_response(Context& console, Call& call, const access::Invitations::Made& made) {
    auto url = fmt::format("{}/console/invitation/{}#{}", console.base_url(call.request),
                           made.row.id, made.secret.reveal());
    return Response::json(201, {{"invitation", to_json(made.row, console.parts.clock.now())},
                                {"url", std::move(url)}});
}

Answered list_invitations(Context& console, Call& call) {
    const auto rows = co_await console.parts.people.invitations.list(call.principal);
    if (!rows) co_return rows.error();
    const auto now = console.parts.clock.now();
    const auto show = [now](const store::Invitation& row) { return to_json(row, now); };
    co_return Response::json(200, list_of("invitations", *rows, show));
}

Answered invite(Context& console, Call& call) {
    access::NewInvitation what{text_at(call.body, "handle").value_or(""),
                               text_at(call.body, "name").value_or(""),
                               text_at(call.body, "role").value_or("")};
    const auto made =
        co_await console.parts.people.invitations.invite(call.principal, std::move(what));
    if (!made) co_return made.error();
    co_return made_response(console, call, *made);
}

Answered make_password_link(Context& console, Call& call) {
    const auto made =
        co_await console.parts.people.invitations.for_password(call.principal, id_part(call, 0));
    if (!made) {
        co_return named(made.error(), "user_not_found", "There is no such user, or not any more.");
    }
    co_return made_response(console, call, *made);
}

Answered revoke(Context& console, Call& call) {
    std::string id = call.request.captures.at(0);
    auto done = co_await console.parts.people.invitations.revoke(call.principal, std::move(id));
    if (!done) co_return done.error();
    co_return Response::empty(204);
}

Answered look(Context& console, Call& call) {
    std::string secret = text_at(call.body, "secret").value_or("");
    const auto row =
        co_await console.parts.people.invitations.look(std::move(secret), call.request.client);
    if (!row) co_return row.error();
    const auto snapshot = console.parts.catalog.snapshot();
    const auto* organization = snapshot->organization(row->org);
    co_return Response::json(
        200, {{"kind", kind_of(*row)},
              {"organization", organization == nullptr ? std::string() : organization->name},
              {"handle", row->handle},
              {"name", row->name},
              {"role", row->role},
              {"expires_at", to_rfc3339(row->expires_at)}});
}

Answered accept(Context& console, Call& call) {
    const Secret password(text_at(call.body, "password").value_or(""));
    const auto accepted = co_await console.parts.people.invitations.accept(
        text_at(call.body, "secret").value_or(""), text_at(call.body, "name"), password,
        call.request.client);
    if (!accepted) co_return accepted.error();
    access::ConsoleAccounts::Credentials credentials{accepted->handle, password, {}, accepted->org};
    auto opened =
        co_await console.parts.accounts.sign_in(std::move(credentials), browser_of(call.request));
    // Who has a second factor has it still, and shows a code at the ordinary sign-in.
    auto response =
        Response::json(200, {{"handle", accepted->handle}, {"signed_in", opened.has_value()}});
    if (opened) keep_cookies(*opened, call.request, response);
    co_return response;
}

}  // namespace

std::vector<Operation> invitation_operations() {
    std::vector<Operation> all;
    all.push_back({.method = Method::get,
                   .path = "/invitations",
                   .id = "listInvitations",
                   .tag = "People",
                   .summary = "Invitations and password links, newest first",
                   .description = "Those that have ended are listed for thirty days.",
                   .permission = Permission::org_manage,
                   .answers = {{200, "Without their secrets.",
                                list_shape("invitations", invitation_shape())}},
                   .handle = list_invitations});
    all.push_back({.method = Method::post,
                   .path = "/invitations",
                   .id = "invite",
                   .tag = "People",
                   .summary = "Invite somebody: a link, good once and for seven days",
                   .permission = Permission::org_manage,
                   .body = Shape::object({required("handle", Shape::text(1, 254)),
                                          required("name", Shape::text(1, 200)),
                                          required("role", Shape::text(1, 32))}),
                   .answers = {{201, "With the link to hand over.", made_shape()}},
                   .refusals = {{400, "invalid_handle, invalid_name, invalid_role"},
                                {403, "quota_reached"},
                                {409, "already_exists, already_invited"}},
                   .handle = invite});
    all.push_back({.method = Method::post,
                   .path = "/users/{id}/password-link",
                   .id = "makePasswordLink",
                   .tag = "People",
                   .summary = "A link with which a user chooses another password",
                   .description = "Good once and for seven days; the user's other such links are "
                                  "over. A second factor stays.",
                   .permission = Permission::org_manage,
                   .answers = {{201, "With the link to hand over.", made_shape()}},
                   .refusals = {{403, "own_user"}, {404, "user_not_found"}, {409, "user_disabled"}},
                   .handle = make_password_link});
    all.push_back({.method = Method::del,
                   .path = "/invitations/{id}",
                   .id = "revokeInvitation",
                   .tag = "People",
                   .summary = "Take a link back that nobody has used",
                   .permission = Permission::org_manage,
                   .answers = {{204, "It opens nothing any more.", std::nullopt}},
                   .refusals = {{404, "invitation_not_found"}},
                   .handle = revoke});
    all.push_back(
        {.method = Method::post,
         .path = "/invitation/look",
         .id = "lookAtInvitation",
         .tag = "Account",
         .summary = "Whose a link is, before a password is chosen",
         .caller = Caller::console,
         .body = Shape::object({required("secret", Shape::text(1, kMaxSecret))}),
         .answers = {{200, "A link that is good.",
                      Shape::object({required("kind", Shape::one_of({"invitation", "password"})),
                                     required("organization", Shape::text()),
                                     required("handle", Shape::text()),
                                     required("name", Shape::text()),
                                     required("role", Shape::text()),
                                     required("expires_at", Shape::text())})}},
         .refusals = {{404, "invitation_not_found"},
                      {410, "invitation_used, invitation_revoked, invitation_expired"},
                      {429, "too_many_attempts"}},
         .handle = look});
    all.push_back({.method = Method::post,
                   .path = "/invitation/accept",
                   .id = "acceptInvitation",
                   .tag = "Account",
                   .summary = "Choose a password with a link, and sign in",
                   .description =
                       "`name` is for invitations. Sets the session's cookie, unless the user has "
                       "a second factor: then `signed_in` is false.",
                   .caller = Caller::console,
                   .body = Shape::object({required("secret", Shape::text(1, kMaxSecret)),
                                          optional("name", Shape::text(1, 200)),
                                          required("password", Shape::text(1, 1024))}),
                   .answers = {{200, "The password is chosen.",
                                Shape::object({required("handle", Shape::text()),
                                               required("signed_in", Shape::boolean())})}},
                   .refusals = {{400, "weak_password, invalid_name"},
                                {403, "quota_reached"},
                                {404, "invitation_not_found"},
                                {409, "already_exists"},
                                {410, "invitation_used, invitation_revoked, invitation_expired"},
                                {429, "too_many_attempts"}},
                   .handle = accept});
    return all;
}

}  // namespace casement::console
