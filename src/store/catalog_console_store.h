// The console's sessions and second factors of a catalog, each call in a transaction of its own.
#pragma once

#include "store/catalog_work.h"
#include "store/console_store.h"

namespace casement::store {

class SqlConsoleStore : public ConsoleStore {
  public:
    [[nodiscard]] Result<void> open_console_session_now(const ConsoleSession& row,
                                                        const ConsoleSessionLimits& limits,
                                                        const std::string& replaces) override;
    [[nodiscard]] Result<std::optional<ConsoleSession>> find_console_session_now(
        const std::string& secret_hash) override;
    [[nodiscard]] Result<void> note_console_session_now(const std::string& id,
                                                        Time seen_at) override;
    [[nodiscard]] Result<bool> end_console_session_now(std::int64_t user,
                                                       const std::string& id) override;
    [[nodiscard]] Result<std::vector<ConsoleSession>> console_sessions_now(
        std::int64_t user) override;
    [[nodiscard]] Result<std::optional<Totp>> totp_now(std::int64_t user) override;
    [[nodiscard]] Result<void> start_totp_now(const Totp& totp) override;
    [[nodiscard]] Result<void> activate_totp_now(
        std::int64_t user, Time created_at, std::int64_t step,
        const std::vector<std::string>& recovery_hashes) override;
    [[nodiscard]] Result<bool> remove_totp_now(std::int64_t user) override;
    [[nodiscard]] Result<bool> spend_totp_step_now(std::int64_t user, std::int64_t step) override;
    [[nodiscard]] Result<bool> spend_recovery_code_now(std::int64_t user,
                                                       const std::string& hash) override;

  protected:
    /// `work` must outlive it.
    explicit SqlConsoleStore(CatalogWork& work) : work_(&work) {}

  private:
    CatalogWork* work_;
};

}  // namespace casement::store
