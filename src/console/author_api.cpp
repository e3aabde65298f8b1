#include "console/author_api.h"

#include "access/author_views.h"
#include "console/context.h"
#include "console/find_verifier.h"
#include "console/listing.h"
#include "console/panel_stream.h"
#include "console/viewer_calls.h"
#include "dashboards/dashboard.h"

#include <memory>
#include <utility>

#include <fmt/format.h>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

/// A draft comes with every call that shows it.
constexpr std::size_t kMaxDraftBody = std::size_t{2} * 1024 * 1024;

/// A link as somebody pastes it: with or without the server's own address before it.
asio::awaitable<Result<access::VerifiedLink>> verify_pasted(Context& console, Call& call,
                                                            std::string link) {
    std::string_view target(link);
    if (const auto base = console.base_url(call.request); target.starts_with(base)) {
        target.remove_prefix(base.size());
    }
    const auto* verifier = find_verifier(console.parts.verifiers, target);
    if (verifier == nullptr) {
        co_return invalid("malformed_link",
                          "This is not a link that this server knows: paste one of this server's.",
                          "as.link");
    }
    const access::LinkRequest request{target, call.request.host};
    auto ready = co_await verifier->prepare(request, client_of(call.request));
    if (!ready) co_return ready.error();
    auto verified =
        verifier->verify(request, *console.parts.catalog.snapshot(), console.parts.clock.now());
    if (!verified) {
        auto error = verified.error();
        error.field = "as.link";
        co_return error;
    }
    co_return verified;
}

asio::awaitable<Result<access::SeenAs>> read_eyes(Context& console, Call& call) {
    access::SeenAs as;
    const auto* member = call.body.if_contains("as");
    if (member == nullptr) co_return as;
    const auto& given = member->get_object();
    if (given.size() != 1) {
        co_return invalid("invalid_as",
                          "Say one of user, attributes, share and link: through whose eyes.", "as");
    }
    if (const auto* user = given.if_contains("user")) as.user = user->get_int64();
    if (const auto* attributes = given.if_contains("attributes")) {
        auto& values = as.attributes.emplace();
        for (const auto& [name, value] : attributes->get_object())
            values[std::string(name)] = std::string(value.get_string());
    }
    as.share = text_at(given, "share").value_or("");
    if (auto link = text_at(given, "link")) {
        // Before anything is said about a link: who may not look through it learns nothing of it.
        if (auto allowed = call.principal.require(Permission::dashboards_write); !allowed) {
            co_return allowed.error();
        }
        auto verified = co_await verify_pasted(console, call, std::move(*link));
        if (!verified) co_return verified.error();
        as.link = std::move(*verified);
    }
    co_return as;
}

struct Looked {
    access::Viewer viewer;
    access::ViewRequest view;
    access::Selection selection;
};

/// What every call here begins with: whose view it is, and its request held against that.
asio::awaitable<Result<Looked>> look(Context& console, Call& call, std::string_view action) {
    access::AuthorRequest wanted;
    wanted.dashboard = text_at(call.body, "dashboard").value_or("");
    if (const auto* draft = call.body.if_contains("document")) {
        auto document = dashboards::read_dashboard(*draft);
        if (!document) {
            auto error = document.error();
            error.field = error.field.empty() ? "document" : "document." + error.field;
            co_return error;
        }
        wanted.document = std::make_shared<const dashboards::Dashboard>(std::move(*document));
    }
    auto as = co_await read_eyes(console, call);
    if (!as) co_return as.error();
    wanted.as = std::move(*as);
    auto viewer = console.parts.authors.look(call.principal, std::move(wanted));
    if (!viewer) co_return viewer.error();
    auto view = view_request(call.body);
    if (!view) co_return view.error();
    view->gives_way = true;
    auto selection = co_await console.parts.views.select(*viewer, *view, call.request.cancellation);
    if (!selection) co_return selection.error();
    auto panels = ids_of(access::panels_of(*viewer->view, *selection, view->panels));
    console.views.record(call.principal.org, call.principal.actor, *viewer->view,
                         seen(action, *view, panels, call.request));
    co_return Looked{std::move(*viewer), std::move(*view), std::move(*selection)};
}

Response panels_after(Context& console, Call& call, Looked looked, std::string head) {
    PanelsWanted wanted;
    wanted.head = std::move(head);
    wanted.panels = access::panels_of(*looked.viewer.view, looked.selection, looked.view.panels);
    wanted.viewer = std::move(looked.viewer);
    wanted.selection = std::move(looked.selection);
    return answer_panels(console.parts.sessions, console.parts.views, call.request,
                         std::move(wanted));
}

Answered view_dashboard(Context& console, Call& call) {
    auto looked = co_await look(console, call, "dashboard.viewed");
    if (!looked) co_return looked.error();
    auto described = co_await console.parts.views.describe(looked->viewer, looked->selection,
                                                           call.request.cancellation);
    if (!described) co_return described.error();
    auto head = json::serialize(json::object{{"dashboard", std::move(*described)}}) + "\n";
    const auto* data = call.body.if_contains("data");
    if (data != nullptr && !data->get_bool()) {
        co_return Response::text(200, head + std::string(kEndLine), std::string(kNdjson));
    }
    co_return panels_after(console, call, std::move(*looked), std::move(head));
}

Answered query_dashboard(Context& console, Call& call) {
    auto looked = co_await look(console, call, "query");
    if (!looked) co_return looked.error();
    co_return panels_after(console, call, std::move(*looked), {});
}

Answered export_dashboard(Context& console, Call& call) {
    auto looked = co_await look(console, call, "export");
    if (!looked) co_return looked.error();
    const int id = static_cast<int>(call.body.at("panel").get_int64());
    const access::PanelRef panel(id, text_at(call.body, "repeat"));
    auto csv = co_await console.parts.views.export_csv(looked->viewer, looked->selection, panel,
                                                       text_at(call.body, "query").value_or(""),
                                                       call.request.cancellation);
    if (!csv) co_return csv.error();
    auto response = Response::text(200, std::move(*csv), "text/csv; charset=utf-8");
    // The uid is of [A-Za-z0-9_-] only.
    response.headers.add(
        "Content-Disposition",
        fmt::format("attachment; filename=\"{}-panel-{}.csv\"", looked->viewer.view->uid, id));
    co_return response;
}

Answered offer_choices(Context& console, Call& call) {
    auto looked = co_await look(console, call, "choices");
    if (!looked) co_return looked.error();
    auto choices = co_await console.parts.views.filter_choices(
        looked->viewer, looked->selection, text_at(call.body, "variable").value_or(""),
        text_at(call.body, "key").value_or(""), call.request.cancellation);
    if (!choices) co_return choices.error();
    json::array list;
    for (const auto& choice : *choices)
        list.push_back(json::object{{"value", choice.value}, {"label", choice.label}});
    co_return Response::json(200, json::object{{"choices", std::move(list)}});
}

struct ScalarText {
    json::value operator()(std::monostate) const { return nullptr; }
    json::value operator()(bool value) const { return value; }
    json::value operator()(std::int64_t value) const { return value; }
    json::value operator()(double value) const { return value; }
    json::value operator()(const std::string& value) const { return json::string(value); }
    json::value operator()(Time value) const { return json::string(to_rfc3339(value)); }
    json::value operator()(std::chrono::microseconds value) const {
        return json::string(fmt::format("{} ms", value.count() / 1000));
    }
};

json::value shown(const data::Value& value) {
    if (const auto* one = std::get_if<data::Scalar>(&value)) return std::visit(ScalarText{}, *one);
    json::array list;
    for (const auto& one : std::get<std::vector<data::Scalar>>(value))
        list.push_back(std::visit(ScalarText{}, one));
    return list;
}

json::object inspected(const access::ViewService::InspectedQuery& query) {
    json::object values;
    const auto names = data::named_parameters(query.asked.text);
    for (const auto& [name, value] : query.asked.parameters)
        if (names.contains(name)) values[name] = shown(value);
    json::object out{{"name", query.name},
                     {"source", query.plan.source},
                     {"source_type", query.plan.source_type},
                     {"written", query.written},
                     {"asked", query.asked.text},
                     {"values", std::move(values)},
                     {"from_cache", query.from_cache},
                     {"milliseconds", static_cast<double>(query.took.count()) / 1000.0},
                     {"rows", nullptr},
                     {"bytes", nullptr},
                     {"truncated", false},
                     {"error", nullptr}};
    if (query.asked.window) out["step_ms"] = query.asked.window->interval.count();
    if (query.table) {
        out["rows"] = query.table->rows;
        out["bytes"] = query.table->json.size();
        out["truncated"] = query.table->truncated;
    }
    if (query.error) {
        out["error"] = {{"code", query.error->code}, {"message", query.error->message}};
    }
    return out;
}

Answered inspect_panel(Context& console, Call& call) {
    if (auto allowed = call.principal.require(Permission::dashboards_write); !allowed) {
        co_return allowed.error();
    }
    auto looked = co_await look(console, call, "query.inspected");
    if (!looked) co_return looked.error();
    const access::PanelRef panel(static_cast<int>(call.body.at("panel").get_int64()),
                                 text_at(call.body, "repeat"));
    auto queries = co_await console.parts.views.inspect(looked->viewer, looked->selection, panel,
                                                        call.request.cancellation);
    if (!queries) co_return queries.error();
    json::array list;
    for (const auto& query : *queries)
        list.push_back(inspected(query));
    co_return Response::json(200, json::object{{"queries", std::move(list)}});
}

/// The members of every body here, and these.
Shape body_of(std::vector<ShapeMember> more, std::vector<std::string_view> without) {
    const Shape eyes = Shape::object(
        {optional("user", Shape::integer(1, kAnyId).described("A user's id.")),
         optional("attributes",
                  Shape::map(Shape::text(0, 4096), 200).described("Values by attribute.")),
         optional("share", Shape::text(1, 200).described("A share's token.")),
         optional("link",
                  Shape::text(1, kMaxLink).described("A signed link; it is not redeemed."))});
    more.push_back(optional("dashboard", Shape::text(1, 64).described("Id or uid.")));
    more.push_back(optional("document",
                            Shape::object({}).open().described(
                                "A draft, in the place of what is kept. Needs dashboards_write.")));
    more.push_back(optional("as", eyes.described("Through whose eyes: one of the four. Needs "
                                                 "dashboards_write.")));
    return view_shape(std::move(more), std::move(without));
}

std::vector<Refusal> refusals(std::vector<Refusal> more) {
    more.insert(more.begin(),
                {{400,
                  "dashboard_required, invalid_dashboard (field: the path in the body), "
                  "invalid_as, malformed_link, link_of_another_dashboard, attribute_invalid"},
                 {404, "dashboard_not_found, user_not_found, share_not_found"}});
    return more;
}

}  // namespace

std::vector<Operation> author_operations() {
    const Answer panels{200,
                        "A line per panel as each finishes, then `{\"end\": true}`. What is wrong "
                        "with one panel stands in its line.",
                        std::nullopt, std::string(kNdjson)};
    std::vector<Operation> list;
    const auto add = [&](Operation operation) {
        operation.method = Method::post;
        operation.tag = "Drawing";
        operation.permission = Permission::dashboards_read;
        operation.max_body = kMaxDraftBody;
        list.push_back(std::move(operation));
    };
    add({.path = "/draw",
         .id = "drawDashboard",
         .summary = "A dashboard as who calls sees it",
         .description = "Authors see whole sources, and why a query failed; others the rows of "
                        "their attributes; authors also a draft, and what somebody else sees.",
         .body = body_of(
             {optional("data", Shape::boolean().described("false leaves the panels' lines out."))},
             {}),
         .answers = {{200, "First a line with `dashboard`, then the panels' as of /draw/query.",
                      std::nullopt, std::string(kNdjson)}},
         .refusals = refusals({}),
         .handle = view_dashboard});
    add({.path = "/draw/query",
         .id = "drawPanels",
         .summary = "Data of its panels",
         .body = body_of({}, {}),
         .answers = {panels},
         .refusals = refusals({}),
         .handle = query_dashboard});
    add({.path = "/draw/export",
         .id = "drawExport",
         .summary = "CSV of a panel",
         .body = body_of(
             {required("panel", Shape::integer(0, 1'000'000)),
              optional("repeat", Shape::text(0, 4096)), optional("query", Shape::text(1, 64))},
             {"panels"}),
         .answers = {{200, "RFC 4180 with a header row.", std::nullopt, "text/csv"}},
         .refusals =
             refusals({{403, "download_not_allowed, repeat_not_selected"}, {504, "query_timeout"}}),
         .handle = export_dashboard});
    add({.path = "/draw/choices",
         .id = "drawChoices",
         .summary = "What there is to filter by",
         .body = body_of(
             {required("variable", Shape::text(1, 64)), optional("key", Shape::text(1, 256))},
             {"panels"}),
         .answers = {{200, "In an order that helps to find one.",
                      Shape::object({required(
                          "choices", Shape::list(Shape::object({required("value", Shape::text()),
                                                                required("label", Shape::text())}),
                                                 100'000))})}},
         .refusals = refusals({{403, "variable_locked"}}),
         .handle = offer_choices});
    add({.path = "/draw/inspect",
         .id = "inspectPanel",
         .summary = "How the queries of a panel are asked, and what comes of it",
         .description = "Needs dashboards_write.",
         .body = body_of({required("panel", Shape::integer(0, 1'000'000)),
                          optional("repeat", Shape::text(0, 4096))},
                         {"panels"}),
         .answers = {{200, "In their order on the panel.",
                      Shape::object(
                          {required("queries", Shape::list(Shape::object({}).open(), 100))})}},
         .refusals = refusals({{403, "repeat_not_selected"}}),
         .handle = inspect_panel});
    return list;
}

}  // namespace casement::console
