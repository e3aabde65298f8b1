// Whether a data source answers: the engine really asks it.
#include "data/source_types.h"
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
    if (data::find_source_type(row->type) == nullptr) co_return sick(cannot_be_queried(*row));
    auto asked = parts.engine.check(row->org, row->name);
    auto answered = co_await std::move(asked);
    if (!answered) co_return sick(without_paths(answered.error()));
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
