#include "access/folder_tree.h"

#include "access/catalog_edits.h"
#include "access/folder_sight.h"

namespace casement::access {
namespace {

std::string folder_object(std::int64_t id) {
    return fmt::format("folder:{}", id);
}

Error no_such_folder() {
    return not_found("folder_not_found", "folder not found");
}

Result<const store::Folder*> seen(const store::Snapshot& snapshot, const Principal& who,
                                  std::int64_t id) {
    const auto* row = find_own<store::Folder>(snapshot, who.org, id);
    if (row == nullptr || !FolderSight(snapshot, who).sees(id)) return no_such_folder();
    return row;
}

/// Siblings have different names. Two changes at the same moment can get past this, which harms
/// nothing.
Result<void> check_name(const store::Snapshot& snapshot, const store::Folder& row) {
    for (const auto* sibling : snapshot.folders_in(row.org, row.parent)) {
        if (sibling->id != row.id && sibling->name == row.name) {
            return conflict("folder_name_taken",
                            "a folder with the same name already exists in the current location");
        }
    }
    return {};
}

/// How many folders stand above one another up to this one; 0 for the top.
std::size_t depth_of(const store::Snapshot& snapshot, store::OrgId org, std::int64_t folder) {
    std::size_t depth = 0;
    while (folder != 0 && depth <= kMostFoldersDeep) {
        const auto* row = find_own<store::Folder>(snapshot, org, folder);
        if (row == nullptr) break;
        folder = row->parent;
        ++depth;
    }
    return depth;
}

Error too_deep() {
    return invalid("folder_too_deep", "Maximum nested folder depth reached");
}
Error of_group() {
    return invalid("folder_of_group",
                   "This folder belongs to an external group: it keeps its place and stays with "
                   "that group.");
}

Error circular() {
    return invalid("folder_circular", "Circular reference detected");
}

/// Whether a folder may stand in this one, 0 for the top.
Result<void> check_place(const store::Snapshot& snapshot, const Principal& who,
                         const store::Folder& row, std::int64_t parent) {
    if (parent != 0) {
        if (const auto above = seen(snapshot, who, parent); !above) return above.error();
    }
    if (row.external_group != 0 && parent != row.parent) return of_group();
    const auto own_depth = depth_of(snapshot, who.org, row.id);
    const auto new_depth = depth_of(snapshot, who.org, parent) + 1;
    for (const auto* folder : folders_below(snapshot, row)) {
        if (folder->id == parent) return circular();
        const auto below = depth_of(snapshot, who.org, folder->id) - own_depth;
        if (new_depth + below > kMostFoldersDeep) return too_deep();
    }
    return {};
}

/// What a removal takes along.
struct Doomed {
    std::vector<std::int64_t> folders;  ///< each before its own
    std::vector<std::int64_t> dashboards;
};

Result<Doomed> find_doomed(const store::Snapshot& snapshot, const Principal& who,
                           const store::Folder& top) {
    const FolderSight sight(snapshot, who);
    Doomed doomed;
    for (const auto* folder : folders_below(snapshot, top)) {
        if (!sight.sees(folder->id)) {
            return forbidden("folder_access_denied",
                             "There is a folder in it that is not yours to see.");
        }
        if (folder->external_group != 0) return of_group();
        if (!snapshot.looks_in(who.org, folder->id).empty()) {
            return conflict("folder_holds_looks",
                            "There are looks in it, or in the bin from it, which this API does not "
                            "know. Remove or move them first.");
        }
        doomed.folders.push_back(folder->id);
        for (const auto* row : snapshot.dashboards_in(who.org, folder->id)) {
            if (row->provisioned) {
                return conflict("folder_provisioned",
                                "There is a provisioned dashboard in it. It goes with its file.");
            }
            doomed.dashboards.push_back(row->id);
        }
    }
    return doomed;
}

/// Something that was to go has gone already, or something else has come.
Error changed_meanwhile(const Error& error) {
    if (error.kind == ErrorKind::not_found || error.code == "in_use") {
        return conflict("folder_changed",
                        "What is in the folder has changed meanwhile. Try again.");
    }
    return error;
}

}  // namespace

const store::Folder* find_seen_folder(const store::Snapshot& snapshot, const Principal& who,
                                      std::string_view uid) {
    const auto* row = snapshot.folder_by_uid(who.org, uid);
    return row != nullptr && FolderSight(snapshot, who).sees(row->id) ? row : nullptr;
}

std::vector<const store::Folder*> folders_below(const store::Snapshot& snapshot,
                                                const store::Folder& top) {
    // The catalog lets no folder stand inside itself, so this ends.
    std::vector<const store::Folder*> all{&top};
    for (std::size_t at = 0; at < all.size(); ++at) {
        for (const auto* child : snapshot.folders_in(top.org, all[at]->id))
            all.push_back(child);
    }
    return all;
}

asio::awaitable<Result<store::Folder>> FolderTree::create(Principal who, store::Folder row) const {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed) {
        co_return allowed.error();
    }
    const auto snapshot = parts_.catalog.snapshot();
    row.org = who.org;
    row.creator = who.handle;
    if (row.parent != 0) {
        if (const auto parent = seen(*snapshot, who, row.parent); !parent) {
            co_return parent.error();
        }
    }
    if (depth_of(*snapshot, who.org, row.parent) >= kMostFoldersDeep) co_return too_deep();
    if (auto fits = check_name(*snapshot, row); !fits) co_return fits.error();
    auto written = co_await insert_row(parts_, std::move(row));
    if (!written && written.error().code == "already_exists") {
        co_return conflict("folder_uid_taken",
                           "a folder/dashboard with the same uid already exists");
    }
    if (!written) co_return written.error();
    parts_.record(who, "folder.created", folder_object(written->id), {{"name", written->name}});
    co_return written;
}

asio::awaitable<Result<store::Folder>> FolderTree::update(Principal who, std::int64_t id,
                                                          FolderEdit edit) const {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed) {
        co_return allowed.error();
    }
    const auto snapshot = parts_.catalog.snapshot();
    const auto found = seen(*snapshot, who, id);
    if (!found) co_return found.error();
    if (edit.parent) {
        if (auto fits = check_place(*snapshot, who, **found, *edit.parent); !fits) {
            co_return fits.error();
        }
    }
    std::function<Result<void>(store::Folder&)> change = [&](store::Folder& row) -> Result<void> {
        const bool says_more = edit.name || edit.description;
        if (says_more && row.revision != edit.revision && !edit.overwrite) {
            return conflict("folder_version_mismatch",
                            "the folder has been changed by someone else");
        }
        const bool renamed = edit.name && *edit.name != row.name;
        const bool moved = edit.parent && *edit.parent != row.parent;
        if (!says_more && edit.parent && !moved) return {};
        if (edit.name) row.name = *edit.name;
        if (edit.description) row.description = *edit.description;
        if (edit.parent) row.parent = *edit.parent;
        row.revision += 1;
        return renamed || moved ? check_name(*snapshot, row) : Result<void>{};
    };
    auto written = co_await edit_row(parts_, who.org, id, std::move(change));
    if (!written && written.error().code == "folder_cycle") co_return circular();
    if (!written) co_return written.error();
    json::object detail{{"name", written->name}};
    if (edit.parent) detail["parent"] = written->parent;
    parts_.record(who, "folder.changed", folder_object(id), std::move(detail));
    co_return written;
}

asio::awaitable<Result<store::Folder>> FolderTree::remove(Principal who, std::int64_t id) const {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed) {
        co_return allowed.error();
    }
    const auto snapshot = parts_.catalog.snapshot();
    const auto top = seen(*snapshot, who, id);
    if (!top) co_return top.error();
    const auto doomed = find_doomed(*snapshot, who, **top);
    if (!doomed) co_return doomed.error();
    std::function<Result<bool>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<bool> {
        for (const auto dashboard : doomed->dashboards) {
            // One that was moved out meanwhile stays.
            const auto row = tx.dashboard(dashboard);
            if (!row) return changed_meanwhile(row.error());
            if (std::find(doomed->folders.begin(), doomed->folders.end(), row->folder) ==
                doomed->folders.end()) {
                return changed_meanwhile(no_such_folder());
            }
            const auto gone = tx.remove_dashboard(dashboard);
            if (!gone) return changed_meanwhile(gone.error());
        }
        for (auto at = doomed->folders.rbegin(); at != doomed->folders.rend(); ++at) {
            const auto gone = tx.remove<store::Folder>(*at);
            if (!gone) return changed_meanwhile(gone.error());
        }
        return true;
    };
    const auto written = co_await parts_.catalog.write(std::move(work));
    if (!written) co_return written.error();
    for (const auto dashboard : doomed->dashboards) {
        parts_.record(who, "dashboard.removed", fmt::format("dashboard:{}", dashboard),
                      {{"with_folder", id}});
    }
    for (const auto folder : doomed->folders)
        parts_.record(who, "folder.deleted", folder_object(folder));
    co_return **top;
}

}  // namespace casement::access
