#include "store/catalog_loader.h"

#include "base/log.h"
#include "store/catalog_rows.h"
#include "store/catalog_transaction.h"

#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace casement::store {
namespace {

std::int64_t counter(soci::session& session, const std::string& name) {
    std::int64_t value = 0;
    session << "SELECT value FROM counters WHERE name = :name", soci::use(name), soci::into(value);
    return value;
}

/// The next snapshot while it is made: an index is copied when it is first changed.
template <class Data>
class Drafts;
template <class... AnyKeys>
class Drafts<IndexesBy<AnyKeys...>> {
  public:
    explicit Drafts(IndexesBy<AnyKeys...> data) : data_(std::move(data)) {}

    [[nodiscard]] std::int64_t version() const { return data_.version; }

    template <class Row>
    void put(Row row) {
        const auto pointer = std::make_shared<const Row>(std::move(row));
        each<Row>([&](auto& index) { index.put(pointer); });
    }
    template <class Row>
    void erase(std::int64_t id) {
        each<Row>([&](auto& index) { index.erase(id); });
    }

    IndexesBy<AnyKeys...> finish(std::int64_t version) {
        (finish_one<AnyKeys>(), ...);
        data_.version = version;
        return std::move(data_);
    }

  private:
    template <class K>
    using Copy = std::shared_ptr<Index<typename K::Row, K>>;

    template <class Row, class Change>
    void each(Change change) {
        (change_one<Row, AnyKeys>(change), ...);
    }
    template <class Row, class K, class Change>
    void change_one(Change& change) {
        if constexpr (std::is_same_v<Row, typename K::Row>) {
            auto& copy = std::get<Copy<K>>(copies_);
            if (!copy) copy = std::make_shared<Index<Row, K>>(data_.template index<K>());
            change(*copy);
        }
    }
    template <class K>
    void finish_one() {
        auto& copy = std::get<Copy<K>>(copies_);
        if (copy) std::get<typename IndexesBy<AnyKeys...>::template Slot<K>>(data_.slots) = copy;
    }

    IndexesBy<AnyKeys...> data_;
    std::tuple<Copy<AnyKeys>...> copies_;
};
using SnapshotDrafts = Drafts<SnapshotData>;

void log_unreadable(const char* table, std::int64_t id, const BadValue& bad) {
    log::error("catalog_row_unreadable",
               {{"table", table}, {"id", id}, {"column", bad.column}, {"detail", bad.what()}});
}

/// Which kinds of row have one that is newer than `version`, by their places in SnapshotRows. One
/// question for all: most changes are to one kind, and most kinds have few rows or none.
template <class... Row>
std::vector<bool> kinds_with_news(soci::session& session, std::int64_t version, Rows<Row...>) {
    std::string sql;
    std::size_t place = 0;
    const auto ask = [&](const char* table) {
        sql += fmt::format("{}SELECT {} WHERE EXISTS (SELECT 1 FROM {} WHERE version > {})",
                           sql.empty() ? "" : " UNION ALL ", place++, table, version);
    };
    (ask(Table<Row>::name), ...);
    std::vector<bool> news(sizeof...(Row), false);
    int found = 0;
    soci::statement statement = (session.prepare << sql, soci::into(found));
    statement.execute();
    while (statement.fetch())
        news.at(static_cast<std::size_t>(found)) = true;
    return news;
}

/// First what is gone: its names may have been taken by what came.
template <class... Row>
void erase_removed(soci::session& session, SnapshotDrafts& drafts, Rows<Row...>) {
    const std::int64_t since = drafts.version();
    std::string kind;
    std::int64_t id = 0;
    soci::statement gone =
        (session.prepare << "SELECT kind, id FROM tombstones WHERE version > :version",
         soci::use(since), soci::into(kind), soci::into(id));
    gone.execute();
    const auto erase_if_of = [&]<class Kind>(std::type_identity<Kind>) {
        if (kind == Table<Kind>::name) drafts.erase<Kind>(id);
    };
    while (gone.fetch())
        (erase_if_of(std::type_identity<Row>{}), ...);
}

/// What a row consists of besides its own columns.
template <class Row>
void complete(soci::session&, const SecretBox&, std::int64_t, std::vector<Row>&) {}
void complete(soci::session& session, const SecretBox& secrets, std::int64_t since,
              std::vector<Share>& shares) {
    const auto add = [&](Credential row) {
        // Shares come in the order of their ids.
        const auto share =
            std::lower_bound(shares.begin(), shares.end(), row.share,
                             [](const Share& one, std::int64_t wanted) { return one.id < wanted; });
        if (share == shares.end() || share->id != row.share) return;
        share->credentials.push_back(std::move(row));
    };
    load_credentials(session, secrets, "s.version > :version", since, add,
                     [](std::int64_t id, const BadValue& bad) {
                         log_unreadable(Table<Credential>::name, id, bad);
                     });
}

template <class Row>
void load_changed(soci::session& session, const SecretBox& secrets, SnapshotDrafts& drafts) {
    std::vector<Row> changed;
    load_rows<Row>(
        session, secrets, selection("t.version > :version", drafts.version()),
        [&](Row row) { changed.push_back(std::move(row)); },
        [&](std::int64_t id, const BadValue& bad) {
            drafts.erase<Row>(id);
            log_unreadable(Table<Row>::name, id, bad);
        });
    complete(session, secrets, drafts.version(), changed);
    for (auto& row : changed)
        drafts.put(std::move(row));
}

template <class... Row>
void load_all_changed(soci::session& session, const SecretBox& secrets, SnapshotDrafts& drafts,
                      Rows<Row...> kinds) {
    const auto news = kinds_with_news(session, drafts.version(), kinds);
    std::size_t place = 0;
    const auto load_if_new = [&]<class Kind>(std::type_identity<Kind>) {
        if (news.at(place++)) load_changed<Kind>(session, secrets, drafts);
    };
    (load_if_new(std::type_identity<Row>{}), ...);
}

}  // namespace

std::optional<SnapshotData> load_newer(soci::session& session, const SecretBox& secrets,
                                       const SnapshotData& current) {
    const std::int64_t newest = counter(session, "version");
    if (newest == current.version) return std::nullopt;
    // A version below ours: the database was put back to an older state.
    const bool start_over =
        newest < current.version || current.version < counter(session, "tombstones_purged");
    SnapshotDrafts drafts(start_over ? SnapshotData() : current);
    erase_removed(session, drafts, SnapshotRows{});
    load_all_changed(session, secrets, drafts, SnapshotRows{});
    return drafts.finish(newest);
}

}  // namespace casement::store
