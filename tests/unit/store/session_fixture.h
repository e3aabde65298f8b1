// A session store on a fresh file, and short words for asking it.
#pragma once

#include "crypto/hash.h"
#include "crypto/random.h"
#include "store/session_store.h"
#include "support/run.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>

namespace casement::store {

inline SessionRow a_session(const std::string& id, const std::string& secret, Time expires_at) {
    SessionRow row;
    row.id = id;
    row.org = 1;
    row.share = 17;
    row.credential = 5;
    row.grant = R"({"dashboards":["flights"],"variables":{"airport":["ATL"]}})";
    row.secret_hash = crypto::sha256(secret);
    row.client = "192.0.2.7";
    row.user_agent = "Mozilla/5.0";
    row.expires_at = expires_at;
    return row;
}

inline Redemption a_redemption(const std::string& nonce, SessionRow session) {
    Redemption redemption;
    redemption.scope = "share:" + std::to_string(session.share);
    redemption.nonce = nonce;
    redemption.session = std::move(session);
    return redemption;
}

class SessionTest : public testing::Test {
  protected:
    using Outcome = Redeemed::Outcome;

    void open(const SessionStoreOptions& options = {}) {
        store.reset();
        auto opened = open_sqlite_session_store(path, clock, options);
        ASSERT_TRUE(opened.has_value()) << opened.error().message;
        store = std::move(*opened);
    }
    void SetUp() override { open(); }

    Redeemed redeem(const std::string& nonce, const SessionRow& session, bool may_create = true) {
        auto redemption = a_redemption(nonce, session);
        redemption.may_create = may_create;
        auto redeemed = test::run(store->redeem(redemption));
        EXPECT_TRUE(redeemed.has_value()) << redeemed.error().message;
        return *redeemed;
    }
    /// A session for 30 days.
    Redeemed redeem(const std::string& nonce, const std::string& id, const std::string& secret) {
        return redeem(nonce, a_session(id, secret, in_days(30)));
    }
    std::optional<SessionRow> find(const std::string& id) {
        auto found = test::run(store->find(id));
        EXPECT_TRUE(found.has_value()) << found.error().message;
        return *found;
    }
    [[nodiscard]] Time in_days(int days) const { return clock.now() + std::chrono::days(days); }

    test::TempDir folder;
    const std::string path = folder / "sessions.db";
    ManualClock clock{from_unix_seconds(1'800'000'000)};
    std::unique_ptr<SessionStore> store;
};

}  // namespace casement::store
