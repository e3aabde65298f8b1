#include "console/account_api.h"

#include "console/context.h"
#include "console/listing.h"
#include "console/viewer_calls.h"

#include <array>
#include <utility>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

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

constexpr std::int64_t kMaxOrganizations = 1000;

std::string string_at(const Call& call, std::string_view name) {
    return text_at(call.body, name).value_or("");
}

Secret secret_at(const Call& call, std::string_view name) {
    return Secret(string_at(call, name));
}

json::object organization_json(const store::Snapshot& snapshot, store::OrgId id) {
    const auto* organization = snapshot.organization(id);
    return {{"id", id},
            {"name", organization == nullptr ? "" : std::string_view(organization->name)}};
}

/// Who calls, as `GET /me` says it. `person`: by cookie; nullptr: by key.
asio::awaitable<Result<json::object>> describe(Context& console, access::Principal who,
                                               const access::SignedIn* person) {
    bool totp = false;
    std::vector<store::OrgId> organizations{who.org};
    if (person != nullptr) {
        const auto active = co_await console.parts.accounts.has_totp(who.user);
        if (!active) co_return active.error();
        totp = *active;
        organizations = console.parts.accounts.organizations_of(*person);
    }
    const auto snapshot = console.parts.catalog.snapshot();
    const auto* user = who.user == 0 ? nullptr : snapshot->user(who.user);
    json::array permissions;
    for (const auto permission : kPermissions) {
        if (who.permissions.has(permission)) permissions.emplace_back(to_string(permission));
    }
    json::array list;
    for (const auto id : organizations)
        list.push_back(organization_json(*snapshot, id));
    json::value described = nullptr;
    if (user != nullptr) {
        described = {
            {"id", user->id}, {"handle", user->handle}, {"name", user->name}, {"role", user->role}};
    }
    co_return json::object{{"organization", organization_json(*snapshot, who.org)},
                           {"organizations", std::move(list)},
                           {"user", std::move(described)},
                           {"actor", who.actor},
                           {"handle", who.handle},
                           {"permissions", std::move(permissions)},
                           {"authentication", person != nullptr ? "session" : "key"},
                           {"totp", totp}};
}

/// The answer of a call that opened a session.
Answered welcome(Context& console, Call& call, int status, access::ConsoleAccounts::Opened opened) {
    auto me = co_await describe(console, opened.signed_in.who, &opened.signed_in);
    // The session is open all the same, so its cookie goes with the refusal.
    auto response = me ? Response::json(status, *me) : Response::error(me.error());
    keep_cookies(opened, call.request, response);
    co_return response;
}

Answered set_up_needed(Context& console, Call&) {
    co_return Response::json(200, {{"needed", console.parts.accounts.set_up_code().is_open()}});
}

Answered set_up(Context& console, Call& call) {
    access::ConsoleAccounts::FirstAdmin admin{
        string_at(call, "code"), string_at(call, "organization"), string_at(call, "handle"),
        string_at(call, "name"), secret_at(call, "password")};
    auto opened =
        co_await console.parts.accounts.set_up(std::move(admin), browser_of(call.request));
    if (!opened) co_return opened.error();
    auto response = co_await welcome(console, call, 201, std::move(*opened));
    co_return response;
}

Answered sign_in(Context& console, Call& call) {
    access::ConsoleAccounts::Credentials credentials{
        string_at(call, "handle"), secret_at(call, "password"), string_at(call, "totp"), 0};
    if (const auto* org = call.body.if_contains("organization")) credentials.org = org->get_int64();
    auto opened =
        co_await console.parts.accounts.sign_in(std::move(credentials), browser_of(call.request));
    if (!opened) co_return opened.error();
    auto response = co_await welcome(console, call, 200, std::move(*opened));
    co_return response;
}

Answered sign_out(Context& console, Call& call) {
    auto ended = co_await console.parts.accounts.sign_out(browser_of(call.request));
    auto response = ended ? Response::empty(204) : Response::error(ended.error());
    if (ended) drop_cookie(call.request, response);
    co_return response;
}

Answered who_am_i(Context& console, Call& call) {
    auto me = co_await describe(console, call.principal, call.person ? &*call.person : nullptr);
    if (!me) co_return me.error();
    co_return Response::json(200, *me);
}

Answered switch_organization(Context& console, Call& call) {
    const auto org = call.body.at("id").get_int64();
    auto opened =
        co_await console.parts.accounts.switch_to(*call.person, org, browser_of(call.request));
    if (!opened) co_return opened.error();
    auto response = co_await welcome(console, call, 200, std::move(*opened));
    co_return response;
}

Answered list_own_sessions(Context& console, Call& call) {
    auto rows = co_await console.parts.accounts.sessions_of(call.principal.user);
    if (!rows) co_return rows.error();
    const auto show = [&](const store::ConsoleSession& row) -> json::object {
        return {{"id", row.id},
                {"current", row.id == call.person->session.id},
                {"client", row.client},
                {"user_agent", row.user_agent},
                {"created_at", to_rfc3339(row.created_at)},
                {"last_seen_at", to_rfc3339(row.last_seen_at)}};
    };
    co_return Response::json(200, list_of("sessions", *rows, show));
}

Answered end_own_session(Context& console, Call& call) {
    std::string id = call.request.captures.at(0);
    const bool own = id == call.person->session.id;
    auto ended = co_await console.parts.accounts.end_session(*call.person, std::move(id),
                                                             client_of(call.request));
    if (!ended) co_return ended.error();
    auto response = Response::empty(204);
    if (own) drop_cookie(call.request, response);
    co_return response;
}

Answered change_password(Context& console, Call& call) {
    auto opened = co_await console.parts.accounts.change_password(
        *call.person, secret_at(call, "old"), secret_at(call, "new"), browser_of(call.request));
    if (!opened) co_return opened.error();
    auto response = Response::empty(204);
    keep_cookies(*opened, call.request, response);
    co_return response;
}

Answered start_totp(Context& console, Call& call) {
    auto started = co_await console.parts.accounts.start_totp(*call.person);
    if (!started) co_return started.error();
    co_return Response::json(200, {{"secret", started->secret}, {"uri", started->uri}});
}

Answered activate_totp(Context& console, Call& call) {
    auto codes = co_await console.parts.accounts.activate_totp(
        *call.person, string_at(call, "code"), client_of(call.request));
    if (!codes) co_return codes.error();
    json::array list(codes->begin(), codes->end());
    co_return Response::json(200, {{"recovery_codes", std::move(list)}});
}

Answered remove_totp(Context& console, Call& call) {
    auto removed = co_await console.parts.accounts.remove_totp(
        *call.person, secret_at(call, "password"), browser_of(call.request));
    if (!removed) co_return removed.error();
    co_return Response::empty(204);
}

Shape password_shape() {
    return Shape::text(1, 1024);
}

Shape me_shape() {
    const Shape organization =
        Shape::object({required("id", Shape::integer(1, kAnyId)), required("name", Shape::text())});
    return Shape::object(
        {required("organization", organization),
         required("organizations",
                  Shape::list(organization, kMaxOrganizations)
                      .described("Its own, and those that `POST /me/organization` goes over to.")),
         required("user",
                  Shape::object({required("id", Shape::integer(1, kAnyId)),
                                 required("handle", Shape::text()), required("name", Shape::text()),
                                 required("role", Shape::text())})
                      .or_null()
                      .described("null: a key that belongs to nobody.")),
         required("actor", Shape::text().described("As it stands in the audit trail.")),
         required("handle", Shape::text()), required("permissions", Shape::list(Shape::text(), 64)),
         required("authentication", Shape::one_of({"session", "key"})),
         required("totp", Shape::boolean().described(
                              "Whether signing in asks for a code. false for keys."))});
}

std::vector<Operation> entrance_operations() {
    std::vector<Operation> all;
    all.push_back(
        {.method = Method::get,
         .path = "/setup",
         .id = "isSetUpNeeded",
         .tag = "Account",
         .summary = "Whether the first Admin is still to be made",
         .caller = Caller::anyone,
         .answers = {{200, "The finding.", Shape::object({required("needed", Shape::boolean())})}},
         .handle = set_up_needed});
    all.push_back(
        {.method = Method::post,
         .path = "/setup",
         .id = "setUp",
         .tag = "Account",
         .summary = "Make the first Admin and sign him in",
         .description = "`code` is what the server printed when it started without any user who "
                        "has a password. Sets the session's cookie.",
         .caller = Caller::console,
         .body = Shape::object(
             {required("code", Shape::text(1, 64)), required("organization", Shape::text(1, 200)),
              required("handle", Shape::text(1, 254)), required("name", Shape::text(1, 200)),
              required("password", password_shape())}),
         .answers = {{201, "As `GET /me`.", me_shape()}},
         .refusals = {{400, "invalid_handle, invalid_name, weak_password"},
                      {403, "wrong_code"},
                      {409, "already_exists, set_up_running"},
                      {410, "set_up_done"},
                      {429, "too_many_attempts"}},
         .handle = set_up});
    all.push_back(
        {.method = Method::post,
         .path = "/sign-in",
         .id = "signIn",
         .tag = "Account",
         .summary = "Sign in with a password",
         .description = "Sets the session's cookie, which carries all other calls of this API. "
                        "Without `organization`, the first in which the handle has a password.",
         .caller = Caller::console,
         .body = Shape::object(
             {required("handle", Shape::text(1, 320)), required("password", password_shape()),
              optional("totp", Shape::text(0, 64).described(
                                   "The code of the authenticator app, or a recovery code.")),
              optional("organization", Shape::integer(1, kAnyId))}),
         .answers = {{200, "As `GET /me`.", me_shape()}},
         .refusals = {{401, "login_failed, totp_required (with `field` totp: the code was wrong)"},
                      {409, "user_changed"},
                      {429, "too_many_attempts"}},
         .handle = sign_in});
    all.push_back({.method = Method::post,
                   .path = "/sign-out",
                   .id = "signOut",
                   .tag = "Account",
                   .summary = "End the session of this browser",
                   .caller = Caller::console,
                   .answers = {{204, "Signed out, also when nobody was signed in.", std::nullopt}},
                   .handle = sign_out});
    return all;
}

}  // namespace

std::vector<Operation> account_operations() {
    auto all = entrance_operations();
    all.push_back({.method = Method::get,
                   .path = "/me",
                   .id = "whoAmI",
                   .tag = "Account",
                   .summary = "Who calls and what he may do",
                   .answers = {{200, "The caller.", me_shape()}},
                   .handle = who_am_i});
    all.push_back({.method = Method::post,
                   .path = "/me/organization",
                   .id = "switchOrganization",
                   .tag = "Account",
                   .summary = "Go over to another organization",
                   .description = "To one in which the sign-in has proven the user of the same "
                                  "handle: with the same password, and no second factor there.",
                   .caller = Caller::person,
                   .body = Shape::object({required("id", Shape::integer(1, kAnyId))}),
                   .answers = {{200, "As `GET /me`, in a new session.", me_shape()}},
                   .refusals = {{403, "sign_in_again"}, {409, "user_changed"}},
                   .handle = switch_organization});
    all.push_back(
        {.method = Method::get,
         .path = "/me/sessions",
         .id = "listOwnSessions",
         .tag = "Account",
         .summary = "Where one is signed in, seen last first",
         .caller = Caller::person,
         .answers =
             {{200, "Without anything that could carry one.",
               list_shape(
                   "sessions",
                   Shape::object(
                       {required("id", Shape::text()), required("current", Shape::boolean()),
                        required("client", Shape::text()), required("user_agent", Shape::text()),
                        required("created_at", Shape::text()),
                        required("last_seen_at", Shape::text().described("Within a minute."))}))}},
         .handle = list_own_sessions});
    all.push_back({.method = Method::del,
                   .path = "/me/sessions/{id}",
                   .id = "endOwnSession",
                   .tag = "Account",
                   .summary = "End one of them at once",
                   .caller = Caller::person,
                   .answers = {{204, "Ended.", std::nullopt}},
                   .refusals = {{404, "session_not_found"}},
                   .handle = end_own_session});
    all.push_back(
        {.method = Method::put,
         .path = "/me/password",
         .id = "changePassword",
         .tag = "Account",
         .summary = "Another password",
         .description = "Ends every session of the user; this browser goes on in a new one.",
         .caller = Caller::person,
         .body =
             Shape::object({required("old", password_shape()), required("new", password_shape())}),
         .answers = {{204, "Changed, with a new cookie.", std::nullopt}},
         .refusals = {{400, "weak_password"},
                      {403, "wrong_password"},
                      {409, "user_changed"},
                      {429, "too_many_attempts"}},
         .handle = change_password});
    all.push_back(
        {.method = Method::post,
         .path = "/me/totp",
         .id = "startTotp",
         .tag = "Account",
         .summary = "A secret for an authenticator app, not active yet",
         .caller = Caller::person,
         .answers = {{200, "Shown once.",
                      Shape::object({required("secret", Shape::text().described("Base32.")),
                                     required("uri", Shape::text().described("otpauth://…"))})}},
         .refusals = {{409, "totp_active"}},
         .handle = start_totp});
    all.push_back(
        {.method = Method::put,
         .path = "/me/totp",
         .id = "activateTotp",
         .tag = "Account",
         .summary = "Show a code of the app; from now on one is asked for",
         .caller = Caller::person,
         .body = Shape::object({required("code", Shape::text(1, 64))}),
         .answers = {{200, "Ten codes for the day on which the app is lost, shown once.",
                      Shape::object({required("recovery_codes", Shape::list(Shape::text(), 10))})}},
         .refusals = {{400, "wrong_totp"},
                      {404, "totp_not_set"},
                      {409, "totp_active, totp_changed"},
                      {429, "too_many_attempts"}},
         .handle = activate_totp});
    all.push_back(
        {.method = Method::del,
         .path = "/me/totp",
         .id = "removeTotp",
         .tag = "Account",
         .summary = "Sign in without codes again",
         .caller = Caller::person,
         .body = Shape::object({required("password", password_shape())}),
         .answers = {{204, "Its secret and the recovery codes are gone.", std::nullopt}},
         .refusals = {{403, "wrong_password"}, {404, "totp_not_set"}, {429, "too_many_attempts"}},
         .handle = remove_totp});
    return all;
}

}  // namespace casement::console
