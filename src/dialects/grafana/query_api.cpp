// Queries that a caller writes (grafana.md §5, /ds/query): only for those who may write them into
// dashboards, and only of their organization's sources. Whoever may just look at dashboards never
// sends a query here or anywhere.
#include "base/log.h"
#include "dashboards/importers/grafana_sql.h"
#include "dashboards/limits.h"
#include "data/source_types.h"
#include "dialects/grafana/datasource_parts.h"
#include "dialects/grafana/errors.h"
#include "dialects/grafana/frames.h"
#include "dialects/grafana/prometheus_body.h"
#include "dialects/grafana/query_body.h"

#include <algorithm>
#include <exception>
#include <map>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace casement::grafana {
namespace {

using http::Method;
using http::Response;

/// Queries of one request that run at the same time.
constexpr std::size_t kAtOnce = 4;
/// All results of one request together, as the engine counts them.
constexpr std::size_t kMostBytes = std::size_t{32} * 1024 * 1024;

struct Done {
    std::string text;  ///< as it ran
    Result<data::TablePtr> table = internal_error();
};

/// What the request and the queries that it waits for share.
struct Work {
    data::Engine* engine = nullptr;
    data::QueryLimits limits;
    store::SnapshotPtr snapshot;  ///< which `asked` points into
    AskedQueries asked;
    std::shared_ptr<Cancellation> cancellation;
    std::vector<Done> done;  ///< one for each query
    std::size_t started = 0;
    std::size_t finished = 0;
    /// Expires never; cancelled at the last query's end. Null when nobody waits any more.
    std::shared_ptr<asio::steady_timer> end;
};

Result<data::Query> bound_query(const Work& work, const AskedQuery& asked, std::string& text) {
    if (asked.source == nullptr) {
        return invalid("expression_unsupported",
                       "This server calculates no expressions. Write the calculation into the "
                       "query.");
    }
    if (data::find_source_type(asked.source->type) == nullptr)
        return cannot_be_queried(*asked.source);
    if (asked.promql) return promql_query(asked, work.asked, work.limits, text);
    if (asked.text.empty()) {
        return invalid("query_empty", "The query has no text: it belongs into \"rawSql\".");
    }
    if (asked.text.size() > static_cast<std::size_t>(dashboards::kMaxSqlBytes)) {
        return invalid("query_too_long",
                       fmt::format("A query has at most {} bytes.", dashboards::kMaxSqlBytes));
    }
    auto imported =
        dashboards::import_sql(asked.text, {}, dashboards::flavour_of(asked.source->type));
    if (!imported) return imported.error();
    text = imported->text;
    data::Query query;
    query.org = asked.source->org;
    query.source = asked.source->name;
    query.text = std::move(imported->text);
    query.limits = work.limits;
    query.parameters["from"] = data::Scalar{work.asked.from};
    query.parameters["to"] = data::Scalar{work.asked.to};
    query.parameters["interval"] =
        data::Scalar{std::chrono::duration_cast<microseconds>(asked.interval)};
    query.parameters["timezone"] = data::Scalar{std::string("UTC")};
    return query;
}

asio::awaitable<Result<data::TablePtr>> run_query(std::shared_ptr<Work> work, std::size_t place) {
    auto query = bound_query(*work, work->asked.queries[place], work->done[place].text);
    if (!query) co_return query.error();
    auto outcome = co_await work->engine->run(std::move(*query), work->cancellation);
    if (!outcome) co_return without_paths(outcome.error());
    co_return outcome->table;
}

/// Takes one query after the other until there is none left.
asio::awaitable<void> run_queries(std::shared_ptr<Work> work) {
    while (work->started < work->asked.queries.size()) {
        const auto place = work->started++;
        try {
            auto table = co_await run_query(work, place);
            work->done[place].table = std::move(table);
        } catch (const std::exception& exception) {
            log::error("query_failed", {{"reason", exception.what()}});
        }
        if (++work->finished == work->asked.queries.size() && work->end) work->end->cancel();
    }
}

/// Lets go of what is still running when the request ends before its queries.
struct StopOnExit {
    explicit StopOnExit(std::shared_ptr<Work> w) : work(std::move(w)) {}
    StopOnExit(const StopOnExit&) = delete;
    StopOnExit& operator=(const StopOnExit&) = delete;
    ~StopOnExit() {
        if (work->finished < work->asked.queries.size()) work->cancellation->cancel();
        work->end.reset();
    }
    std::shared_ptr<Work> work;
};

asio::awaitable<void> run_all(std::shared_ptr<Work> work) {
    const auto executor = co_await asio::this_coro::executor;
    work->end = std::make_shared<asio::steady_timer>(executor);
    work->end->expires_at(asio::steady_timer::time_point::max());
    const StopOnExit stop(work);
    const auto workers = std::min(kAtOnce, work->asked.queries.size());
    for (std::size_t i = 0; i < workers; ++i)
        asio::co_spawn(executor, run_queries(work), asio::detached);
    while (work->finished < work->asked.queries.size()) {
        boost::system::error_code woken;
        co_await work->end->async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
}

json::object failed(const Error& error) {
    const bool ours = error.kind == ErrorKind::internal || error.kind == ErrorKind::rate_limited;
    // A query that makes no sense to the engine is the caller's mistake, which the vendor calls
    // 400.
    const auto kind = error.kind == ErrorKind::unprocessable ? ErrorKind::invalid : error.kind;
    return {{"error", error.message},
            {"errorSource", ours ? "plugin" : "downstream"},
            {"status", http_status(kind)},
            {"frames", json::array()}};
}

json::object succeeded(const AskedQuery& asked, const Done& done, json::object frame) {
    auto& schema = frame["schema"].get_object();
    auto& meta = schema["meta"];
    if (!meta.is_object()) meta = json::object{};
    meta.get_object()["executedQueryString"] = done.text;
    if (asked.format == QueryFormat::time_series) {
        meta.get_object()["type"] = "timeseries-wide";
    }
    json::array frames;
    frames.push_back(std::move(frame));
    return {{"status", 200}, {"frames", std::move(frames)}};
}

Result<json::object> asked_frame(const AskedQuery& asked, const Done& done) {
    if (!done.table) return done.table.error();
    if (asked.format == QueryFormat::time_series) {
        return series_frame_of(**done.table, asked.ref_id);
    }
    return frame_of(**done.table, asked.ref_id);
}

Response answer(const Work& work) {
    json::object results;
    bool whole = true;
    for (std::size_t i = 0; i < work.done.size(); ++i) {
        const auto& asked = work.asked.queries[i];
        if (asked.promql && work.done[i].table) {
            results[asked.ref_id] = json::object{
                {"status", 200},
                {"frames", promql_frames(**work.done[i].table, asked, work.done[i].text)}};
            continue;
        }
        auto frame = asked_frame(asked, work.done[i]);
        whole = whole && frame.has_value();
        results[asked.ref_id] =
            frame ? succeeded(asked, work.done[i], std::move(*frame)) : failed(frame.error());
    }
    return Response::json(whole ? 200 : 400, json::object{{"results", std::move(results)}});
}

/// A row for each source: who asked it how often. What was asked may hold anything.
void record(const DatasourceParts& parts, const Call& call, const Work& work) {
    struct Count {
        int queries = 0;
        int failed = 0;
    };
    std::map<std::int64_t, Count> counts;
    for (std::size_t i = 0; i < work.done.size(); ++i) {
        const auto* source = work.asked.queries[i].source;
        if (source == nullptr) continue;
        auto& count = counts[source->id];
        ++count.queries;
        count.failed += work.done[i].table ? 0 : 1;
    }
    for (const auto& [id, count] : counts) {
        parts.catalog.audit.record({call.who().org,
                                    call.who().actor,
                                    "source.queried",
                                    fmt::format("source:{}", id),
                                    http::to_text(call.request.client),
                                    {{"queries", count.queries}, {"failed", count.failed}}});
    }
}

Answered query_sources(const DatasourceParts& parts, Call& call) {
    auto work = std::make_shared<Work>();
    work->snapshot = parts.snapshot();
    auto asked =
        read_queries(call.body, *work->snapshot, call.who().org, parts.catalog.clock.now());
    if (!asked) co_return asked.error();
    work->engine = &parts.engine;
    work->limits = parts.limits;
    work->limits.bytes = std::min(work->limits.bytes, kMostBytes / asked->queries.size());
    work->done.resize(asked->queries.size());
    work->asked = std::move(*asked);
    work->cancellation = call.request.cancellation;
    co_await run_all(work);
    record(parts, call, *work);
    // Writing out ten thousand rows is nothing for a connection's thread.
    auto write = [work] { return answer(*work); };
    auto response = co_await parts.catalog.catalog.pool().run(std::move(write));
    co_return response;
}

}  // namespace

void add_query_operation(Operations& operations, const DatasourcePartsPtr& parts) {
    operations.add({.method = Method::post,
                    .path = "/ds/query",
                    .permission = access::Permission::dashboards_write,
                    .action = "datasources:query (of Editors and Admins, who may write queries; a "
                              "Viewer sees data in dashboards only)",
                    .body = queries_shape(),
                    .bad_body = "bad request data",
                    .handle = on(parts, query_sources)});
}

}  // namespace casement::grafana
