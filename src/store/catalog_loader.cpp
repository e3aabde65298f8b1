#include "store/catalog_loader.h"

#include "base/log.h"
#include "store/catalog_rows.h"
#include "store/catalog_transaction.h"

#include <map>

namespace casement::store {
namespace {

constexpr const char* kNewer = "t.version > :version";

std::int64_t counter(soci::session& session, const std::string& name) {
    std::int64_t value = 0;
    session << "SELECT value FROM counters WHERE name = :name", soci::use(name), soci::into(value);
    return value;
}

/// An index that is copied when it is first changed.
template <class T>
class Draft {
  public:
    explicit Draft(std::shared_ptr<const T>& slot) : slot_(slot) {}
    void finish() {
        if (copy_) slot_ = std::move(copy_);
    }
    T& change() {
        if (!copy_) copy_ = std::make_shared<T>(*slot_);
        return *copy_;
    }

  private:
    std::shared_ptr<const T>& slot_;
    std::shared_ptr<T> copy_;
};

auto log_unreadable(const char* table) {
    return [table](std::int64_t id, const BadValue& bad) {
        log::error("catalog_row_unreadable",
                   {{"table", table}, {"id", id}, {"column", bad.column}, {"detail", bad.what()}});
    };
}

template <class Row, class Index>
void load_into(soci::session& session, const SecretBox& secrets, std::int64_t version,
               Draft<Index>& draft) {
    load_rows<Row>(
        session, secrets, kNewer, version,
        [&](Row row) { draft.change().put(std::make_shared<const Row>(std::move(row))); },
        [&](std::int64_t id, const BadValue& bad) {
            draft.change().erase(id);
            log_unreadable(Table<Row>::name)(id, bad);
        });
}

}  // namespace

std::optional<SnapshotData> load_newer(soci::session& session, const SecretBox& secrets,
                                       const SnapshotData& current) {
    const std::int64_t newest = counter(session, "version");
    if (newest == current.version) return std::nullopt;
    SnapshotData next = current;
    // A version below ours: the database was put back to an older state.
    if (newest < current.version || current.version < counter(session, "tombstones_purged")) {
        next = SnapshotData::empty();
    }
    const std::int64_t since = next.version;

    Draft organizations(next.organizations);
    Draft users(next.users);
    Draft keys(next.keys);
    Draft dashboards(next.dashboards);
    Draft sources(next.sources);
    Draft shares(next.shares);
    Draft shares_by_dashboard(next.shares_by_dashboard);

    // First what is gone: its names may have been taken by what came.
    std::string kind;
    std::int64_t id = 0;
    soci::statement gone =
        (session.prepare << "SELECT kind, id FROM tombstones WHERE version > :version",
         soci::use(since), soci::into(kind), soci::into(id));
    gone.execute();
    while (gone.fetch()) {
        if (kind == Table<Dashboard>::name) dashboards.change().erase(id);
        if (kind == Table<Source>::name) sources.change().erase(id);
        if (kind == Table<Share>::name) {
            shares.change().erase(id);
            shares_by_dashboard.change().erase(id);
        }
    }

    load_into<Organization>(session, secrets, since, organizations);
    load_into<User>(session, secrets, since, users);
    load_into<ApiKey>(session, secrets, since, keys);
    load_into<Dashboard>(session, secrets, since, dashboards);
    load_into<Source>(session, secrets, since, sources);

    std::map<std::int64_t, Share> changed;
    load_rows<Share>(
        session, secrets, kNewer, since,
        [&](Share row) { changed.emplace(row.id, std::move(row)); },
        [&](std::int64_t bad_id, const BadValue& bad) {
            shares.change().erase(bad_id);
            shares_by_dashboard.change().erase(bad_id);
            log_unreadable(Table<Share>::name)(bad_id, bad);
        });
    load_credentials(
        session, secrets, "s.version > :version", since,
        [&](Credential row) {
            const auto share = changed.find(row.share);
            if (share != changed.end()) share->second.credentials.push_back(std::move(row));
        },
        log_unreadable(Table<Credential>::name));
    for (auto& [share_id, share] : changed) {
        const auto row = std::make_shared<const Share>(std::move(share));
        shares.change().put(row);
        shares_by_dashboard.change().put(row);
    }
    organizations.finish();
    users.finish();
    keys.finish();
    dashboards.finish();
    sources.finish();
    shares.finish();
    shares_by_dashboard.finish();
    next.version = newest;
    return next;
}

}  // namespace casement::store
