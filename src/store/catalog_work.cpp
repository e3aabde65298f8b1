#include "store/catalog_work.h"

#include "base/log.h"

#include <thread>

namespace casement::store {
namespace {

/// How often a transaction that was in another's way is tried.
constexpr int kAttempts = 8;
/// After this long it is not tried again: somebody waits for the answer.
constexpr auto kPatience = std::chrono::seconds(10);
constexpr auto kBetweenReports = std::chrono::seconds(10);

}  // namespace

Result<void> CatalogWork::write_shared(const Step& step) {
    return in_transaction([&](soci::session& session) { database_->begin_shared_write(session); },
                          step);
}

Result<void> CatalogWork::write_alone(const Step& step) {
    return in_transaction([&](soci::session& session) { database_->begin_write(session); }, step);
}

Result<void> CatalogWork::in_transaction(const std::function<void(soci::session&)>& begin,
                                         const Step& step) {
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
            auto failed = step(lease->session());
            if (!failed) {
                write_failed_ = false;
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
    if (failure.failure == Failure::down) write_failed_ = true;
    return report(failure);
}

Error CatalogWork::report(const DatabaseFailure& failure) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    const auto next = next_report_.load();
    if (failure.failure == Failure::bug || now >= next) {
        next_report_ = now + std::chrono::steady_clock::duration(kBetweenReports).count();
        log_failure(failure);
    }
    return store_error(failure);
}

void CatalogWork::probe_write() {
    const auto written = write_shared([](soci::session& session) -> std::optional<DatabaseFailure> {
        session << "UPDATE counters SET value = value + 1 WHERE name = 'probe'";
        Database::commit(session);
        return std::nullopt;
    });
    if (written) log::warning("catalog_writes_again");
}

}  // namespace casement::store
