#include "access/source_service.h"

#include "access/catalog_edits.h"
#include "access/publish_check.h"
#include "data/source_types.h"

#include <algorithm>

namespace casement::access {
namespace {

/// Where what the API's clients know of a source stands among its settings.
constexpr std::string_view kClients = "grafana";
constexpr std::string_view kIsDefault = "isDefault";

Error no_such_source() {
    return not_found("source_not_found", "Data source not found");
}

/// What else in the organization has this name or uid.
Result<void> check_names(const store::Snapshot& snapshot, const store::Source& row) {
    const auto* named = snapshot.source_by_name(row.org, row.name);
    if (named != nullptr && named->id != row.id) {
        return conflict("source_name_taken", "data source with the same name already exists");
    }
    const auto* same = row.uid.empty() ? nullptr : snapshot.source_by_uid(row.org, row.uid);
    if (same != nullptr && same->id != row.id) {
        return conflict("source_uid_taken", "data source with the same uid already exists");
    }
    return {};
}

/// Takes the default from every other row that `snapshot` knows.
Result<void> clear_others(store::Transaction& tx, const store::Snapshot& snapshot,
                          const store::Source& kept) {
    for (const auto* other : snapshot.sources(kept.org)) {
        if (other->id == kept.id || !is_default_source(*other)) continue;
        auto row = tx.load<store::Source>(other->id);
        // Removed meanwhile: then it is no default either.
        if (!row && row.error().kind == ErrorKind::not_found) continue;
        if (!row) return row.error();
        set_default_source(*row, false);
        if (auto updated = tx.update(*row); !updated) return updated.error();
    }
    return {};
}

bool has_other_default(const store::Snapshot& snapshot, const store::Source& row) {
    const auto rows = snapshot.sources(row.org);
    return std::any_of(rows.begin(), rows.end(), [&](const auto* other) {
        return other->id != row.id && is_default_source(*other);
    });
}

/// What models narrow must stay what it is: `before` is null for a new source, `after` for one that
/// goes.
Result<void> check_models(const store::Snapshot& snapshot, const store::Source* before,
                          const store::Source* after) {
    CatalogChange change;
    const auto org = (after != nullptr ? after : before)->org;
    if (before != nullptr) change.sources.emplace(before->name, std::nullopt);
    if (after != nullptr) change.sources.insert_or_assign(after->name, *after);
    for (const auto* model : snapshot.list<store::Model>(org)) {
        if (after == nullptr || model->source != after->name) continue;
        if (before == nullptr || before->type != after->type) {
            if (auto fits = check_retyped(*model, after->type); !fits) return fits;
        }
        if (auto fits = check_relations(*model, *after); !fits) return fits;
    }
    const bool same = before != nullptr && after != nullptr && before->name == after->name &&
                      before->type == after->type;
    if (same) return {};
    return check_change(snapshot, org, change);
}

std::string object_of(const store::Source& row) {
    return fmt::format("source:{}", row.id);
}

}  // namespace

bool is_default_source(const store::Source& row) {
    const auto* known = row.settings.if_contains(kClients);
    const auto* object = known != nullptr ? known->if_object() : nullptr;
    const auto* flag = object != nullptr ? object->if_contains(kIsDefault) : nullptr;
    return flag != nullptr && flag->is_bool() && flag->get_bool();
}

void set_default_source(store::Source& row, bool is_default) {
    auto& known = row.settings[kClients];
    if (!known.is_object()) known = json::object{};
    known.get_object()[kIsDefault] = is_default;
}

const store::Source* default_source(const store::Snapshot& snapshot, store::OrgId org) {
    const auto rows = snapshot.sources(org);
    const auto found = std::find_if(rows.begin(), rows.end(),
                                    [](const auto* row) { return is_default_source(*row); });
    return found == rows.end() ? nullptr : *found;
}

Error SourceService::read_only() {
    return forbidden("source_read_only",
                     "This data source comes from a provisioning folder; change it there.");
}

asio::awaitable<Result<store::Source>> SourceService::write(
    std::function<Result<store::Source>(store::Transaction&)> work) const {
    auto written = co_await parts_.catalog.write(std::move(work));
    if (!written || !is_default_source(*written)) co_return written;
    // Somebody else may have made another one the default at the same moment. Both look again, one
    // after the other, and the second finds that it is no default any more.
    if (!has_other_default(*parts_.catalog.snapshot(), *written)) co_return written;
    std::function<Result<store::Source>(store::Transaction&)> settle =
        [this, id = written->id](store::Transaction& tx) -> Result<store::Source> {
        auto row = tx.load<store::Source>(id);
        if (!row || !is_default_source(*row)) return row;
        auto cleared = clear_others(tx, *parts_.catalog.snapshot(), *row);
        if (!cleared) return cleared.error();
        return row;
    };
    auto settled = co_await parts_.catalog.write(std::move(settle));
    co_return settled;
}

asio::awaitable<Result<store::Source>> SourceService::create(Principal who,
                                                             store::Source row) const {
    if (auto allowed = who.require(Permission::sources_write); !allowed) co_return allowed.error();
    row.id = 0;
    row.org = who.org;
    row.revision = 1;
    row.provisioned = false;
    std::function<Result<store::Source>(store::Transaction&)> work =
        [this, row = std::move(row)](store::Transaction& tx) -> Result<store::Source> {
        const auto snapshot = parts_.catalog.snapshot();
        if (auto free = check_names(*snapshot, row); !free) return free.error();
        if (auto fits = check_models(*snapshot, nullptr, &row); !fits) return fits.error();
        auto made = row;
        if (auto inserted = tx.insert(made); !inserted) return inserted.error();
        if (is_default_source(made)) {
            if (auto cleared = clear_others(tx, *snapshot, made); !cleared) return cleared.error();
        }
        return made;
    };
    auto written = co_await write(std::move(work));
    if (!written && written.error().code == "already_exists") {
        co_return conflict("source_name_taken",
                           "data source with the same name or uid already exists");
    }
    if (!written) co_return written.error();
    parts_.record(who, "source.created", object_of(*written),
                  {{"name", written->name}, {"type", written->type}});
    co_return written;
}

asio::awaitable<Result<store::Source>> SourceService::update(
    Principal who, std::int64_t id, std::int64_t revision,
    std::function<Result<void>(store::Source&)> change) const {
    if (auto allowed = who.require(Permission::sources_write); !allowed) co_return allowed.error();
    std::function<Result<store::Source>(store::Transaction&)> work =
        [this, &change, id, revision,
         org = who.org](store::Transaction& tx) -> Result<store::Source> {
        auto row = load_own<store::Source>(tx, org, id);
        if (!row) return row.error().kind == ErrorKind::not_found ? no_such_source() : row.error();
        if (row->provisioned) return read_only();
        if (revision != 0 && revision != row->revision) {
            return conflict("source_version_mismatch",
                            "Datasource has already been updated by someone else. Please reload "
                            "and try again");
        }
        const auto before = *row;
        if (auto changed = change(*row); !changed) return changed.error();
        row->id = id;
        row->org = org;
        row->revision += 1;
        const auto snapshot = parts_.catalog.snapshot();
        if (auto free = check_names(*snapshot, *row); !free) return free.error();
        if (auto fits = check_models(*snapshot, &before, &*row); !fits) return fits.error();
        if (auto updated = tx.update(*row); !updated) return updated.error();
        if (is_default_source(*row)) {
            if (auto cleared = clear_others(tx, *snapshot, *row); !cleared) return cleared.error();
        }
        return row;
    };
    auto written = co_await write(std::move(work));
    if (!written && written.error().code == "already_exists") {
        co_return conflict("source_name_taken",
                           "data source with the same name or uid already exists");
    }
    if (!written) co_return written.error();
    parts_.record(who, "source.changed", object_of(*written),
                  {{"name", written->name}, {"type", written->type}});
    co_return written;
}

asio::awaitable<Result<store::Source>> SourceService::remove(
    Principal who, std::int64_t id,
    std::function<Result<void>(const store::Source&)> objection) const {
    if (auto allowed = who.require(Permission::sources_write); !allowed) co_return allowed.error();
    std::function<Result<void>(const store::Source&)> stays =
        [this, &objection](const store::Source& row) -> Result<void> {
        if (row.provisioned) return read_only();
        if (objection) {
            if (auto free = objection(row); !free) return free;
        }
        return check_models(*parts_.catalog.snapshot(), &row, nullptr);
    };
    auto removed = co_await remove_row<store::Source>(parts_, who.org, id, std::move(stays));
    if (!removed && removed.error().kind == ErrorKind::not_found) co_return no_such_source();
    if (!removed) co_return removed.error();
    parts_.record(who, "source.deleted", object_of(*removed),
                  {{"name", removed->name}, {"type", removed->type}});
    co_return removed;
}

}  // namespace casement::access
