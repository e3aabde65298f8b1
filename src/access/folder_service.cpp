#include "access/folder_service.h"

#include "access/folder_sight.h"

namespace casement::access {
namespace {

std::string folder_object(std::int64_t id) {
    return fmt::format("folder:{}", id);
}

/// Siblings have different names, as people expect of folders. Two changes at the same moment can
/// get past this, which harms nothing.
Result<void> check_siblings(const store::Snapshot& snapshot, const store::Folder& row) {
    for (const auto* sibling : snapshot.folders_in(row.org, row.parent)) {
        if (sibling->id != row.id && sibling->name == row.name) {
            return name_taken("name", row.name);
        }
    }
    return {};
}

Result<void> apply(const store::Snapshot& snapshot, const Principal& who,
                   const FolderChange& change, store::Folder& row) {
    const auto before = row;
    if (change.name) row.name = *change.name;
    if (row.name.empty()) return missing_value("name");
    if (change.parent) row.parent = *change.parent;
    if (change.groups) row.groups = *change.groups;
    if (before.external_group != 0 &&
        (row.parent != before.parent || row.groups != before.groups)) {
        return wrong_value("parent_id",
                           "The folder of an external group keeps its place and "
                           "stays with that group.");
    }
    if (row.groups != before.groups) {
        if (auto allowed = who.require(Permission::org_manage); !allowed) return allowed;
        for (const auto group : row.groups) {
            if (find_own<store::Group>(snapshot, who.org, group) == nullptr) {
                return wrong_value("casement_group_ids",
                                   fmt::format("There is no group {}.", group));
            }
        }
    }
    if (row.parent != before.parent && !FolderSight(snapshot, who).sees(row.parent)) {
        return wrong_value("parent_id", fmt::format("There is no folder {}.", row.parent));
    }
    const bool moved = row.name != before.name || row.parent != before.parent || row.id == 0;
    return moved ? check_siblings(snapshot, row) : Result<void>{};
}

Error explained(Error error) {
    if (error.code == "folder_cycle") return wrong_value("parent_id", std::move(error.message));
    return error;
}

}  // namespace

Result<void> check_folder(const store::Snapshot& snapshot, const Principal& who,
                          std::int64_t folder) {
    if (FolderSight(snapshot, who).sees(folder)) return {};
    return wrong_value("folder_id", fmt::format("There is no folder {}.", folder));
}

Result<store::Folder> FolderService::find(const Principal& who, std::int64_t id) const {
    if (auto allowed = who.require(Permission::dashboards_read); !allowed) return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    const auto* row = find_own<store::Folder>(*snapshot, who.org, id);
    if (row == nullptr || !FolderSight(*snapshot, who).sees(id)) return no_such_object();
    return *row;
}

asio::awaitable<Result<store::Folder>> FolderService::create(Principal who, FolderChange what) {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed) {
        co_return allowed.error();
    }
    const auto snapshot = parts_.catalog.snapshot();
    store::Folder row;
    row.org = who.org;
    row.creator = who.handle;
    if (auto fits = apply(*snapshot, who, what, row); !fits) co_return fits.error();
    auto written = co_await insert_row(parts_, std::move(row));
    if (!written) co_return written.error();
    parts_.record(who, "folder.created", folder_object(written->id), {{"name", written->name}});
    co_return written;
}

asio::awaitable<Result<store::Folder>> FolderService::update(Principal who, std::int64_t id,
                                                             FolderChange change) {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed) {
        co_return allowed.error();
    }
    if (auto found = find(who, id); !found) co_return found.error();
    const auto snapshot = parts_.catalog.snapshot();
    std::function<Result<void>(store::Folder&)> edit = [&](store::Folder& row) {
        return apply(*snapshot, who, change, row);
    };
    auto written = co_await edit_row(parts_, who.org, id, std::move(edit));
    if (!written) co_return explained(written.error());
    parts_.record(who, "folder.changed", folder_object(id),
                  {{"name", written->name}, {"parent", written->parent}});
    co_return written;
}

asio::awaitable<Result<void>> FolderService::remove(Principal who, std::int64_t id) {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed) {
        co_return allowed.error();
    }
    if (auto found = find(who, id); !found) co_return found.error();
    const auto removed = co_await remove_row<store::Folder>(parts_, who.org, id);
    if (!removed && removed.error().code == "in_use") {
        co_return conflict("in_use",
                           "This folder is not empty. Remove or move what is in it first; what is "
                           "in the bin counts too.");
    }
    if (!removed) co_return removed.error();
    parts_.record(who, "folder.deleted", folder_object(id), {{"name", removed->name}});
    co_return Result<void>{};
}

}  // namespace casement::access
