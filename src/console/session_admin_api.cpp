// Sessions as their organization sees them.
#include "access/grant.h"
#include "access/session_owner.h"
#include "console/context.h"
#include "console/listing.h"
#include "console/organization_api.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

json::value text_or_null(std::string text) {
    return text.empty() ? json::value(nullptr) : json::value(std::move(text));
}

/// By guest: the addresses to which the invitations went.
using Guests = std::map<std::int64_t, std::string>;

/// Who is in the session, as people call them; empty where nobody is named.
std::string name_of(const store::SessionRow& session, const access::Grant& grant,
                    const store::Snapshot& snapshot, const Guests& guests) {
    if (const auto guest = guests.find(access::guest_of_owner(session.owner));
        guest != guests.end()) {
        return guest->second;
    }
    if (grant.embed) {
        const auto& embed = *grant.embed;
        const auto* user = embed.ordinary ? snapshot.user(embed.user) : nullptr;
        if (user != nullptr) return user->handle;
        return embed.name.empty() ? embed.external_user_id : embed.name;
    }
    if (!grant.key) return {};
    const auto* key = snapshot.find<store::AccountKey>(grant.key->key);
    return key == nullptr ? std::string() : key->name;
}

/// The path that it opened first. Not its query: values of variables stand there. And none of a
/// snapshot: its path has the key in it, which opens it.
std::string target_of(const access::Grant& grant) {
    std::string target;
    if (grant.embed) target = grant.embed->target;
    if (grant.key) target = grant.key->target;
    return target.substr(0, target.find('?'));
}

json::object to_json(const store::SessionRow& session, const store::Snapshot& snapshot,
                     const Guests& guests) {
    const auto* share = snapshot.share(session.share);
    // One that cannot be read opens nothing; it can be ended all the same.
    const auto read = access::read_grant(session.grant);
    const auto grant = read ? *read : access::Grant{};
    return {{"id", session.id},
            {"share", share == nullptr ? json::value(nullptr) : json::value(share->token)},
            {"credential", std::max<std::int64_t>(0, session.credential)},
            {"user", session.owner > 0 ? json::value(session.owner) : json::value(nullptr)},
            {"key", access::key_of_owner(session.owner) != 0
                        ? json::value(access::key_of_owner(session.owner))
                        : json::value(nullptr)},
            {"name", text_or_null(name_of(session, grant, snapshot, guests))},
            {"target", text_or_null(target_of(grant))},
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
    std::vector<std::int64_t> ids;
    for (const auto& row : *rows) {
        if (const auto id = access::guest_of_owner(row.owner); id != 0) ids.push_back(id);
    }
    auto guests =
        co_await console.parts.visits.guests().addresses(call.principal.org, std::move(ids));
    if (!guests) co_return guests.error();
    const auto snapshot = console.parts.catalog.snapshot();
    const auto show = [&](const store::SessionRow& row) {
        return to_json(row, *snapshot, *guests);
    };
    co_return Response::json(200, list_of("sessions", *rows, show));
}

Answered end_session(Context& console, Call& call) {
    std::string id = call.request.captures.at(0);
    auto ended = co_await console.parts.sessions.end(call.principal.org, std::move(id),
                                                     call.principal.actor);
    if (!ended) co_return ended.error();
    co_return Response::empty(204);
}

asio::awaitable<Result<std::size_t>> end_of_share(Context& console, const access::Principal& who,
                                                  const store::Share& share) {
    const Time begun = console.parts.clock.now();
    std::size_t count = 0;
    while (true) {
        auto rows = co_await console.parts.session_store.list(
            who.org, share.id, static_cast<std::size_t>(kMostListed));
        if (!rows) co_return rows.error();
        std::size_t ended_now = 0;
        for (const auto& row : *rows) {
            // The share may go on letting people in: those of after the call stay.
            if (row.created_at > begun) continue;
            auto ended = co_await console.parts.session_store.end(row.id);
            if (!ended) co_return ended.error();
            if (*ended) ++ended_now;
        }
        count += ended_now;
        if (ended_now == 0 || rows->size() < static_cast<std::size_t>(kMostListed)) break;
    }
    if (count > 0) {
        console.parts.audit.record({who.org,
                                    who.actor,
                                    "sessions.ended",
                                    access::object_of(share),
                                    {},
                                    {{"count", static_cast<std::int64_t>(count)}}});
    }
    co_return count;
}

/// Embed users stand in the database only; people who sign in to a frame are users.
asio::awaitable<Result<void>> check_person(Context& console, store::OrgId org, std::int64_t id) {
    const auto snapshot = console.parts.catalog.snapshot();
    const auto* user = snapshot->user(id);
    if (user != nullptr && user->org == org) co_return Result<void>{};
    auto person = co_await console.parts.catalog.embed_user(org, id);
    if (person) co_return Result<void>{};
    if (person.error().kind != ErrorKind::not_found) co_return person.error();
    co_return not_found("user_not_found", "There is no person of this id.");
}

Answered end_sessions(Context& console, Call& call) {
    if (call.body.size() != 1) {
        co_return invalid("invalid_body", "Name one of share, user and key.");
    }
    Result<std::size_t> ended = std::size_t{0};
    if (const auto token = text_at(call.body, "share")) {
        auto share = console.parts.shares.find(call.principal, *token);
        if (!share) co_return share.error();
        ended = co_await end_of_share(console, call.principal, *share);
    } else if (const auto* user = call.body.if_contains("user")) {
        const auto id = user->get_int64();
        auto known = co_await check_person(console, call.principal.org, id);
        if (!known) co_return known.error();
        ended = co_await console.parts.sessions.end_all_of(call.principal.org, id,
                                                           call.principal.actor);
    } else {
        const auto id = call.body.at("key").get_int64();
        const auto snapshot = console.parts.catalog.snapshot();
        const auto* key = snapshot->find<store::AccountKey>(id);
        if (key == nullptr || key->org != call.principal.org) {
            co_return not_found("key_not_found", "There is no key of this id.");
        }
        ended = co_await console.parts.sessions.end_all_of(
            call.principal.org, access::owner_of_key(id), call.principal.actor);
    }
    if (!ended) co_return ended.error();
    co_return Response::json(200, {{"ended", static_cast<std::int64_t>(*ended)}});
}

}  // namespace

std::vector<Operation> session_admin_operations() {
    const Shape session = Shape::object(
        {required("id", Shape::text()),
         required("share", Shape::text().or_null().described("Token of the share it shows.")),
         required("credential", Shape::integer(0, kAnyId).described("That signed its link.")),
         required("user", Shape::integer(1, kAnyId).or_null().described(
                              "Person whose session it is, when a signed login opened it.")),
         required("key", Shape::integer(1, kAnyId).or_null().described(
                             "Key whose link opened it, of a sharable link.")),
         required(
             "name",
             Shape::text().or_null().described(
                 "That person's name or id, the key's name, or the address of who was invited.")),
         required("target", Shape::text().or_null().described(
                                "Path that it opened, where it shows no share.")),
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
    all.push_back(
        {.method = Method::post,
         .path = "/sessions/end",
         .id = "endSessions",
         .tag = "Sessions",
         .summary = "End all sessions of a share, a person or a key",
         .description = "Exactly one of the three is named. Their next requests are refused and "
                        "their open streams are cut. Links that are signed from now on open new "
                        "ones: to stop those too, pause the share, or disable person or key.",
         .permission = Permission::sessions_end,
         .body = Shape::object(
             {optional("share", Shape::text(1, 128).described("Token of a share.")),
              optional("user", Shape::integer(1, kAnyId).described("Id of a person.")),
              optional("key", Shape::integer(1, kAnyId).described("Id of an API key, or of a "
                                                                  "service account's token."))}),
         .answers = {{200, "How many there were.",
                      Shape::object({required("ended", Shape::integer(0, kAnyId))})}},
         .refusals = {{404, "share_not_found, user_not_found, key_not_found"}},
         .handle = end_sessions});
    return all;
}

}  // namespace casement::console
