// Addresses of shares that need no signature: /sb/{token} and /sb/embed/{token}. An open share's
// opens for everybody, an embed's in the frames of its origins, an invite's with the code that a
// mail brought (?invitation=).
#pragma once

#include "access/link_verifier.h"
#include "access/opening_limit.h"
#include "access/share_invitation_code.h"
#include "store/share_guest_store.h"

#include <optional>
#include <string>
#include <string_view>

namespace casement::datadog {

inline constexpr std::string_view kSharedPath = "/sb/";
inline constexpr std::string_view kEmbedPath = "/sb/embed/";

/// Such an address, read. The path says nothing about the share's type: that may change.
struct SharedAddress {
    std::string token;
    std::string invitation;  ///< as it came, not yet looked at; or empty
};
/// Errors: invalid "malformed_link".
[[nodiscard]] Result<SharedAddress> read_shared_address(std::string_view target);

/// "/sb/", "/sb/embed/" or "/sb/secure-embed/".
[[nodiscard]] std::string_view shared_path_of(std::string_view share_type);

class SharedPageVerifier final : public access::LinkVerifier {
  public:
    /// All must outlive it.
    SharedPageVerifier(store::Catalog& catalog, const access::ShareInvitationCodes& codes,
                       crypto::Random& random, const Clock& clock);

    [[nodiscard]] bool recognizes(std::string_view target) const override;
    /// Errors: rate_limited "too_many_attempts", gone "invitation_revoked".
    [[nodiscard]] asio::awaitable<Result<void>> prepare(access::LinkRequest link,
                                                        std::string client) const override;
    /// Errors: malformed_link; not_found "share_not_found" (also for one that needs a signature);
    /// those of access::check_share_open; for an invite unauthenticated "invitation_needed",
    /// "invitation_invalid", gone "session_ended" when whom it was for is invited no longer. A code
    /// whose hour is over is `outside_window`.
    [[nodiscard]] Result<access::VerifiedLink> verify(const access::LinkRequest& link,
                                                      const store::Snapshot& snapshot,
                                                      Time now) const override;
    [[nodiscard]] std::optional<access::LinkSubject> subject_of(
        std::string_view target, const store::Snapshot& snapshot) const override;

  private:
    const store::Catalog* catalog_;
    store::ShareGuestStore* guests_;
    const access::ShareInvitationCodes* codes_;
    access::OpeningLimit limit_;
};

}  // namespace casement::datadog
