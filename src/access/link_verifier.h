// What a dialect hands upward: a link that held. Each dialect implements LinkVerifier; the session
// service and the session API know only this.
#pragma once

#include "access/embed_users.h"
#include "base/error.h"
#include "store/catalog.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace casement::access {

/// A link as it came, and what of the request its verification may depend on. Views into the
/// request, which must outlive a coroutine that has them.
struct LinkRequest {
    std::string_view target;  ///< path and query, raw
    std::string_view host;    ///< Host header, as sent
};

/// What a link signed by a key opens.
struct KeyLogin {
    KeyGrant grant;
    std::chrono::seconds session_length{0};
};

/// A link that was right at the moment of asking. It opens a session whose grant comes from one of
/// six places: a share, a person's signed login, a key, a dashboard snapshot, a session that it
/// joins, a user who signed in.
struct VerifiedLink {
    std::string dialect;  ///< "datadog", "looker", "grafana"
    store::OrgId org = 0;
    std::string scope;  ///< what the nonce must be unique in
    /// As signed. Empty: the link is not single-use, and the frame's own secret stands in its place
    /// (each browser gets a session of its own, and finds it again).
    std::string nonce;
    /// How long the nonce must be remembered, however short the session is.
    std::chrono::seconds nonce_for{0};
    /// Set when the link's own window is over (or has not begun): it opens nothing new, but finds
    /// the session of the browser that redeemed it.
    std::optional<Error> outside_window;

    std::int64_t share = 0;
    std::int64_t credential = 0;  ///< of the share, the one that signed it

    std::shared_ptr<const EmbedLogin> login;

    std::shared_ptr<const KeyLogin> key;

    std::optional<DashboardSnapshotGrant> dashboard_snapshot;

    std::string family;  ///< id of the session to join

    std::int64_t user = 0;  ///< store::User
    /// Of a user's session, and of a dashboard snapshot's.
    std::chrono::seconds session_length{0};

    /// What it shows first, "/embed/dashboards/42?…", clean; empty for a share and for a
    /// dashboard snapshot.
    std::string target;
};

/// Who a refused link is put down to.
struct LinkSubject {
    store::OrgId org = 0;
    std::int64_t share = 0;  ///< 0: the organization itself
};

class LinkVerifier {
  public:
    virtual ~LinkVerifier() = default;
    /// Whether this raw request target looks like a link of this dialect.
    [[nodiscard]] virtual bool recognizes(std::string_view target) const = 0;
    /// What verify() cannot do at once, done beforehand for a link that came over the network:
    /// ask this first. `client` is the address that a wrong link is put down to. Errors:
    /// rate_limited, unavailable; then verify() need not be asked.
    [[nodiscard]] virtual asio::awaitable<Result<void>> prepare(LinkRequest /*link*/,
                                                                std::string /*client*/) const {
        co_return Result<void>{};
    }
    /// Checks everything that can be checked without storing: form, share or secret, signature,
    /// window, status. Each refusal has its own code. No I/O; any thread.
    [[nodiscard]] virtual Result<VerifiedLink> verify(const LinkRequest& link,
                                                      const store::Snapshot& snapshot,
                                                      Time now) const = 0;
    /// Whom this target names, whether or not its signature holds; nullopt when it names nobody or
    /// cannot be read. For the audit row of a refusal, never for a decision.
    [[nodiscard]] virtual std::optional<LinkSubject> subject_of(
        std::string_view target, const store::Snapshot& snapshot) const = 0;
};

}  // namespace casement::access
