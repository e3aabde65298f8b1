// Work on the catalog's database: begins transactions, tries again what was in another's way, and
// says what a failure means. It knows nothing of what the work is about.
#pragma once

#include "base/clock.h"
#include "store/catalog_database.h"
#include "store/catalog_transaction.h"
#include "store/secret_box.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <soci/soci.h>

namespace casement::store {

/// Every call blocks, on any thread. Errors of all: unavailable "store_unavailable".
class CatalogWork {
  public:
    /// `secrets` and `clock` must outlive it.
    CatalogWork(std::unique_ptr<Database> database, const SecretBox& secrets, const Clock& clock)
        : database_(std::move(database)), secrets_(secrets), clock_(clock) {}

    [[nodiscard]] Database& database() { return *database_; }
    [[nodiscard]] Database::Engine engine() const { return database_->engine(); }
    [[nodiscard]] const SecretBox& secrets() const { return secrets_; }
    [[nodiscard]] const Clock& clock() const { return clock_; }

    /// Since a write failed none has succeeded.
    [[nodiscard]] bool write_failed() const { return write_failed_; }
    /// Writes something, to see whether that works again.
    void probe_write();

    /// Ends the transaction it is called in, or says why it could not. May be called more than
    /// once.
    using Step = std::function<std::optional<DatabaseFailure>(soci::session&)>;
    /// Runs `step` beside other writers: for rows that are not in the snapshot, and for what takes
    /// its turn itself. Tries again when another transaction was in the way.
    [[nodiscard]] Result<void> write_shared(const Step& step);
    /// The same as the only writer.
    [[nodiscard]] Result<void> write_alone(const Step& step);

    /// Writes what is not in the snapshot; `work` may run more than once. Its refusal undoes all.
    template <class T, class Work>
    [[nodiscard]] Result<T> write_beside(Work work);
    /// The same where `work` says whether it could do it, and `refusal` what it means if not.
    template <class Work>
    [[nodiscard]] Result<void> write_done(Work work, const Error& refusal = no_such_row());

    /// Reads at one moment, and tries a second connection when the first was dead.
    template <class T, class Work>
    [[nodiscard]] Result<T> read(Work work);
    /// The same for one row, which may not be there, or not be readable.
    template <class Row, class Work>
    [[nodiscard]] Result<Row> read_found(Work work);

  private:
    [[nodiscard]] Result<void> in_transaction(const std::function<void(soci::session&)>& begin,
                                              const Step& step);
    /// Says so in the log, but not every time: a database that is away is asked again and again.
    [[nodiscard]] Error report(const DatabaseFailure& failure);

    const std::unique_ptr<Database> database_;
    const SecretBox& secrets_;
    const Clock& clock_;
    std::atomic<bool> write_failed_{false};
    std::atomic<std::chrono::steady_clock::rep> next_report_{0};
};

template <class T, class Work>
Result<T> CatalogWork::write_beside(Work work) {
    Result<T> result = no_such_row();
    const auto done = write_shared([&](soci::session& session) -> std::optional<DatabaseFailure> {
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

template <class Work>
Result<void> CatalogWork::write_done(Work work, const Error& refusal) {
    const auto done = write_beside<bool>([&](soci::session& session) -> Result<bool> {
        if (work(session)) return true;
        return refusal;
    });
    if (!done) return done.error();
    return {};
}

template <class T, class Work>
Result<T> CatalogWork::read(Work work) {
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

template <class Row, class Work>
Result<Row> CatalogWork::read_found(Work work) {
    Result<Row> found = no_such_row();
    const auto answered = read<bool>([&](soci::session& session) {
        found = found_row<Row>([&] { return work(session); });
        return true;
    });
    if (!answered) return answered.error();
    return found;
}

}  // namespace casement::store
