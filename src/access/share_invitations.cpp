#include "access/share_invitations.h"

#include "access/session_owner.h"
#include "access/standing.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/words.h"
#include "crypto/hash.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr int kMostWaiting = 1000;
constexpr std::int64_t kBuckets = 1 << 16;
constexpr std::size_t kLongestTitle = 200;

Error share_not_found() {
    return not_found("share_not_found",
                     "There is no such shared dashboard. It was removed, or its address is "
                     "incomplete.");
}

Error mail_not_configured() {
    return conflict("mail_not_configured",
                    "This server cannot send mail. Its operator has to set smtp.enabled and "
                    "server.public_url.");
}

Error too_many(std::chrono::seconds reset) {
    return {
        ErrorKind::rate_limited,
        "too_many_attempts",
        fmt::format(
            "Too many links were asked for. Look for the mail that was sent, or try "
            "again in {}.",
            counted(static_cast<std::size_t>(std::max<std::int64_t>(1, (reset.count() + 59) / 60)),
                    "minute")),
        {}};
}

std::string title_of(const store::Snapshot& snapshot, const store::Share& share) {
    const auto* dashboard = snapshot.dashboard(share.dashboard);
    std::string title = share.title;
    if (title.empty() && dashboard != nullptr) title = dashboard->title;
    for (char& c : title)
        if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f') c = ' ';
    return std::string(utf8_head(title, kLongestTitle));
}

Mail letter(const std::string& to, const std::string& title, const std::string& link, Time until) {
    Mail mail;
    mail.to = to;
    mail.subject = "Your link to " + title;
    mail.text = fmt::format(
        "Hello,\n\nthis link opens the dashboard \"{}\" in your browser:\n\n{}\n\n"
        "It works once, until {} UTC. After that the dashboard stays open to that browser for a "
        "time, and you can ask for a new link at the same address.\n\n"
        "If you did not ask for this, you can ignore it: nobody gets in without the link.\n",
        title, link, to_rfc3339(until).substr(0, 16).replace(10, 1, " "));
    return mail;
}

}  // namespace

ShareInvitations::ShareInvitations(const CatalogParts& parts, store::Catalog& catalog,
                                   store::SessionStore& sessions, MailQueue* mails,
                                   Settings settings)
    : parts_(parts),
      guests_(&store::ShareGuestStore::of(catalog)),
      sessions_(&sessions),
      mails_(mails),
      public_url_(std::move(settings.public_url)),
      codes_(std::move(settings.code_key), parts.random),
      clients_({.requests = kAsksOfClient, .period = std::chrono::minutes{10}}, parts.random,
               parts.clock),
      addresses_({.requests = kAsksForAddress, .period = std::chrono::hours{1}}, parts.clock),
      bucket_key_(parts.random.bytes(32)),
      refusals_(parts.audit, parts.clock),
      pool_("invitations", 1) {}

bool ShareInvitations::can_send() const {
    return mails_ != nullptr && !public_url_.empty();
}

// -- strangers ------------------------------------------------------------------------------------

Result<void> ShareInvitations::ask(const std::string& token, const std::string& email,
                                   const asio::ip::address& client) {
    const auto snapshot = parts_.catalog.snapshot();
    const auto* share = snapshot->share_by_token(token);
    if (share == nullptr || share->type != "invite") return share_not_found();
    auto open = check_share_open(*snapshot, *share, parts_.clock.now());
    if (!open) return open.error();
    if (!can_send()) return mail_not_configured();
    auto address = check_email(email);
    if (!address) return address.error();
    const auto taken = clients_.take(client);
    if (!taken.allowed) return too_many(taken.reset);
    // Counted for every address alike, and in a fixed number of buckets, by a hash that strangers
    // cannot aim with.
    const auto digest =
        crypto::hmac_sha256(bucket_key_.reveal(), token + " " + folded_email(email));
    std::uint32_t bucket = 0;
    std::memcpy(&bucket, digest.data(), sizeof bucket);
    const auto sent = addresses_.take(static_cast<std::int64_t>(bucket) % kBuckets);
    if (!sent.allowed) return too_many(sent.reset);
    if (waiting_.fetch_add(1) >= kMostWaiting) {
        --waiting_;
        return too_many(std::chrono::seconds{60});
    }
    pool_.post([this, token, address = std::move(*address), client] {
        --waiting_;
        answer_stranger(token, address, client);
    });
    return {};
}

void ShareInvitations::answer_stranger(const std::string& token, const std::string& address,
                                       const asio::ip::address& client) {
    const auto snapshot = parts_.catalog.snapshot();
    const auto* share = snapshot->share_by_token(token);
    if (share == nullptr || share->type != "invite") return;
    const auto invitee = invitee_of(*snapshot, *share, address, parts_.clock.now());
    if (!invitee) {
        refusals_.record(RefusalLog::Refused::of(*share, "datadog", client),
                         forbidden("not_invited", "This address is not invited."));
        return;
    }
    Wanted wanted{share->org, share->id,
                  *invitee,   invitee->is_domain() ? address : invitee->email,
                  "stranger", title_of(*snapshot, *share)};
    const auto mailed = mail(wanted);
    if (!mailed) log::error("invitation_not_sent", {{"reason", mailed.error().message}});
}

Result<store::ShareGuest> ShareInvitations::mail(const Wanted& wanted) {
    const auto snapshot = parts_.catalog.snapshot();
    const auto* share = snapshot->share(wanted.share);
    if (share == nullptr) return share_not_found();
    auto to = check_email(wanted.address);
    if (!to) return to.error();
    const Time now = parts_.clock.now();
    store::ShareGuest guest;
    guest.org = wanted.org;
    guest.share = wanted.share;
    guest.email = folded_email(*to);
    guest.invitee = wanted.invitee.id;
    guest.mailed_at = now;
    guest.link_ends_at = now + ShareInvitationCodes::kLife;
    auto id = guests_->put_mail_now(guest);
    if (!id) return id.error();
    guest.id = *id;
    const auto code = codes_.make({wanted.share, *id, wanted.invitee.id, now});
    auto message = letter(*to, wanted.title,
                          fmt::format("{}/sb/{}?invitation={}", public_url_, share->token, code),
                          guest.link_ends_at);
    const auto object = fmt::format("share:{}", wanted.share);
    const bool queued =
        mails_->put(std::move(message),
                    // Not this object: the queue may be the last to go.
                    [guests = guests_, audit = &parts_.audit, guest, object,
                     actor = wanted.actor](const Result<void>& outcome) {
                        const std::string state = outcome ? "sent" : "failed";
                        const std::string reason = outcome ? "" : outcome.error().message;
                        auto noted = guests->note_mail_now(guest.id, state, reason);
                        if (!noted)
                            log::error("invitation_not_noted", {{"reason", noted.error().message}});
                        json::object detail{{"email", guest.email}, {"guest", guest.id}};
                        if (!outcome) detail["reason"] = reason;
                        audit->record({guest.org,
                                       actor,
                                       outcome ? "invitation.sent" : "invitation.failed",
                                       object,
                                       {},
                                       std::move(detail)});
                    });
    if (!queued) {
        auto noted = guests_->note_mail_now(*id, "failed", "Too many mails wait to be sent.");
        if (!noted) return noted.error();
        guest.mail_state = "failed";
    }
    return guest;
}

// -- who invites ----------------------------------------------------------------------------------

Result<const store::Share*> ShareInvitations::invite_share(const store::Snapshot& snapshot,
                                                           const Principal& who,
                                                           std::string_view token) const {
    auto allowed = who.require(Permission::dashboards_invite_share);
    if (!allowed) return allowed.error();
    const auto* share = snapshot.share_by_token(token);
    if (share == nullptr || share->org != who.org) {
        return not_found("share_not_found", "There is no share with this token.");
    }
    if (share->type != "invite") {
        return conflict("share_not_invite",
                        "Nobody is invited to this share: it is of type " + share->type + ".");
    }
    return share;
}

asio::awaitable<Result<ShareInvitation>> ShareInvitations::with_session(store::ShareGuest guest) {
    auto live = co_await sessions_->list_of_owner(guest.org, owner_of_guest(guest.id), 1);
    if (!live) co_return live.error();
    ShareInvitation invitation;
    const auto snapshot = parts_.catalog.snapshot();
    const auto* share = snapshot->share(guest.share);
    // What a removed entry had opened is over, though its row is still there.
    if (!live->empty() && share != nullptr) {
        const auto& session = live->front();
        const Standing standing{session.org, session.share, session.credential, nullptr};
        const auto holds = check_standing(*snapshot, standing, parts_.clock.now());
        if (holds) {
            invitation.has_session = true;
            invitation.session_expiry = session.expires_at;
        }
    }
    invitation.guest = std::move(guest);
    co_return invitation;
}

asio::awaitable<Result<std::vector<ShareInvitation>>> ShareInvitations::list(Principal who,
                                                                             std::string token) {
    const auto snapshot = parts_.catalog.snapshot();
    const auto share = invite_share(*snapshot, who, token);
    if (!share) co_return share.error();
    auto guests = co_await guests_->list((*share)->id);
    if (!guests) co_return guests.error();
    std::vector<ShareInvitation> listed;
    for (auto& guest : *guests) {
        auto one = co_await with_session(std::move(guest));
        if (!one) co_return one.error();
        listed.push_back(std::move(*one));
    }
    co_return listed;
}

asio::awaitable<Result<std::vector<ShareInvitation>>> ShareInvitations::send(
    Principal who, std::string token, std::vector<std::string> emails) {
    const auto snapshot = parts_.catalog.snapshot();
    const auto share = invite_share(*snapshot, who, token);
    if (!share) co_return share.error();
    auto open = check_share_open(*snapshot, **share, parts_.clock.now());
    if (!open) co_return open.error();
    if (!can_send()) co_return mail_not_configured();
    std::vector<Wanted> wanted;
    for (std::size_t i = 0; i < emails.size(); ++i) {
        auto address = check_email(emails[i]);
        if (!address) {
            auto error = address.error();
            error.field = fmt::format("emails[{}]", i);
            co_return error;
        }
        const auto invitee = invitee_of(*snapshot, **share, *address, parts_.clock.now());
        if (!invitee) {
            co_return invalid("not_invited",
                              fmt::format("{} is not among the share's invitees.", emails[i]),
                              fmt::format("emails[{}]", i));
        }
        wanted.push_back({(*share)->org, (*share)->id, *invitee, *address, who.actor,
                          title_of(*snapshot, **share)});
    }
    auto mailed = co_await pool_.run(
        [this, wanted = std::move(wanted)]() -> Result<std::vector<store::ShareGuest>> {
            std::vector<store::ShareGuest> guests;
            for (const auto& one : wanted) {
                auto guest = mail(one);
                if (!guest) return guest.error();
                guests.push_back(std::move(*guest));
            }
            return guests;
        });
    if (!mailed) co_return mailed.error();
    std::vector<ShareInvitation> sent;
    for (auto& guest : *mailed) {
        auto one = co_await with_session(std::move(guest));
        if (!one) co_return one.error();
        sent.push_back(std::move(*one));
    }
    co_return sent;
}

asio::awaitable<Result<std::size_t>> ShareInvitations::revoke(Principal who, std::string token,
                                                              std::vector<std::string> emails) {
    const auto snapshot = parts_.catalog.snapshot();
    const auto share = invite_share(*snapshot, who, token);
    if (!share) co_return share.error();
    auto guests = co_await guests_->list((*share)->id);
    if (!guests) co_return guests.error();
    for (auto& email : emails)
        email = folded_email(email);
    std::vector<std::int64_t> ids;
    for (const auto& guest : *guests) {
        if (std::find(emails.begin(), emails.end(), guest.email) != emails.end()) {
            ids.push_back(guest.id);
        }
    }
    // The links first: a session that one of them opens right now is ended below, or refused.
    auto revoked = co_await guests_->revoke(ids, parts_.clock.now());
    if (!revoked) co_return revoked.error();
    for (const auto id : ids) {
        auto ended = co_await sessions_->end_of_owner(who.org, owner_of_guest(id), "");
        if (!ended) co_return ended.error();
        parts_.record(who, "invitation.revoked", object_of(**share),
                      {{"guest", id}, {"sessions", static_cast<std::int64_t>(*ended)}});
    }
    co_return ids.size();
}

}  // namespace casement::access
