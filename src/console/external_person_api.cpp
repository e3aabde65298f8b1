// External people: those whom only the application knows, who came through its signed links.
#include "access/people_services.h"
#include "access/user_attributes.h"
#include "console/context.h"
#include "console/listing.h"
#include "console/people_api.h"
#include "store/catalog_embed_users.h"

#include <algorithm>
#include <utility>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

constexpr const char* kTag = "People";
constexpr std::int64_t kMostAtOnce = 500;
constexpr std::size_t kSessionsShown = 100;

Error person_error(Error error) {
    return named(std::move(error), "person_not_found",
                 "There is no such external person, or not any more.");
}

json::object to_json(const store::Snapshot& snapshot, const store::EmbedUser& row) {
    const auto& at = row.logged_in_at;
    return {{"id", row.id},
            {"external_user_id", row.external_user_id},
            {"name", row.first_name + " " + row.last_name},
            {"disabled", row.disabled},
            {"groups", named_rows<store::Group>(snapshot, row.org, access::Person{row}.groups())},
            {"created_at", to_rfc3339(row.created_at)},
            {"logged_in_at", at ? json::value(to_rfc3339(*at)) : json::value(nullptr)}};
}

/// Texts of a list; what is no text is left out.
json::array texts_of(const json::object& grant, std::string_view name) {
    json::array out;
    const auto* list = grant.if_contains(name);
    if (list == nullptr || !list->is_array()) return out;
    for (const auto& item : list->get_array())
        if (item.is_string()) out.push_back(item);
    return out;
}

/// What the last link granted. A hidden attribute's value is null.
json::object grant_json(const store::Snapshot& snapshot, const store::EmbedUser& row) {
    json::object attributes;
    const auto* sent = row.grant.if_contains("attributes");
    if (sent != nullptr && sent->is_object()) {
        for (const auto& [name, value] : sent->get_object()) {
            const auto* definition = snapshot.by_name<store::UserAttribute>(row.org, name);
            const bool hidden = definition != nullptr && access::is_hidden(*definition);
            attributes[name] = hidden || !value.is_string() ? json::value(nullptr) : value;
        }
    }
    return {{"permissions", texts_of(row.grant, "permissions")},
            {"models", texts_of(row.grant, "models")},
            {"external_group_id", text_at(row.grant, "external_group_id").value_or("")},
            {"attributes", std::move(attributes)}};
}

asio::awaitable<Result<store::EmbedUser>> find(Context& console, Call& call) {
    const auto found = co_await console.parts.people.people.find(call.principal, id_part(call, 0));
    if (!found) co_return person_error(found.error());
    if (found->embed() == nullptr) co_return person_error(access::no_such_object());
    co_return *found->embed();
}

Answered list_people(Context& console, Call& call) {
    const auto limit = static_cast<std::size_t>(call.number("limit", 100));
    store::EmbedUserQuery query;
    query.org = call.principal.org;
    query.sort = store::EmbedUserQuery::Sort::logged_in_at;
    query.descending = true;
    query.offset = offset_of(call);
    query.limit = limit + 1;
    if (const auto search = call.text("search")) {
        const auto by = call.text("by").value_or("external_user_id");
        auto pattern = anywhere(*search);
        if (by == "first_name") {
            query.first_name = std::move(pattern);
        } else if (by == "last_name") {
            query.last_name = std::move(pattern);
        } else {
            query.external_user_id = std::move(pattern);
        }
    }
    if (call.parameters.contains("group")) query.group = call.number("group", 0);
    if (const auto* disabled = call.parameters.if_contains("disabled")) {
        query.disabled = disabled->get_bool();
    }
    auto rows = co_await console.parts.catalog.search_embed_users(std::move(query));
    if (!rows) co_return rows.error();
    const auto snapshot = console.parts.catalog.snapshot();
    const auto show = [&](const store::EmbedUser& row) { return to_json(*snapshot, row); };
    co_return Response::json(200, offset_page_of("people", call, std::move(*rows), limit, show));
}

Answered detailed_response(Context& console, store::EmbedUser row) {
    const auto sessions =
        co_await console.parts.session_store.list_of_owner(row.org, row.id, kSessionsShown);
    if (!sessions) co_return sessions.error();
    const auto snapshot = console.parts.catalog.snapshot();
    auto out = to_json(*snapshot, row);
    out["timezone"] = row.timezone;
    out["grant"] = grant_json(*snapshot, row);
    out["roles"] = named_rows<store::Role>(*snapshot, row.org, access::Person{row}.roles());
    const auto show = [](const store::SessionRow& session) -> json::object {
        return {{"id", session.id},
                {"client", session.client},
                {"user_agent", session.user_agent},
                {"created_at", to_rfc3339(session.created_at)},
                {"last_seen_at", to_rfc3339(session.last_seen_at)},
                {"expires_at", to_rfc3339(session.expires_at)}};
    };
    out["sessions"] = list_of("sessions", *sessions, show).at("sessions");
    co_return Response::json(200, out);
}

Answered get_person(Context& console, Call& call) {
    auto row = co_await find(console, call);
    if (!row) co_return row.error();
    auto response = co_await detailed_response(console, std::move(*row));
    co_return response;
}

Answered change_person(Context& console, Call& call) {
    auto row = co_await find(console, call);
    if (!row) co_return row.error();
    access::PersonChange change;
    change.disabled = call.body.at("disabled").get_bool();
    const auto changed =
        co_await console.parts.people.people.update(call.principal, row->id, std::move(change));
    if (!changed) co_return person_error(changed.error());
    auto response = co_await detailed_response(console, *changed->embed());
    co_return response;
}

Answered remove_person(Context& console, Call& call) {
    auto row = co_await find(console, call);
    if (!row) co_return row.error();
    auto removed = co_await console.parts.people.people.remove(call.principal, row->id);
    if (!removed) co_return person_error(removed.error());
    co_return Response::empty(204);
}

Answered end_sessions(Context& console, Call& call) {
    auto row = co_await find(console, call);
    if (!row) co_return row.error();
    const auto ended =
        co_await console.parts.sessions.end_all_of(row->org, row->id, call.principal.actor);
    if (!ended) co_return ended.error();
    const auto count = static_cast<std::int64_t>(*ended);
    console.parts.people.parts.record(call.principal, "embed_user.sessions_ended",
                                      "user:" + std::to_string(row->id), {{"count", count}});
    co_return Response::json(200, {{"ended", count}});
}

std::vector<ShapeMember> person_members() {
    return {required("id", Shape::integer(1, kAnyId)),
            required("external_user_id", Shape::text().described("The application's own.")),
            required("name", Shape::text()),
            required("disabled", Shape::boolean()),
            required("groups", Shape::list(named_shape(), kAnyId)),
            required("created_at", Shape::text()),
            required("logged_in_at", Shape::text().or_null().described("With the last link."))};
}

Shape detailed_shape() {
    auto members = person_members();
    members.push_back(required("timezone", Shape::text()));
    members.push_back(required(
        "grant", Shape::object({required("permissions", Shape::list(Shape::text(), kAnyId)),
                                required("models", Shape::list(Shape::text(), kAnyId)),
                                required("external_group_id", Shape::text()),
                                required("attributes", Shape::map(Shape::text().or_null(), kAnyId)
                                                           .described("A hidden value is null."))})
                     .described("Of the last link.")));
    members.push_back(required("roles", Shape::list(named_shape(), kAnyId)));
    members.push_back(required(
        "sessions",
        Shape::list(
            Shape::object(
                {required("id", Shape::text()), required("client", Shape::text()),
                 required("user_agent", Shape::text()), required("created_at", Shape::text()),
                 required("last_seen_at", Shape::text()), required("expires_at", Shape::text())}),
            static_cast<std::int64_t>(kSessionsShown))));
    return Shape::object(std::move(members));
}

}  // namespace

std::vector<Operation> external_person_operations() {
    std::vector<Operation> all;
    all.push_back(
        {.method = Method::get,
         .path = "/embed-users",
         .id = "listEmbedUsers",
         .tag = kTag,
         .summary = "External people, who was here last first",
         .permission = Permission::org_manage,
         .parameters = {{"search", Shape::text(1, 200), "Anywhere in it; % for anything."},
                        {"by", Shape::one_of({"external_user_id", "first_name", "last_name"}),
                         "In what; the application's id when absent."},
                        {"group", Shape::integer(1, kAnyId), "Only of this group."},
                        {"disabled", Shape::boolean(), "Only disabled ones, or only the others."},
                        offset_parameter(),
                        {"limit", Shape::integer(1, kMostAtOnce), "100 when absent."}},
         .answers = {{200, "One page.",
                      page_shape("people", Shape::object(person_members()), "offset")}},
         .handle = list_people});
    all.push_back({.method = Method::get,
                   .path = "/embed-users/{id}",
                   .id = "getEmbedUser",
                   .tag = kTag,
                   .summary = "One of them, with the last grant and the live sessions",
                   .permission = Permission::org_manage,
                   .answers = {{200, "The person.", detailed_shape()}},
                   .refusals = {{404, "person_not_found"}},
                   .handle = get_person});
    all.push_back({.method = Method::patch,
                   .path = "/embed-users/{id}",
                   .id = "changeEmbedUser",
                   .tag = kTag,
                   .summary = "Let somebody in, or keep him out, whatever link he brings",
                   .permission = Permission::org_manage,
                   .body = Shape::object({required("disabled", Shape::boolean())}),
                   .answers = {{200, "As it is now.", detailed_shape()}},
                   .refusals = {{404, "person_not_found"}},
                   .handle = change_person});
    all.push_back({.method = Method::del,
                   .path = "/embed-users/{id}",
                   .id = "deleteEmbedUser",
                   .tag = kTag,
                   .summary = "Forget somebody, with all sessions",
                   .description = "The next link that names him makes him anew.",
                   .permission = Permission::org_manage,
                   .answers = {{204, "Deleted.", std::nullopt}},
                   .refusals = {{404, "person_not_found"}},
                   .handle = remove_person});
    all.push_back({.method = Method::del,
                   .path = "/embed-users/{id}/sessions",
                   .id = "endSessionsOfEmbedUser",
                   .tag = kTag,
                   .summary = "End all of somebody's sessions at once",
                   .permission = Permission::org_manage,
                   .answers = {{200, "How many there were.",
                                Shape::object({required("ended", Shape::integer(0, kAnyId))})}},
                   .refusals = {{404, "person_not_found"}},
                   .handle = end_sessions});
    return all;
}

}  // namespace casement::console
