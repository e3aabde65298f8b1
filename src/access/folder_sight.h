// Which folders a caller of the API sees, and with them what lies in them. (What an embed grant
// sees is access/content.h's.)
#pragma once

#include "access/principal.h"

#include <vector>

namespace casement::access {

/// Whoever manages the organization sees every folder. Anybody else sees what his groups may see:
/// each folder on the way up must be open to all or to one of them, and what belongs to an external
/// group is never open to all.
class FolderSight {
  public:
    /// `snapshot` must outlive it.
    FolderSight(const store::Snapshot& snapshot, const Principal& who);

    /// 0, which is no folder, is seen by everybody.
    [[nodiscard]] bool sees(std::int64_t folder) const;

  private:
    [[nodiscard]] bool is_member(std::int64_t group) const;

    const store::Snapshot* snapshot_;
    store::OrgId org_;
    bool all_;
    std::vector<std::int64_t> groups_;
};

}  // namespace casement::access
