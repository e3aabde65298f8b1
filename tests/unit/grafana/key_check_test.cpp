#include "dialects/grafana/key_check.h"

#include "unit/grafana/account_world.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <limits>
#include <string>

namespace casement::grafana {
namespace {

using namespace std::chrono_literals;

class KeyCheckTest : public AccountWorld {
  protected:
    /// A key that the catalog knows; its text.
    std::string known_key(const std::string& name, store::OrgId org = 1) {
        const auto key = make_legacy_key(random, name, org);
        store::AccountKey made;
        made.org = org;
        made.name = name;
        made.hash = key_hash(key);
        made.role = "Viewer";
        (void)put(made);
        return std::string(write_legacy_key(key).reveal());
    }
    std::string stranger(const std::string& name) {
        return std::string(write_legacy_key(make_legacy_key(random, name, 1)).reveal());
    }
    Result<std::int64_t> ask(const std::string& key, const std::string& client = "192.0.2.7") {
        return run(check.check(Secret(key), client));
    }
    /// The processor's time of this program, not the clock's: the machine may have other things to
    /// do.
    static double work_done() { return static_cast<double>(std::clock()); }
    std::string refusal(const std::string& key, const std::string& client = "192.0.2.7") {
        const auto found = ask(key, client);
        return found ? "" : std::string(found.error().code);
    }
};

TEST_F(KeyCheckTest, AKeyThatHasProvenItselfIsRememberedUntilItsRowChanges) {
    const auto key = known_key("nightly");
    EXPECT_FALSE(check.remembered(key));
    EXPECT_EQ(ask(key).value(), row("nightly").id);
    EXPECT_EQ(check.remembered(key), row("nightly").id);

    auto rotated = row("nightly");
    rotated.previous_hash = rotated.hash;
    rotated.previous_until = clock.now() + 1h;
    rotated.hash = Secret("another");
    change(rotated);
    EXPECT_EQ(check.remembered(key), rotated.id) << "the overlap lasts";
    clock.advance(1h);
    EXPECT_FALSE(check.remembered(key));
    EXPECT_EQ(refusal(key), "api_key_invalid");
}

TEST_F(KeyCheckTest, ARemovedKeyIsForgottenAtOnce) {
    const auto key = known_key("nightly");
    ASSERT_TRUE(ask(key));
    catalog
        ->write_now<void>(
            [&](store::Transaction& tx) { return tx.remove<store::AccountKey>(row("nightly").id); })
        .value();
    EXPECT_FALSE(check.remembered(key));
    EXPECT_EQ(refusal(key), "api_key_invalid");
}

TEST_F(KeyCheckTest, TheKeyUsedLongestAgoIsForgottenFirst) {
    const auto one = known_key("one");
    const auto two = known_key("two");
    const auto three = known_key("three");
    ASSERT_TRUE(ask(one));
    ASSERT_TRUE(ask(two));
    ASSERT_TRUE(check.remembered(one));
    ASSERT_TRUE(ask(three));
    EXPECT_TRUE(check.remembered(one));
    EXPECT_FALSE(check.remembered(two));
    EXPECT_TRUE(check.remembered(three));
    EXPECT_TRUE(ask(two)) << "it only costs again";
}

TEST_F(KeyCheckTest, AMigratedKeyAndATokenAreFoundByWhatIsStored) {
    const auto legacy = known_key("nightly");
    store::ServiceAccount account;
    account.org = 1;
    account.name = account.login = "reporting";
    account.role = "Viewer";
    account = put(account);
    auto migrated = row("nightly");
    migrated.account = account.id;
    change(migrated);
    EXPECT_EQ(ask(legacy).value(), migrated.id);

    const auto token = make_service_token(random);
    store::AccountKey made;
    made.org = 1;
    made.account = account.id;
    made.name = "token";
    made.hash = key_hash(token);
    made = put(made);
    EXPECT_EQ(ask(std::string(write_service_token(token).reveal())).value(), made.id);
}

TEST_F(KeyCheckTest, ASecretIsNotGoodUnderAnotherNameOrOrganization) {
    auto key = make_legacy_key(random, "nightly", 1);
    store::AccountKey made;
    made.org = 1;
    made.name = "nightly";
    made.hash = key_hash(key);
    (void)put(made);
    store::Organization organization;
    organization.name = "Other";
    key.org = put(organization).id;
    EXPECT_EQ(refusal(std::string(write_legacy_key(key).reveal())), "api_key_invalid");
    key.org = 1;
    key.name = "Nightly";
    EXPECT_EQ(refusal(std::string(write_legacy_key(key).reveal())), "api_key_invalid");
}

TEST_F(KeyCheckTest, WrongKeysOfAnAddressAreStoppedBeforeTheyCostAnything) {
    const auto known = known_key("known");
    const auto fresh = known_key("fresh");
    ASSERT_TRUE(ask(known));
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(refusal(stranger("nobody")), "api_key_invalid");
    const auto before = work_done();
    for (int i = 0; i < 200; ++i)
        EXPECT_EQ(refusal(stranger("nobody")), "too_many_keys");
    const auto refused = work_done() - before;
    EXPECT_EQ(refusal(stranger("nobody"), "198.51.100.1"), "api_key_invalid");
    EXPECT_LT(refused, 100 * (work_done() - before - refused))
        << "two hundred that are stopped cost less than a hundred that are looked at";

    EXPECT_TRUE(ask(known)) << "who has proven himself is not shut out by a neighbour";
    EXPECT_EQ(refusal(fresh), "too_many_keys");
    EXPECT_TRUE(ask(fresh, "198.51.100.2"));
    clock.advance(60s);
    EXPECT_TRUE(ask(fresh));
}

TEST_F(KeyCheckTest, RightKeysDoNotCountAsWrongOnes) {
    for (int i = 0; i < 8; ++i)
        EXPECT_TRUE(ask(known_key("key " + std::to_string(i))));
}

TEST_F(KeyCheckTest, WhatIsNoKeyCountsForNothing) {
    for (const auto* text : {"", "x", "gl", "glc_abc", "glsa_short_00000000", "eyJrIjoiIn0="}) {
        for (int i = 0; i < 4; ++i)
            EXPECT_EQ(refusal(text), "api_key_invalid") << text;
    }
    EXPECT_EQ(refusal(std::string(1 << 20, 'A')), "api_key_invalid");
    EXPECT_TRUE(ask(known_key("nightly")));
}

TEST_F(KeyCheckTest, AWrongNameTakesAsMuchWorkAsAWrongSecret) {
    (void)known_key("nightly");
    // The least of many turns: what else the machine does only adds to one.
    double right_name = std::numeric_limits<double>::infinity();
    double wrong_name = right_name;
    const auto work = [&](const std::string& name, int turn) {
        const auto before = work_done();
        EXPECT_EQ(refusal(stranger(name), "192.0.2." + name + std::to_string(turn)),
                  "api_key_invalid");
        return work_done() - before;
    };
    for (int turn = 0; turn < 40; ++turn) {
        right_name = std::min(right_name, work("nightly", turn));
        wrong_name = std::min(wrong_name, work("notthis", turn));
    }
    EXPECT_LT(right_name, wrong_name * 1.5);
    EXPECT_LT(wrong_name, right_name * 1.5);
}

}  // namespace
}  // namespace casement::grafana
