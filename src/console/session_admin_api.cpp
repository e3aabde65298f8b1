// Sessions as their organization sees them, and the audit trail.
#include "console/context.h"
#include "console/listing.h"
#include "console/organization_api.h"

#include <utility>

#include <fmt/format.h>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

json::object to_json(const store::SessionRow& session, const store::Snapshot& snapshot) {
    const auto* share = snapshot.share(session.share);
    return {{"id", session.id},
            {"share", share == nullptr ? json::value(nullptr) : json::value(share->token)},
            {"credential", session.credential},
            {"client", session.client},
            {"user_agent", session.user_agent},
            {"created_at", to_rfc3339(session.created_at)},
            {"last_seen_at", to_rfc3339(session.last_seen_at)},
            {"expires_at", to_rfc3339(session.expires_at)}};
}

Answered list_sessions(Context& console, Call& call) {
    std::int64_t share_id = 0;
    if (const auto token = call.text("share")) {
        auto share = console.parts.shares.find(call.principal, *token);
        if (!share) co_return share.error();
        share_id = share->id;
    }
    const auto limit = limit_of(call);
    auto rows = co_await console.parts.session_store.list(call.principal.org, share_id, limit);
    if (!rows) co_return rows.error();
    const auto snapshot = console.parts.catalog.snapshot();
    const auto show = [&](const store::SessionRow& row) { return to_json(row, *snapshot); };
    co_return Response::json(200, list_of("sessions", *rows, show));
}

Answered end_session(Context& console, Call& call) {
    std::string id = call.request.captures.at(0);
    auto ended = co_await console.parts.sessions.end(call.principal.org, std::move(id),
                                                     call.principal.actor);
    if (!ended) co_return ended.error();
    co_return Response::empty(204);
}

json::object to_json(const store::AuditRow& row) {
    return {{"id", row.id},         {"at", to_rfc3339(row.at)}, {"actor", row.actor},
            {"action", row.action}, {"object", row.object},     {"client", row.client},
            {"detail", row.detail}, {"chain", row.chain}};
}

Answered list_audit(Context& console, Call& call) {
    const auto before = call.number("before", 0);
    const auto limit = limit_of(call);
    auto& catalog = console.parts.catalog;
    const auto read = [&catalog, org = call.principal.org, before, limit] {
        return catalog.audit(org, before, limit);
    };
    auto rows = co_await catalog.pool().run(read);
    if (!rows) co_return rows.error();
    const auto show = [](const store::AuditRow& row) { return to_json(row); };
    auto page = list_of("rows", *rows, show);
    page["next"] = rows->size() == limit ? json::value(rows->back().id) : json::value(nullptr);
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

std::vector<Operation> session_admin_operations() {
    const Shape session = Shape::object(
        {required("id", Shape::text()),
         required("share", Shape::text().or_null().described("Token of the share it shows.")),
         required("credential", Shape::integer(0, kAnyId).described("That signed its link.")),
         required("client", Shape::text().described("Address that opened it.")),
         required("user_agent", Shape::text()), required("created_at", Shape::text()),
         required("last_seen_at", Shape::text().described("Within a minute.")),
         required("expires_at", Shape::text())});
    std::vector<Operation> all;
    all.push_back(
        {.method = Method::get,
         .path = "/sessions",
         .id = "listSessions",
         .tag = "Sessions",
         .summary = "Live sessions, newest first",
         .permission = Permission::sessions_read,
         .parameters = {{"share", Shape::text(1, 128), "Only of the share with this token."},
                        limit_parameter()},
         .answers = {{200, "Without anything that could carry one.",
                      list_shape("sessions", session)}},
         .refusals = {{404, "share_not_found"}},
         .handle = list_sessions});
    all.push_back({.method = Method::del,
                   .path = "/sessions/{id}",
                   .id = "endSession",
                   .tag = "Sessions",
                   .summary = "End a session at once",
                   .description = "Its next request is refused and its open streams are cut.",
                   .permission = Permission::sessions_end,
                   .answers = {{204, "Ended.", std::nullopt}},
                   .refusals = {{404, "session_not_found"}},
                   .handle = end_session});
    return all;
}

std::vector<Operation> audit_operations() {
    const Shape row = Shape::object(
        {required("id", Shape::integer(1, kAnyId)), required("at", Shape::text()),
         required("actor", Shape::text()), required("action", Shape::text()),
         required("object", Shape::text()), required("client", Shape::text()),
         required("detail", Shape::object({}).open()), required("chain", Shape::text())});
    std::vector<Operation> all;
    all.push_back(
        {.method = Method::get,
         .path = "/audit",
         .id = "listAudit",
         .tag = "Audit",
         .summary = "The audit trail, newest first",
         .permission = Permission::audit_read,
         .parameters = {{"before", Shape::integer(0, kAnyId), "Only rows older than this id."},
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
