#include "store/catalog.h"

#include "base/log.h"
#include "store/catalog_annotations.h"
#include "store/catalog_audit.h"
#include "store/catalog_audit_search.h"
#include "store/catalog_console.h"
#include "store/catalog_database.h"
#include "store/catalog_embed_rows.h"
#include "store/catalog_history.h"
#include "store/catalog_home.h"
#include "store/catalog_invitations.h"
#include "store/catalog_loader.h"
#include "store/catalog_migrate.h"
#include "store/catalog_snapshot.h"
#include "store/catalog_transaction.h"
#include "store/catalog_watcher.h"
#include "store/share_guest_store.h"

#include <atomic>
#include <thread>

#include <fmt/format.h>

namespace casement::store {
namespace {

/// How often a transaction that was in another's way is tried.
constexpr int kAttempts = 8;
/// After this long it is not tried again: somebody waits for the answer.
constexpr auto kPatience = std::chrono::seconds(10);
constexpr auto kBetweenReports = std::chrono::seconds(10);
/// A sealed text that only the right master key opens.
constexpr const char* kKeyCheck = "master_key_check";
constexpr std::string_view kKeyCheckText = "casement";

class SqlCatalog final : public Catalog,
                         public AnnotationStore,
                         public ConsoleStore,
                         public InvitationStore,
                         public AuditSearch,
                         public HomeStore,
                         public ShareGuestStore {
  public:
    SqlCatalog(std::unique_ptr<Database> database, const CatalogOptions& options,
               const SecretBox& secrets, const Clock& clock)
        : database_(std::move(database)),
          secrets_(secrets),
          clock_(clock),
          pool_("catalog", options.connections) {
        slot_.set(std::make_shared<const SnapshotView>(SnapshotData()));
    }

    ~SqlCatalog() override {
        watcher_.reset();
        pool_.join();
    }

    Result<void> start(std::chrono::milliseconds interval) {
        auto migrated = migrate(*database_, catalog_migrations(), clock_);
        if (!migrated) return migrated.error();
        auto checked = check_master_key();
        if (!checked) return checked.error();
        auto first = make_first_organization();
        if (!first) return first.error();
        auto loaded = refresh(-1);
        if (!loaded) return loaded.error();
        healthy_ = true;
        const bool listens = database_->engine() == Database::Engine::postgresql;
        watcher_.emplace(interval, listens ? database_->address() : std::string(),
                         Database::kChannel, [this] { look(); });
        return {};
    }

    SnapshotPtr snapshot() const override { return slot_.get(); }

    Result<std::vector<AuditRow>> audit(OrgId org, std::int64_t before_id,
                                        std::size_t limit) override {
        return read<std::vector<AuditRow>>(
            [&](soci::session& session) { return read_audit(session, org, before_id, limit); });
    }

    Result<AuditPage> search_audit_now(const AuditQuery& query) override {
        return read<AuditPage>(
            [&](soci::session& session) { return search_audit(session, query); });
    }

    Result<std::optional<std::int64_t>> verify_audit(OrgId org) override {
        return read<std::optional<std::int64_t>>(
            [&](soci::session& session) { return first_broken_audit_row(session, org); });
    }

    Result<AuditHead> audit_head(OrgId org) override {
        return read<AuditHead>(
            [&](soci::session& session) { return read_audit_head(session, org); });
    }

    Result<void> append_audit(std::vector<AuditRow> rows) override {
        if (rows.empty()) return {};
        return in_transaction(
            [&](soci::session& session) { database_->begin_shared_write(session); },
            [&](soci::session& session) -> std::optional<DatabaseFailure> {
                append_audit_rows(session, rows, clock_.now());
                Database::commit(session);
                return std::nullopt;
            });
    }

    Result<EmbedUser> embed_user_now(OrgId org, std::int64_t id) override {
        return read_found<EmbedUser>(
            [&](soci::session& session) { return find_embed_user(session, secrets_, org, id); });
    }

    Result<EmbedUser> embed_user_by_external_id_now(OrgId org, std::string_view text) override {
        return read_found<EmbedUser>([&](soci::session& session) {
            return find_embed_user(session, secrets_, org, text, {});
        });
    }

    Result<std::vector<EmbedUser>> search_embed_users_now(const EmbedUserQuery& query) override {
        return read<std::vector<EmbedUser>>([&](soci::session& session) {
            return find_embed_users(session, secrets_, database_->engine(), query);
        });
    }

    Result<std::int64_t> count_embed_users_now(const EmbedUserQuery& query) override {
        return read<std::int64_t>([&](soci::session& session) {
            return number_of_embed_users(session, database_->engine(), query);
        });
    }

    Result<std::vector<DashboardVersion>> dashboard_versions_now(std::int64_t dashboard,
                                                                 std::int64_t before,
                                                                 std::size_t limit) override {
        return read<std::vector<DashboardVersion>>([&](soci::session& session) {
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
        auto found = read<std::optional<std::string>>([&](soci::session& session) {
            return find_snapshot_document(session, dashboard_snapshot);
        });
        if (!found) return found.error();
        std::optional<std::string> document = std::move(*found);
        if (!document) return no_such_row();
        return std::move(*document);
    }

    Result<KeyUses> key_uses_now(KeyTable table, OrgId org) override {
        return read<KeyUses>(
            [&](soci::session& session) { return uses_of_keys(session, table, org); });
    }

    Result<void> note_key_use(KeyTable table, std::int64_t key, Time at) override {
        return in_transaction(
            [&](soci::session& session) { database_->begin_shared_write(session); },
            [&](soci::session& session) -> std::optional<DatabaseFailure> {
                put_key_use(session, table, key, at);
                Database::commit(session);
                return std::nullopt;
            });
    }

    Result<std::vector<Annotation>> annotations_now(const AnnotationQuery& query) override {
        return read<std::vector<Annotation>>(
            [&](soci::session& session) { return find_annotations(session, secrets_, query); });
    }

    Result<std::vector<AnnotationTag>> annotation_tags_now(OrgId org) override {
        return read<std::vector<AnnotationTag>>(
            [&](soci::session& session) { return tags_of_annotations(session, org); });
    }

    Result<Annotation> add_annotation_now(Annotation row) override {
        const Time now = clock_.now();
        if (row.created_at == Time{}) row.created_at = now;
        if (row.modified_at == Time{}) row.modified_at = row.created_at;
        return write_beside<Annotation>([&](soci::session& session) -> Result<Annotation> {
            if (!has_place(session, row)) return no_such_row();
            insert_annotation(session, secrets_, row);
            return row;
        });
    }

    Result<Annotation> change_annotation_now(OrgId org, std::int64_t id,
                                             const Change& change) override {
        return write_beside<Annotation>([&](soci::session& session) -> Result<Annotation> {
            AnnotationQuery query;
            query.org = org;
            query.id = id;
            auto found = find_annotations(session, secrets_, query);
            if (found.empty()) return no_such_row();
            const Annotation before = found.front();
            auto& row = found.front();
            if (auto changed = change(row); !changed) return changed.error();
            row.id = before.id;
            row.org = before.org;
            row.dashboard = before.dashboard;
            row.panel = before.panel;
            row.author = before.author;
            row.author_name = before.author_name;
            row.created_at = before.created_at;
            update_annotation(session, secrets_, row);
            return std::move(row);
        });
    }

    Result<void> remove_annotation_now(OrgId org, std::int64_t id) override {
        const auto removed = write_beside<bool>([&](soci::session& session) -> Result<bool> {
            if (!remove_annotation(session, org, id)) return no_such_row();
            return true;
        });
        if (!removed) return removed.error();
        return {};
    }

    Result<void> open_console_session_now(const ConsoleSession& row,
                                          const ConsoleSessionLimits& limits,
                                          const std::string& replaces) override {
        return write_done(
            [&](soci::session& session) {
                if (!may_sign_in(session, database_->engine(), row)) return false;
                if (!replaces.empty()) replace_console_session(session, replaces);
                insert_console_session(session, row);
                purge_console_sessions(session, row.user, limits);
                return true;
            },
            conflict("user_changed", "This user was changed meanwhile. Sign in again."));
    }

    Result<std::optional<ConsoleSession>> find_console_session_now(
        const std::string& secret_hash) override {
        return read<std::optional<ConsoleSession>>(
            [&](soci::session& session) { return find_console_session(session, secret_hash); });
    }

    Result<void> note_console_session_now(const std::string& id, Time seen_at) override {
        return write_done([&](soci::session& session) {
            note_console_session(session, id, seen_at);
            return true;
        });
    }

    Result<bool> end_console_session_now(std::int64_t user, const std::string& id) override {
        return write_beside<bool>([&](soci::session& session) -> Result<bool> {
            return remove_console_session(session, user, id);
        });
    }

    Result<std::vector<ConsoleSession>> console_sessions_now(std::int64_t user) override {
        return read<std::vector<ConsoleSession>>(
            [&](soci::session& session) { return find_console_sessions(session, user); });
    }

    Result<std::optional<Totp>> totp_now(std::int64_t user) override {
        return read<std::optional<Totp>>(
            [&](soci::session& session) { return find_totp(session, secrets_, user); });
    }

    Result<void> start_totp_now(const Totp& totp) override {
        return write_done([&](soci::session& session) { return put_totp(session, secrets_, totp); },
                          conflict("totp_active", "A second factor is active already."));
    }

    Result<void> activate_totp_now(std::int64_t user, Time created_at, std::int64_t step,
                                   const std::vector<std::string>& recovery_hashes) override {
        return write_done(
            [&](soci::session& session) {
                return put_active_totp(session, user, created_at, step, recovery_hashes);
            },
            conflict("totp_changed", "The second factor was changed meanwhile. Begin anew."));
    }

    Result<bool> remove_totp_now(std::int64_t user) override {
        return write_beside<bool>(
            [&](soci::session& session) -> Result<bool> { return delete_totp(session, user); });
    }

    Result<bool> spend_totp_step_now(std::int64_t user, std::int64_t step) override {
        return write_beside<bool>([&](soci::session& session) -> Result<bool> {
            return take_totp_step(session, user, step);
        });
    }

    Result<bool> spend_recovery_code_now(std::int64_t user, const std::string& hash) override {
        return write_beside<bool>([&](soci::session& session) -> Result<bool> {
            return take_recovery_code(session, user, hash);
        });
    }

    Result<void> add_invitation_now(const Invitation& row, Time forget_before) override {
        return write_done(
            [&](soci::session& session) {
                forget_invitations(session, forget_before);
                return insert_invitation(session, row);
            },
            conflict("already_invited",
                     "Somebody of this handle is invited already. Revoke that invitation first."));
    }

    Result<std::vector<Invitation>> invitations_now(OrgId org, std::size_t limit) override {
        return read<std::vector<Invitation>>(
            [&](soci::session& session) { return find_invitations(session, org, limit); });
    }

    Result<std::optional<Invitation>> find_invitation_now(const std::string& hash) override {
        return read<std::optional<Invitation>>(
            [&](soci::session& session) { return find_invitation(session, hash); });
    }

    Result<std::optional<Invitation>> revoke_invitation_now(OrgId org, const std::string& id,
                                                            Time now) override {
        return write_beside<std::optional<Invitation>>(
            [&](soci::session& session) -> Result<std::optional<Invitation>> {
                return revoke_invitation(session, org, id, now);
            });
    }

    Result<void> redeem_invitation_now(const std::string& hash, Time now, const Use& use) override {
        Result<void> result;
        const auto failed = transact_on([&](soci::session& session, Transaction& transaction) {
            const auto row = spend_invitation(session, hash, now);
            result = row ? use(transaction, *row)
                         : gone("invitation_over", "This link is not good any more.");
            return result.has_value();
        });
        if (failed) return *failed;
        return result;
    }

    Result<std::vector<DashboardMark>> marks_now(std::int64_t person) override {
        return read<std::vector<DashboardMark>>(
            [&](soci::session& session) { return find_marks(session, person); });
    }

    Result<void> star_now(std::int64_t person, std::int64_t dashboard,
                          std::optional<Time> at) override {
        const auto done = write_beside<bool>([&](soci::session& session) -> Result<bool> {
            if (!can_mark(session, person, dashboard)) return no_such_row();
            if (at && count_stars(session, person) >= kMostStarred) {
                return conflict("too_many_stars",
                                "So many dashboards are starred already that a further one would "
                                "not help. Take some stars away first.");
            }
            put_star(session, person, dashboard, at);
            return true;
        });
        if (!done) return done.error();
        return {};
    }

    Result<void> note_seen_now(std::int64_t person, std::int64_t dashboard, Time at) override {
        const auto done = write_beside<bool>([&](soci::session& session) -> Result<bool> {
            if (!can_mark(session, person, dashboard)) return no_such_row();
            put_seen(session, person, dashboard, at);
            return true;
        });
        if (!done) return done.error();
        return {};
    }

    void on_change(std::function<void(const SnapshotPtr&)> listener) override {
        const std::lock_guard lock(refresh_mutex_);
        listeners_.push_back(std::move(listener));
    }

    bool healthy() const override { return healthy_ && !write_failed_; }

    BlockingPool& pool() override { return pool_; }

  protected:
    Result<void> read_guests(const GuestWork& work) override {
        const auto done = read<bool>([&](soci::session& session) {
            work(session);
            return true;
        });
        if (!done) return done.error();
        return {};
    }
    Result<void> write_guests(const GuestWork& work) override {
        return write_done([&](soci::session& session) {
            work(session);
            return true;
        });
    }

    std::optional<Error> transact(const std::function<bool(Transaction&)>& work) override {
        return transact_on(
            [&](soci::session&, Transaction& transaction) { return work(transaction); });
    }

  private:
    /// Runs `work`, which may run more than once, and commits when it says so.
    template <class Work>
    std::optional<Error> transact_on(Work work) {
        std::int64_t version = 0;
        const auto done =
            in_transaction([&](soci::session& session) { database_->begin_shared_write(session); },
                           [&](soci::session& session) -> std::optional<DatabaseFailure> {
                               SqlTransaction transaction(*database_, session, secrets_, clock_);
                               const bool wanted = work(session, transaction);
                               if (transaction.broken()) return transaction.broken();
                               version = transaction.version();
                               if (!wanted) {
                                   version = 0;
                                   Database::rollback(session);
                                   return std::nullopt;
                               }
                               if (version != 0) database_->announce(session);
                               Database::commit(session);
                               return std::nullopt;
                           });
        if (!done) return done.error();
        if (version == 0) return std::nullopt;
        const auto refreshed = refresh(version);
        if (!refreshed) {
            return unavailable("store_unavailable",
                               "The change was stored, but the database stopped answering before "
                               "it could take effect here. It will, as soon as it answers.");
        }
        return std::nullopt;
    }

    /// Runs `begin` and `work` on one connection; `work` ends the transaction or says why it could
    /// not. Tries again when another transaction was in the way.
    template <class Begin, class Work>
    Result<void> in_transaction(Begin begin, Work work) {
        const auto deadline = std::chrono::steady_clock::now() + kPatience;
        bool reconnected = false;
        DatabaseFailure failure;
        for (int attempt = 0; attempt < kAttempts; ++attempt) {
            if (attempt > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1 << attempt));
            const auto turn = database_->writer_turn();
            std::optional<Database::Lease> lease;
            bool begun = false;
            try {
                lease.emplace(database_->lease());
                begin(lease->session());
                begun = true;
                auto failed = work(lease->session());
                if (!failed) {
                    note_write(true);
                    return {};
                }
                failure = std::move(*failed);
            } catch (const soci::soci_error& error) {
                failure = database_->classify(error, lease ? &lease->session() : nullptr);
            } catch (...) {
                if (lease && !Database::rollback(lease->session())) lease->discard();
                throw;
            }
            if (lease) {
                const bool usable = Database::rollback(lease->session());
                if (!usable || failure.failure == Failure::down) lease->discard();
            }
            if (failure.failure == Failure::down && !begun && !reconnected) {
                // Nothing was sent yet; most likely the database was restarted and every
                // connection we hold is dead. A fresh one decides.
                reconnected = true;
                lease.reset();
                database_->drop_idle();
                continue;
            }
            if (failure.failure != Failure::again) break;
            if (std::chrono::steady_clock::now() >= deadline) break;
        }
        if (failure.failure == Failure::again) failure.failure = Failure::down;
        if (failure.failure == Failure::down) note_write(false);
        return report(failure);
    }

    /// Writes what is not in the snapshot; `work` may run more than once. Its refusal undoes all.
    template <class T, class Work>
    Result<T> write_beside(Work work) {
        Result<T> result = no_such_row();
        const auto done =
            in_transaction([&](soci::session& session) { database_->begin_shared_write(session); },
                           [&](soci::session& session) -> std::optional<DatabaseFailure> {
                               try {
                                   result = work(session);
                               } catch (const BadValue& bad) {
                                   result = invalid("invalid_text", bad.what(), bad.column);
                               }
                               if (result) {
                                   Database::commit(session);
                               } else {
                                   Database::rollback(session);
                               }
                               return std::nullopt;
                           });
        if (!done) return done.error();
        return result;
    }

    /// The same where `work` says whether it could do it, and `refusal` what it means if not.
    template <class Work>
    Result<void> write_done(Work work, const Error& refusal = no_such_row()) {
        const auto done = write_beside<bool>([&](soci::session& session) -> Result<bool> {
            if (work(session)) return true;
            return refusal;
        });
        if (!done) return done.error();
        return {};
    }

    /// Reads at one moment, and tries a second connection when the first was dead.
    template <class T, class Work>
    Result<T> read(Work work) {
        DatabaseFailure failure;
        for (int attempt = 0; attempt < 2; ++attempt) {
            std::optional<Database::Lease> lease;
            try {
                lease.emplace(database_->lease());
                database_->begin_read(lease->session());
                T result = work(lease->session());
                Database::commit(lease->session());
                return result;
            } catch (const soci::soci_error& error) {
                failure = database_->classify(error, lease ? &lease->session() : nullptr);
            }
            if (lease) {
                const bool usable = Database::rollback(lease->session());
                if (!usable || failure.failure == Failure::down) lease->discard();
            }
            lease.reset();
            database_->drop_idle();
        }
        return report(failure);
    }

    /// The same for one row, which may not be there, or not be readable.
    template <class Row, class Work>
    Result<Row> read_found(Work work) {
        Result<Row> found = no_such_row();
        const auto answered = read<bool>([&](soci::session& session) {
            found = found_row<Row>([&] { return work(session); });
            return true;
        });
        if (!answered) return answered.error();
        return found;
    }

    /// Says so in the log, but not every time: a database that is away is asked again and again.
    Error report(const DatabaseFailure& failure) {
        const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
        const auto next = next_report_.load();
        if (failure.failure == Failure::bug || now >= next) {
            next_report_ = now + std::chrono::steady_clock::duration(kBetweenReports).count();
            log_failure(failure);
        }
        return store_error(failure);
    }

    /// Loads what is newer than the snapshot, unless that has `at_least` already.
    Result<void> refresh(std::int64_t at_least) {
        const std::lock_guard lock(refresh_mutex_);
        const auto current = slot_.newest();
        if (at_least >= 0 && current->version() >= at_least) return {};
        auto loaded = read<std::optional<SnapshotData>>(
            [&](soci::session& session) { return load_newer(session, secrets_, current->data()); });
        if (!loaded) return loaded.error();
        if (std::optional<SnapshotData> newer = std::move(*loaded)) {
            slot_.set(std::make_shared<const SnapshotView>(std::move(*newer)));
            const SnapshotPtr snapshot = slot_.get();
            for (const auto& listener : listeners_)
                listener(snapshot);
        }
        return {};
    }

    /// The watcher's turn.
    void look() {
        bool answered = false;
        try {
            answered = refresh(-1).has_value();
        } catch (const std::exception& error) {
            log::error("catalog_failed", {{"detail", error.what()}});
        }
        if (answered != healthy_.exchange(answered)) {
            log::warning(answered ? "catalog_back" : "catalog_lost");
        }
        // After a failed write only a write can tell that it is over: a full disk still reads.
        if (answered && write_failed_) probe_write();
    }

    void probe_write() {
        const auto written = in_transaction(
            [&](soci::session& session) { database_->begin_shared_write(session); },
            [&](soci::session& session) -> std::optional<DatabaseFailure> {
                session << "UPDATE counters SET value = value + 1 WHERE name = 'probe'";
                Database::commit(session);
                return std::nullopt;
            });
        if (written) log::warning("catalog_writes_again");
    }

    void note_write(bool succeeded) { write_failed_ = !succeeded; }

    Result<void> check_master_key() {
        std::optional<Error> wrong;
        const auto done = in_transaction(
            [&](soci::session& session) { database_->begin_write(session); },
            [&](soci::session& session) -> std::optional<DatabaseFailure> {
                const std::string name = kKeyCheck;
                std::string sealed;
                session << "SELECT value FROM facts WHERE name = :name", soci::use(name),
                    soci::into(sealed);
                if (!session.got_data()) {
                    sealed = secrets_.seal(Secret(std::string(kKeyCheckText)), kKeyCheck);
                    session << "INSERT INTO facts (name, value) VALUES (:name, :value)",
                        soci::use(name), soci::use(sealed);
                } else if (!secrets_.open(sealed, kKeyCheck)) {
                    wrong = invalid("master_key_mismatch",
                                    "The secrets in this database were sealed with another master "
                                    "key. Put back the master.key that belongs to it.",
                                    "master_key");
                }
                Database::commit(session);
                return std::nullopt;
            });
        if (!done) return done.error();
        if (wrong) return *wrong;
        return {};
    }

    Result<void> make_first_organization() {
        std::optional<Error> failed;
        const auto error =
            in_transaction([&](soci::session& session) { database_->begin_write(session); },
                           [&](soci::session& session) -> std::optional<DatabaseFailure> {
                               std::int64_t count = 0;
                               session << "SELECT COUNT(*) FROM organizations", soci::into(count);
                               SqlTransaction transaction(*database_, session, secrets_, clock_);
                               if (count == 0) {
                                   Organization main;
                                   main.name = "Main";
                                   const auto inserted = transaction.insert(main);
                                   if (transaction.broken()) return transaction.broken();
                                   if (!inserted) failed = inserted.error();
                               }
                               Database::commit(session);
                               return std::nullopt;
                           });
        if (!error) return error.error();
        if (failed) return *failed;
        return {};
    }

    const std::unique_ptr<Database> database_;
    const SecretBox& secrets_;
    const Clock& clock_;
    SnapshotSlot slot_;
    std::mutex refresh_mutex_;
    std::vector<std::function<void(const SnapshotPtr&)>> listeners_;
    std::atomic<bool> healthy_{false};
    std::atomic<bool> write_failed_{false};
    std::atomic<std::chrono::steady_clock::rep> next_report_{0};
    BlockingPool pool_;
    std::optional<CatalogWatcher> watcher_;
};

}  // namespace

Result<std::unique_ptr<Catalog>> Catalog::open(const CatalogOptions& options,
                                               const SecretBox& secrets, const Clock& clock) {
    auto database = Database::open(options.database, options.connections);
    if (!database) return database.error();
    auto catalog = std::make_unique<SqlCatalog>(std::move(*database), options, secrets, clock);
    auto started = catalog->start(options.refresh_interval);
    if (!started) return started.error();
    return std::unique_ptr<Catalog>(std::move(catalog));
}

AnnotationStore& AnnotationStore::of(Catalog& catalog) {
    // Both are one object; who only reads the snapshot need not know these.
    return dynamic_cast<AnnotationStore&>(catalog);
}

HomeStore& HomeStore::of(Catalog& catalog) {
    return dynamic_cast<HomeStore&>(catalog);
}

AuditSearch& AuditSearch::of(Catalog& catalog) {
    return dynamic_cast<AuditSearch&>(catalog);
}

ConsoleStore& ConsoleStore::of(Catalog& catalog) {
    return dynamic_cast<ConsoleStore&>(catalog);
}

InvitationStore& InvitationStore::of(Catalog& catalog) {
    return dynamic_cast<InvitationStore&>(catalog);
}

ShareGuestStore& ShareGuestStore::of(Catalog& catalog) {
    return dynamic_cast<ShareGuestStore&>(catalog);
}

}  // namespace casement::store
