// Whether a data source answers: the engine really asks it.
#include "dialects/grafana/datasource_parts.h"

namespace casement::grafana {
namespace {

using http::Response;

Response sick(const Error& error) {
    return Response::json(400, json::object{{"status", "ERROR"}, {"message", error.message}});
}

Answered check_health(const DatasourceParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* row = snapshot->source_by_uid(call.who().org, call.part(0));
    if (row == nullptr) co_return no_such_datasource();
    if (!data::is_source_type(row->type)) co_return sick(cannot_be_queried(*row));
    data::Query query;
    query.org = row->org;
    query.source = row->name;
    query.text = "SELECT 1";
    query.fresh = true;
    query.limits = parts.limits;
    auto outcome = co_await parts.engine.run(std::move(query), call.request.cancellation);
    if (!outcome) co_return sick(without_paths(outcome.error()));
    co_return Response::json(
        200, json::object{{"status", "OK"}, {"message", "The data source answers queries."}});
}

}  // namespace

void add_datasource_health_operation(Operations& operations, const DatasourcePartsPtr& parts) {
    operations.add({.path = "/datasources/uid/{uid}/health",
                    .permission = access::Permission::dashboards_write,
                    .action = "datasources:query",
                    .handle = on(parts, check_health)});
}

}  // namespace casement::grafana
