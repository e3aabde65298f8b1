// Changes to folders. Reading needs dashboards_read, changing dashboards_write; a folder that the
// caller does not see (access/folder_sight.h) is not there.
#pragma once

#include "access/catalog_edits.h"

#include <optional>
#include <string>
#include <vector>

namespace casement::access {

/// What is absent stays; a new folder needs a name.
struct FolderChange {
    std::optional<std::string> name;
    std::optional<std::int64_t> parent;               ///< 0: at the top
    std::optional<std::vector<std::int64_t>> groups;  ///< who may see it; empty: everybody
};

/// Errors of every change: not_found; unprocessable with `field` ("name", "parent_id",
/// "casement_group_ids").
class FolderService {
  public:
    explicit FolderService(const CatalogParts& parts) : parts_(parts) {}

    [[nodiscard]] Result<store::Folder> find(const Principal& who, std::int64_t id) const;
    [[nodiscard]] asio::awaitable<Result<store::Folder>> create(Principal who, FolderChange what);
    /// An external group's own folder keeps its place and its group. Who may see a folder changes
    /// with org_manage alone: else forbidden.
    [[nodiscard]] asio::awaitable<Result<store::Folder>> update(Principal who, std::int64_t id,
                                                                FolderChange change);
    /// Errors: conflict "in_use" while something is in it, in the bin too.
    [[nodiscard]] asio::awaitable<Result<void>> remove(Principal who, std::int64_t id);

  private:
    const CatalogParts parts_;
};

/// A folder that content may be put into by this caller; 0 for none. Errors: unprocessable (`field`
/// "folder_id").
[[nodiscard]] Result<void> check_folder(const store::Snapshot& snapshot, const Principal& who,
                                        std::int64_t folder);

}  // namespace casement::access
