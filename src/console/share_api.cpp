#include "console/share_api.h"

#include "access/sharing_settings.h"
#include "base/whole_number.h"
#include "console/context.h"
#include "console/listing.h"
#include "console/share_shapes.h"

#include <utility>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

asio::awaitable<Result<json::object>> shown(Context& console, Call& call,
                                            const store::Share& share) {
    auto visits = co_await console.parts.visits.of(share.org);
    if (!visits) co_return visits.error();
    const auto snapshot = console.parts.catalog.snapshot();
    const auto base_url = console.base_url(call.request);
    const ShareSight sight{*snapshot, base_url, console.parts.clock.now(), *visits};
    co_return to_json(share, sight);
}

Answered share_response(Context& console, Call& call, int status, store::Share share) {
    auto body = co_await shown(console, call, share);
    if (!body) co_return body.error();
    co_return Response::json(status, std::move(*body));
}

Answered list_shares(Context& console, Call& call) {
    auto visits = co_await console.parts.visits.of(call.principal.org);
    if (!visits) co_return visits.error();
    const auto snapshot = console.parts.catalog.snapshot();
    const auto dashboard = call.text("dashboard");
    std::int64_t only = 0;
    if (dashboard) {
        auto found = console.parts.dashboards.find(call.principal, *dashboard);
        if (!found) co_return found.error();
        only = found->id;
    }
    const auto type = call.text("type");
    const auto status = call.text("status");
    const auto sharer = call.text("sharer");
    const auto base_url = console.base_url(call.request);
    const ShareSight sight{*snapshot, base_url, console.parts.clock.now(), *visits};
    const auto is_of = [&](const store::Share& share) {
        const auto* user = share.sharer == 0 ? nullptr : snapshot->user(share.sharer);
        return user != nullptr && user->handle == *sharer;
    };
    const auto fits = [&](const store::Share& share) {
        return (only == 0 || share.dashboard == only) && (!type || share.type == *type) &&
               (!status || access::status_of(share, sight.now) == *status) &&
               (!sharer || is_of(share));
    };
    const auto show = [&](const store::Share& share) { return to_json(share, sight); };
    co_return Response::json(
        200, page_of("shares", call, snapshot->shares(call.principal.org), fits, show));
}

Answered get_share(Context& console, Call& call) {
    auto share = console.parts.shares.find(call.principal, call.request.captures.at(0));
    if (!share) co_return share.error();
    auto response = co_await share_response(console, call, 200, std::move(*share));
    co_return response;
}

Answered create_share(Context& console, Call& call) {
    access::NewShare what;
    what.type = text_at(call.body, "type").value_or("secure_embed");
    // The service checks it too; here it comes before what is wrong with the settings.
    auto may = call.principal.require(access::permission_to_share(what.type));
    if (!may) co_return may.error();
    what.status = text_at(call.body, "status").value_or("active");
    what.title = text_at(call.body, "title").value_or("");
    const Time now = console.parts.clock.now();
    if (auto merged = merge_settings(what.settings, call.body, now); !merged) {
        co_return merged.error();
    }
    store::Share settled;
    settled.type = what.type;
    settled.settings = std::move(what.settings);
    access::settle_type(settled, now);
    what.settings = std::move(settled.settings);
    std::string dashboard = call.request.captures.at(0);
    auto share =
        co_await console.parts.shares.create(call.principal, std::move(dashboard), std::move(what));
    if (!share) co_return share.error();
    auto out = co_await shown(console, call, *share);
    if (!out) co_return out.error();
    json::object answer{{"share", std::move(*out)}};
    // Nothing but a secure embed is opened by a credential.
    answer["credential"] = share->credentials.empty() || share->type != "secure_embed"
                               ? json::value(nullptr)
                               : json::value(with_secret(share->credentials.front()));
    co_return Response::json(201, answer);
}

Answered change_share(Context& console, Call& call) {
    std::string token = call.request.captures.at(0);
    // Runs on the catalog's thread, perhaps more than once: it owns what it reads.
    std::function<Result<void>(store::Share&)> change =
        [body = call.body, now = console.parts.clock.now()](store::Share& share) -> Result<void> {
        const auto type_before = share.type;
        if (auto type = text_at(body, "type")) share.type = std::move(*type);
        if (auto status = text_at(body, "status")) share.status = std::move(*status);
        if (auto title = text_at(body, "title")) share.title = std::move(*title);
        if (auto merged = merge_settings(share.settings, body, now); !merged) return merged;
        if (share.type != type_before) access::settle_type(share, now);
        const bool is_over = access::status_of(share, now) != share.status;
        if (text_at(body, "status") == "active" && is_over) {
            return invalid("share_expired",
                           "The share's time is over. Give it a later end to let people in again.",
                           "expires_at");
        }
        return {};
    };
    auto share = co_await console.parts.shares.update(call.principal, std::move(token),
                                                      std::string(), std::move(change));
    if (!share) co_return share.error();
    auto response = co_await share_response(console, call, 200, std::move(*share));
    co_return response;
}

Answered claim_share(Context& console, Call& call) {
    const auto user = call.principal.user;
    if (user == 0) {
        co_return forbidden("user_required",
                            "Only a person can take a share over. This key belongs to nobody.");
    }
    std::string token = call.request.captures.at(0);
    std::function<Result<void>(store::Share&)> change =
        [user, &catalog = console.parts.catalog](store::Share& share) -> Result<void> {
        if (share.sharer == user) return {};
        if (!is_unowned(share, *catalog.snapshot())) {
            return conflict("share_owned", "Whoever shared it is still here, so it stays theirs.");
        }
        share.sharer = user;
        return {};
    };
    auto share = co_await console.parts.shares.update(call.principal, std::move(token),
                                                      std::string(), std::move(change));
    if (!share) co_return share.error();
    auto response = co_await share_response(console, call, 200, std::move(*share));
    co_return response;
}

Answered remove_share(Context& console, Call& call) {
    std::string token = call.request.captures.at(0);
    auto removed =
        co_await console.parts.shares.remove(call.principal, std::move(token), std::string());
    if (!removed) co_return removed.error();
    co_return Response::empty(204);
}

// -- credentials --------------------------------------------------------------------------------

Result<std::int64_t> credential_id(const Call& call) {
    const auto id = whole_number<std::int64_t>(call.request.captures.at(1));
    if (!id) return not_found("credential_not_found", "This share has no such credential.");
    return *id;
}

asio::awaitable<Result<json::object>> with_last_use(Context& console,
                                                    store::Credential credential) {
    auto used = co_await console.parts.session_store.last_use_of_credential(credential.id);
    if (!used) co_return used.error();
    auto out = to_json(credential);
    const std::optional<Time> at = *used;
    out["last_used_at"] = at ? json::value(to_rfc3339(*at)) : json::value(nullptr);
    co_return out;
}

Answered list_credentials(Context& console, Call& call) {
    auto share = console.parts.shares.find(call.principal, call.request.captures.at(0));
    if (!share) co_return share.error();
    json::array list;
    for (const auto& credential : share->credentials) {
        auto shown = co_await with_last_use(console, credential);
        if (!shown) co_return shown.error();
        list.push_back(std::move(*shown));
    }
    co_return Response::json(200, {{"credentials", std::move(list)}});
}

Answered add_credential(Context& console, Call& call) {
    auto expiry = read_expiry(call.body);
    if (!expiry) co_return expiry.error();
    access::NewCredential what{text_at(call.body, "note").value_or(""), expiry->at};
    std::string token = call.request.captures.at(0);
    auto credential = co_await console.parts.shares.add_credential(call.principal, std::move(token),
                                                                   std::move(what));
    if (!credential) co_return credential.error();
    co_return Response::json(201, with_secret(*credential));
}

Answered rotate_credential(Context& console, Call& call) {
    const auto* given = call.body.if_contains("overlap_seconds");
    const seconds overlap{given == nullptr ? 86'400 : given->get_int64()};
    std::string token = call.request.captures.at(0);
    std::string note = text_at(call.body, "note").value_or("");
    auto credential = co_await console.parts.shares.rotate_credential(
        call.principal, std::move(token), overlap, std::move(note));
    if (!credential) co_return credential.error();
    co_return Response::json(201, with_secret(*credential));
}

Answered change_credential(Context& console, Call& call) {
    auto id = credential_id(call);
    if (!id) co_return id.error();
    auto expiry = read_expiry(call.body);
    if (!expiry) co_return expiry.error();
    std::string token = call.request.captures.at(0);
    std::function<Result<void>(store::Credential&)> change =
        [body = call.body, expiry = *expiry](store::Credential& credential) -> Result<void> {
        if (auto note = text_at(body, "note")) credential.note = std::move(*note);
        if (const auto* off = body.if_contains("disabled")) credential.disabled = off->get_bool();
        if (expiry.given) credential.expires_at = expiry.at;
        return {};
    };
    auto credential = co_await console.parts.shares.update_credential(
        call.principal, std::move(token), *id, std::move(change));
    if (!credential) co_return credential.error();
    auto shown = co_await with_last_use(console, *credential);
    if (!shown) co_return shown.error();
    co_return Response::json(200, *shown);
}

Answered remove_credential(Context& console, Call& call) {
    auto id = credential_id(call);
    if (!id) co_return id.error();
    std::string token = call.request.captures.at(0);
    auto removed =
        co_await console.parts.shares.remove_credential(call.principal, std::move(token), *id);
    if (!removed) co_return removed.error();
    co_return Response::empty(204);
}

}  // namespace

std::vector<Operation> share_operations() {
    const Shape created = Shape::object({required("share", share_shape()),
                                         required("credential", new_credential_shape().or_null())});
    std::vector<Operation> all;
    all.push_back(
        {.method = Method::get,
         .path = "/shares",
         .id = "listShares",
         .tag = "Shares",
         .summary = "Every share of the organization",
         .permission = Permission::dashboards_read,
         .parameters = {{"dashboard", Shape::text(1, 64), "Only of this dashboard (uid or id)."},
                        {"type", Shape::one_of({"open", "invite", "embed", "secure_embed"}),
                         "Only of this type."},
                        {"status", Shape::one_of({"active", "paused"}), "Only in this state."},
                        {"sharer", Shape::text(1, 256), "Only of the user with this handle."},
                        limit_parameter(),
                        after_parameter()},
         .answers = {{200, "In the order they were made.",
                      page_shape("shares", share_shape(), "after")}},
         .refusals = {{404, "dashboard_not_found"}},
         .handle = list_shares});
    all.push_back(
        {.method = Method::post,
         .path = "/dashboards/{id}/shares",
         .id = "createShare",
         .tag = "Shares",
         .summary = "Share a dashboard",
         .description = "Of a secure_embed the answer holds the first credential with its secret, "
                        "once.",
         .permission = std::nullopt,
         .body = Shape::object(share_attributes()),
         .answers = {{201, "The share and its first credential.", created}},
         .refusals = {{403,
                       "missing_permission (dashboards_embed_share, or the one of the type), "
                       "embed_disabled, sharing_disabled"},
                      {404, "dashboard_not_found"},
                      {409, "too_many_shares"}},
         .handle = create_share});
    all.push_back({.method = Method::get,
                   .path = "/shares/{token}",
                   .id = "getShare",
                   .tag = "Shares",
                   .summary = "One share",
                   .permission = Permission::dashboards_read,
                   .answers = {{200, "The share.", share_shape()}},
                   .refusals = {{404, "share_not_found"}},
                   .handle = get_share});
    all.push_back(
        {.method = Method::patch,
         .path = "/shares/{token}",
         .id = "changeShare",
         .tag = "Shares",
         .summary = "Change a share in place",
         .description = "What is absent stays, null takes a setting away. Takes effect on the next "
                        "request of every session, and cuts those that may not go on.",
         .permission = std::nullopt,
         .body = Shape::object(share_attributes()),
         .answers = {{200, "The share as it is now.", share_shape()}},
         .refusals = {{403,
                       "missing_permission (dashboards_embed_share, or the one of the type), "
                       "embed_disabled, sharing_disabled"},
                      {404, "share_not_found"}},
         .handle = change_share});
    all.push_back({.method = Method::post,
                   .path = "/shares/{token}/claim",
                   .id = "claimShare",
                   .tag = "Shares",
                   .summary = "Take over a share whose sharer is gone",
                   .permission = std::nullopt,
                   .answers = {{200, "The share, now the caller's.", share_shape()}},
                   .refusals = {{403, "missing_permission, user_required"},
                                {404, "share_not_found"},
                                {409, "share_owned"}},
                   .handle = claim_share});
    all.push_back({.method = Method::del,
                   .path = "/shares/{token}",
                   .id = "deleteShare",
                   .tag = "Shares",
                   .summary = "Take a share away for good",
                   .description = "Its sessions end at once; its URL never works again.",
                   .permission = std::nullopt,
                   .answers = {{204, "Gone.", std::nullopt}},
                   .refusals = {{403, "missing_permission"}, {404, "share_not_found"}},
                   .handle = remove_share});
    return all;
}

std::vector<Operation> credential_operations() {
    const auto note = optional("note", Shape::text(0, 200));
    const auto expires_at = optional("expires_at", Shape::text(10, 40).or_null());
    const Shape list = list_shape("credentials", credential_shape(), 100);
    std::vector<Operation> all;
    all.push_back({.method = Method::get,
                   .path = "/shares/{token}/credentials",
                   .id = "listCredentials",
                   .tag = "Credentials",
                   .summary = "The credentials that sign a share's links",
                   .permission = Permission::dashboards_embed_share,
                   .answers = {{200, "Oldest first, without their secrets.", list}},
                   .refusals = {{404, "share_not_found"}},
                   .handle = list_credentials});
    all.push_back({.method = Method::post,
                   .path = "/shares/{token}/credentials",
                   .id = "addCredential",
                   .tag = "Credentials",
                   .summary = "One more credential",
                   .permission = Permission::dashboards_embed_share,
                   .body = Shape::object({note, expires_at}),
                   .answers = {{201, "With its secret, once.", new_credential_shape()}},
                   .refusals = {{404, "share_not_found"}, {409, "too_many_credentials"}},
                   .handle = add_credential});
    all.push_back(
        {.method = Method::post,
         .path = "/shares/{token}/credentials/rotate",
         .id = "rotateCredential",
         .tag = "Credentials",
         .summary = "A new credential now, the others expire after an overlap",
         .description = "Links signed with an old one open until it expires; sessions opened with "
                        "it go on after that.",
         .permission = Permission::dashboards_embed_share,
         .body = Shape::object(
             {optional("overlap_seconds", Shape::integer(0, std::int64_t{30} * 86'400)
                                              .described("A day when absent, 30 days at most.")),
              note}),
         .answers = {{201, "The new one with its secret, once.", new_credential_shape()}},
         .refusals = {{404, "share_not_found"}, {409, "too_many_credentials"}},
         .handle = rotate_credential});
    all.push_back(
        {.method = Method::patch,
         .path = "/shares/{token}/credentials/{id}",
         .id = "changeCredential",
         .tag = "Credentials",
         .summary = "Note, expiry, switched off or on",
         .description = "Switching one off refuses its links and ends its sessions at once.",
         .permission = Permission::dashboards_embed_share,
         .body = Shape::object({note, expires_at, optional("disabled", Shape::boolean())}),
         .answers = {{200, "The credential as it is now.", credential_shape()}},
         .refusals = {{404, "share_not_found, credential_not_found"}},
         .handle = change_credential});
    all.push_back({.method = Method::del,
                   .path = "/shares/{token}/credentials/{id}",
                   .id = "deleteCredential",
                   .tag = "Credentials",
                   .summary = "Take a credential away for good",
                   .description = "Its links are refused and its sessions end at once.",
                   .permission = Permission::dashboards_embed_share,
                   .answers = {{204, "Gone.", std::nullopt}},
                   .refusals = {{404, "share_not_found, credential_not_found"}},
                   .handle = remove_credential});
    return all;
}

}  // namespace casement::console
