// The permissions of embed users: their names and tree (looker.md §3.2), and which of them a link
// can really give here.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace casement::access {

struct EmbedPermission {
    std::string_view name;
    std::string_view parent;  ///< empty at the root
    bool per_model = false;   ///< holds for a role's models; else for the whole instance
    /// Whether anything here is opened by it. The others are known by name, so that roles can hold
    /// them, and are left out of every grant.
    bool grantable = false;
    std::string_view description;
};

/// In the order of the tree.
[[nodiscard]] std::span<const EmbedPermission> embed_permissions();
[[nodiscard]] const EmbedPermission* find_embed_permission(std::string_view name);

/// Every name that can be granted: what an administrator has.
[[nodiscard]] std::vector<std::string> grantable_permissions();

/// What is left of a list when unknown names, names that nothing here is opened by, repeated ones
/// and those whose parent is missing are dropped. Sorted in the order of the tree.
[[nodiscard]] std::vector<std::string> effective_permissions(
    std::span<const std::string> permissions);

}  // namespace casement::access
