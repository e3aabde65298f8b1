#include "access/key_uses.h"

#include "access/principal.h"
#include "crypto/random.h"
#include "support/eventually.h"
#include "unit/access/embed_world.h"

#include <map>

namespace casement::access {
namespace {

using namespace std::chrono_literals;
using Kind = store::ApiKey::Kind;

class KeyUsesTest : public ::testing::Test, protected EmbedWorld {
  protected:
    KeyUsesTest() : made(create_credentials(*catalog, random, 1, "Editor").value()) {
        for (const auto* key : catalog->snapshot()->keys(1))
            ids[key->kind] = key->id;
    }
    store::KeyUses uses(store::OrgId org = 1) { return test::run(authenticator.uses(org)).value(); }
    store::KeyUses stored() { return catalog->key_uses_now(store::KeyTable::api_keys, 1).value(); }

    crypto::SystemRandom random;
    NewCredentials made;
    std::map<Kind, std::int64_t> ids;
    Authenticator authenticator{*catalog, clock};
};

TEST_F(KeyUsesTest, EachKeyIsNotedThatProvesItselfAndNoOther) {
    const auto key = [&](Kind kind) { return ids.at(kind); };
    EXPECT_TRUE(uses().empty());
    EXPECT_FALSE(authenticator.by_token("cas_wrong"));
    EXPECT_FALSE(authenticator.by_token(made.datadog_app_key.reveal()));
    EXPECT_FALSE(authenticator.by_datadog_keys(made.datadog_api_key.reveal(), "wrong"));
    EXPECT_FALSE(authenticator.by_looker_client("wrong", made.looker_client_secret.reveal()));
    EXPECT_FALSE(authenticator.is_datadog_api_key(made.service_token.reveal()));
    EXPECT_TRUE(uses().empty()) << "half a proof is none";

    EXPECT_TRUE(authenticator.by_token(made.service_token.reveal()));
    EXPECT_EQ(uses(), (store::KeyUses{{key(Kind::service_token), clock.now()}}));
    EXPECT_TRUE(authenticator.is_datadog_api_key(made.datadog_api_key.reveal()));
    EXPECT_EQ(uses().size(), 2U);
    EXPECT_TRUE(authenticator.by_datadog_keys(made.datadog_api_key.reveal(),
                                              made.datadog_app_key.reveal()));
    EXPECT_EQ(uses().size(), 3U);
    EXPECT_TRUE(
        authenticator.by_looker_client(made.looker_client_id, made.looker_client_secret.reveal()));
    EXPECT_EQ(uses().size(), 4U);
    EXPECT_TRUE(uses(another_organization()).empty());
    EXPECT_TRUE(test::eventually([&] { return stored() == uses(); }));
}

TEST_F(KeyUsesTest, AUseIsWrittenOnceAMinuteAtTheMost) {
    const auto token = ids.at(Kind::service_token);
    const auto first = clock.now();
    EXPECT_TRUE(authenticator.by_token(made.service_token.reveal()));
    EXPECT_TRUE(test::eventually([&] { return stored() == store::KeyUses{{token, first}}; }));
    clock.advance(60s - 1us);
    EXPECT_TRUE(authenticator.by_token(made.service_token.reveal()));
    EXPECT_EQ(uses(), (store::KeyUses{{token, first}}));
    clock.advance(1us);
    EXPECT_TRUE(authenticator.by_token(made.service_token.reveal()));
    EXPECT_EQ(uses(), (store::KeyUses{{token, first + 60s}}));
    EXPECT_TRUE(test::eventually([&] { return stored() == store::KeyUses{{token, first + 60s}}; }));
}

TEST_F(KeyUsesTest, ASessionOfALookerClientIsAUseOfIt) {
    const auto client = ids.at(Kind::looker_client);
    EXPECT_TRUE(authenticator.by_key_id(client, 0));
    EXPECT_EQ(uses(), (store::KeyUses{{client, clock.now()}}));
    clock.advance(2min);
    EXPECT_FALSE(authenticator.by_key_id(client, 424'242)) << "of nobody";
    EXPECT_EQ(uses().at(client), clock.now() - 2min);
    EXPECT_TRUE(authenticator.by_key_id(client, catalog->snapshot()->key(client)->user));
    EXPECT_EQ(uses().at(client), clock.now());
}

TEST_F(KeyUsesTest, AKeyThatIsOffOrOverIsNotUsed) {
    auto row = *catalog->snapshot()->key(ids.at(Kind::service_token));
    row.disabled = true;
    change(row);
    EXPECT_FALSE(authenticator.by_token(made.service_token.reveal()));
    row.disabled = false;
    row.expires_at = clock.now();
    change(row);
    EXPECT_FALSE(authenticator.by_token(made.service_token.reveal()));
    EXPECT_TRUE(uses().empty());
}

}  // namespace
}  // namespace casement::access
