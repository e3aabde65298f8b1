// The address of a public dashboard as a link: its token opens it, nothing is signed, and every
// browser gets a session of its own.
#pragma once

#include "access/address_limit.h"
#include "access/link_verifier.h"

#include <memory>

namespace casement::grafana {

class PublicVerifier final : public access::LinkVerifier {
  public:
    /// Sessions that one address may ask for in a minute: each is a row that is kept for a day.
    static constexpr std::int64_t kSessionsAMinute = 300;

    PublicVerifier(crypto::Random& random, const Clock& clock)
        : limit_(std::make_unique<access::AddressLimit>(access::RateLimit{kSessionsAMinute}, random,
                                                        clock)) {}

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
    std::unique_ptr<access::AddressLimit> limit_;  ///< prepare() is const, and counts
};

/// The token in the path "/public-dashboards/{token}", as read_access_token gives it; nullopt for
/// any other path.
[[nodiscard]] std::optional<std::string> token_of_path(std::string_view path);

}  // namespace casement::grafana
