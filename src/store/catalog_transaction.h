// The Transaction over SQL. Whoever makes one has begun a shared write on `session` and ends it.
#pragma once

#include "store/catalog.h"
#include "store/catalog_database.h"
#include "store/catalog_rows.h"

#include <exception>
#include <optional>

#include <soci/soci.h>

namespace casement::store {

[[nodiscard]] Error no_such_row();
/// Tells the log what could not be read, and the caller that it is our fault.
[[nodiscard]] Error unreadable(const char* table, const BadValue& bad);

/// Transaction's functions for each kind of row, one kind after the other. `Self` has for each
/// insert_one, update_one, remove_one and load_one.
template <class Self, class List>
class SqlRowWrites;
template <class Self>
class SqlRowWrites<Self, Rows<>> : public Transaction {};
template <class Self, class Row, class... Rest>
class SqlRowWrites<Self, Rows<Row, Rest...>> : public SqlRowWrites<Self, Rows<Rest...>> {
    using Base = SqlRowWrites<Self, Rows<Rest...>>;
    using Tag = std::type_identity<Row>;

  public:
    using Base::insert;
    using Base::load_row;
    using Base::remove_row;
    using Base::update;
    Result<void> insert(Row& row) final { return self().insert_one(row); }
    Result<void> update(const Row& row) final { return self().update_one(row); }
    Result<void> remove_row(Tag tag, std::int64_t id) final { return self().remove_one(tag, id); }
    Result<Row> load_row(Tag tag, std::int64_t id) final { return self().load_one(tag, id); }

  private:
    Self& self() { return static_cast<Self&>(*this); }
};

class SqlTransaction final : public SqlRowWrites<SqlTransaction, WritableRows> {
  public:
    SqlTransaction(const Database& database, soci::session& session, const SecretBox& secrets,
                   const Clock& clock);

    /// What makes a commit impossible, if anything did.
    [[nodiscard]] const std::optional<DatabaseFailure>& broken() const { return broken_; }
    /// The version that this transaction writes, or 0 when it changed nothing in the snapshot.
    [[nodiscard]] std::int64_t version() const { return version_; }

    Result<std::int64_t> count_shares(std::int64_t dashboard) override;
    Result<Group> group_by_external_id(OrgId org, std::string_view text) override;
    Result<Folder> folder_of_external_group(std::int64_t group) override;
    Result<void> keep_version(const DashboardVersion& version) override;
    Result<void> keep_snapshot_document(std::int64_t dashboard_snapshot,
                                        const std::string& document) override;
    Result<DashboardSnapshotTotals> dashboard_snapshot_totals(OrgId org) override;
    Result<EmbedUser> embed_user_by_external_id(OrgId org, std::string_view text) override;
    Result<void> put_embed_user(EmbedUser& row) override;
    Result<void> append(AuditRow& row) override;

  private:
    template <class Self, class List>
    friend class SqlRowWrites;

    /// Whether a step is the only one of its kind, or runs beside those of other writers.
    enum class Turn { own, shared };
    template <class Row>
    static constexpr Turn turn_of();

    /// Runs `work` so that its failure undoes nothing but itself, and says what went wrong.
    template <class Work>
    auto guarded(Turn turn, Work work) -> decltype(work());
    void begin_step(Turn turn);
    void end_step();
    /// Undoes the step and gives `reason`, or says why that was not possible.
    Error undo_step(std::int64_t version_before, Error reason);
    Error refused(const BadValue& bad, std::int64_t version_before);
    Error refused(const soci::soci_error& error, std::int64_t version_before);

    template <class Row>
    Result<void> insert_one(Row& row);
    Result<void> insert_one(Credential& row);
    template <class Row>
    Result<void> update_one(const Row& row);
    Result<void> update_one(const Credential& row);
    template <class Row>
    Result<void> remove_one(std::type_identity<Row> tag, std::int64_t id);
    Result<void> remove_one(std::type_identity<Credential> tag, std::int64_t id);
    template <class Row>
    Result<Row> load_one(std::type_identity<Row> tag, std::int64_t id);
    template <class Row>
    Result<Row> load_selected(const Selection& wanted);
    /// What belongs to a row besides its own columns.
    void load_parts(Share& share);
    template <class Row>
    void load_parts(Row&) {}

    /// Fills in what a new row needs, and gives its cells.
    template <class Row>
    Cells new_cells(Row& row);
    template <class Row>
    Cells changed_cells(const Row& row);
    void insert_credential(Credential& row);
    /// Writes the version of this transaction onto the share, whose credentials changed.
    bool touch_share(std::int64_t id);
    /// Deletes the row and leaves a tombstone. False when there was none.
    bool remove_from(const char* table, std::int64_t id);
    void remove_parts(std::type_identity<Dashboard>, std::int64_t id);
    void remove_parts(std::type_identity<Share>, std::int64_t id);
    void remove_parts(std::type_identity<User>, std::int64_t id);
    void remove_parts(std::type_identity<ServiceAccount>, std::int64_t id);
    void remove_parts(std::type_identity<AccountKey>, std::int64_t id);
    void remove_parts(std::type_identity<ApiKey>, std::int64_t id);
    void remove_parts(std::type_identity<DashboardSnapshot>, std::int64_t id);
    template <class Row>
    void remove_parts(std::type_identity<Row>, std::int64_t) {}
    /// Rules about a row that its columns cannot say.
    [[nodiscard]] std::optional<Error> objection(const Folder& row);
    [[nodiscard]] std::optional<Error> objection(const EmbedUser& row);
    template <class Row>
    std::optional<Error> objection(const Row&) {
        return std::nullopt;
    }
    void purge_tombstones();
    [[nodiscard]] std::int64_t next_id(const char* counter);
    std::int64_t take_version();
    /// SQL that holds the rows a query finds, where the database has that.
    [[nodiscard]] const char* row_lock() const;

    const Database& database_;
    soci::session& session_;
    const SecretBox& secrets_;
    const Clock& clock_;
    std::optional<DatabaseFailure> broken_;
    bool has_turn_ = false;
    std::int64_t version_ = 0;
};

template <class Work>
auto SqlTransaction::guarded(Turn turn, Work work) -> decltype(work()) {
    if (broken_) return store_error(*broken_);
    const std::int64_t version_before = version_;
    try {
        begin_step(turn);
        auto result = work();
        if (!result) return undo_step(version_before, result.error());
        end_step();
        return result;
    } catch (const BadValue& bad) {
        return refused(bad, version_before);
    } catch (const soci::soci_error& error) {
        return refused(error, version_before);
    }
}

/// What `find` (an optional row, or BadValue) came to.
template <class Row, class Find>
Result<Row> found_row(Find find) {
    try {
        if (std::optional<Row> row = find()) return std::move(*row);
        return no_such_row();
    } catch (const BadValue& bad) {
        return unreadable(Table<Row>::name, bad);
    }
}

/// Loads the credentials of the shares that `where` (about the table s, with one parameter)
/// selects, oldest first, and hands each to `each`.
template <class Each, class Bad>
void load_credentials(soci::session& session, const SecretBox& secrets, const std::string& where,
                      std::int64_t parameter, Each each, Bad bad) {
    load_rows<Credential>(
        session, secrets,
        selection(fmt::format("t.share IN (SELECT s.id FROM shares s WHERE {})", where), parameter),
        std::move(each), std::move(bad));
}

}  // namespace casement::store
