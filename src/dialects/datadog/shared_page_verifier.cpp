#include "dialects/datadog/shared_page_verifier.h"

#include "access/session_owner.h"
#include "access/share_invitees.h"
#include "access/share_link.h"
#include "access/sharing_settings.h"
#include "access/standing.h"
#include "base/encoding.h"
#include "base/url_query.h"
#include "dialects/datadog/link.h"

namespace casement::datadog {
namespace {

constexpr std::string_view kInvitation = "invitation";

Error malformed(std::string message) {
    return invalid("malformed_link", std::move(message), "link");
}

Error share_not_found() {
    return not_found("share_not_found",
                     "There is no such shared dashboard. It was removed, or its address is "
                     "incomplete.");
}

const store::Share* find_share(const SharedAddress& address, const store::Snapshot& snapshot) {
    const auto* share = snapshot.share_by_token(address.token);
    // One that needs a signature does not show that it is there.
    return share != nullptr && share->type != "secure_embed" ? share : nullptr;
}

}  // namespace

std::string_view shared_path_of(std::string_view share_type) {
    if (share_type == "secure_embed") return kLandingPath;
    return share_type == "embed" ? kEmbedPath : kSharedPath;
}

Result<SharedAddress> read_shared_address(std::string_view target) {
    if (target.size() > kMaxLinkLength) return malformed("The address is too long.");
    if (target.find('#') != std::string_view::npos) {
        return malformed("The address must have no fragment ('#').");
    }
    const auto question = target.find('?');
    auto path = target.substr(0, question);
    path.remove_prefix(path.starts_with(kEmbedPath) ? kEmbedPath.size() : kSharedPath.size());
    if (path.ends_with('/')) path.remove_suffix(1);
    SharedAddress address;
    address.token = path;
    if (!is_share_token(address.token)) {
        return malformed("This is not the address of a shared dashboard. Use it as it was given.");
    }
    if (question == std::string_view::npos) return address;
    bool seen = false;
    for (const auto& [raw_name, raw_value] : split_query(target.substr(question + 1))) {
        // Others are for the page, or were added on the way; nothing here depends on them.
        const auto name = form_decode(raw_name);
        if (!name || *name != kInvitation) continue;
        const auto value = form_decode(raw_value);
        if (seen || !value || value->empty()) {
            return malformed(
                "The invitation in this address is not complete. Open the link from "
                "the mail again.");
        }
        seen = true;
        address.invitation = *value;
    }
    return address;
}

SharedPageVerifier::SharedPageVerifier(store::Catalog& catalog,
                                       const access::ShareInvitationCodes& codes,
                                       crypto::Random& random, const Clock& clock)
    : catalog_(&catalog),
      guests_(&store::ShareGuestStore::of(catalog)),
      codes_(&codes),
      limit_(random, clock) {}

bool SharedPageVerifier::recognizes(std::string_view target) const {
    return target.starts_with(kSharedPath) && !target.starts_with(kLandingPath);
}

asio::awaitable<Result<void>> SharedPageVerifier::prepare(access::LinkRequest link,
                                                          std::string client) const {
    if (auto taken = limit_.take(client); !taken) co_return taken.error();
    // Only whoever holds a link that this server made can ask the database anything.
    const auto address = read_shared_address(link.target);
    if (!address || address->invitation.empty()) co_return Result<void>{};
    const auto snapshot = catalog_->snapshot();
    const auto* share = find_share(*address, *snapshot);
    if (share == nullptr || share->type != "invite") co_return Result<void>{};
    const auto code = codes_->read(share->id, address->invitation);
    if (!code) co_return Result<void>{};
    auto found = co_await guests_->find(code->guest);
    if (!found) co_return found.error();
    const auto& guest = *found;
    const bool revoked = !guest || (guest->revoked_at && code->issued_at <= *guest->revoked_at);
    if (revoked) {
        co_return gone("invitation_revoked",
                       "This invitation was taken back by those who look after the dashboard.");
    }
    co_return Result<void>{};
}

Result<access::VerifiedLink> SharedPageVerifier::verify(const access::LinkRequest& link,
                                                        const store::Snapshot& snapshot,
                                                        Time now) const {
    const auto address = read_shared_address(link.target);
    if (!address) return address.error();
    const auto* share = find_share(*address, snapshot);
    if (share == nullptr) return share_not_found();
    if (auto open = access::check_share_open(snapshot, *share, now); !open) return open.error();
    auto verified = access::link_to_share(*share, "datadog");
    if (share->type == "embed") verified.credential = access::kOpenedInFrame;
    if (share->type != "invite") return verified;

    if (address->invitation.empty()) {
        return unauthenticated("invitation_needed",
                               "This dashboard is for those who are invited. Ask for a link to "
                               "your e-mail address.");
    }
    const auto code = codes_->read(share->id, address->invitation);
    if (!code) return code.error();
    auto invited = access::check_invitee(snapshot, *share, code->invitee, now);
    if (!invited) return invited.error();
    verified.credential = access::opened_by_invitee(code->invitee);
    // Whose session it will be: see SessionService::open().
    verified.user = access::owner_of_guest(code->guest);
    verified.nonce = address->invitation;
    verified.nonce_for = access::ShareInvitationCodes::kLife;
    if (now > code->issued_at + access::ShareInvitationCodes::kLife) {
        verified.outside_window =
            gone("invitation_expired",
                 "The link from the mail was good for an hour, which is over. Ask for a new one.");
    }
    return verified;
}

std::optional<access::LinkSubject> SharedPageVerifier::subject_of(
    std::string_view target, const store::Snapshot& snapshot) const {
    const auto address = read_shared_address(target);
    const auto* share = address ? find_share(*address, snapshot) : nullptr;
    if (share == nullptr) return std::nullopt;
    return access::LinkSubject{share->org, share->id};
}

}  // namespace casement::datadog
