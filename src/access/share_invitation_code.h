// What stands in the link of a share invitation's mail: signed by this server, so that nothing of
// it is kept, and checked without asking a database. It opens one session (its nonce is the code).
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "crypto/random.h"
#include "crypto/secret.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace casement::access {

struct ShareInvitationCode {
    std::int64_t share = 0;
    std::int64_t guest = 0;
    std::int64_t invitee = 0;
    Time issued_at{};
};

class ShareInvitationCodes {
  public:
    static constexpr std::chrono::seconds kLife = std::chrono::hours{1};

    ShareInvitationCodes(Secret key, crypto::Random& random)
        : key_(std::move(key)), random_(&random) {}

    /// 86 characters of base64url.
    [[nodiscard]] std::string make(const ShareInvitationCode& code) const;
    /// Errors: unauthenticated "invitation_invalid". Its time is the caller's to look at.
    [[nodiscard]] Result<ShareInvitationCode> read(std::int64_t share, std::string_view text) const;

  private:
    [[nodiscard]] std::string mac(std::int64_t share, std::string_view payload) const;

    const Secret key_;
    crypto::Random* random_;
};

}  // namespace casement::access
