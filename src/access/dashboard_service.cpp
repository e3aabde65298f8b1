#include "access/dashboard_service.h"

#include "access/folder_sight.h"
#include "access/publish_check.h"

#include <algorithm>
#include <cctype>
#include <set>

#include <fmt/format.h>

namespace casement::access {
namespace {

/// "abc-1de-fg2", as the vendor's are.
std::string new_uid(crypto::Random& random) {
    const auto part = [&] {
        std::string text = random.alphanumeric(3);
        std::transform(text.begin(), text.end(), text.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        return text;
    };
    return fmt::format("{}-{}-{}", part(), part(), part());
}

/// The ids of rows that `fits`, or the error of the first that does not.
template <class Fits>
Result<std::vector<std::int64_t>> find_rows(const store::Snapshot& snapshot, store::OrgId org,
                                            const std::vector<std::string>& ids, Fits fits) {
    std::vector<std::int64_t> rows;
    for (const auto& id : ids) {
        const auto* row = find_dashboard_row(snapshot, org, id);
        if (row == nullptr || !fits(*row)) return dashboard_not_found(id);
        rows.push_back(row->id);
    }
    return rows;
}

/// What it became, and what it was, where that is not in its history yet.
Result<void> keep_versions(store::Transaction& tx, const store::Dashboard& before,
                           const store::Dashboard& after, const DashboardEdit& edit,
                           const std::string& author) {
    auto former = tx.keep_version({.dashboard = before.id,
                                   .revision = before.revision,
                                   .title = before.title,
                                   .document = before.document,
                                   .message = {},
                                   .author = before.author,
                                   .created_at = before.modified_at});
    if (!former && former.error().code != "already_exists") return former.error();
    return tx.keep_version({.dashboard = after.id,
                            .revision = after.revision,
                            .parent = before.revision,
                            .restored_from = edit.restored_from,
                            .title = after.title,
                            .document = after.document,
                            .message = edit.message,
                            .author = author,
                            .created_at = after.modified_at});
}

}  // namespace

const store::Dashboard* DashboardService::find_live(const store::Snapshot& snapshot,
                                                    const Principal& who,
                                                    std::string_view id) const {
    const auto* row = find_dashboard_row(snapshot, who.org, id);
    if (row == nullptr || row->deleted_at) return nullptr;
    return FolderSight(snapshot, who).sees(row->folder) ? row : nullptr;
}

Result<store::Dashboard> DashboardService::find(const Principal& who, std::string_view id) const {
    if (auto allowed = who.require(Permission::dashboards_read); !allowed) return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    const auto* row = find_live(*snapshot, who, id);
    if (row == nullptr) return dashboard_not_found(id);
    return *row;
}

asio::awaitable<Result<store::Dashboard>> DashboardService::create(Principal who,
                                                                   NewDashboard what) {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed) {
        co_return allowed.error();
    }
    store::Dashboard row;
    row.org = who.org;
    row.dialect = what.dialect;
    row.uid = what.uid.empty() ? new_uid(parts_.random) : what.uid;
    row.title = what.title;
    row.document = std::move(what.document);
    row.folder = what.folder;
    row.author = who.handle;
    row.created_at = parts_.clock.now();
    row.modified_at = row.created_at;
    // The check runs the engines' parsers, so it runs where blocking is allowed, and where no model
    // changes between it and the write.
    auto written = co_await parts_.catalog.write<store::Dashboard>(
        [this, row](store::Transaction& tx) -> Result<store::Dashboard> {
            auto proven = check_dashboard(*parts_.catalog.snapshot(), row);
            if (!proven) return proven.error();
            auto inserted_row = row;
            if (auto inserted = tx.insert(inserted_row); !inserted) return inserted.error();
            return inserted_row;
        });
    if (written) parts_.record(who, "dashboard.created", object_of(*written));
    co_return written;
}

asio::awaitable<Result<store::Dashboard>> DashboardService::update(
    Principal who, std::string id, std::function<Result<void>(store::Dashboard&)> change,
    DashboardEdit edit) {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed) {
        co_return allowed.error();
    }
    const auto snapshot = parts_.catalog.snapshot();
    const auto* found = find_live(*snapshot, who, id);
    if (found == nullptr) co_return dashboard_not_found(id);
    const auto row_id = found->id;
    const Time now = parts_.clock.now();
    auto written = co_await parts_.catalog.write<store::Dashboard>(
        [this, row_id, change, now, id, edit,
         handle = who.handle](store::Transaction& tx) -> Result<store::Dashboard> {
            auto row = tx.dashboard(row_id);
            if (!row) return row.error();
            if (row->deleted_at) return dashboard_not_found(id);
            if (edit.revision && *edit.revision != row->revision) {
                return conflict("dashboard_version_mismatch",
                                fmt::format("Somebody else has saved this dashboard meanwhile: it "
                                            "is at revision {}, not {}.",
                                            row->revision, *edit.revision));
            }
            const auto before = *row;
            if (auto changed = change(*row); !changed) return changed.error();
            row->id = before.id;
            row->org = before.org;
            row->uid = before.uid;
            row->dialect = before.dialect;
            if (row->document != before.document) {
                auto proven = check_dashboard(*parts_.catalog.snapshot(), *row);
                if (!proven) return proven.error();
            }
            // Later than before even when two changes fall into one microsecond: caches of the
            // parsed document compare it.
            row->modified_at = std::max(now, before.modified_at + microseconds{1});
            const bool rewritten = row->document != before.document || row->title != before.title;
            row->revision = rewritten ? before.revision + 1 : before.revision;
            if (auto updated = tx.update(*row); !updated) return updated.error();
            if (rewritten) {
                if (auto kept = keep_versions(tx, before, *row, edit, handle); !kept)
                    return kept.error();
            }
            return *row;
        });
    if (written) {
        parts_.record(who, "dashboard.changed", object_of(*written),
                      {{"revision", written->revision}});
    }
    co_return written;
}

asio::awaitable<Result<store::Dashboard>> DashboardService::bring_back(Principal who,
                                                                       std::string id,
                                                                       std::int64_t revision,
                                                                       DashboardEdit edit) {
    auto row = find(who, id);
    if (!row) co_return row.error();
    auto version = co_await parts_.catalog.dashboard_version(row->id, revision);
    if (!version) {
        if (version.error().kind != ErrorKind::not_found) co_return version.error();
        co_return not_found("version_not_found",
                            fmt::format("This dashboard has no revision {}.", revision));
    }
    edit.restored_from = revision;
    std::function<Result<void>(store::Dashboard&)> change =
        [title = version->title, document = version->document](auto& changed) -> Result<void> {
        changed.title = title;
        changed.document = document;
        return {};
    };
    auto written =
        co_await update(std::move(who), std::move(id), std::move(change), std::move(edit));
    co_return written;
}

asio::awaitable<Result<std::size_t>> DashboardService::move(Principal who,
                                                            std::vector<std::string> ids,
                                                            std::int64_t folder) {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed) {
        co_return allowed.error();
    }
    const auto snapshot = parts_.catalog.snapshot();
    std::set<std::int64_t> rows;
    for (const auto& id : ids) {
        const auto* row = find_live(*snapshot, who, id);
        if (row == nullptr) co_return dashboard_not_found(id);
        if (row->folder != folder) rows.insert(row->id);
    }
    const Time now = parts_.clock.now();
    auto written = co_await parts_.catalog.write<std::vector<store::Dashboard>>(
        [rows, folder, now](store::Transaction& tx) -> Result<std::vector<store::Dashboard>> {
            std::vector<store::Dashboard> moved;
            for (const auto id : rows) {
                auto row = tx.dashboard(id);
                if (!row) return row.error();
                if (row->deleted_at) return dashboard_not_found(row->uid);
                row->folder = folder;
                row->modified_at = std::max(now, row->modified_at + microseconds{1});
                if (auto updated = tx.update(*row); !updated) return updated.error();
                moved.push_back(std::move(*row));
            }
            return moved;
        });
    if (!written) co_return written.error();
    for (const auto& row : *written)
        parts_.record(who, "dashboard.changed", object_of(row), {{"revision", row.revision}});
    co_return written->size();
}

asio::awaitable<Result<void>> DashboardService::edit(
    Principal who, std::vector<std::int64_t> rows, std::string action,
    std::function<void(store::Dashboard&)> change) {
    auto written = co_await parts_.catalog.write<bool>(
        [this, rows, change](store::Transaction& tx) -> Result<bool> {
            for (const auto id : rows) {
                auto row = tx.dashboard(id);
                if (!row) return row.error();
                change(*row);
                // Out of the bin: models may have changed since it went there.
                if (!row->deleted_at) {
                    auto proven = check_dashboard(*parts_.catalog.snapshot(), *row);
                    if (!proven) return proven.error();
                }
                if (auto updated = tx.update(*row); !updated) return updated.error();
            }
            return true;
        });
    if (!written) co_return written.error();
    for (const auto id : rows)
        parts_.record(who, action, fmt::format("dashboard:{}", id));
    co_return Result<void>{};
}

asio::awaitable<Result<void>> DashboardService::bin(Principal who, std::vector<std::string> ids) {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed) {
        co_return allowed.error();
    }
    const auto snapshot = parts_.catalog.snapshot();
    auto rows = find_rows(*snapshot, who.org, ids,
                          [](const store::Dashboard& row) { return !row.deleted_at; });
    if (!rows) co_return rows.error();
    std::function<void(store::Dashboard&)> change = [now = parts_.clock.now()](auto& row) {
        row.deleted_at = now;
    };
    auto done =
        co_await edit(std::move(who), std::move(*rows), "dashboard.deleted", std::move(change));
    co_return done;
}

asio::awaitable<Result<void>> DashboardService::restore(Principal who,
                                                        std::vector<std::string> ids) {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed) {
        co_return allowed.error();
    }
    const auto snapshot = parts_.catalog.snapshot();
    const Time now = parts_.clock.now();
    auto rows = find_rows(*snapshot, who.org, ids, [now](const store::Dashboard& row) {
        return row.deleted_at && *row.deleted_at + kBinTime > now;
    });
    if (!rows) co_return rows.error();
    std::function<void(store::Dashboard&)> change = [](auto& row) { row.deleted_at.reset(); };
    auto done =
        co_await edit(std::move(who), std::move(*rows), "dashboard.restored", std::move(change));
    co_return done;
}

}  // namespace casement::access
