#include "console/session_api.h"

#include "console/context.h"
#include "console/panel_stream.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace casement::console {
namespace {

using http::Method;
using http::Request;
using http::Response;
using Answered = asio::awaitable<Result<Response>>;

constexpr std::int64_t kMaxLink = 8192;
constexpr std::size_t kMaxViewerBody = 256 * 1024;
constexpr std::string_view kCookie = "__Secure-casement";

/// The members of a view request, without some, and with others before them.
Shape view_shape(std::vector<ShapeMember> before, std::vector<std::string_view> without) {
    for (const auto& member : access::view_request_shape().members) {
        if (std::find(without.begin(), without.end(), member.name) == without.end()) {
            before.push_back(member);
        }
    }
    return Shape::object(std::move(before));
}

Result<access::ViewRequest> view_request(const json::object& body) {
    json::object view;
    for (const auto& member : access::view_request_shape().members) {
        if (const auto* value = body.if_contains(member.name)) view[member.name] = *value;
    }
    return access::read_view_request(view);
}

std::vector<int> panels_of(const access::Viewer& viewer, const access::ViewRequest& view) {
    if (!view.panels.empty()) return view.panels;
    std::vector<int> all;
    for (const auto& panel : viewer.document->panels)
        all.push_back(panel.id);
    return all;
}

std::string client_of(const Request& request) {
    return request.client.to_string();
}

ViewLog::Seen seen(std::string_view action, const access::ViewRequest& view,
                   const std::vector<int>& panels, const Request& request) {
    return {action, panels, &view.variables, {}, client_of(request), request.body};
}

void record_refused_view(Context& console, const access::Viewer& viewer, const Error& error,
                         ViewLog::Seen what) {
    // Only what reaches beyond the grant is worth a row; a misspelt body is not.
    if (error.kind != ErrorKind::forbidden) return;
    what.action = "query.refused";
    what.reason = error.code;
    console.views.record(viewer, what);
}

// -- open and resume --------------------------------------------------------------------------

void add_cookie(const access::OpenedSession& opened, const Request& request, Response& response) {
    // On plain HTTP no browser keeps it; the frame stays with its secret.
    if (opened.cookie.empty() || !request.secure) return;
    response.headers.add(
        "Set-Cookie",
        fmt::format("{}={}; Path={}/sessions/{}/; Secure; HttpOnly; SameSite=None; Partitioned; "
                    "Max-Age={}",
                    kCookie, opened.cookie, kApiRoot, opened.viewer.session->id,
                    std::max<std::int64_t>(opened.session_rest.count(), 0)));
}

json::object session_json(const access::Viewer& viewer) {
    return {{"id", viewer.session->id}, {"expires_at", to_rfc3339(viewer.session->expires_at)}};
}

/// First line and panels of a session that was just opened or resumed.
Answered show(Context& console, Call& call, access::OpenedSession opened,
              access::ViewRequest view) {
    const auto& viewer = opened.viewer;
    auto selection = co_await console.parts.views.select(viewer, view, call.request.cancellation);
    if (!selection) {
        // The session is open all the same, so its cookie goes with the refusal.
        auto refused = Response::error(selection.error());
        add_cookie(opened, call.request, refused);
        co_return refused;
    }
    auto dashboard =
        co_await console.parts.views.describe(viewer, *selection, call.request.cancellation);
    if (!dashboard) co_return dashboard.error();
    // Choices may have taken seconds to fetch: the session could have been ended meanwhile.
    auto still = co_await console.parts.sessions.authorize(opened.access_token);
    if (!still) co_return still.error();

    PanelsWanted wanted;
    wanted.status = opened.created ? 201 : 200;
    wanted.head =
        json::serialize(json::object{{"session", session_json(viewer)},
                                     {"access_token", opened.access_token},
                                     {"access_token_expires_in", opened.access_token_life.count()},
                                     {"dashboard", std::move(*dashboard)}}) +
        "\n";
    const auto* data = call.body.if_contains("data");
    if (data == nullptr || data->get_bool()) {
        wanted.panels = panels_of(viewer, view);
        console.views.record(viewer, seen("query", view, wanted.panels, call.request));
    }
    wanted.viewer = viewer;
    wanted.selection = std::move(*selection);
    auto response =
        answer_panels(console.parts.sessions, console.parts.views, call.request, std::move(wanted));
    add_cookie(opened, call.request, response);
    co_return response;
}

const access::LinkVerifier* verifier_of(const Context& console, std::string_view link) {
    const bool printable =
        std::all_of(link.begin(), link.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (!link.starts_with('/') || !printable || link.find('#') != std::string_view::npos) {
        return nullptr;
    }
    for (const auto* verifier : console.parts.verifiers) {
        if (verifier->recognizes(link)) return verifier;
    }
    return nullptr;
}

Response link_already_used(const Error& error) {
    return Response::json(
        http_status(error.kind),
        {{"error",
          {{"code", error.code}, {"message", error.message}, {"session_id", error.field}}}});
}

Answered open_session(Context& console, Call& call) {
    const std::string link(call.body.at("link").get_string());
    std::string secret(call.body.at("secret").get_string());
    auto view = view_request(call.body);
    if (!view) co_return view.error();
    const auto* verifier = verifier_of(console, link);
    if (verifier == nullptr) {
        co_return invalid(
            "malformed_link",
            "This is not a link of a kind that this server knows. Send path and query "
            "as the page was loaded with.",
            "link");
    }

    access::RefusalLog::Refused refused;
    refused.client = client_of(call.request);
    auto verified = [&]() -> Result<access::VerifiedLink> {
        const auto snapshot = console.parts.catalog.snapshot();
        auto result = verifier->verify(link, *snapshot, console.parts.clock.now());
        if (result) return result;
        if (const auto* share = verifier->share_of(link, *snapshot)) {
            refused.org = share->org;
            refused.share = share->id;
            console.refusals.record(refused, result.error());
        }
        return result;
    }();
    if (!verified) co_return verified.error();
    refused.org = verified->org;
    refused.share = verified->share;
    refused.signature_held = true;
    refused.dialect = verified->dialect;

    access::ClientInfo client;
    client.address = refused.client;
    client.user_agent = call.request.headers.find("User-Agent").value_or("");
    auto opened =
        co_await console.parts.sessions.open(std::move(*verified), std::move(secret), client);
    if (!opened) {
        const auto& error = opened.error();
        const bool ours = error.kind == ErrorKind::unavailable || error.kind == ErrorKind::internal;
        if (!ours) console.refusals.record(refused, error);
        if (error.code == "link_already_used") co_return link_already_used(error);
        co_return error;
    }
    auto response = co_await show(console, call, std::move(*opened), std::move(*view));
    co_return response;
}

Answered resume_session(Context& console, Call& call) {
    // A header of our own: no form can send it, and a script of another origin only after a
    // preflight, which is never answered.
    if (call.request.headers.find("X-Casement") != "1") {
        co_return forbidden("cross_origin_request", "Resuming needs the header \"X-Casement: 1\".");
    }
    auto view = view_request(call.body);
    if (!view) co_return view.error();
    // The path keeps other sessions' cookies away. Should a browser send more than one of the
    // name, the first counts: the one with the longest path, which is this session's own.
    std::string cookie(call.request.cookie(kCookie).value_or(""));
    std::string id = call.request.captures.at(0);
    auto opened = co_await console.parts.sessions.resume(std::move(id), std::move(cookie));
    if (!opened) co_return opened.error();
    auto response = co_await show(console, call, std::move(*opened), std::move(*view));
    co_return response;
}

// -- data ---------------------------------------------------------------------------------------

/// The selection of a data call, with the session looked at again when it took long.
asio::awaitable<Result<access::Selection>> select(Context& console, Call& call,
                                                  access::ViewRequest view) {
    const auto begun = std::chrono::steady_clock::now();
    auto selection =
        co_await console.parts.views.select(*call.viewer, view, call.request.cancellation);
    if (!selection) co_return selection.error();
    if (std::chrono::steady_clock::now() - begun > milliseconds{20}) {
        std::string token(call.request.bearer().value_or(""));
        auto still = co_await console.parts.sessions.authorize(std::move(token));
        if (!still) co_return still.error();
    }
    co_return selection;
}

Answered query_panels(Context& console, Call& call) {
    const auto& viewer = *call.viewer;
    auto view = view_request(call.body);
    if (!view) co_return view.error();
    PanelsWanted wanted;
    wanted.panels = panels_of(viewer, *view);
    auto what = seen("query", *view, wanted.panels, call.request);
    auto selection = co_await select(console, call, *view);
    if (!selection) {
        record_refused_view(console, viewer, selection.error(), std::move(what));
        co_return selection.error();
    }
    console.views.record(viewer, what);
    wanted.viewer = viewer;
    wanted.selection = std::move(*selection);
    co_return answer_panels(console.parts.sessions, console.parts.views, call.request,
                            std::move(wanted));
}

Answered export_panel(Context& console, Call& call) {
    const auto& viewer = *call.viewer;
    auto view = view_request(call.body);
    if (!view) co_return view.error();
    const int panel = static_cast<int>(call.body.at("panel").get_int64());
    auto what = seen("export", *view, {panel}, call.request);
    auto selection = co_await select(console, call, *view);
    if (!selection) {
        record_refused_view(console, viewer, selection.error(), std::move(what));
        co_return selection.error();
    }
    std::string query = text_at(call.body, "query").value_or("");
    auto csv = co_await console.parts.views.export_csv(viewer, *selection, panel, std::move(query),
                                                       call.request.cancellation);
    if (!csv) {
        record_refused_view(console, viewer, csv.error(), std::move(what));
        co_return csv.error();
    }
    std::string token(call.request.bearer().value_or(""));
    auto still = co_await console.parts.sessions.authorize(std::move(token));
    if (!still) co_return still.error();
    console.views.record(viewer, what);
    auto response = Response::text(200, std::move(*csv), "text/csv; charset=utf-8");
    // The uid is of [A-Za-z0-9_-] only.
    response.headers.add(
        "Content-Disposition",
        fmt::format("attachment; filename=\"{}-panel-{}.csv\"", viewer.dashboard->uid, panel));
    co_return response;
}

Answered describe_view(Context& console, Call& call) {
    auto view = view_request(call.body);
    if (!view) co_return view.error();
    auto selection = co_await select(console, call, *view);
    if (!selection) {
        record_refused_view(console, *call.viewer, selection.error(),
                            seen("view", *view, {}, call.request));
        co_return selection.error();
    }
    auto dashboard =
        co_await console.parts.views.describe(*call.viewer, *selection, call.request.cancellation);
    if (!dashboard) co_return dashboard.error();
    std::string token(call.request.bearer().value_or(""));
    auto still = co_await console.parts.sessions.authorize(token);
    if (!still) co_return still.error();
    // The token is the caller's own: asking for the dashboard does not make it live longer.
    const json::object line{{"session", session_json(*call.viewer)},
                            {"access_token", token},
                            {"dashboard", std::move(*dashboard)}};
    co_return Response::text(200, json::serialize(line) + "\n", std::string(kNdjson));
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
    Answer panels = lines;
    panels.description =
        "A line per panel as each finishes, then `{\"end\": true}`. What is wrong with one panel "
        "stands in its line.";
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
                    .summary = "Go on with a session by its cookie",
                    .description = "Needs the header `X-Casement: 1`.",
                    .caller = Caller::frame,
                    .body = view_shape({data}, {"panels"}),
                    .max_body = kMaxViewerBody,
                    .answers = {lines},
                    .refusals = {{401, "no_session_cookie"},
                                 {403, "cross_origin_request, share_paused, embed_disabled"},
                                 {404, "share_not_found"},
                                 {410, "session_expired, session_ended, share_expired"}},
                    .handle = resume_session});
    list.push_back({.method = Method::post,
                    .path = "/query",
                    .id = "queryPanels",
                    .tag = "Viewer",
                    .summary = "Data of panels",
                    .description = "Names panels, time and values; never a query.",
                    .caller = Caller::viewer,
                    .body = access::view_request_shape(),
                    .max_body = kMaxViewerBody,
                    .answers = {panels},
                    .refusals = {{403, "variable_locked, value_not_allowed, time_locked"},
                                 {410, "session_expired, session_ended"}},
                    .handle = query_panels});
    list.push_back(
        {.method = Method::post,
         .path = "/export",
         .id = "exportPanel",
         .tag = "Viewer",
         .summary = "CSV of a panel",
         .description = "When the share allows downloads.",
         .caller = Caller::viewer,
         .body = view_shape({required("panel", Shape::integer(0, 1'000'000)),
                             optional("query", Shape::text(1, 64).described(
                                                   "Its name; the panel's first when absent."))},
                            {"panels"}),
         .max_body = kMaxViewerBody,
         .answers = {{200, "RFC 4180 with a header row.", std::nullopt, "text/csv"}},
         .refusals = {{403,
                       "download_not_allowed, variable_locked, value_not_allowed, time_locked"},
                      {404, "panel_not_found, query_not_found"},
                      {410, "session_expired, session_ended"},
                      {504, "query_timeout"}},
         .handle = export_panel});
    list.push_back(
        {.method = Method::post,
         .path = "/view",
         .id = "describeView",
         .tag = "Viewer",
         .summary = "The dashboard as it is now",
         .description =
             "The first line of an opened session again; the access token is the one sent.",
         .caller = Caller::viewer,
         .body = view_shape({}, {"panels"}),
         .max_body = kMaxViewerBody,
         .answers = {{200, "One line: `session`, `access_token`, `dashboard`.", std::nullopt,
                      std::string(kNdjson)}},
         .refusals = {{403, "variable_locked, value_not_allowed, time_locked"},
                      {410, "session_expired, session_ended"}},
         .handle = describe_view});
    return list;
}

}  // namespace casement::console
