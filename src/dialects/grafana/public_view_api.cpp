// What everybody may ask who knows a public dashboard's access token
// (grafana.md §3.4): the dashboard without its queries, and the data of its
// panels. A request names panels, a time and values; what is run stands in the
// dashboard and in the share.
#include "access/address_limit.h"
#include "access/refusal_log.h"
#include "access/standing.h"
#include "access/time_range.h"
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/errors.h"
#include "dialects/grafana/panel_frames.h"
#include "dialects/grafana/public_annotations.h"
#include "dialects/grafana/public_document.h"
#include "dialects/grafana/public_faults.h"
#include "dialects/grafana/public_log.h"
#include "dialects/grafana/public_parts.h"
#include "dialects/grafana/public_share.h"
#include "dialects/grafana/relative_range.h"
#include "dialects/grafana/text.h"

#include <algorithm>
#include <map>
#include <utility>

namespace casement::grafana {
namespace {

using http::Method;
using http::Request;
using http::Response;

constexpr std::size_t kMaxBody = std::size_t{10} * 1024;
/// A full page of panels that refresh every five seconds asks half as often.
constexpr std::int64_t kRequestsAMinute = 1200;
constexpr int kNarrowest = 100;
constexpr int kWidest = 10'000;

struct Stranger {
    explicit Stranger(PublicPartsPtr shared)
        : parts(std::move(shared)),
          annotations(store::AnnotationStore::of(parts->catalog.catalog)),
          limit({kRequestsAMinute}, parts->catalog.random, parts->catalog.clock),
          refusals(parts->catalog.audit, parts->catalog.clock),
          queries(parts->catalog.audit, parts->catalog.clock) {}
    PublicPartsPtr parts;
    store::AnnotationStore& annotations;
    access::AddressLimit limit;
    access::RefusalLog refusals;
    PublicLog queries;
};

/// What a token opens, at one moment.
struct Opened {
    store::SnapshotPtr snapshot;
    const store::Share* share = nullptr;
    const store::Dashboard* row = nullptr;
    /// Null: the document is only kept for its API.
    access::ViewPtr view;

    [[nodiscard]] access::Viewer viewer() const {
        access::Viewer made;
        made.snapshot = snapshot;
        made.view = view;
        return made;
    }
};

Response too_many(seconds wait) {
    auto response = Response::json(
        429, json::object{{"message", "Too many requests from this address. Try again later."}});
    response.headers.set("Retry-After", std::to_string(std::max<std::int64_t>(wait.count(), 1)));
    return response;
}

/// The dashboard that the path's token opens, or the answer that refuses it.
std::pair<Opened, std::optional<Response>> open(Stranger& stranger, const Request& request) {
    Opened opened;
    const auto refuse = [&](Response response) {
        return std::pair<Opened, std::optional<Response>>{std::move(opened), std::move(response)};
    };
    const auto taken = stranger.limit.take(request.client);
    if (!taken.allowed) return refuse(too_many(taken.reset));
    const auto token = read_access_token(request.captures.at(0));
    if (!token) return refuse(answer(public_fault::kInvalidToken));
    const auto& parts = *stranger.parts;
    opened.snapshot = parts.snapshot();
    opened.share = public_share_by_token(*opened.snapshot, *token);
    if (opened.share == nullptr) return refuse(answer(public_fault::kNotFound));
    const auto refuse_share = [&](const Error& reason) {
        stranger.refusals.record(
            access::RefusalLog::Refused::of(*opened.share, kDialect, request.client), reason);
        return refuse(unseen(reason));
    };
    const auto may = access::check_share_open(*opened.snapshot, *opened.share, parts.now());
    if (!may) return refuse_share(may.error());
    opened.row = opened.snapshot->dashboard(opened.share->dashboard);
    auto view = access::view_of_share(*opened.snapshot, *opened.share, parts.services.documents);
    if (view) {
        opened.view = std::move(*view);
    } else if (view.error().code != "dashboard_not_viewable") {
        return refuse_share(view.error());
    }
    return {std::move(opened), std::nullopt};
}

/// Whether what was open when the question came still is, now that its answer
/// is there.
std::optional<Response> closed_meanwhile(const PublicParts& parts, const Opened& opened) {
    const auto snapshot = parts.snapshot();
    const auto* share = snapshot->share(opened.share->id);
    if (share == nullptr || !is_public(*share)) return answer(public_fault::kNotFound);
    const auto may = access::check_share_open(*snapshot, *share, parts.now());
    if (!may) return unseen(may.error());
    return std::nullopt;
}

// -- the dashboard
// ----------------------------------------------------------------------------

asio::awaitable<Response> show_dashboard(std::shared_ptr<Stranger> stranger, Request& request) {
    auto [opened, refusal] = open(*stranger, request);
    if (refusal) co_return std::move(*refusal);
    const auto& parts = *stranger->parts;
    PublicLook look;
    if (opened.view) {
        auto selection =
            co_await parts.services.views.select(opened.viewer(), {}, request.cancellation);
        if (!selection) co_return unseen(selection.error());
        auto described = co_await parts.services.views.describe(opened.viewer(), *selection,
                                                                request.cancellation);
        if (!described) co_return unseen(described.error());
        look.described = std::move(*described);
        look.time_selectable =
            access::may_select_time(*opened.view->document, opened.view->settings);
    }
    if (auto closed = closed_meanwhile(parts, opened)) co_return std::move(*closed);
    auto document = opened.row->dialect == kDialect
                        ? public_document(*opened.row, look)
                        : public_document(*opened.row, *opened.view->document, look);
    co_return Response::json(
        200, json::object{{"meta", public_meta(*opened.row)}, {"dashboard", std::move(document)}});
}

// -- a panel's data
// ---------------------------------------------------------------------------

const Shape& query_shape() {
    constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();
    const auto moment = Shape::text(0, 64).or_null();
    static const Shape shape =
        Shape::object({optional("intervalMs", Shape::integer(-kAny, kAny).or_null()),
                       optional("maxDataPoints", Shape::integer(-kAny, kAny).or_null()),
                       optional("timeRange",
                                Shape::object({optional("from", moment), optional("to", moment),
                                               optional("timezone", Shape::text(0, 64).or_null())})
                                    .open()
                                    .or_null()),
                       optional("variables",
                                Shape::map(Shape::list(Shape::text(0, 4096), 500), 50).or_null()),
                       // Which clone of a repeated panel; the vendor has none on public pages.
                       optional("repeat", Shape::text(0, 4096).or_null())})
            .open();
    return shape;
}

/// The body's range, where it may have one. False when it cannot be read.
bool read_time(const json::object& range, Time now, access::ViewRequest& wanted) {
    Target target;
    const auto from = text_or_empty(range, "from");
    const auto to = text_or_empty(range, "to");
    if (from.empty() && to.empty()) return true;
    target.from = read_time_point(from);
    if (!to.empty()) target.to = read_time_point(to);
    if (!target.from || (!to.empty() && !target.to)) return false;
    auto read = range_of(target, now);
    if (!read) return false;
    wanted.span = std::move(read->span);
    wanted.from = read->from;
    wanted.to = read->to;
    return true;
}

/// What the body asks of this panel, which is the request's only one, or the answer that refuses
/// it.
std::pair<access::ViewRequest, std::optional<Response>> read_wanted(const Request& request,
                                                                    const access::View& view,
                                                                    int panel, Time now) {
    access::ViewRequest wanted;
    wanted.panels = {panel};
    json::value parsed = json::object{};
    if (request.body.size() > kMaxBody) {
        return {wanted, answer(public_fault::kBadRequest, "The body is larger than 10 KiB.")};
    }
    if (!request.body.empty()) {
        auto read = parse_json(request.body);
        if (!read) return {wanted, answer(public_fault::kBadRequest, read.error().message)};
        parsed = std::move(*read);
    }
    if (auto error = check(parsed, query_shape())) {
        return {wanted, answer(public_fault::kBadRequest, error->message)};
    }
    const auto& body = parsed.get_object();
    const auto points = number_or_zero(body, "maxDataPoints");
    if (number_or_zero(body, "intervalMs") < 0) {
        return {wanted, answer(public_fault::kInvalidInterval)};
    }
    if (points < 0) return {wanted, answer(public_fault::kInvalidPoints)};
    if (points > 0)
        wanted.width = static_cast<int>(std::clamp<std::int64_t>(points, kNarrowest, kWidest));
    const auto* range = body.if_contains("timeRange");
    if (range != nullptr && range->is_object()) {
        const auto& time = range->get_object();
        wanted.timezone = text_or_empty(time, "timezone");
        // Where the time is not the viewer's to choose, what he says of it is not
        // even read.
        if (access::may_select_time(*view.document, view.settings) &&
            !read_time(time, now, wanted)) {
            return {wanted, answer(public_fault::kInvalidTime)};
        }
    }
    wanted.panels.front().repeat = text_at(body, "repeat");
    const auto* variables = body.if_contains("variables");
    if (variables != nullptr && variables->is_object()) {
        for (const auto& [name, values] : variables->get_object()) {
            auto& chosen = wanted.variables[std::string(name)];
            for (const auto& value : values.get_array())
                chosen.emplace_back(value.get_string());
        }
    }
    return {std::move(wanted), std::nullopt};
}

/// An error of access::ViewService::select.
Response refused_selection(const Error& error) {
    if (error.code == "invalid_range" || error.code == "unknown_span") {
        return answer(public_fault::kInvalidTime, error.message);
    }
    if (error.kind == ErrorKind::forbidden) {
        return answer(public_fault::kVariableRefused, error.message);
    }
    if (error.kind == ErrorKind::invalid) return answer(public_fault::kBadRequest, error.message);
    return api_error(error);
}

Response results_answer(const store::Dashboard& row, int panel,
                        const std::vector<access::ViewService::QueryResult>& results) {
    json::object shown;
    int status = 200;
    for (const auto& result : results) {
        if (!result.error) {
            shown[result.name] = json::object{
                {"status", 200},
                {"frames", json::array{panel_frame(row, panel, result.name, *result.table)}}};
            continue;
        }
        // As the vendor: one failure makes the whole a failure, with everything
        // else still in it.
        status = 400;
        shown[result.name] = json::object{{"error", result.error->message},
                                          {"errorSource", "downstream"},
                                          {"status", http_status(result.error->kind)},
                                          {"frames", json::array{}}};
    }
    return Response::json(status, json::object{{"results", std::move(shown)}});
}

asio::awaitable<Response> query_panel(std::shared_ptr<Stranger> stranger, Request& request) {
    auto [opened, refusal] = open(*stranger, request);
    if (refusal) co_return std::move(*refusal);
    const auto number = plain_number(request.captures.at(1), 18);
    if (!number) co_return answer(public_fault::kInvalidPanel);
    if (!opened.view) {
        co_return api_error(Error{ErrorKind::unprocessable,
                                  "dashboard_not_viewable",
                                  "This dashboard is kept for its API; its queries cannot be run.",
                                  {}});
    }
    const auto& parts = *stranger->parts;
    const int id = std::in_range<int>(*number) ? static_cast<int>(*number) : -1;
    const auto* panel = opened.view->document->panel(id);
    if (panel == nullptr) co_return answer(public_fault::kPanelNotFound);
    auto [wanted, wrong] = read_wanted(request, *opened.view, id, parts.now());
    if (wrong) co_return std::move(*wrong);
    if (panel->queries.empty()) co_return answer(public_fault::kNoQueries);
    auto selection =
        co_await parts.services.views.select(opened.viewer(), wanted, request.cancellation);
    if (!selection) co_return refused_selection(selection.error());
    stranger->queries.record(*opened.share, id, request.client);
    auto results = co_await parts.services.views.panel_results(
        opened.viewer(), *selection, wanted.panels.front(), request.cancellation);
    if (!results) co_return refused_selection(results.error());
    if (auto closed = closed_meanwhile(parts, opened)) co_return std::move(*closed);
    co_return results_answer(*opened.row, id, *results);
}

// -- annotations
// ------------------------------------------------------------------------------

/// From and to of a request, in milliseconds; the dashboard's own where they
/// say nothing.
bool read_moments(const Request& request, access::ViewRequest& wanted) {
    const auto moment = [&](std::string_view name) -> std::optional<Time> {
        const auto text = request.parameter(name);
        if (!text || !*text) return std::nullopt;
        const auto millis = plain_number(**text, 15);
        return millis ? std::optional(Time{milliseconds{*millis}}) : std::nullopt;
    };
    const auto from = moment("from");
    const auto to = moment("to");
    if (!from || !to) return !from && !to;
    if (*to <= *from) return false;
    wanted.from = from;
    wanted.to = to;
    return true;
}

asio::awaitable<Response> list_annotations(std::shared_ptr<Stranger> stranger, Request& request) {
    auto [opened, refusal] = open(*stranger, request);
    if (refusal) co_return std::move(*refusal);
    const auto& parts = *stranger->parts;
    // What cannot be drawn has no time of its own either.
    if (!shows_annotations(*opened.share) || !opened.view) {
        co_return Response::json(200, json::array{});
    }
    access::ViewRequest wanted;
    if (access::may_select_time(*opened.view->document, opened.view->settings) &&
        !read_moments(request, wanted)) {
        co_return answer(public_fault::kInvalidTime);
    }
    auto selection =
        co_await parts.services.views.select(opened.viewer(), wanted, request.cancellation);
    if (!selection) co_return refused_selection(selection.error());
    // What a later entry of the dashboard's list finds by tags goes before what
    // an earlier found.
    std::map<std::int64_t, json::object> events;
    for (const auto& source : annotation_sources(*opened.row)) {
        for (auto query : source.queries) {
            query.org = opened.share->org;
            query.from = selection->from;
            query.to = selection->to;
            const bool by_tags = !query.tags.empty();
            auto found = co_await stranger->annotations.find(std::move(query));
            if (!found) co_return api_error(found.error());
            for (const auto& row : *found) {
                if (!by_tags && events.contains(row.id)) continue;
                events[row.id] = annotation_event(row, source, *opened.row);
            }
        }
    }
    if (auto closed = closed_meanwhile(parts, opened)) co_return std::move(*closed);
    json::array listed;
    for (auto& [id, event] : events)
        listed.push_back(std::move(event));
    co_return Response::json(200, listed);
}

using Handler = asio::awaitable<Response> (*)(std::shared_ptr<Stranger> stranger, Request& request);

asio::awaitable<Response> unkept(Handler handler, std::shared_ptr<Stranger> stranger,
                                 Request& request) {
    auto response = co_await handler(std::move(stranger), request);
    response.headers.set("Cache-Control", "no-store");
    co_return response;
}

}  // namespace

void add_public_routes(http::Router& router, const PublicPartsPtr& parts) {
    const auto stranger = std::make_shared<Stranger>(parts);
    const auto add = [&](Method method, std::string_view rest, Handler handler) {
        router.add(
            method, std::string(kApiRoot) + "/public/dashboards/{token}" + std::string(rest),
            [stranger, handler](Request& request) { return unkept(handler, stranger, request); });
    };
    add(Method::get, "", show_dashboard);
    add(Method::get, "/annotations", list_annotations);
    add(Method::post, "/panels/{panel}/query", query_panel);
}

}  // namespace casement::grafana
