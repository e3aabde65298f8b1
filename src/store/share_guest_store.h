// Guests of shares: the addresses to which links were sent, what became of the mail and of the
// link, and when each share was last opened. They stand in the catalog's database and not in its
// snapshot. Who may come in is the share's own business (access/share_invitees.h).
#pragma once

#include "store/catalog.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace soci {
class session;
}

namespace casement::store {

struct ShareGuest {
    std::int64_t id = 0;  ///< set when it is stored
    OrgId org = 0;
    std::int64_t share = 0;
    std::string email;
    std::int64_t invitee = 0;  ///< the entry of the share that let it in
    Time mailed_at{};
    Time link_ends_at{};
    std::string mail_state = "queued";  ///< "queued", "sent", "failed"
    std::string mail_error;             ///< for people; nothing of what the server was told
    std::optional<Time> opened_at;      ///< when a link of it last opened a session
    std::optional<Time> revoked_at;     ///< links made until then open nothing
};

class ShareGuestStore {
  public:
    /// That of a catalog that Catalog::open gave.
    [[nodiscard]] static ShareGuestStore& of(Catalog& catalog);
    virtual ~ShareGuestStore() = default;

    // Blocking, any thread that may wait. Errors: unavailable.
    /// A mail is on its way: makes the guest (known by share and address), or says so of the one
    /// that is there. Its id.
    [[nodiscard]] Result<std::int64_t> put_mail_now(const ShareGuest& guest);
    [[nodiscard]] Result<void> note_mail_now(std::int64_t id, const std::string& state,
                                             const std::string& error);

    [[nodiscard]] asio::awaitable<Result<std::optional<ShareGuest>>> find(std::int64_t id);
    /// By address.
    [[nodiscard]] asio::awaitable<Result<std::vector<ShareGuest>>> list(std::int64_t share);
    /// The addresses of these guests by id; ids that are not this organization's are left out.
    [[nodiscard]] asio::awaitable<Result<std::map<std::int64_t, std::string>>> addresses(
        OrgId org, std::vector<std::int64_t> ids);
    /// What was sent to these guests until `at` opens nothing any more.
    [[nodiscard]] asio::awaitable<Result<void>> revoke(std::vector<std::int64_t> ids, Time at);
    /// A session was opened: of the share, and of the guest when it is not 0.
    [[nodiscard]] asio::awaitable<Result<void>> note_visit(OrgId org, std::int64_t share,
                                                           std::int64_t guest, Time at);
    /// By share; one that was never opened is not in it.
    [[nodiscard]] asio::awaitable<Result<std::map<std::int64_t, Time>>> visits(OrgId org);

  protected:
    using GuestWork = std::function<void(soci::session&)>;
    /// May run the work more than once.
    [[nodiscard]] virtual Result<void> read_guests(const GuestWork& work) = 0;
    [[nodiscard]] virtual Result<void> write_guests(const GuestWork& work) = 0;
    [[nodiscard]] virtual BlockingPool& pool() = 0;
};

}  // namespace casement::store
