// The catalog's tests run the same on SQLite and on PostgreSQL.
#pragma once

#include "store/catalog.h"
#include "store/secret_box.h"
#include "support/eventually.h"
#include "support/postgres.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

namespace casement::store {

enum class Engine { sqlite, postgresql };

class CatalogTest : public testing::TestWithParam<Engine> {
  protected:
    CatalogTest()
        : address_(GetParam() == Engine::sqlite ? "sqlite:" + (folder / "catalog.db")
                                                : test::postgres().fresh_database()) {}

    Result<std::unique_ptr<Catalog>> try_open(
        std::chrono::milliseconds refresh_interval = std::chrono::milliseconds(50)) {
        CatalogOptions options;
        options.database = address_;
        options.refresh_interval = refresh_interval;
        return Catalog::open(options, box, clock);
    }
    std::unique_ptr<Catalog> open() {
        auto catalog = try_open();
        EXPECT_TRUE(catalog.has_value()) << (catalog ? "" : catalog.error().message);
        return std::move(*catalog);
    }

    /// Straight to the database, past the catalog. The first column of the first row.
    std::string sql(const std::string& text) const {
        if (GetParam() == Engine::postgresql) return test::Postgres::execute(address_, text);
        sqlite3* handle = nullptr;
        EXPECT_EQ(sqlite3_open(address_.substr(7).c_str(), &handle), SQLITE_OK);
        sqlite3_busy_timeout(handle, 5000);
        std::string first;
        char* message = nullptr;
        sqlite3_exec(
            handle, text.c_str(),
            [](void* out, int, char** values, char**) {
                auto& value = *static_cast<std::string*>(out);
                if (value.empty() && values[0] != nullptr) value = values[0];
                return 0;
            },
            &first, &message);
        EXPECT_EQ(message, nullptr) << message;
        sqlite3_free(message);
        sqlite3_close(handle);
        return first;
    }

    template <class Row>
    static Row insert(Catalog& catalog, Row row) {
        auto result = catalog.write_now<Row>([&](Transaction& tx) -> Result<Row> {
            auto inserted = tx.insert(row);
            if (!inserted) return inserted.error();
            return row;
        });
        EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().message);
        return result.value();
    }

    static Result<void> write(Catalog& catalog,
                              const std::function<Result<void>(Transaction&)>& work) {
        return catalog.write_now<void>(work);
    }

    static Dashboard a_dashboard(const std::string& uid, OrgId org = 1) {
        Dashboard row;
        row.org = org;
        row.uid = uid;
        row.dialect = "casement";
        row.title = "Flights";
        row.document = {{"title", "Flights"}, {"panels", json::array{}}};
        row.author = "ada@example.org";
        return row;
    }
    static Share a_share(std::int64_t dashboard, const std::string& token) {
        Share row;
        row.org = 1;
        row.dashboard = dashboard;
        row.token = token;
        row.type = "secure_embed";
        row.status = "active";
        row.title = "For Ä and 東京";
        row.settings = {{"session_days", 30}};
        return row;
    }
    static Credential a_credential(std::int64_t share, const std::string& secret) {
        Credential row;
        row.share = share;
        row.secret = Secret(secret);
        row.suffix = row.secret.suffix();
        return row;
    }
    static User a_user(const std::string& handle, OrgId org = 1) {
        User row;
        row.org = org;
        row.uuid = "uuid-" + handle + std::to_string(org);
        row.handle = handle;
        row.role = "Admin";
        return row;
    }
    static AuditRow an_event(const std::string& action, OrgId org = 1) {
        AuditRow row;
        row.org = org;
        row.actor = "anonymous";
        row.action = action;
        row.object = "share:1";
        row.client = "192.0.2.7";
        row.detail = {{"reason", "why"}};
        return row;
    }

    test::TempDir folder;
    crypto::SystemRandom random;
    SecretBox box = SecretBox::create(Secret(random.bytes(32)), random).value();
    ManualClock clock{from_unix_seconds(1'800'000'000)};
    const std::string address_;
};

inline std::string engine_name(const testing::TestParamInfo<Engine>& info) {
    return info.param == Engine::sqlite ? "SQLite" : "PostgreSQL";
}

#define CASEMENT_ON_BOTH_ENGINES(suite)                                                      \
    INSTANTIATE_TEST_SUITE_P(On, suite, testing::Values(Engine::sqlite, Engine::postgresql), \
                             engine_name)

}  // namespace casement::store
