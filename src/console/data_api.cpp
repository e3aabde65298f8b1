// Data calls of an open session: panels, CSV, and the dashboard as it is now.
#include "console/context.h"
#include "console/first_line.h"
#include "console/panel_stream.h"
#include "console/session_api.h"
#include "console/viewer_calls.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace casement::console {
namespace {

using http::Method;
using http::Response;

/// The selection of a data call, with the session looked at again when it took long.
asio::awaitable<Result<access::Selection>> select(Context& console, Call& call,
                                                  access::ViewRequest view) {
    const auto begun = std::chrono::steady_clock::now();
    auto selection =
        co_await console.parts.views.select(*call.viewer, view, call.request.cancellation);
    if (!selection) co_return selection.error();
    if (std::chrono::steady_clock::now() - begun > milliseconds{20}) {
        std::string token(call.request.bearer().value_or(""));
        auto still = co_await console.parts.sessions.authorize(std::move(token),
                                                               user_agent_of(call.request));
        if (!still) co_return still.error();
    }
    co_return selection;
}

Answered query_panels(Context& console, Call& call) {
    auto& viewer = *call.viewer;
    if (auto settled = settle_content(console, viewer, call.body); !settled) {
        co_return settled.error();
    }
    auto view = view_request(call.body);
    if (!view) co_return view.error();
    PanelsWanted wanted;
    wanted.have = have_of(call.body);
    auto what = seen("query", *view, ids_of(view->panels), call.request);
    // Of a page that refreshes itself only this changes from one call to the next.
    std::string without;
    if (call.body.contains("have")) what.content = without = without_have(call.body);
    auto selection = co_await select(console, call, *view);
    if (!selection) {
        record_refused_view(console, viewer, selection.error(), std::move(what));
        co_return selection.error();
    }
    wanted.panels = access::panels_of(*viewer.view, *selection, view->panels);
    what.panels = ids_of(wanted.panels);
    console.views.record(viewer, what);
    wanted.viewer = viewer;
    wanted.selection = std::move(*selection);
    co_return answer_panels(console.parts.sessions, console.parts.views, call.request,
                            std::move(wanted));
}

Answered export_panel(Context& console, Call& call) {
    auto& viewer = *call.viewer;
    if (auto settled = settle_content(console, viewer, call.body); !settled) {
        co_return settled.error();
    }
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
    const access::PanelRef wanted(panel, text_at(call.body, "repeat"));
    auto csv = co_await console.parts.views.export_csv(viewer, *selection, wanted, std::move(query),
                                                       call.request.cancellation);
    if (!csv) {
        record_refused_view(console, viewer, csv.error(), std::move(what));
        co_return csv.error();
    }
    std::string token(call.request.bearer().value_or(""));
    auto still =
        co_await console.parts.sessions.authorize(std::move(token), user_agent_of(call.request));
    if (!still) co_return still.error();
    console.views.record(viewer, what);
    auto response = Response::text(200, std::move(*csv), "text/csv; charset=utf-8");
    // The uid is of [A-Za-z0-9_-] only.
    response.headers.add(
        "Content-Disposition",
        fmt::format("attachment; filename=\"{}-panel-{}.csv\"", viewer.view->uid, panel));
    co_return response;
}

Answered offer_choices(Context& console, Call& call) {
    auto& viewer = *call.viewer;
    if (auto settled = settle_content(console, viewer, call.body); !settled) {
        co_return settled.error();
    }
    auto view = view_request(call.body);
    if (!view) co_return view.error();
    auto selection = co_await select(console, call, *view);
    if (!selection) {
        record_refused_view(console, viewer, selection.error(),
                            seen("choices", *view, {}, call.request));
        co_return selection.error();
    }
    std::string variable = text_at(call.body, "variable").value_or("");
    std::string key = text_at(call.body, "key").value_or("");
    auto choices = co_await console.parts.views.filter_choices(
        viewer, *selection, std::move(variable), std::move(key), call.request.cancellation);
    if (!choices) co_return choices.error();
    std::string token(call.request.bearer().value_or(""));
    auto still =
        co_await console.parts.sessions.authorize(std::move(token), user_agent_of(call.request));
    if (!still) co_return still.error();
    json::array list;
    for (const auto& choice : *choices)
        list.push_back(json::object{{"value", choice.value}, {"label", choice.label}});
    co_return Response::json(200, json::object{{"choices", std::move(list)}});
}

Answered describe_view(Context& console, Call& call) {
    auto view = view_request(call.body);
    if (!view) co_return view.error();
    const auto asked = *view;
    std::string target = text_at(call.body, "content").value_or("");
    auto line = co_await first_line(console, call.request, *call.viewer, std::move(*view),
                                    std::move(target));
    if (!line) {
        if (call.viewer->view) {
            record_refused_view(console, *call.viewer, line.error(),
                                seen("view", asked, {}, call.request));
        }
        co_return line.error();
    }
    std::string token(call.request.bearer().value_or(""));
    auto still = co_await console.parts.sessions.authorize(token, user_agent_of(call.request));
    if (!still) co_return still.error();
    // The token is the caller's own: asking for the dashboard does not make it live longer.
    json::object head{{"session", session_json(*call.viewer)}, {"access_token", token}};
    for (auto& [name, value] : line->members)
        head[name] = std::move(value);
    co_return Response::text(200, json::serialize(head) + "\n", std::string(kNdjson));
}

}  // namespace

std::vector<Operation> data_operations() {
    Answer panels{200, "", std::nullopt, std::string(kNdjson)};
    panels.description =
        "A line per panel as each finishes, then `{\"end\": true}`. What is wrong with one panel "
        "stands in its line.";
    std::vector<Operation> list;
    list.push_back({.method = Method::post,
                    .path = "/query",
                    .id = "queryPanels",
                    .tag = "Viewer",
                    .summary = "Data of panels",
                    .description = "Names panels, time and values; never a query.",
                    .caller = Caller::viewer,
                    .body = view_shape({content_name(), known_answers()}, {}),
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
         .body = view_shape(
             {content_name(), required("panel", Shape::integer(0, 1'000'000)),
              optional("repeat", Shape::text(0, 4096).described("Of a clone: its value.")),
              optional("query",
                       Shape::text(1, 64).described("Its name; the panel's first when absent."))},
             {"panels"}),
         .max_body = kMaxViewerBody,
         .answers = {{200, "RFC 4180 with a header row.", std::nullopt, "text/csv"}},
         .refusals = {{403,
                       "download_not_allowed, variable_locked, value_not_allowed, time_locked, "
                       "repeat_not_selected"},
                      {404, "panel_not_found, query_not_found"},
                      {410, "session_expired, session_ended"},
                      {504, "query_timeout"}},
         .handle = export_panel});
    list.push_back(
        {.method = Method::post,
         .path = "/choices",
         .id = "offerFilters",
         .tag = "Viewer",
         .summary = "What a viewer can filter by",
         .description = "Without `key`: the columns and labels that a variable of type filters "
                        "can name; with it: the values that there are.",
         .caller = Caller::viewer,
         .body = view_shape({content_name(), required("variable", Shape::text(1, 64)),
                             optional("key", Shape::text(1, 256))},
                            {"panels"}),
         .max_body = kMaxViewerBody,
         .answers = {{200, "In an order that helps to find one.",
                      Shape::object({required(
                          "choices", Shape::list(Shape::object({required("value", Shape::text()),
                                                                required("label", Shape::text())}),
                                                 100'000))})}},
         .refusals = {{403, "variable_locked, value_not_allowed"},
                      {404, "variable_not_found"},
                      {410, "session_expired, session_ended"}},
         .handle = offer_choices});
    list.push_back(
        {.method = Method::post,
         .path = "/view",
         .id = "describeView",
         .tag = "Viewer",
         .summary = "The dashboard as it is now",
         .description =
             "The first line of an opened session again; the access token is the one sent.",
         .caller = Caller::viewer,
         .body = view_shape({content_target()}, {"panels"}),
         .max_body = kMaxViewerBody,
         .answers = {{200, "One line: `session`, `access_token`, `dashboard`.", std::nullopt,
                      std::string(kNdjson)}},
         .refusals = {{403, "variable_locked, value_not_allowed, time_locked"},
                      {410, "session_expired, session_ended"}},
         .handle = describe_view});
    return list;
}

}  // namespace casement::console
