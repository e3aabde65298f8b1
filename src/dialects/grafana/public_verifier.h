// The address of a public dashboard as a link: its token opens it, nothing is signed, and every
// browser gets a session of its own.
#pragma once

#include "access/link_verifier.h"
#include "access/opening_limit.h"

#include <optional>
#include <string>
#include <string_view>

namespace casement::grafana {

class PublicVerifier final : public access::LinkVerifier {
  public:
    PublicVerifier(crypto::Random& random, const Clock& clock) : limit_(random, clock) {}

    [[nodiscard]] bool recognizes(std::string_view target) const override;
    /// Errors: rate_limited "too_many_attempts".
    [[nodiscard]] asio::awaitable<Result<void>> prepare(access::LinkRequest link,
                                                        std::string client) const override;
    /// Errors: invalid "link_malformed" for what is no token, not_found "share_not_found", and
    /// those of access::check_share_open.
    [[nodiscard]] Result<access::VerifiedLink> verify(const access::LinkRequest& link,
                                                      const store::Snapshot& snapshot,
                                                      Time now) const override;
    [[nodiscard]] std::optional<access::LinkSubject> subject_of(
        std::string_view target, const store::Snapshot& snapshot) const override;

  private:
    access::OpeningLimit limit_;
};

/// The token in the path "/public-dashboards/{token}", as read_access_token gives it; nullopt for
/// any other path.
[[nodiscard]] std::optional<std::string> token_of_path(std::string_view path);

}  // namespace casement::grafana
