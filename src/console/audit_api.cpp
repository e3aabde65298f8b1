// The audit trail: read by page and by filter, and held against its chain.
#include "access/panel_times.h"
#include "console/context.h"
#include "console/listing.h"
#include "console/object_names.h"
#include "console/organization_api.h"
#include "store/audit_search.h"

#include <utility>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

json::object to_json(const store::AuditRow& row, const store::Snapshot& snapshot) {
    const auto called = [&](std::string_view object) {
        auto title = name_of(snapshot, row.org, object).title;
        return title.empty() ? json::value(nullptr) : json::value(std::move(title));
    };
    return {{"id", row.id},
            {"at", to_rfc3339(row.at)},
            {"actor", row.actor},
            {"actor_name", called(row.actor)},
            {"action", row.action},
            {"object", row.object},
            {"object_name", called(row.object)},
            {"client", row.client},
            {"detail", row.detail},
            {"chain", row.chain}};
}

Result<std::optional<Time>> time_of(const Call& call, std::string_view name) {
    const auto text = call.text(name);
    if (!text) return std::optional<Time>();
    const auto time = parse_rfc3339(*text);
    if (!time) {
        return invalid("invalid_parameter", "A time is written like 2026-03-11T18:30:00Z.",
                       std::string(name));
    }
    return time;
}

/// A row each minute while somebody looks at a dashboard: there to be counted, noise to read.
bool leaves_panel_times_out(const Call& call) {
    const auto* asked = call.parameters.if_contains("panel_times");
    return (asked == nullptr || !asked->get_bool()) && !call.text("action");
}

Result<store::AuditQuery> query_of(const Call& call) {
    store::AuditQuery query;
    query.org = call.principal.org;
    query.before = call.number("before", 0);
    query.limit = limit_of(call);
    query.actor = call.text("actor").value_or("");
    query.action = call.text("action").value_or("");
    query.object = call.text("object").value_or("");
    if (leaves_panel_times_out(call)) query.except_action = access::PanelTimes::kAction;
    query.words = call.text("q").value_or("");
    auto from = time_of(call, "from");
    if (!from) return from.error();
    auto to = time_of(call, "to");
    if (!to) return to.error();
    query.from = *from;
    query.to = *to;
    return query;
}

Answered list_audit(Context& console, Call& call) {
    auto query = query_of(call);
    if (!query) co_return query.error();
    auto& trail = store::AuditSearch::of(console.parts.catalog);
    auto found = co_await trail.search(std::move(*query));
    if (!found) co_return found.error();
    const auto snapshot = console.parts.catalog.snapshot();
    const auto show = [&](const store::AuditRow& row) { return to_json(row, *snapshot); };
    auto page = list_of("rows", found->rows, show);
    page["next"] = found->next > 0 ? json::value(found->next) : json::value(nullptr);
    co_return Response::json(200, page);
}

Answered verify_audit(Context& console, Call& call) {
    auto& catalog = console.parts.catalog;
    const auto verify = [&catalog, org = call.principal.org] { return catalog.verify_audit(org); };
    auto broken = co_await catalog.pool().run(verify);
    if (!broken) co_return broken.error();
    const std::optional<std::int64_t> first = *broken;
    co_return Response::json(
        200,
        {{"intact", !first}, {"first_broken", first ? json::value(*first) : json::value(nullptr)}});
}

}  // namespace

std::vector<Operation> audit_operations() {
    const Shape row = Shape::object(
        {required("id", Shape::integer(1, kAnyId)), required("at", Shape::text()),
         required("actor", Shape::text()),
         required("actor_name", Shape::text().or_null().described("As it is called now.")),
         required("action", Shape::text()), required("object", Shape::text()),
         required("object_name", Shape::text().or_null().described("As it is called now.")),
         required("client", Shape::text()), required("detail", Shape::object({}).open()),
         required("chain", Shape::text())});
    std::vector<Operation> all;
    all.push_back(
        {.method = Method::get,
         .path = "/audit",
         .id = "listAudit",
         .tag = "Audit",
         .summary = "The audit trail, newest first",
         .description =
             "All filters must hold. A call looks at a bounded number of rows: a page "
             "may be short, even empty, and still have a `next`. Rows `panels.timed`, which "
             "usage counts slow panels from, are left out unless `panel_times` or "
             "`action` asks for them.",
         .permission = Permission::audit_read,
         .parameters =
             {{"before", Shape::integer(0, kAnyId), "Only rows older than this id."},
              {"actor", Shape::text(1, 200), "Only of this actor, `user:3`."},
              {"action", Shape::text(1, 100).matching("[a-z0-9_.]+"),
               "Only actions that begin like this: `link.` or `link.refused`."},
              {"object", Shape::text(1, 200), "Only about this object, `share:12`."},
              {"panel_times", Shape::boolean(), "true: with the rows `panels.timed`."},
              {"q", Shape::text(1, 200),
               "Only rows with all of these words in actor, action, object, client or detail."},
              {"from", Shape::text(1, 40), "Not before this moment (RFC 3339)."},
              {"to", Shape::text(1, 40), "Before this moment (RFC 3339)."},
              limit_parameter()},
         .answers = {{200, "Rows.", page_shape("rows", row, "before")}},
         .handle = list_audit});
    all.push_back({.method = Method::get,
                   .path = "/audit/verify",
                   .id = "verifyAudit",
                   .tag = "Audit",
                   .summary = "Is every row chained to the one before?",
                   .permission = Permission::audit_read,
                   .answers = {{200, "The finding.",
                                Shape::object({required("intact", Shape::boolean()),
                                               required("first_broken",
                                                        Shape::integer(1, kAnyId).or_null())})}},
                   .handle = verify_audit});
    return all;
}

}  // namespace casement::console
