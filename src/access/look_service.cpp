#include "access/look_service.h"

#include "access/folder_service.h"
#include "access/folder_sight.h"
#include "access/model_queries.h"
#include "dashboards/dashboard.h"

namespace casement::access {
namespace {

std::string look_object(std::int64_t id) {
    return fmt::format("look:{}", id);
}

Result<void> check_look(const store::Snapshot& snapshot, const Principal& who, store::Look& row) {
    if (row.title.empty()) return missing_value("title");
    row.document["title"] = row.title;
    const auto read = dashboards::read_dashboard(row.document);
    if (!read) {
        const auto& error = read.error();
        return wrong_value(
            error.field.empty() ? "casement_document" : "casement_document." + error.field,
            error.message);
    }
    if (read->panels.size() != 1) {
        return wrong_value("casement_document.panels", "A look has exactly one panel.");
    }
    if (auto proven = ModelQueryCheck(models_of(snapshot, who.org)).check(*read); !proven) {
        return wrong_value("casement_document." + proven.error().field, proven.error().message);
    }
    return check_folder(snapshot, who, row.folder);
}

}  // namespace

Result<store::Look> LookService::find(const Principal& who, std::int64_t id) const {
    if (auto allowed = who.require(Permission::dashboards_read); !allowed) return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    const auto* row = find_own<store::Look>(*snapshot, who.org, id);
    if (row == nullptr || !FolderSight(*snapshot, who).sees(row->folder)) return no_such_object();
    return *row;
}

asio::awaitable<Result<store::Look>> LookService::create(Principal who, NewLook what) {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed) {
        co_return allowed.error();
    }
    store::Look row;
    row.org = who.org;
    row.title = std::move(what.title);
    row.description = std::move(what.description);
    row.document = std::move(what.document);
    row.folder = what.folder;
    row.author = who.handle;
    row.created_at = parts_.clock.now();
    row.modified_at = row.created_at;
    // The check runs the engine's parser, so it runs where blocking is allowed.
    std::function<Result<store::Look>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<store::Look> {
        auto made = row;
        if (auto fits = check_look(*parts_.catalog.snapshot(), who, made); !fits)
            return fits.error();
        if (auto inserted = tx.insert(made); !inserted) return inserted.error();
        return made;
    };
    auto written = co_await parts_.catalog.write(std::move(work));
    if (!written) co_return written.error();
    parts_.record(who, "look.created", look_object(written->id), {{"title", written->title}});
    co_return written;
}

asio::awaitable<Result<store::Look>> LookService::update(
    Principal who, std::int64_t id, std::function<Result<void>(store::Look&)> change) {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed) {
        co_return allowed.error();
    }
    if (auto found = find(who, id); !found) co_return found.error();
    const Time now = parts_.clock.now();
    std::function<Result<void>(store::Look&)> edit = [&](store::Look& row) -> Result<void> {
        const auto before = row;
        if (auto changed = change(row); !changed) return changed;
        row.author = before.author;
        // Later than before even when two changes fall into one microsecond: caches of the parsed
        // document compare it.
        row.modified_at = std::max(now, before.modified_at + microseconds{1});
        return check_look(*parts_.catalog.snapshot(), who, row);
    };
    auto written = co_await edit_row(parts_, who.org, id, std::move(edit));
    if (!written) co_return written.error();
    parts_.record(who, "look.changed", look_object(id),
                  {{"title", written->title}, {"deleted", written->deleted_at.has_value()}});
    co_return written;
}

asio::awaitable<Result<void>> LookService::remove(Principal who, std::int64_t id) {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed) {
        co_return allowed.error();
    }
    if (auto found = find(who, id); !found) co_return found.error();
    const auto removed = co_await remove_row<store::Look>(parts_, who.org, id);
    if (!removed) co_return removed.error();
    parts_.record(who, "look.deleted", look_object(id), {{"title", removed->title}});
    co_return Result<void>{};
}

}  // namespace casement::access
