// Dashboards' and panels' URLs without any proof, for those whom anonymous access admits
// (grafana.md §3.1, auth.anonymous).
#pragma once

#include "access/anonymous.h"
#include "access/link_verifier.h"

namespace casement::grafana {

class AnonymousVerifier final : public access::LinkVerifier {
  public:
    /// `anonymous` must outlive it.
    explicit AnonymousVerifier(const access::AnonymousAccess& anonymous) : anonymous_(&anonymous) {}

    /// A URL without a proof; one with any proof, right or wrong, is the sharable links' own.
    [[nodiscard]] bool recognizes(std::string_view target) const override;
    /// Errors: unauthenticated "not_authenticated" for who comes from anywhere else. verify()
    /// cannot know, so this must be asked first.
    [[nodiscard]] asio::awaitable<Result<void>> prepare(access::LinkRequest link,
                                                        std::string client) const override;
    /// Errors: those of read_target; not_authenticated for another organization.
    [[nodiscard]] Result<access::VerifiedLink> verify(const access::LinkRequest& link,
                                                      const store::Snapshot& snapshot,
                                                      Time now) const override;
    [[nodiscard]] std::optional<access::LinkSubject> subject_of(
        std::string_view target, const store::Snapshot& snapshot) const override;

  private:
    const access::AnonymousAccess* anonymous_;
};

}  // namespace casement::grafana
