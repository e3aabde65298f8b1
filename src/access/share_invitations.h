// Invitations to a share: who is asked in gets a link by mail, which opens one session in one
// browser. What a stranger is told never depends on whether his address is invited.
#pragma once

#include "access/address_limit.h"
#include "access/catalog_parts.h"
#include "access/mail.h"
#include "access/refusal_log.h"
#include "access/share_invitation_code.h"
#include "access/share_invitees.h"
#include "base/pool.h"
#include "store/session_store.h"
#include "store/share_guest_store.h"

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::access {

/// One address, and what became of its link.
struct ShareInvitation {
    store::ShareGuest guest;
    bool has_session = false;
    std::optional<Time> session_expiry;
};

class ShareInvitations {
  public:
    struct Settings {
        /// Every link in a mail begins with it. Never what a request was addressed to: whoever
        /// asks could name a server of his own there.
        std::string public_url;
        Secret code_key;
    };
    /// Mails that one client may ask for in ten minutes, and that may be asked for one address in
    /// an hour.
    static constexpr std::int64_t kAsksOfClient = 20;
    static constexpr std::int64_t kAsksForAddress = 5;

    /// All must outlive it. Without `mails` nothing can be sent.
    ShareInvitations(const CatalogParts& parts, store::Catalog& catalog,
                     store::SessionStore& sessions, MailQueue* mails, Settings settings);

    /// Whether mail and server.public_url are configured.
    [[nodiscard]] bool can_send() const;
    [[nodiscard]] const ShareInvitationCodes& codes() const { return codes_; }

    /// A stranger asks for a link to this share. Answers at once and the same whether or not the
    /// address is invited; what there is to do is done afterwards. Errors: invalid "invalid_email",
    /// not_found "share_not_found" (also for a share of another type), those of check_share_open,
    /// rate_limited "too_many_attempts", conflict "mail_not_configured".
    [[nodiscard]] Result<void> ask(const std::string& token, const std::string& email,
                                   const asio::ip::address& client);

    // -- for who may invite (dashboards_invite_share) ---------------------------------------------
    /// Errors: missing_permission, not_found "share_not_found", conflict "share_not_invite".
    [[nodiscard]] asio::awaitable<Result<std::vector<ShareInvitation>>> list(Principal who,
                                                                             std::string token);
    /// Sends to each; all of them must be invited. Errors: as list, invalid "not_invited",
    /// conflict "mail_not_configured".
    [[nodiscard]] asio::awaitable<Result<std::vector<ShareInvitation>>> send(
        Principal who, std::string token, std::vector<std::string> emails);
    /// Links sent to these addresses open nothing any more, and their sessions end at once. How
    /// many of the addresses there were. The share's list of invitees stays as it is.
    [[nodiscard]] asio::awaitable<Result<std::size_t>> revoke(Principal who, std::string token,
                                                              std::vector<std::string> emails);

  private:
    struct Wanted {
        store::OrgId org = 0;
        std::int64_t share = 0;
        Invitee invitee;
        std::string address;  ///< where the mail goes
        std::string actor;
        std::string title;
    };
    [[nodiscard]] Result<const store::Share*> invite_share(const store::Snapshot& snapshot,
                                                           const Principal& who,
                                                           std::string_view token) const;
    /// Blocking: writes the guest and queues the mail.
    [[nodiscard]] Result<store::ShareGuest> mail(const Wanted& wanted);
    void answer_stranger(const std::string& token, const std::string& address,
                         const asio::ip::address& client);
    [[nodiscard]] asio::awaitable<Result<ShareInvitation>> with_session(store::ShareGuest guest);

    const CatalogParts parts_;
    store::ShareGuestStore* guests_;
    store::SessionStore* sessions_;
    MailQueue* mails_;
    const std::string public_url_;
    const ShareInvitationCodes codes_;
    AddressLimit clients_;
    RateLimiter addresses_;
    const Secret bucket_key_;
    RefusalLog refusals_;
    std::atomic<int> waiting_{0};
    BlockingPool pool_;  ///< last: its work uses the others
};

}  // namespace casement::access
