// Datadog's secure embed links, held against the catalog: share, credential, signature, state and
// window. Reads the snapshot, stores nothing.
#pragma once

#include "access/link_verifier.h"

namespace casement::datadog {

class SecureEmbedVerifier final : public access::LinkVerifier {
  public:
    /// The path begins like a landing page's.
    [[nodiscard]] bool recognizes(std::string_view target) const override;
    /// Errors: see judge().
    [[nodiscard]] Result<access::VerifiedLink> verify(const access::LinkRequest& link,
                                                      const store::Snapshot& snapshot,
                                                      Time now) const override;
    [[nodiscard]] std::optional<access::LinkSubject> subject_of(
        std::string_view target, const store::Snapshot& snapshot) const override;
};

/// A link's verdict together with the share it names, which a refusal needs for framing and audit.
struct Verdict {
    const store::Share* share = nullptr;  ///< in the snapshot; null when there is none
    Result<access::VerifiedLink> link;
};

/// In this order, so that only a signer learns the state of a share:
/// 400 malformed_link; 404 share_not_found; 401 bad_signature, credential_disabled; then the
/// share's state (access::check_share_open). A link outside its window, or signed with a credential
/// that has expired since, is no error here: `outside_window` says that it opens nothing new.
[[nodiscard]] Verdict judge(std::string_view target, const store::Snapshot& snapshot, Time now);

}  // namespace casement::datadog
