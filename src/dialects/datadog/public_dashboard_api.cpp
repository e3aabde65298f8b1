#include "dialects/datadog/public_dashboard_api.h"

#include "access/sharing_settings.h"
#include "base/whole_number.h"
#include "dialects/datadog/embed_api.h"
#include "dialects/datadog/public_shapes.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::datadog {
namespace {

constexpr std::int64_t kUsualPage = 100;
constexpr std::int64_t kLargestPage = 1000;
constexpr std::size_t kMostEmails = 200;

Error share_not_found(std::string_view token) {
    return not_found("share_not_found", fmt::format("Shared dashboard {} not found", token));
}

Result<InvitationBody> emails_of(const http::Request& request) {
    const auto body = http::json_body(request, invitation_shape());
    if (!body) return body.error();
    auto read = read_invitations(*body);
    if (read.emails.empty() || read.emails.size() > kMostEmails) {
        return invalid("invalid_body",
                       fmt::format("data must name 1 to {} invitations.", kMostEmails), "data");
    }
    if (std::find(read.emails.begin(), read.emails.end(), "") != read.emails.end()) {
        return invalid("invalid_body", "Each invitation needs attributes.email.", "data");
    }
    return read;
}

Result<std::int64_t> number(const http::Request& request, const std::string& name,
                            std::int64_t absent, std::int64_t least, std::int64_t most) {
    auto text = request.parameter(name);
    if (!text) return text.error();
    const auto& given = *text;
    if (!given) return absent;
    const auto value = whole_number<std::int64_t>(*given);
    if (!value || *value < least || *value > most) {
        return invalid("invalid_parameter",
                       fmt::format("{} must be a whole number from {} to {}.", name, least, most),
                       name);
    }
    return *value;
}

/// Whoever may share in none of these ways does not learn which shares exist.
Result<void> check_may_share(const access::Principal& who) {
    for (const auto type : {"open", "invite", "embed"})
        if (who.require(access::permission_to_share(type))) return {};
    return who.require(access::Permission::dashboards_public_share);
}

}  // namespace

Result<store::Share> PublicDashboardApi::find(const access::Principal& who,
                                              const http::Request& request) const {
    const auto& token = request.captures.at(0);
    auto share = the_.shares.find(who, token);
    if (!share) {
        const bool unknown = share.error().code == "share_not_found";
        return unknown ? share_not_found(token) : share.error();
    }
    if (share->type == "secure_embed") return share_not_found(token);
    // A dashboard in the bin hides its shares, here as in their links.
    auto dashboard = the_.dashboards.find(who, std::to_string(share->dashboard));
    if (!dashboard) return share_not_found(token);
    return share;
}

PublicDashboardApi::Answer PublicDashboardApi::shown(store::Share share, http::Request& request) {
    auto visits = co_await the_.visits.of(share.org);
    if (!visits) co_return visits.error();
    std::map<std::string, Time> came;
    if (share.type == "invite") {
        auto guests = co_await the_.visits.guests().list(share.id);
        if (!guests) co_return guests.error();
        for (const auto& guest : *guests)
            if (guest.opened_at) came.emplace(guest.email, *guest.opened_at);
    }
    const auto snapshot = the_.catalog.snapshot();
    const auto* dashboard = snapshot->dashboard(share.dashboard);
    if (dashboard == nullptr) co_return share_not_found(share.token);
    ShownShare what{share,        *dashboard,      share_url(the_, share, request),
                    std::nullopt, std::move(came), the_.clock.now()};
    const auto visited = visits->find(share.id);
    if (visited != visits->end()) what.last_accessed = visited->second;
    co_return http::Response::json(200, public_body(what, *snapshot));
}

PublicDashboardApi::Answer PublicDashboardApi::create(access::Principal who,
                                                      http::Request& request) {
    const auto body = http::json_body(request, public_create_shape());
    if (!body) co_return body.error();
    if (auto may = check_may_share(who); !may) co_return may.error();
    const auto& object = body->get_object();
    const auto dashboard = text_at(object, "dashboard_id").value_or("");
    if (auto known = the_.dashboards.find(who, dashboard); !known) {
        if (known.error().kind != ErrorKind::not_found) co_return known.error();
        co_return not_found(
            "dashboard_not_found",
            fmt::format("{} {} not found", text_at(object, "dashboard_type").value_or("dashboard"),
                        dashboard));
    }
    store::Share wanted;
    wanted.type = share_type_of(object);
    wanted.status = "active";
    if (auto applied = apply_public_body(object, wanted, the_.clock.now()); !applied) {
        co_return applied.error();
    }
    // A body may leave the type out, or say null.
    wanted.type = share_type_of(object);
    access::settle_type(wanted, the_.clock.now());
    access::NewShare what{.type = wanted.type,
                          .status = wanted.status,
                          .title = wanted.title,
                          .settings = wanted.settings,
                          .token = {}};
    auto share = co_await the_.shares.create(std::move(who), dashboard, std::move(what));
    if (!share) co_return share.error();
    auto answer = co_await shown(std::move(*share), request);
    co_return answer;
}

PublicDashboardApi::Answer PublicDashboardApi::get(access::Principal who, http::Request& request) {
    auto share = find(who, request);
    if (!share) co_return share.error();
    auto answer = co_await shown(std::move(*share), request);
    co_return answer;
}

PublicDashboardApi::Answer PublicDashboardApi::update(access::Principal who,
                                                      http::Request& request) {
    const auto body = http::json_body(request, public_update_shape());
    if (!body) co_return body.error();
    if (auto may = check_may_share(who); !may) co_return may.error();
    if (auto found = find(who, request); !found) co_return found.error();
    std::function<Result<void>(store::Share&)> change =
        [object = body->get_object(), token = request.captures.at(0),
         now = the_.clock.now()](store::Share& share) -> Result<void> {
        if (share.type == "secure_embed") return share_not_found(token);
        return apply_public_body(object, share, now);
    };
    auto share = co_await the_.shares.update(std::move(who), request.captures.at(0), std::string(),
                                             std::move(change));
    if (!share) co_return share.error();
    auto answer = co_await shown(std::move(*share), request);
    co_return answer;
}

PublicDashboardApi::Answer PublicDashboardApi::remove(access::Principal who,
                                                      http::Request& request) {
    if (auto may = check_may_share(who); !may) co_return may.error();
    if (auto found = find(who, request); !found) co_return found.error();
    const auto token = request.captures.at(0);
    auto removed = co_await the_.shares.remove(std::move(who), token, std::string());
    if (!removed) co_return removed.error();
    co_return http::Response::json(200, json::object{{"deleted_public_dashboard_token", token}});
}

// -- invitations ----------------------------------------------------------------------------------

PublicDashboardApi::Answer PublicDashboardApi::invitations(access::Principal who,
                                                           http::Request& request) {
    const auto size = number(request, "page_size", kUsualPage, 1, kLargestPage);
    if (!size) co_return size.error();
    const auto page = number(request, "page_number", 0, 0, 1'000'000);
    if (!page) co_return page.error();
    const auto token = request.captures.at(0);
    auto all = co_await the_.share_invitations.list(std::move(who), token);
    if (!all) co_return all.error();
    const auto begin = std::min(all->size(), static_cast<std::size_t>(*page * *size));
    const auto end = std::min(all->size(), begin + static_cast<std::size_t>(*size));
    json::array data;
    for (auto i = begin; i < end; ++i)
        data.push_back(invitation_json((*all)[i], token));
    co_return http::Response::json(
        200, json::object{{"data", std::move(data)},
                          {"meta", {{"page", {{"total_count", all->size()}}}}}});
}

PublicDashboardApi::Answer PublicDashboardApi::invite(access::Principal who,
                                                      http::Request& request) {
    const auto wanted = emails_of(request);
    if (!wanted) co_return wanted.error();
    const auto token = request.captures.at(0);
    auto sent = co_await the_.share_invitations.send(std::move(who), token, wanted->emails);
    if (!sent) co_return sent.error();
    json::array data;
    for (const auto& invitation : *sent)
        data.push_back(invitation_json(invitation, token));
    json::object body{{"meta", {{"page", {{"total_count", data.size()}}}}}};
    body["data"] = wanted->is_single ? data.front() : json::value(std::move(data));
    co_return http::Response::json(201, std::move(body));
}

PublicDashboardApi::Answer PublicDashboardApi::revoke(access::Principal who,
                                                      http::Request& request) {
    const auto wanted = emails_of(request);
    if (!wanted) co_return wanted.error();
    auto revoked = co_await the_.share_invitations.revoke(std::move(who), request.captures.at(0),
                                                          wanted->emails);
    if (!revoked) co_return revoked.error();
    if (*revoked == 0) {
        co_return not_found("invitation_not_found",
                            "No invitation was sent to any of these addresses.");
    }
    co_return http::Response::empty(204);
}

}  // namespace casement::datadog
