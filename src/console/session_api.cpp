#include "console/session_api.h"

#include "console/context.h"
#include "console/find_verifier.h"
#include "console/first_line.h"
#include "console/panel_stream.h"
#include "console/viewer_calls.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace casement::console {
namespace {

using http::Method;
using http::Request;
using http::Response;

/// How long a user stays signed in inside a frame.
constexpr seconds kSignedInFor = std::chrono::hours{8};
/// The cookie outlives its session, so that a frame that asks at the very end, or soon after it,
/// hears that the session is over and not that nobody knows this browser.
constexpr seconds kCookieGrace = std::chrono::hours{24};

// -- open and resume --------------------------------------------------------------------------

void add_cookie(const CookieRules& rules, const access::OpenedSession& opened,
                const Request& request, Response& response) {
    const auto header = rules.header(
        opened.cookie, fmt::format("{}/sessions/{}/", kApiRoot, opened.viewer.session->id),
        std::max(opened.session_rest, seconds{0}) + kCookieGrace, request.secure);
    if (!header.empty()) response.headers.add("Set-Cookie", header);
}

/// First line and panels of a session that was just opened or resumed.
Answered show(Context& console, Call& call, access::OpenedSession opened, access::ViewRequest view,
              std::string target) {
    auto line = co_await first_line(console, call.request, opened.viewer, std::move(view),
                                    std::move(target));
    if (!line) {
        // The session is open all the same, so its cookie goes with the refusal.
        auto refused = Response::error(line.error());
        add_cookie(console.parts.cookie, opened, call.request, refused);
        co_return refused;
    }
    // Choices may have taken seconds to fetch: the session could have been ended meanwhile.
    auto still =
        co_await console.parts.sessions.authorize(opened.access_token, user_agent_of(call.request));
    if (!still) co_return still.error();

    PanelsWanted wanted;
    wanted.status = opened.created ? 201 : 200;
    json::object head{{"session", session_json(opened.viewer)},
                      {"access_token", opened.access_token},
                      {"access_token_expires_in", opened.access_token_life.count()}};
    for (auto& [name, value] : line->members)
        head[name] = std::move(value);
    wanted.head = json::serialize(head) + "\n";
    const auto* data = call.body.if_contains("data");
    if (line->selection && (data == nullptr || data->get_bool())) {
        wanted.panels = access::panels_of(*line->viewer.view, *line->selection, line->view.panels);
        console.views.record(line->viewer,
                             seen("query", line->view, ids_of(wanted.panels), call.request));
    }
    if (line->selection) wanted.selection = std::move(*line->selection);
    wanted.viewer = std::move(line->viewer);
    auto response =
        answer_panels(console.parts.sessions, console.parts.views, call.request, std::move(wanted));
    add_cookie(console.parts.cookie, opened, call.request, response);
    co_return response;
}

Error unknown_link() {
    return invalid("malformed_link",
                   "This is not a link of a kind that this server knows. Send path and query as "
                   "the page was loaded with.",
                   "link");
}

Response link_already_used(const Error& error) {
    return Response::json(
        http_status(error.kind),
        {{"error",
          {{"code", error.code}, {"message", error.message}, {"session_id", error.field}}}});
}

/// The session of a user who signs in inside the frame, for a URL that is no signed link.
asio::awaitable<Result<access::VerifiedLink>> sign_in(Context& console, Call& call,
                                                      const std::string& target) {
    const auto& content = console.parts.content;
    if (!content.recognizes(target)) co_return unknown_link();
    const auto& login = call.body.at("login").get_object();
    access::SignIn::Attempt attempt;
    attempt.org = content.organization(call.request.host);
    attempt.handle = login.at("email").get_string();
    attempt.password = Secret(std::string(login.at("password").get_string()));
    attempt.client = client_of(call.request);
    const auto org = attempt.org;
    const auto snapshot = console.parts.catalog.snapshot();
    auto wanted = content.read(target, *snapshot, org, console.parts.clock.now());
    if (!wanted) co_return wanted.error();
    auto user = co_await console.parts.sign_in.check(std::move(attempt));
    if (!user) co_return user.error();

    access::VerifiedLink link;
    link.dialect = "looker";
    link.org = org;
    link.scope = fmt::format("user:{}", *user);
    link.user = *user;
    link.session_length = kSignedInFor;
    link.target = wanted->target;
    co_return link;
}

asio::awaitable<Result<access::VerifiedLink>> verify_link(Context& console, Call& call,
                                                          const std::string& link,
                                                          access::RefusalLog::Refused& refused) {
    if (call.body.contains("login")) {
        auto signed_in = co_await sign_in(console, call, link);
        co_return signed_in;
    }
    const auto* verifier = find_verifier(console.parts.verifiers, link);
    if (verifier == nullptr) co_return unknown_link();
    const access::LinkRequest wanted{link, call.request.host};
    auto prepared = co_await verifier->prepare(wanted, call.request.client.to_string());
    if (!prepared) co_return prepared.error();
    const auto snapshot = console.parts.catalog.snapshot();
    auto verified = verifier->verify(wanted, *snapshot, console.parts.clock.now());
    if (verified) {
        refused.org = verified->org;
        refused.share = verified->share;
        refused.signature_held = true;
        refused.dialect = verified->dialect;
    } else if (const auto subject = verifier->subject_of(link, *snapshot)) {
        refused.org = subject->org;
        refused.share = subject->share;
        console.refusals.record(refused, verified.error());
    }
    co_return verified;
}

Answered open_session(Context& console, Call& call) {
    const std::string link(call.body.at("link").get_string());
    std::string secret(call.body.at("secret").get_string());
    auto view = view_request(call.body);
    if (!view) co_return view.error();

    access::RefusalLog::Refused refused;
    refused.client = call.request.client;
    const Time before = console.parts.clock.now();
    auto verified = co_await verify_link(console, call, link, refused);
    if (!verified) co_return verified.error();
    std::string target = verified->target;
    const auto org = verified->org;
    const auto share = verified->share;
    // Of a share's session: whose it is (access/share_invitees.h).
    const auto owner = share == 0 ? 0 : verified->user;

    auto opened = co_await console.parts.sessions.open(std::move(*verified), std::move(secret),
                                                       client_info(call.request));
    if (!opened) {
        const auto& error = opened.error();
        const bool ours = error.kind == ErrorKind::unavailable || error.kind == ErrorKind::internal;
        if (!ours && refused.org != 0) console.refusals.record(refused, error);
        if (error.code == "link_already_used") co_return link_already_used(error);
        co_return error;
    }
    if (opened->created && share != 0) {
        // Taken back after the link was looked at, and before its session was there to be ended.
        auto revoked = co_await console.parts.visits.was_revoked(owner, before);
        if (!revoked) co_return revoked.error();
        if (*revoked) {
            const auto id = opened->viewer.session->id;
            auto ended = co_await console.parts.sessions.end(org, id, "session:" + id);
            if (!ended && ended.error().kind != ErrorKind::not_found) co_return ended.error();
            co_return gone("invitation_revoked", "This invitation was taken back meanwhile.");
        }
        co_await console.parts.visits.opened(org, share, owner);
    }
    auto response =
        co_await show(console, call, std::move(*opened), std::move(*view), std::move(target));
    co_return response;
}

/// How this browser proves that the session in the path is its own. The path keeps other sessions'
/// cookies away; should a browser send more than one of the name, the first counts: the one with
/// the longest path, which is this session's own.
Result<access::SessionProof> proof_of(const CookieRules& rules, Call& call) {
    // A header of our own: no form can send it, and a script of another origin only after a
    // preflight, which is never answered.
    if (call.request.headers.find("X-Casement") != "1") {
        return forbidden("cross_origin_request", "This needs the header \"X-Casement: 1\".");
    }
    access::SessionProof proof;
    proof.cookie = call.request.cookie(rules.name()).value_or("");
    proof.secret = text_at(call.body, "secret").value_or("");
    return proof;
}

Answered resume_session(Context& console, Call& call) {
    auto proof = proof_of(console.parts.cookie, call);
    if (!proof) co_return proof.error();
    auto view = view_request(call.body);
    if (!view) co_return view.error();
    std::string id = call.request.captures.at(0);
    auto opened = co_await console.parts.sessions.resume(std::move(id), std::move(*proof),
                                                         client_info(call.request));
    if (!opened) co_return opened.error();
    std::string target = text_at(call.body, "content").value_or("");
    auto response =
        co_await show(console, call, std::move(*opened), std::move(*view), std::move(target));
    co_return response;
}

Answered leave_session(Context& console, Call& call) {
    auto proof = proof_of(console.parts.cookie, call);
    if (!proof) co_return proof.error();
    std::string id = call.request.captures.at(0);
    auto left = co_await console.parts.sessions.leave(std::move(id), std::move(*proof));
    if (!left) co_return left.error();
    co_return Response::empty();
}

Answered exchange_tokens(Context& console, Call& call) {
    const std::string api_token(call.body.at("api_token").get_string());
    auto id = console.parts.content.session_of_token(api_token, console.parts.clock.now());
    if (!id) co_return id.error();
    auto renewed = co_await console.parts.sessions.renew(std::move(*id), client_info(call.request));
    if (!renewed) co_return renewed.error();
    co_return Response::json(200, {{"access_token", renewed->access_token},
                                   {"access_token_expires_in", renewed->access_token_life.count()},
                                   {"session_ttl", renewed->session_rest.count()}});
}

}  // namespace

std::vector<Operation> viewer_operations() {
    const auto data =
        optional("data", Shape::boolean().described("false leaves the panels' lines out."));
    const Answer lines{200,
                       "One JSON object a line. First `session`, `access_token`, "
                       "`access_token_expires_in` and `dashboard`; then a line per panel as each "
                       "finishes; last `{\"end\": true}`, without which the answer was cut.",
                       std::nullopt, std::string(kNdjson)};
    Answer created = lines;
    created.status = 201;
    created.description = "The link opened a new session. " + lines.description;
    std::vector<Operation> list;
    list.push_back(
        {.method = Method::post,
         .path = "/sessions",
         .id = "openSession",
         .tag = "Viewer",
         .summary = "Open the dashboard of a signed link",
         .description =
             "Redeems the link for the browser that holds `secret`. The same secret again gets "
             "the same session, also after the link's own time; any other is refused.",
         .caller = Caller::frame,
         .body = view_shape(
             {required("link", Shape::text(1, kMaxLink)
                                   .described("Path and query as the page was loaded with.")),
              required("secret", Shape::text(1, 256).described(
                                     "32 random bytes in base64url, stored by the page "
                                     "before this call.")),
              optional("login",
                       Shape::object({required("email", Shape::text(1, 320)),
                                      required("password", Shape::text(1, 1024))})
                           .described("Private embedding: a user of this server signs in; `link` "
                                      "is then the URL of the content.")),
              data},
             {"panels"}),
         .max_body = kMaxViewerBody,
         .answers = {created, lines},
         .refusals = {{401, "bad_signature"},
                      {403, "cross_origin_request, share_paused, embed_disabled"},
                      {404, "share_not_found"},
                      {409, "link_already_used (with the session's id as `session_id`)"},
                      {410, "link_expired, session_expired, session_ended, share_expired"},
                      {503, "store_unavailable"}},
         .handle = open_session});
    list.push_back({.method = Method::post,
                    .path = "/sessions/{id}/resume",
                    .id = "resumeSession",
                    .tag = "Viewer",
                    .summary = "Go on with a session by its cookie or the frame's secret",
                    .description = "Needs the header `X-Casement: 1`.",
                    .caller = Caller::frame,
                    .body = view_shape({data, content_target(), proof_secret()}, {"panels"}),
                    .max_body = kMaxViewerBody,
                    .answers = {lines},
                    .refusals = {{401, "no_session_cookie"},
                                 {403, "cross_origin_request, share_paused, embed_disabled"},
                                 {404, "share_not_found"},
                                 {410, "session_expired, session_ended, share_expired"}},
                    .handle = resume_session});
    list.push_back({.method = Method::post,
                    .path = "/sessions/{id}/leave",
                    .id = "leaveSession",
                    .tag = "Viewer",
                    .summary = "End a session by its cookie or the frame's secret",
                    .description = "Needs the header `X-Casement: 1`.",
                    .caller = Caller::frame,
                    .body = Shape::object({proof_secret()}),
                    .max_body = kMaxViewerBody,
                    .answers = {{204, "It is over.", std::nullopt, ""}},
                    .refusals = {{401, "no_session_cookie"}, {404, "session_not_found"}},
                    .handle = leave_session});
    list.push_back(
        {.method = Method::post,
         .path = "/sessions/tokens",
         .id = "exchangeTokens",
         .tag = "Viewer",
         .summary = "A new access token for the token that the host application handed over",
         .description = "Cookieless embedding: the host page answers `session:tokens:request` "
                        "with a fresh `api_token`, which is good for this call only.",
         .caller = Caller::frame,
         .body = Shape::object({required("api_token", Shape::text(1, 2048)),
                                optional("navigation_token", Shape::text(0, 2048))}),
         .max_body = kMaxViewerBody,
         .answers = {{200, "`session_ttl` is in seconds.",
                      Shape::object({required("access_token", Shape::text(1, 512)),
                                     required("access_token_expires_in", Shape::integer(0, 600)),
                                     required("session_ttl", Shape::integer(0, 2'592'000))})}},
         .refusals = {{401, "invalid_api_token, api_token_expired, user_agent_changed"},
                      {410, "session_expired, session_ended"}},
         .handle = exchange_tokens});
    return list;
}

}  // namespace casement::console
