// The Transaction over SQL. Whoever makes one has begun a write on `session` and ends it.
#pragma once

#include "store/catalog.h"
#include "store/catalog_database.h"
#include "store/catalog_rows.h"

#include <optional>

#include <soci/soci.h>

namespace casement::store {

class SqlTransaction final : public Transaction {
  public:
    SqlTransaction(const Database& database, soci::session& session, const SecretBox& secrets,
                   const Clock& clock)
        : database_(database), session_(session), secrets_(secrets), clock_(clock) {}

    /// What makes a commit impossible, if anything did.
    [[nodiscard]] const std::optional<DatabaseFailure>& broken() const { return broken_; }
    /// The version that this transaction writes, or 0 when it changed nothing in the snapshot.
    [[nodiscard]] std::int64_t version() const { return version_; }

    Result<void> insert(Organization& row) override;
    Result<void> update(const Organization& row) override;
    Result<void> insert(User& row) override;
    Result<void> update(const User& row) override;
    Result<void> insert(ApiKey& row) override;
    Result<void> update(const ApiKey& row) override;
    Result<void> insert(Dashboard& row) override;
    Result<void> update(const Dashboard& row) override;
    Result<void> remove_dashboard(std::int64_t id) override;
    Result<void> insert(Source& row) override;
    Result<void> update(const Source& row) override;
    Result<void> remove_source(std::int64_t id) override;
    Result<void> insert(Share& row) override;
    Result<void> update(const Share& row) override;
    Result<void> remove_share(std::int64_t id) override;
    Result<void> insert(Credential& row) override;
    Result<void> update(const Credential& row) override;
    Result<void> remove_credential(std::int64_t id) override;
    Result<void> append(AuditRow& row) override;
    Result<Share> share(std::int64_t id) override;
    Result<Dashboard> dashboard(std::int64_t id) override;
    Result<std::int64_t> count_shares(std::int64_t dashboard) override;

  private:
    /// Runs `work` so that its failure undoes nothing but itself, and says what went wrong.
    template <class Work>
    auto guarded(Work work) -> decltype(work());
    std::optional<Error> undo_step(std::int64_t version_before);
    template <class Row>
    Result<void> insert_row(Row& row);
    template <class Row>
    Result<void> update_row(const Row& row);
    template <class Row>
    Result<Row> load_one(std::int64_t id);
    void write_row_cells(Cells& cells);
    void insert_credential(Credential& row);
    /// Writes the version of this transaction onto the share, whose credentials changed.
    bool touch_share(std::int64_t id);
    bool remove_row(const char* table, std::int64_t id);
    void remove_share_and_credentials(std::int64_t id);
    void purge_tombstones();
    [[nodiscard]] std::int64_t next_id(const char* table);
    std::int64_t take_version();

    const Database& database_;
    soci::session& session_;
    const SecretBox& secrets_;
    const Clock& clock_;
    std::optional<DatabaseFailure> broken_;
    std::int64_t version_ = 0;
};

/// Loads the credentials of the shares that `where` (about the table s, with one parameter)
/// selects, oldest first, and hands each to `each`.
template <class Each, class Bad>
void load_credentials(soci::session& session, const SecretBox& secrets, const std::string& where,
                      std::int64_t parameter, Each each, Bad bad) {
    load_rows<Credential>(session, secrets,
                          fmt::format("t.share IN (SELECT s.id FROM shares s WHERE {})", where),
                          parameter, std::move(each), std::move(bad));
}

}  // namespace casement::store
