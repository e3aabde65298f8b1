#include "store/catalog_current.h"

#include "store/catalog_loader.h"
#include "store/catalog_transaction.h"

#include <memory>
#include <utility>

namespace casement::store {

CurrentSnapshot::CurrentSnapshot(CatalogWork& work) : work_(work) {
    slot_.set(std::make_shared<const SnapshotView>(SnapshotData()));
}

void CurrentSnapshot::on_change(std::function<void(const SnapshotPtr&)> listener) {
    const std::lock_guard lock(refresh_mutex_);
    listeners_.push_back(std::move(listener));
}

Result<void> CurrentSnapshot::refresh(std::int64_t at_least) {
    const std::lock_guard lock(refresh_mutex_);
    const auto current = slot_.newest();
    if (at_least >= 0 && current->version() >= at_least) return {};
    auto loaded = work_.read<std::optional<SnapshotData>>([&](soci::session& session) {
        return load_newer(session, work_.secrets(), current->data());
    });
    if (!loaded) return loaded.error();
    if (std::optional<SnapshotData> newer = std::move(*loaded)) {
        slot_.set(std::make_shared<const SnapshotView>(std::move(*newer)));
        const SnapshotPtr snapshot = slot_.get();
        for (const auto& listener : listeners_)
            listener(snapshot);
    }
    return {};
}

std::optional<Error> CurrentSnapshot::transact(const Change& change) {
    std::int64_t version = 0;
    const auto done =
        work_.write_shared([&](soci::session& session) -> std::optional<DatabaseFailure> {
            const auto& database = work_.database();
            SqlTransaction transaction(database, session, work_.secrets(), work_.clock());
            const bool wanted = change(session, transaction);
            if (transaction.broken()) return transaction.broken();
            version = transaction.version();
            if (!wanted) {
                version = 0;
                Database::rollback(session);
                return std::nullopt;
            }
            if (version != 0) database.announce(session);
            Database::commit(session);
            return std::nullopt;
        });
    if (!done) return done.error();
    if (version == 0) return std::nullopt;
    const auto refreshed = refresh(version);
    if (!refreshed) {
        return unavailable("store_unavailable",
                           "The change was stored, but the database stopped answering before it "
                           "could take effect here. It will, as soon as it answers.");
    }
    return std::nullopt;
}

}  // namespace casement::store
