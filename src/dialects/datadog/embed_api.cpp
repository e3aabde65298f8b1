#include "dialects/datadog/embed_api.h"

#include "access/sharing_settings.h"
#include "dialects/datadog/shared_page_verifier.h"
#include "dialects/datadog/signature.h"

#include <fmt/format.h>

namespace casement::datadog {
namespace {

Error embed_not_found() {
    return not_found("share_not_found",
                     "There is no secure embed with this token on this dashboard.");
}

const json::object& attributes_of(const json::value& body) {
    return body.at("data").at("attributes").get_object();
}

}  // namespace

std::string share_url(const Dependencies& the, const store::Share& share,
                      const http::Request& request) {
    const auto base = !the.public_url.empty()
                          ? the.public_url
                          : fmt::format("{}://{}", request.secure ? "https" : "http", request.host);
    return fmt::format("{}{}{}", base, shared_path_of(share.type), share.token);
}

http::Response EmbedApi::shown(datadog::Answer answer, const store::Share& share,
                               const http::Request& request) const {
    const auto snapshot = the_.catalog.snapshot();
    const auto* dashboard = snapshot->dashboard(share.dashboard);
    const auto uid = dashboard == nullptr ? std::string_view() : std::string_view(dashboard->uid);
    return http::Response::json(200,
                                embed_body(answer, share, uid, share_url(the_, share, request)));
}

Result<store::Share> EmbedApi::find(const access::Principal& who,
                                    const http::Request& request) const {
    // A dashboard in the bin hides its shares, here as in their links.
    auto dashboard = the_.dashboards.find(who, request.captures.at(0));
    if (!dashboard) return dashboard.error();
    auto share = the_.shares.find(who, request.captures.at(1), request.captures.at(0));
    if (!share) return share.error();
    if (share->type != kSecureEmbed) return embed_not_found();
    return share;
}

Result<store::Share> EmbedApi::find_to_change(const access::Principal& who,
                                              const http::Request& request) const {
    // As in the catalog service the permission comes first: whoever lacks it must not learn from a
    // 404 which shares exist.
    auto allowed = who.require(access::Permission::dashboards_embed_share);
    if (!allowed) return allowed.error();
    return find(who, request);
}

EmbedApi::Answer EmbedApi::create(access::Principal who, http::Request& request) {
    const auto body = http::json_body(request, create_request_shape());
    if (!body) co_return body.error();
    store::Share wanted;
    apply_attributes(attributes_of(*body), wanted);
    access::NewShare what{.type = std::string(kSecureEmbed),
                          .status = wanted.status,
                          .title = wanted.title,
                          .settings = wanted.settings,
                          .token = {}};
    auto share = co_await the_.shares.create(who, request.captures.at(0), std::move(what));
    if (!share) co_return share.error();
    co_return shown(datadog::Answer::create, *share, request);
}

EmbedApi::Answer EmbedApi::get(access::Principal who, http::Request& request) {
    const auto share = find(who, request);
    if (!share) co_return share.error();
    co_return shown(datadog::Answer::get, *share, request);
}

EmbedApi::Answer EmbedApi::update(access::Principal who, http::Request& request) {
    const auto body = http::json_body(request, update_request_shape());
    if (!body) co_return body.error();
    const auto found = find_to_change(who, request);
    if (!found) co_return found.error();
    auto change = [attributes = attributes_of(*body)](store::Share& share) -> Result<void> {
        if (share.type != kSecureEmbed) return embed_not_found();
        apply_attributes(attributes, share);
        return {};
    };
    auto share = co_await the_.shares.update(who, request.captures.at(1), request.captures.at(0),
                                             std::move(change));
    if (!share) co_return share.error();
    co_return shown(datadog::Answer::update, *share, request);
}

EmbedApi::Answer EmbedApi::remove(access::Principal who, http::Request& request) {
    const auto found = find_to_change(who, request);
    if (!found) co_return found.error();
    auto removed = co_await the_.shares.remove(who, request.captures.at(1), request.captures.at(0));
    if (!removed) co_return removed.error();
    co_return http::Response::empty(204);
}

EmbedApi::Answer EmbedApi::list(access::Principal who, http::Request& request) {
    const auto dashboard = the_.dashboards.find(who, request.captures.at(0));
    if (!dashboard) co_return dashboard.error();
    auto visits = co_await the_.visits.of(who.org);
    if (!visits) co_return visits.error();
    const auto snapshot = the_.catalog.snapshot();
    std::vector<ListedShare> shares;
    for (const auto* share : snapshot->shares_of_dashboard(dashboard->id)) {
        ListedShare listed{share, share_url(the_, *share, request), std::nullopt,
                           access::status_of(*share, the_.clock.now())};
        const auto visited = visits->find(share->id);
        if (visited != visits->end()) listed.last_accessed = visited->second;
        shares.push_back(std::move(listed));
    }
    co_return http::Response::json(200, list_body(shares, *dashboard, *snapshot));
}

}  // namespace casement::datadog
