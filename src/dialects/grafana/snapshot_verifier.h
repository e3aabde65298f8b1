// The address of a dashboard snapshot as a link: its key is all that it needs.
#pragma once

#include "access/link_verifier.h"

#include <chrono>
#include <optional>
#include <string_view>

namespace casement::grafana {

class SnapshotVerifier final : public access::LinkVerifier {
  public:
    /// How long a browser sees a snapshot before its page has to be loaded again.
    static constexpr std::chrono::hours kSession{24};

    [[nodiscard]] bool recognizes(std::string_view target) const override;
    /// Errors: those of read_snapshot_target; not_found "snapshot_not_found", for a wrong key as
    /// for a snapshot that was deleted or is over.
    [[nodiscard]] Result<access::VerifiedLink> verify(const access::LinkRequest& link,
                                                      const store::Snapshot& snapshot,
                                                      Time now) const override;
    /// Nobody: a wrong key names no organization.
    [[nodiscard]] std::optional<access::LinkSubject> subject_of(
        std::string_view target, const store::Snapshot& snapshot) const override;
};

}  // namespace casement::grafana
