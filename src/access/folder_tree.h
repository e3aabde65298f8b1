// Folders for those who name them by uid and count their versions: made, changed, moved, and
// removed with all that is in them.
#pragma once

#include "access/catalog_parts.h"

#include <optional>
#include <string>
#include <vector>

namespace casement::access {

/// All of it holds, or none.
struct FolderEdit {
    std::optional<std::string> name;
    std::optional<std::string> description;
    std::optional<std::int64_t> parent;  ///< where it stands from now on; 0: at the top
    std::int64_t revision = 0;           ///< the one that was changed
    bool overwrite = false;              ///< whatever the revision
};

/// Folders above one another that this service makes.
inline constexpr std::size_t kMostFoldersDeep = 32;

/// The folder of a uid, where the caller sees it; nullptr: none.
[[nodiscard]] const store::Folder* find_seen_folder(const store::Snapshot& snapshot,
                                                    const Principal& who, std::string_view uid);
/// The folder and all below it, each before its own; what the caller does not see is among them.
[[nodiscard]] std::vector<const store::Folder*> folders_below(const store::Snapshot& snapshot,
                                                              const store::Folder& top);

/// Errors of all: missing_permission; not_found "folder_not_found"; conflict "folder_name_taken",
/// "folder_uid_taken"; invalid "folder_too_deep".
class FolderTree {
  public:
    explicit FolderTree(const CatalogParts& parts) : parts_(parts) {}

    /// Takes uid, name, parent and description of `row`.
    [[nodiscard]] asio::awaitable<Result<store::Folder>> create(Principal who,
                                                                store::Folder row) const;
    /// Errors: conflict "folder_version_mismatch"; invalid "folder_circular", "folder_of_group".
    [[nodiscard]] asio::awaitable<Result<store::Folder>> update(Principal who, std::int64_t id,
                                                                FolderEdit edit) const;
    /// For good, with the folders and dashboards in it, all or none. Errors: forbidden
    /// "folder_access_denied" when something in it is not the caller's to see; invalid
    /// "folder_of_group"; conflict "folder_holds_looks", "folder_provisioned", "folder_changed".
    [[nodiscard]] asio::awaitable<Result<store::Folder>> remove(Principal who,
                                                                std::int64_t id) const;

  private:
    const CatalogParts parts_;
};

}  // namespace casement::access
