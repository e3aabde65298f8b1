#include "store/catalog_start.h"

#include "store/catalog_migrate.h"
#include "store/catalog_transaction.h"

#include <optional>
#include <string>
#include <string_view>

namespace casement::store {
namespace {

/// A sealed text that only the right master key opens.
constexpr const char* kKeyCheck = "master_key_check";
constexpr std::string_view kKeyCheckText = "casement";

Result<void> check_master_key(CatalogWork& work) {
    std::optional<Error> wrong;
    const auto done =
        work.write_alone([&](soci::session& session) -> std::optional<DatabaseFailure> {
            const std::string name = kKeyCheck;
            std::string sealed;
            session << "SELECT value FROM facts WHERE name = :name", soci::use(name),
                soci::into(sealed);
            if (!session.got_data()) {
                sealed = work.secrets().seal(Secret(std::string(kKeyCheckText)), kKeyCheck);
                session << "INSERT INTO facts (name, value) VALUES (:name, :value)",
                    soci::use(name), soci::use(sealed);
            } else if (!work.secrets().open(sealed, kKeyCheck)) {
                wrong =
                    invalid("master_key_mismatch",
                            "The secrets in this database were sealed with another master key. Put "
                            "back the master.key that belongs to it.",
                            "master_key");
            }
            Database::commit(session);
            return std::nullopt;
        });
    if (!done) return done.error();
    if (wrong) return *wrong;
    return {};
}

Result<void> make_first_organization(CatalogWork& work) {
    std::optional<Error> failed;
    const auto done =
        work.write_alone([&](soci::session& session) -> std::optional<DatabaseFailure> {
            std::int64_t count = 0;
            session << "SELECT COUNT(*) FROM organizations", soci::into(count);
            SqlTransaction transaction(work.database(), session, work.secrets(), work.clock());
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
    if (!done) return done.error();
    if (failed) return *failed;
    return {};
}

}  // namespace

Result<void> prepare_catalog(CatalogWork& work) {
    auto migrated = migrate(work.database(), catalog_migrations(), work.clock());
    if (!migrated) return migrated.error();
    auto checked = check_master_key(work);
    if (!checked) return checked.error();
    return make_first_organization(work);
}

}  // namespace casement::store
