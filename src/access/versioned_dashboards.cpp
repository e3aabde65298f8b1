#include "access/versioned_dashboards.h"

#include "access/catalog_edits.h"
#include "access/folder_service.h"
#include "access/folder_sight.h"
#include "access/publish_check.h"

#include <algorithm>

namespace casement::access {
namespace {

constexpr std::size_t kMadeUpUid = 14;

Error no_such_dashboard() {
    return not_found("dashboard_not_found", "Dashboard not found");
}
Error version_mismatch() {
    return conflict("dashboard_version_mismatch", "The dashboard has been changed by someone else");
}

/// What a save writes to; ids of 0 are none.
struct Place {
    std::int64_t changed = 0;
    std::int64_t binned = 0;  ///< gives its uid up
};

Result<Place> find_place(const store::Snapshot& snapshot, const Principal& who,
                         const DashboardSave& what) {
    const FolderSight sight(snapshot, who);
    if (what.id) {
        const auto* row = find_own<store::Dashboard>(snapshot, who.org, *what.id);
        if (row == nullptr || row->deleted_at || !sight.sees(row->folder)) {
            return no_such_dashboard();
        }
        if (!what.uid.empty() && what.uid != row->uid) {
            return invalid("dashboard_uid_kept",
                           "A dashboard keeps its uid; leave it out or send the one it has.");
        }
        return Place{row->id, 0};
    }
    const auto* row = what.uid.empty() ? nullptr : snapshot.dashboard_by_uid(who.org, what.uid);
    if (row == nullptr) return Place{};
    if (!sight.sees(row->folder)) {
        return forbidden("dashboard_access_denied", "Access denied to save dashboard");
    }
    return row->deleted_at ? Place{0, row->id} : Place{row->id, 0};
}

Result<void> check_row(const store::Dashboard& row, const DashboardSave& what) {
    if (row.deleted_at) return no_such_dashboard();
    if (row.provisioned) {
        return invalid("dashboard_provisioned", "Cannot save provisioned dashboard");
    }
    if (row.dialect != what.dialect) {
        return invalid("dashboard_other_dialect",
                       "This dashboard was made through another API of this server; change it "
                       "there, or save this one under another uid.");
    }
    if (row.revision != what.revision && !what.overwrite) return version_mismatch();
    return {};
}

/// Frees the uid of a binned dashboard.
Result<void> rename_binned(store::Transaction& tx, std::int64_t id, const std::string& uid) {
    auto row = tx.dashboard(id);
    if (!row) return row.error();
    // Restored meanwhile: it is somebody's again.
    if (!row->deleted_at) return version_mismatch();
    row->uid = uid;
    return tx.update(*row);
}

}  // namespace

const store::Dashboard* find_seen_dashboard(const store::Snapshot& snapshot, const Principal& who,
                                            std::string_view uid) {
    const auto* row = snapshot.dashboard_by_uid(who.org, uid);
    if (row == nullptr || row->deleted_at) return nullptr;
    return FolderSight(snapshot, who).sees(row->folder) ? row : nullptr;
}

asio::awaitable<Result<store::Dashboard>> VersionedDashboards::save(Principal who,
                                                                    DashboardSave what) const {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed) {
        co_return allowed.error();
    }
    const auto snapshot = parts_.catalog.snapshot();
    const auto place = find_place(*snapshot, who, what);
    if (!place) co_return place.error();
    if (auto usable = check_folder(*snapshot, who, what.folder); !usable) co_return usable.error();
    const Time now = parts_.clock.now();
    const auto made_up = parts_.random.alphanumeric(kMadeUpUid);
    std::function<Result<store::Dashboard>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<store::Dashboard> {
        store::Dashboard row;
        if (place->changed != 0) {
            auto found = tx.dashboard(place->changed);
            if (!found && found.error().kind == ErrorKind::not_found) return no_such_dashboard();
            if (!found) return found.error();
            if (auto fits = check_row(*found, what); !fits) return fits.error();
            row = std::move(*found);
        } else {
            if (place->binned != 0) {
                const auto freed = rename_binned(tx, place->binned,
                                                 fmt::format("bin-{}-{}", place->binned, made_up));
                if (!freed) return freed.error();
            }
            row.org = who.org;
            row.uid = what.uid.empty() ? made_up : what.uid;
            row.dialect = what.dialect;
            row.author = who.handle;
            row.created_at = now;
            row.revision = 0;
        }
        const auto parent = row.revision;
        row.revision += 1;
        row.title = what.title;
        row.document = what.document;
        row.folder = what.folder;
        // Later than before even within one microsecond: caches of the document compare it.
        row.modified_at = std::max(now, row.modified_at + microseconds{1});
        if (auto proven = check_dashboard(*parts_.catalog.snapshot(), row); !proven) {
            return proven.error();
        }
        const auto written = row.id == 0 ? tx.insert(row) : tx.update(row);
        // Somebody else has just made it.
        if (!written && written.error().code == "already_exists") return version_mismatch();
        if (!written) return written.error();
        const auto kept = tx.keep_version({.dashboard = row.id,
                                           .revision = row.revision,
                                           .parent = parent,
                                           .restored_from = what.restored_from,
                                           .title = row.title,
                                           .document = row.document,
                                           .message = what.message,
                                           .author = who.handle,
                                           .created_at = row.modified_at});
        if (!kept) return kept.error();
        return row;
    };
    auto written = co_await parts_.catalog.write(std::move(work));
    if (!written) co_return written.error();
    parts_.record(who, place->changed == 0 ? "dashboard.created" : "dashboard.changed",
                  object_of(*written), {{"revision", written->revision}});
    co_return written;
}

}  // namespace casement::access
