#include "store/catalog.h"

#include "base/log.h"
#include "store/catalog_annotation_store.h"
#include "store/catalog_audit.h"
#include "store/catalog_audit_search.h"
#include "store/catalog_console_store.h"
#include "store/catalog_current.h"
#include "store/catalog_embed_rows.h"
#include "store/catalog_history.h"
#include "store/catalog_home_store.h"
#include "store/catalog_invitation_store.h"
#include "store/catalog_share_guest_store.h"
#include "store/catalog_start.h"
#include "store/catalog_transaction.h"
#include "store/catalog_watcher.h"
#include "store/catalog_work.h"

#include <atomic>

namespace casement::store {
namespace {

/// One object with every store that a catalog has; `of` of each finds its own in it.
class SqlCatalog final : public Catalog,
                         public SqlAnnotationStore,
                         public SqlConsoleStore,
                         public SqlInvitationStore,
                         public SqlAuditSearch,
                         public SqlHomeStore,
                         public SqlShareGuestStore {
  public:
    SqlCatalog(std::unique_ptr<CatalogWork> work, std::unique_ptr<CurrentSnapshot> current,
               unsigned connections)
        : SqlAnnotationStore(*work),
          SqlConsoleStore(*work),
          SqlInvitationStore(*work, *current),
          SqlAuditSearch(*work),
          SqlHomeStore(*work),
          SqlShareGuestStore(*work),
          work_(std::move(work)),
          current_(std::move(current)),
          pool_("catalog", connections) {}

    ~SqlCatalog() override {
        watcher_.reset();
        pool_.join();
    }

    Result<void> start(std::chrono::milliseconds interval) {
        auto prepared = prepare_catalog(*work_);
        if (!prepared) return prepared.error();
        auto loaded = current_->refresh(-1);
        if (!loaded) return loaded.error();
        healthy_ = true;
        const bool listens = work_->engine() == Database::Engine::postgresql;
        watcher_.emplace(interval, listens ? work_->database().address() : std::string(),
                         Database::kChannel, [this] { look(); });
        return {};
    }

    SnapshotPtr snapshot() const override { return current_->get(); }

    Result<std::vector<AuditRow>> audit(OrgId org, std::int64_t before_id,
                                        std::size_t limit) override {
        return work_->read<std::vector<AuditRow>>(
            [&](soci::session& session) { return read_audit(session, org, before_id, limit); });
    }

    Result<std::optional<std::int64_t>> verify_audit(OrgId org) override {
        return work_->read<std::optional<std::int64_t>>(
            [&](soci::session& session) { return first_broken_audit_row(session, org); });
    }

    Result<AuditHead> audit_head(OrgId org) override {
        return work_->read<AuditHead>(
            [&](soci::session& session) { return read_audit_head(session, org); });
    }

    Result<void> append_audit(std::vector<AuditRow> rows) override {
        if (rows.empty()) return {};
        return work_->write_shared([&](soci::session& session) -> std::optional<DatabaseFailure> {
            append_audit_rows(session, rows, work_->clock().now());
            Database::commit(session);
            return std::nullopt;
        });
    }

    Result<EmbedUser> embed_user_now(OrgId org, std::int64_t id) override {
        return work_->read_found<EmbedUser>([&](soci::session& session) {
            return find_embed_user(session, work_->secrets(), org, id);
        });
    }

    Result<EmbedUser> embed_user_by_external_id_now(OrgId org, std::string_view text) override {
        return work_->read_found<EmbedUser>([&](soci::session& session) {
            return find_embed_user(session, work_->secrets(), org, text, {});
        });
    }

    Result<std::vector<EmbedUser>> search_embed_users_now(const EmbedUserQuery& query) override {
        return work_->read<std::vector<EmbedUser>>([&](soci::session& session) {
            return find_embed_users(session, work_->secrets(), work_->engine(), query);
        });
    }

    Result<std::int64_t> count_embed_users_now(const EmbedUserQuery& query) override {
        return work_->read<std::int64_t>([&](soci::session& session) {
            return number_of_embed_users(session, work_->engine(), query);
        });
    }

    Result<std::vector<DashboardVersion>> dashboard_versions_now(std::int64_t dashboard,
                                                                 std::int64_t before,
                                                                 std::size_t limit) override {
        return work_->read<std::vector<DashboardVersion>>([&](soci::session& session) {
            return find_versions(session, dashboard, before, limit);
        });
    }

    Result<DashboardVersion> dashboard_version_now(std::int64_t dashboard,
                                                   std::int64_t revision) override {
        auto found = dashboard_versions_now(dashboard, revision + 1, 1);
        if (!found) return found.error();
        if (found->empty() || found->front().revision != revision) return no_such_row();
        return std::move(found->front());
    }

    Result<std::string> snapshot_document_now(std::int64_t dashboard_snapshot) override {
        auto found = work_->read<std::optional<std::string>>([&](soci::session& session) {
            return find_snapshot_document(session, dashboard_snapshot);
        });
        if (!found) return found.error();
        std::optional<std::string> document = std::move(*found);
        if (!document) return no_such_row();
        return std::move(*document);
    }

    Result<KeyUses> key_uses_now(KeyTable table, OrgId org) override {
        return work_->read<KeyUses>(
            [&](soci::session& session) { return uses_of_keys(session, table, org); });
    }

    Result<void> note_key_use(KeyTable table, std::int64_t key, Time at) override {
        return work_->write_shared([&](soci::session& session) -> std::optional<DatabaseFailure> {
            put_key_use(session, table, key, at);
            Database::commit(session);
            return std::nullopt;
        });
    }

    void on_change(std::function<void(const SnapshotPtr&)> listener) override {
        current_->on_change(std::move(listener));
    }

    bool healthy() const override { return healthy_ && !work_->write_failed(); }

    BlockingPool& pool() override { return pool_; }

  protected:
    std::optional<Error> transact(const std::function<bool(Transaction&)>& work) override {
        return current_->transact(
            [&](soci::session&, Transaction& transaction) { return work(transaction); });
    }

  private:
    /// The watcher's turn.
    void look() {
        bool answered = false;
        try {
            answered = current_->refresh(-1).has_value();
        } catch (const std::exception& error) {
            log::error("catalog_failed", {{"detail", error.what()}});
        }
        if (answered != healthy_.exchange(answered)) {
            log::warning(answered ? "catalog_back" : "catalog_lost");
        }
        // After a failed write only a write can tell that it is over: a full disk still reads.
        if (answered && work_->write_failed()) work_->probe_write();
    }

    const std::unique_ptr<CatalogWork> work_;
    const std::unique_ptr<CurrentSnapshot> current_;
    std::atomic<bool> healthy_{false};
    BlockingPool pool_;
    std::optional<CatalogWatcher> watcher_;
};

}  // namespace

Result<std::unique_ptr<Catalog>> Catalog::open(const CatalogOptions& options,
                                               const SecretBox& secrets, const Clock& clock) {
    auto database = Database::open(options.database, options.connections);
    if (!database) return database.error();
    auto work = std::make_unique<CatalogWork>(std::move(*database), secrets, clock);
    auto current = std::make_unique<CurrentSnapshot>(*work);
    auto catalog =
        std::make_unique<SqlCatalog>(std::move(work), std::move(current), options.connections);
    auto started = catalog->start(options.refresh_interval);
    if (!started) return started.error();
    return std::unique_ptr<Catalog>(std::move(catalog));
}

}  // namespace casement::store
