// The keys by which programs call: who may make them, what they may do, and when they end.
#include "access/key_service.h"

#include "crypto/hash.h"
#include "unit/access/embed_world.h"

namespace casement::access {
namespace {

using test::run;

class KeyServiceTest : public ::testing::Test, protected EmbedWorld {
  protected:
    KeyServiceTest() {
        who.org = 1;
        who.actor = "user:1";
        who.permissions = permissions_of_role("Admin");
    }
    Result<MadeApiKey> make(NewApiKey what) { return run(keys.create(who, std::move(what))); }
    MadeApiKey token(std::optional<Time> end = std::nullopt) {
        NewApiKey what;
        what.name = "a token";
        what.expires_at = end;
        return make(what).value();
    }
    std::string code_of(NewApiKey what) {
        const auto made = make(std::move(what));
        return made ? "" : std::string(made.error().code);
    }
    std::string code_of_update(std::int64_t id, ApiKeyChange change) {
        const auto done = run(keys.update(who, id, std::move(change)));
        return done ? "" : std::string(done.error().code);
    }
    bool is_good(const MadeApiKey& made) const {
        return authenticator.by_token(made.secret.reveal()).has_value();
    }
    static ApiKeyChange ends(std::optional<Time> at) {
        ApiKeyChange change;
        change.sets_end = true;
        change.expires_at = at;
        return change;
    }

    Principal who;
    CatalogParts parts{*catalog, audit, random, clock};
    KeyService keys{parts};
    Authenticator authenticator{*catalog, clock};
};

TEST_F(KeyServiceTest, AKeyIsGoodUntilItsEndAndNotAtIt) {
    const auto made = token(clock.now() + std::chrono::hours{1});
    clock.advance(std::chrono::minutes{59});
    EXPECT_TRUE(is_good(made));
    clock.advance(std::chrono::minutes{1});
    EXPECT_FALSE(is_good(made));
}

TEST_F(KeyServiceTest, AnEndLiesAhead) {
    NewApiKey what;
    what.expires_at = clock.now();
    EXPECT_EQ(code_of(what), "expired_already");
    const auto made = token();
    EXPECT_EQ(code_of_update(made.row.id, ends(clock.now() - std::chrono::seconds{1})),
              "expired_already");
    EXPECT_EQ(code_of_update(made.row.id, ends(clock.now() + std::chrono::hours{1})), "");
    clock.advance(std::chrono::hours{2});
    EXPECT_FALSE(is_good(made));
    // Whoever manages keys may give one that has ended another end, or none.
    EXPECT_EQ(code_of_update(made.row.id, ends(std::nullopt)), "");
    EXPECT_TRUE(is_good(made));
}

TEST_F(KeyServiceTest, WhatIsSwitchedOffOrDeletedIsRefusedFromThenOn) {
    const auto made = token();
    ApiKeyChange off;
    off.disabled = true;
    EXPECT_EQ(code_of_update(made.row.id, off), "");
    EXPECT_FALSE(is_good(made));
    off.disabled = false;
    EXPECT_EQ(code_of_update(made.row.id, off), "");
    EXPECT_TRUE(is_good(made));
    EXPECT_TRUE(run(keys.remove(who, made.row.id)));
    EXPECT_FALSE(is_good(made));
    EXPECT_EQ(run(keys.remove(who, made.row.id)).error().code, "key_not_found");
}

TEST_F(KeyServiceTest, OnlyAHashOfAKeyIsKept) {
    const auto made = token();
    const auto& row = *catalog->snapshot()->key(made.row.id);
    const auto secret = made.secret.reveal();
    EXPECT_EQ(row.hash, crypto::sha256(secret));
    EXPECT_EQ(row.suffix, secret.substr(secret.size() - 4));
    for (const auto& entry : audit.of("key.created")) {
        EXPECT_EQ(json::serialize(entry.detail).find(secret), std::string::npos);
    }
    EXPECT_EQ(audit.of("key.created").size(), 1U);
}

TEST_F(KeyServiceTest, NobodyGivesMoreThanHeHas) {
    NewApiKey admin;
    admin.role = "Admin";
    const auto above = make(admin).value();
    // Who manages the organization without being allowed to write dashboards.
    who.permissions = {Permission::org_manage, Permission::dashboards_read};
    EXPECT_EQ(code_of(admin), "role_forbidden");
    EXPECT_EQ(code_of({}), "");
    // Nor does he touch a key that may do more.
    ApiKeyChange renamed;
    renamed.name = "mine";
    EXPECT_EQ(code_of_update(above.row.id, renamed), "role_forbidden");
    EXPECT_EQ(run(keys.remove(who, above.row.id)).error().code, "role_forbidden");
    EXPECT_TRUE(is_good(above));
    NewApiKey odd;
    odd.role = "Owner";
    EXPECT_EQ(code_of(odd), "role_unknown");
}

TEST_F(KeyServiceTest, AKeyInSomebodysNameDoesNoMoreThanHe) {
    user("viewer", "Viewer");
    user("editor", "Editor");
    NewApiKey what;
    what.kind = KeyKind::datadog_app_key;
    what.owner = "viewer";
    what.role = "Editor";
    EXPECT_EQ(code_of(what), "role_above_owner");
    what.owner = "editor";
    EXPECT_EQ(code_of(what), "");
    what.owner = "nobody";
    EXPECT_EQ(code_of(what), "owner_unknown");
    what.owner = "editor";
    what.kind = KeyKind::service_token;
    EXPECT_EQ(code_of(what), "owner_not_allowed");
    what.kind = KeyKind::datadog_api_key;
    EXPECT_EQ(code_of(what), "owner_not_allowed");
}

TEST_F(KeyServiceTest, AnotherOrganizationsKeysAreNotThere) {
    const auto made = token();
    who.org = another_organization();
    EXPECT_EQ(code_of_update(made.row.id, ends(std::nullopt)), "key_not_found");
    EXPECT_EQ(run(keys.remove(who, made.row.id)).error().code, "key_not_found");
    EXPECT_TRUE(is_good(made));
}

TEST_F(KeyServiceTest, EverythingNeedsOrgManage) {
    const auto made = token();
    who.permissions = permissions_of_role("Editor");
    EXPECT_EQ(code_of({}), "missing_permission");
    EXPECT_EQ(code_of_update(made.row.id, ends(std::nullopt)), "missing_permission");
    EXPECT_EQ(run(keys.remove(who, made.row.id)).error().code, "missing_permission");
}

TEST(KeyKinds, HaveOneNameEach) {
    for (const auto* name :
         {"service_token", "datadog_api_key", "datadog_app_key", "looker_client"}) {
        const auto kind = key_kind_of(name);
        ASSERT_TRUE(kind) << name;
        EXPECT_EQ(to_string(*kind), name);
    }
    EXPECT_FALSE(key_kind_of(""));
    EXPECT_FALSE(key_kind_of("Service_token"));
}

}  // namespace
}  // namespace casement::access
