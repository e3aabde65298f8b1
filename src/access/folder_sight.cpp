#include "access/folder_sight.h"

#include "access/person.h"

namespace casement::access {
namespace {

/// As deep as access/content.cpp goes: what lies deeper is nobody's.
constexpr int kDeepestFolder = 64;

}  // namespace

FolderSight::FolderSight(const store::Snapshot& snapshot, const Principal& who)
    : snapshot_(&snapshot), org_(who.org), all_(who.permissions.has(Permission::org_manage)) {
    const auto* user = who.user == 0 ? nullptr : snapshot.user(who.user);
    if (user != nullptr && user->org == who.org) groups_ = profile_ids(user->profile, "groups");
}

bool FolderSight::is_member(std::int64_t group) const {
    return std::find(groups_.begin(), groups_.end(), group) != groups_.end();
}

bool FolderSight::sees(std::int64_t folder) const {
    for (int depth = 0; folder != 0; ++depth) {
        const auto* row = find_own<store::Folder>(*snapshot_, org_, folder);
        if (row == nullptr || depth == kDeepestFolder) return false;
        if (all_) {
            folder = row->parent;
            continue;
        }
        // Nobody but embed users is in an external group.
        if (row->external_group != 0) return false;
        const bool open = row->groups.empty() ||
                          std::any_of(row->groups.begin(), row->groups.end(),
                                      [this](std::int64_t group) { return is_member(group); });
        if (!open) return false;
        folder = row->parent;
    }
    return true;
}

}  // namespace casement::access
