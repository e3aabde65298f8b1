#include "dialects/grafana/public_verifier.h"

#include "access/share_link.h"
#include "access/standing.h"
#include "base/encoding.h"
#include "dialects/grafana/public_share.h"
#include "dialects/grafana/query.h"

namespace casement::grafana {
namespace {

Error no_token() {
    return invalid("link_malformed",
                   "This is not the address of a public dashboard: it ends with the dashboard's "
                   "access token, 32 hexadecimal digits.",
                   "link");
}

Error no_dashboard() {
    return not_found("share_not_found",
                     "There is no public dashboard at this address. It was removed, or the address "
                     "is incomplete.");
}

}  // namespace

std::optional<std::string> token_of_path(std::string_view path) {
    if (!path.starts_with(kPublicPath)) return std::nullopt;
    path.remove_prefix(kPublicPath.size());
    if (path.ends_with('/')) path.remove_suffix(1);
    const auto text = percent_decode(path);
    return text ? read_access_token(*text) : std::nullopt;
}

bool PublicVerifier::recognizes(std::string_view target) const {
    return target.starts_with(kPublicPath);
}

asio::awaitable<Result<void>> PublicVerifier::prepare(access::LinkRequest /*link*/,
                                                      std::string client) const {
    auto taken = limit_.take(client);
    co_return taken;
}

Result<access::VerifiedLink> PublicVerifier::verify(const access::LinkRequest& link,
                                                    const store::Snapshot& snapshot,
                                                    Time now) const {
    const auto token = token_of_path(path_of(link.target));
    if (!token) return no_token();
    if (const auto parameters = read_query(link.target); !parameters) return parameters.error();
    const auto* share = public_share_by_token(snapshot, *token);
    if (share == nullptr) return no_dashboard();
    if (auto open = access::check_share_open(snapshot, *share, now); !open) return open.error();
    auto verified = access::link_to_share(*share, "grafana");
    verified.target = clean_target(link.target);
    return verified;
}

std::optional<access::LinkSubject> PublicVerifier::subject_of(
    std::string_view target, const store::Snapshot& snapshot) const {
    const auto token = token_of_path(path_of(target));
    const auto* share = token ? public_share_by_token(snapshot, *token) : nullptr;
    if (share == nullptr) return std::nullopt;
    return access::LinkSubject{share->org, share->id};
}

}  // namespace casement::grafana
