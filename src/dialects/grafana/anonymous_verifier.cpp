#include "dialects/grafana/anonymous_verifier.h"

#include "access/share_settings.h"
#include "dialects/grafana/query.h"
#include "dialects/grafana/target.h"

namespace casement::grafana {
namespace {

Error not_admitted() {
    return unauthenticated("not_authenticated",
                           "This page opens through a signed link only. Reload the page you came "
                           "from: it makes a new link.");
}

}  // namespace

bool AnonymousVerifier::recognizes(std::string_view target) const {
    const auto path = path_of(target);
    return (path.starts_with(kDashboardPath) || path.starts_with(kPanelPath)) && !has_proof(target);
}

asio::awaitable<Result<void>> AnonymousVerifier::prepare(access::LinkRequest /*link*/,
                                                         std::string client) const {
    if (!anonymous_->admits(client)) co_return not_admitted();
    co_return Result<void>{};
}

Result<access::VerifiedLink> AnonymousVerifier::verify(const access::LinkRequest& request,
                                                       const store::Snapshot& snapshot,
                                                       Time /*now*/) const {
    const auto org = anonymous_->organization(snapshot);
    if (!org || !anonymous_->admits_at(request.host)) return not_admitted();
    const auto target = read_target(request.target);
    if (!target) return target.error();
    if (target->org && *target->org != *org) return not_admitted();
    auto login = std::make_shared<access::KeyLogin>();
    login->grant.target = clean_target(request.target);
    // Where a viewer is, and whether strangers may come in at all, is asked again whenever the
    // session is taken up.
    login->session_length = access::kLongestSession;
    access::VerifiedLink link;
    link.dialect = "grafana";
    link.org = *org;
    link.scope = "anonymous";
    link.target = login->grant.target;
    link.key = std::move(login);
    return link;
}

std::optional<access::LinkSubject> AnonymousVerifier::subject_of(
    std::string_view /*target*/, const store::Snapshot& snapshot) const {
    const auto org = anonymous_->organization(snapshot);
    if (!org) return std::nullopt;
    return access::LinkSubject{*org, 0};
}

}  // namespace casement::grafana
