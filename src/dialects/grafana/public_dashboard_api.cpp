// Public dashboards: made, changed, listed, removed (grafana.md §3.4).
#include "access/folder_sight.h"
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/errors.h"
#include "dialects/grafana/public_faults.h"
#include "dialects/grafana/public_parts.h"
#include "dialects/grafana/public_share.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace casement::grafana {
namespace {

using access::Permission;
using http::Method;
using http::Response;

constexpr std::size_t kMaxBody = std::size_t{10} * 1024;
constexpr std::size_t kUsualPage = 1000;
constexpr std::size_t kUidLength = 14;

using Handler = Answered (*)(const PublicParts& parts, Call& call);

Handle on(PublicPartsPtr parts, Handler handler) {
    return [parts = std::move(parts), handler](Call& call) { return handler(*parts, call); };
}

struct Body {
    std::string uid;
    std::string token;  ///< as read_access_token gives it, or empty
    PublicChange change;
    std::string type;
};

const Shape& body_shape() {
    static const Shape shape =
        Shape::object({optional("uid", Shape::text(0, 255).or_null()),
                       optional("accessToken", Shape::text(0, 255).or_null()),
                       optional("timeSelectionEnabled", Shape::boolean().or_null()),
                       optional("isEnabled", Shape::boolean().or_null()),
                       optional("annotationsEnabled", Shape::boolean().or_null()),
                       optional("variablesEnabled", Shape::boolean().or_null()),
                       optional("share", Shape::text(0, 255).or_null())})
            .open();
    return shape;
}

std::optional<bool> flag_at(const json::object& body, std::string_view name) {
    const auto* value = body.if_contains(name);
    if (value == nullptr || value->is_null()) return std::nullopt;
    return value->get_bool();
}

/// The body, or the answer that refuses it.
std::pair<Body, std::optional<Response>> read_body(const http::Request& request) {
    Body body;
    if (request.body.size() > kMaxBody) {
        return {body, answer(public_fault::kBadRequest, "The body is larger than 10 KiB.")};
    }
    auto parsed = parse_json(request.body);
    if (!parsed) return {body, answer(public_fault::kBadRequest, parsed.error().message)};
    if (auto error = check(*parsed, body_shape())) {
        return {body, answer(public_fault::kBadRequest, error->message)};
    }
    const auto& object = parsed->get_object();
    body.uid = text_or_empty(object, "uid");
    body.token = text_or_empty(object, "accessToken");
    body.type = text_or_empty(object, "share");
    body.change = {flag_at(object, "isEnabled"), flag_at(object, "timeSelectionEnabled"),
                   flag_at(object, "annotationsEnabled"), flag_at(object, "variablesEnabled")};
    // Shares by e-mail are the vendor's own product; where it is not there, neither are they.
    if (body.type == "email") return {body, answer(public_fault::kNotFound)};
    if (!body.type.empty() && body.type != "public") {
        return {body, answer(public_fault::kInvalidType)};
    }
    return {std::move(body), std::nullopt};
}

/// An error of access::ShareService.
Response refused_share(const Error& error) {
    if (error.code == "missing_permission") return access_denied("dashboards.public:write");
    if (error.code == "dashboard_not_found") return answer(public_fault::kDashboardNotFound);
    if (error.code == "share_not_found") return answer(public_fault::kNotFound);
    if (error.code == "already_exists") return answer(public_fault::kTokenExists);
    return api_error(error);
}

/// Whether this dashboard may be open to strangers. One that is only stored may: nothing of it is
/// run, and it is looked at again when it opens.
std::optional<Response> not_public(const PublicParts& parts, const store::Dashboard& row) {
    const auto document = parts.services.documents.get(row);
    if (!document) return std::nullopt;
    const auto fits = access::check_may_be_public(**document);
    if (fits) return std::nullopt;
    return unseen(fits.error());
}

Answered show_one(const PublicParts& parts, Call& call) {
    if (!is_short_uid(call.part(0))) co_return answer(public_fault::kNoIdentifier);
    const auto snapshot = parts.snapshot();
    const auto* row = access::find_seen_dashboard(*snapshot, call.who(), call.part(0));
    const auto* share = row == nullptr ? nullptr : public_share_of(*snapshot, *row);
    if (share == nullptr) co_return answer(public_fault::kNotFound);
    co_return Response::json(200, shown(*share, row->uid));
}

access::NewShare new_share(const PublicParts& parts, const Call& call, const Body& body) {
    auto& random = parts.catalog.random;
    store::Share share;
    share.status = "paused";
    share.settings = public_settings(body.uid.empty() ? random.alphanumeric(kUidLength) : body.uid);
    apply(body.change, share, call.who().user, parts.now());
    access::NewShare made;
    made.type = "open";
    made.status = share.status;
    made.settings = std::move(share.settings);
    made.token = body.token.empty() ? make_access_token(random) : body.token;
    return made;
}

Answered create(const PublicParts& parts, Call& call) {
    if (!is_short_uid(call.part(0))) co_return answer(public_fault::kInvalidUid);
    auto [body, refusal] = read_body(call.request);
    if (refusal) co_return std::move(*refusal);
    if (!body.uid.empty() && !is_short_uid(body.uid)) co_return answer(public_fault::kInvalidUid);
    if (!body.token.empty()) {
        auto token = read_access_token(body.token);
        if (!token) co_return answer(public_fault::kInvalidToken);
        body.token = std::move(*token);
    }
    const auto snapshot = parts.snapshot();
    const auto* row = access::find_seen_dashboard(*snapshot, call.who(), call.part(0));
    if (row == nullptr) co_return answer(public_fault::kDashboardNotFound);
    if (public_share_of(*snapshot, *row) != nullptr) co_return answer(public_fault::kIsPublic);
    if (!body.uid.empty() && public_share_by_uid(*snapshot, row->org, body.uid) != nullptr) {
        co_return answer(public_fault::kUidExists);
    }
    if (!body.token.empty() && snapshot->share_by_token(body.token) != nullptr) {
        co_return answer(public_fault::kTokenExists);
    }
    if (auto refused = not_public(parts, *row)) co_return std::move(*refused);

    const auto dashboard = row->uid;
    auto made =
        co_await parts.services.shares.create(call.who(), dashboard, new_share(parts, call, body));
    if (!made) co_return refused_share(made.error());
    // Of two that were made at the same moment the older one stays: writes are ordered, so whoever
    // came second sees the first now.
    const auto after = parts.snapshot();
    const auto* first = public_share_of(*after, *row);
    const auto* named = public_share_by_uid(*after, row->org, uid_of(*made));
    const bool second = first != nullptr && first->id != made->id;
    if (second || (named != nullptr && named->id != made->id)) {
        auto removed = co_await parts.services.shares.remove(call.who(), made->token, dashboard);
        if (!removed && removed.error().kind != ErrorKind::not_found) co_return removed.error();
        co_return answer(second ? public_fault::kIsPublic : public_fault::kUidExists);
    }
    co_return Response::json(200, shown(*made, dashboard));
}

/// The share that the path names, or the answer that refuses it.
std::pair<const store::Share*, std::optional<Response>> named_share(const store::Snapshot& snapshot,
                                                                    const Call& call) {
    if (!is_short_uid(call.part(0)) || !is_short_uid(call.part(1))) {
        return {nullptr, answer(public_fault::kInvalidUid)};
    }
    const auto* row = access::find_seen_dashboard(snapshot, call.who(), call.part(0));
    if (row == nullptr) return {nullptr, answer(public_fault::kDashboardNotFound)};
    const auto* share = public_share_by_uid(snapshot, row->org, call.part(1));
    if (share == nullptr) return {nullptr, answer(public_fault::kNotFound)};
    if (share->dashboard == row->id) return {share, std::nullopt};
    // Who may not see the other dashboard does not learn that there is something.
    const auto* other = snapshot.dashboard(share->dashboard);
    const bool sees =
        other != nullptr && access::FolderSight(snapshot, call.who()).sees(other->folder);
    return {nullptr, answer(sees ? public_fault::kInvalidUid : public_fault::kNotFound)};
}

Answered update(const PublicParts& parts, Call& call) {
    auto [body, refusal] = read_body(call.request);
    if (refusal) co_return std::move(*refusal);
    const auto snapshot = parts.snapshot();
    auto [share, wrong] = named_share(*snapshot, call);
    if (wrong) co_return std::move(*wrong);
    const auto* row = snapshot->dashboard(share->dashboard);
    if (body.change.enabled.value_or(share->status == "active")) {
        if (auto refused = not_public(parts, *row)) co_return std::move(*refused);
    }
    auto written = co_await parts.services.shares.update(
        call.who(), share->token, row->uid,
        [change = body.change, who = call.who().user, now = parts.now()](store::Share& changed) {
            if (!is_public(changed)) {
                return Result<void>(not_found("share_not_found", "It is public no longer."));
            }
            apply(change, changed, who, now);
            return Result<void>{};
        });
    if (!written) co_return refused_share(written.error());
    co_return Response::json(200, shown(*written, row->uid));
}

Answered remove(const PublicParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    auto [share, wrong] = named_share(*snapshot, call);
    if (wrong) co_return std::move(*wrong);
    auto removed = co_await parts.services.shares.remove(call.who(), share->token, call.part(0));
    if (!removed) co_return refused_share(removed.error());
    co_return Response::empty(200);
}

Answered list(const PublicParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto query = call.parameter("query");
    struct Found {
        const store::Share* share;
        const store::Dashboard* row;
    };
    std::vector<Found> found;
    for (const auto* share : snapshot->shares(call.who().org)) {
        if (!is_public(*share)) continue;
        const auto* row = snapshot->dashboard(share->dashboard);
        if (row == nullptr || !contains_text(row->title, query)) continue;
        if (access::find_seen_dashboard(*snapshot, call.who(), row->uid) != row) continue;
        if (public_share_of(*snapshot, *row) != share) continue;
        found.push_back({share, row});
    }
    std::sort(found.begin(), found.end(), [](const Found& left, const Found& right) {
        return std::tie(left.row->title, left.row->id) < std::tie(right.row->title, right.row->id);
    });
    const auto page = read_page(call, kUsualPage, kUsualPage);
    json::array listed;
    for (auto i = page.begin(found.size()); i < page.end(found.size()); ++i) {
        const auto& [share, row] = found[i];
        listed.push_back(json::object{{"uid", uid_of(*share)},
                                      {"accessToken", share->token},
                                      {"title", row->title},
                                      {"dashboardUid", row->uid},
                                      {"isEnabled", share->status == "active"},
                                      {"slug", slug_of(row->title)}});
    }
    co_return Response::json(200, json::object{{"publicDashboards", std::move(listed)},
                                               {"totalCount", found.size()},
                                               {"page", page.number},
                                               {"perPage", page.size}});
}

}  // namespace

void add_public_operations(Operations& operations, const PublicPartsPtr& parts) {
    const auto add = [&](Method method, std::string path, Permission permission,
                         std::string_view action, Handler handler) {
        operations.add({.method = method,
                        .path = std::move(path),
                        .permission = permission,
                        .action = action,
                        .handle = on(parts, handler)});
    };
    constexpr auto kShare = Permission::dashboards_public_share;
    const std::string all = "/dashboards/uid/{uid}/public-dashboards";
    add(Method::get, "/dashboards/public-dashboards", Permission::dashboards_read,
        "dashboards:read", list);
    add(Method::get, all, Permission::dashboards_read, "dashboards:read", show_one);
    add(Method::post, all, kShare, "dashboards.public:write", create);
    add(Method::patch, all + "/{public_uid}", kShare, "dashboards.public:write", update);
    add(Method::del, all + "/{public_uid}", kShare, "dashboards.public:write", remove);
}

}  // namespace casement::grafana
