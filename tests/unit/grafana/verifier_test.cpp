#include "dialects/grafana/verifier.h"

#include "dialects/grafana/reasons.h"
#include "dialects/grafana/sign.h"
#include "store/secret_box.h"
#include "support/recorded_audit.h"
#include "support/run.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>

namespace casement::grafana {
namespace {

using namespace std::chrono_literals;
using test::run;

constexpr int kFailures = 20;
constexpr std::string_view kSales = "/d/sales/monthly?orgId=1&var-region=eu&from=now-6h";

class Verifier : public ::testing::Test {
  protected:
    Verifier() {
        box.emplace(store::SecretBox::create(Secret(random.bytes(32)), random).value());
        store::CatalogOptions options;
        options.database = "sqlite:" + (folder / "catalog.db");
        catalog = store::Catalog::open(options, *box, clock).value();
        check.emplace(*catalog, random, clock);
        uses.emplace(*catalog, audit, clock);
        attempts.emplace(access::AttemptLimit{kFailures, 100s}, random, clock);
        token = make_service_token(random);
        account.org = 1;
        account.name = account.login = "reporting";
        account.role = "Viewer";
        account = put(account);
        key.org = 1;
        key.account = account.id;
        key.name = "nightly";
        key.hash = key_hash(token);
        key.role = "Viewer";
        key = put(key);
        accept("v1,v2,v3");
    }

    template <class Row>
    Row put(Row row) {
        return catalog
            ->write_now<Row>([&](store::Transaction& tx) -> Result<Row> {
                auto done = row.id == 0 ? tx.insert(row) : tx.update(row);
                if (!done) return done.error();
                return row;
            })
            .value();
    }
    void accept(std::string_view versions, bool enabled = true, seconds longest = 86400s) {
        auto options = read_versions(versions).value();
        options.enabled = enabled;
        options.longest_session = longest;
        verifier.emplace(*catalog, *check, *uses, *attempts, clock, options);
    }
    LinkParts parts(std::int64_t time_shift = 0) {
        LinkParts made;
        made.url = kSales;
        made.key_name = "nightly";
        made.org = 1;
        made.time = to_unix_micros(clock.now()) / 1'000'000 + time_shift;
        return made;
    }
    std::string v1() { return make_v1_url(parts(), write_service_token(token)); }
    std::string v2(std::int64_t shift = 0) { return make_v2_url(parts(shift), key.hash); }
    std::string v3(LinkParts made) {
        made.time += 600;
        if (made.nonce.empty()) made.nonce = "0123456789abcdef";
        return make_v3_url(made, key.hash);
    }
    /// As the server does it for a link that came over the network.
    Result<access::VerifiedLink> open(const std::string& link,
                                      const std::string& client = "192.0.2.1") {
        const access::LinkRequest request{link, "dash.example"};
        auto prepared = run(verifier->prepare(request, client));
        if (!prepared) return prepared.error();
        return verifier->verify(request, *catalog->snapshot(), clock.now());
    }
    std::string code(const std::string& link, const std::string& client = "192.0.2.1") {
        const auto opened = open(link, client);
        return opened ? "ok" : std::string(opened.error().code);
    }

    test::TempDir folder;
    crypto::SystemRandom random;
    ManualClock clock{parse_rfc3339("2026-03-11T18:30:00Z").value()};
    std::optional<store::SecretBox> box;
    std::unique_ptr<store::Catalog> catalog;
    std::optional<KeyCheck> check;
    test::RecordedAudit audit;
    std::optional<access::AccountKeys> uses;
    std::optional<access::Attempts> attempts;
    std::optional<SharableVerifier> verifier;
    ServiceToken token;
    store::ServiceAccount account;
    store::AccountKey key;
};

TEST_F(Verifier, OpensWhatTheKeyMaySeeInEachVersion) {
    for (const auto& link : {v1(), v2(), v3(parts())}) {
        const auto opened = open(link);
        ASSERT_TRUE(opened) << link << " " << opened.error().code;
        EXPECT_EQ(opened->dialect, "grafana");
        EXPECT_EQ(opened->org, 1);
        EXPECT_EQ(opened->key->grant.key, key.id);
        EXPECT_EQ(opened->key->session_length, 3600s);
        EXPECT_EQ(opened->target, kSales) << "nothing of the proof stays in the address";
        EXPECT_EQ(opened->share, 0);
        EXPECT_FALSE(opened->outside_window);
    }
}

TEST_F(Verifier, NoSessionIsLongerThanTheServerAllows) {
    accept("v1,v2,v3", true, 600s);
    for (const auto& link : {v1(), v2(), v3(parts())})
        EXPECT_EQ(open(link)->key->session_length, 600s) << link;
    auto made = parts();
    made.session = 601;
    EXPECT_EQ(code(make_v2_url(made, key.hash)), kParameterInvalid);
}

TEST_F(Verifier, ALegacyKeyOpensToo) {
    const auto legacy = make_legacy_key(random, "viewer key", 1);
    store::AccountKey row;
    row.org = 1;
    row.name = "viewer key";
    row.hash = key_hash(legacy);
    row.role = "Viewer";
    put(row);
    EXPECT_EQ(code(make_v1_url(parts(), write_legacy_key(legacy))), "ok");
    auto named = parts();
    named.key_name = "viewer key";
    EXPECT_EQ(code(make_v2_url(named, row.hash)), "ok");
}

TEST_F(Verifier, TheSwitchAndTheVersionsDecide) {
    accept("v1");
    EXPECT_EQ(code(v1()), "ok");
    EXPECT_EQ(code(v2()), "version_refused");
    EXPECT_EQ(code(v3(parts())), "version_refused");
    accept("v2,v3");
    EXPECT_EQ(code(v1()), "version_refused");
    EXPECT_EQ(code(v2()), "ok");
    accept("v1,v2,v3", false);
    for (const auto& link : {v1(), v2(), v3(parts())})
        EXPECT_EQ(code(link), "sharing_disabled");
    for (const auto* wrong : {"", "v4", "v1,", "v1,v1", "V1", "v1 v2", ",v1"})
        EXPECT_FALSE(read_versions(wrong)) << wrong;
}

TEST_F(Verifier, OnlyVersion3IsBoundToItsDashboardAndItsValues) {
    EXPECT_EQ(open(v2())->key->grant.dashboard, "");
    EXPECT_EQ(open(v2())->nonce, "");
    auto made = parts();
    made.locked = {"region"};
    const auto opened = open(v3(made)).value();
    EXPECT_EQ(opened.key->grant.dashboard, "sales");
    EXPECT_EQ(opened.key->grant.locked, (access::GrantedValues{{"region", {"eu"}}}));
    EXPECT_EQ(opened.nonce, "0123456789abcdef");
    EXPECT_GE(opened.nonce_for, 600s);
    made = parts();
    made.bounded = {"region"};
    EXPECT_EQ(open(v3(made))->key->grant.panel, 0);
    EXPECT_EQ(open(v3(made))->key->grant.bounded, (access::GrantedValues{{"region", {"eu"}}}));
}

TEST_F(Verifier, Version3OfAPanelOpensThatPanelAlone) {
    auto made = parts();
    made.url = "/d-solo/sales/x?panelId=3";
    const auto link = v3(made);
    EXPECT_EQ(open(link)->key->grant.panel, 3);
    auto changed = link;
    EXPECT_EQ(code(changed.replace(changed.find("panelId=3"), 9, "panelId=4")),
              "signature_invalid");
    // In a grant 0 is every panel, so a link to it must not be one.
    auto every = link;
    EXPECT_EQ(code(every.replace(every.find("panelId=3"), 9, "panelId=0")), kTargetRefused);
}

TEST_F(Verifier, WhatVersion3SignsCannotBeChanged) {
    auto made = parts();
    made.locked = {"region"};
    const auto link = v3(made);
    const auto with = [&](const std::string& what, const std::string& instead) {
        auto changed = link;
        const auto at = changed.find(what);
        EXPECT_NE(at, std::string::npos) << what;
        return changed.replace(at, what.size(), instead);
    };
    EXPECT_EQ(code(with("var-region=eu", "var-region=us")), "signature_invalid");
    EXPECT_EQ(code(with("var-region=eu", "var-region=eu&var-region=us")), "signature_invalid");
    EXPECT_EQ(code(with("/d/sales/", "/d/salaries/")), "signature_invalid");
    EXPECT_EQ(code(with("casement_lock=region", "casement_lock=")), "signature_invalid");
    EXPECT_EQ(code(with("casement_org=1", "casement_org=2")), kOrganizationMismatch);
    EXPECT_EQ(code(with("0123456789abcdef", "0123456789abcdeg")), "signature_invalid");
    EXPECT_EQ(code(with("from=now-6h", "from=now-7d")), "ok") << "the range is the viewer's";
}

TEST_F(Verifier, OutsideItsWindowALinkOpensNothingNew) {
    EXPECT_FALSE(open(v2(-60))->outside_window);
    EXPECT_EQ(open(v2(-61))->outside_window->code, kLinkExpired);
    EXPECT_EQ(open(v2(61))->outside_window->code, kLinkNotYetValid);
    const auto link = v3(parts());
    clock.advance(600s);
    EXPECT_EQ(open(link)->outside_window->code, kLinkExpired);
}

TEST_F(Verifier, KeysThatNoLongerCountOpenNothing) {
    const auto link = v2();
    auto changed = key;
    changed.expires_at = clock.now();
    put(changed);
    EXPECT_EQ(code(link), "api_key_expired");
    changed = key;
    changed.revoked = true;
    put(changed);
    EXPECT_EQ(code(link), "api_key_revoked");
    put(key);
    auto disabled = account;
    disabled.disabled = true;
    put(disabled);
    EXPECT_EQ(code(link), "service_account_disabled");
    disabled.disabled = false;
    disabled.role = "None";
    put(disabled);
    EXPECT_EQ(code(link), "role_without_rights");
}

TEST_F(Verifier, AStrangerLearnsNothingOfAKeysState) {
    auto changed = key;
    changed.revoked = true;
    put(changed);
    const auto forged = make_v2_url(parts(), Secret(std::string(100, 'a')));
    auto unknown = parts();
    unknown.key_name = "nobody";
    EXPECT_EQ(code(forged), "signature_invalid");
    EXPECT_EQ(code(make_v2_url(unknown, key.hash)), "signature_invalid");
    EXPECT_EQ(open(forged).error().message, open(make_v2_url(unknown, key.hash)).error().message);
}

TEST_F(Verifier, RotationKeepsOldLinksForItsOverlap) {
    const auto link = v2();
    auto rotated = key;
    rotated.previous_hash = key.hash;
    rotated.previous_until = clock.now() + 30s;
    rotated.hash = key_hash(make_service_token(random));
    put(rotated);
    EXPECT_EQ(code(link), "ok");
    EXPECT_EQ(code(make_v2_url(parts(), rotated.hash)), "ok");
    clock.advance(30s);
    EXPECT_EQ(code(link), "signature_invalid");
}

TEST_F(Verifier, AnotherOrganizationsNumberInTheAddressIsRefused) {
    auto made = parts();
    made.url = "/d/sales?orgId=2";
    EXPECT_EQ(code(make_v2_url(made, key.hash)), kOrganizationMismatch);
}

TEST_F(Verifier, WhoFailsTooOftenIsShutOutButNeverARightLink) {
    const auto wrong = make_v2_url(parts(), Secret(std::string(100, 'a')));
    for (int i = 0; i <= kFailures; ++i)
        EXPECT_EQ(code(wrong), "signature_invalid");
    EXPECT_EQ(code(wrong), "too_many_attempts");
    EXPECT_EQ(code(wrong, "192.0.2.2"), "too_many_attempts") << "the key's name is known by now";
    EXPECT_EQ(code(v2()), "ok");
    EXPECT_EQ(code(v3(parts())), "ok");
    // A key that stands in the link is not worked for, until this process knows it.
    EXPECT_EQ(code(v1()), "too_many_attempts");
    EXPECT_EQ(code(v1(), "192.0.2.3"), "ok");
    EXPECT_EQ(code(v1()), "ok");
    clock.advance(101s);
    EXPECT_EQ(code(make_v2_url(parts(), Secret(std::string(100, 'b')))), "signature_invalid");
}

TEST_F(Verifier, NobodyShutsOutSomebodyElsesKeyByItsName) {
    const auto legacy = make_legacy_key(random, "viewer key", 1);
    store::AccountKey row;
    row.org = 1;
    row.name = "viewer key";
    row.hash = key_hash(legacy);
    row.role = "Viewer";
    put(row);
    auto guessed = parts();
    guessed.key_name = "viewer key";
    const auto wrong = make_v2_url(guessed, Secret(std::string(100, 'a')));
    for (int i = 0; i <= kFailures; ++i)
        EXPECT_EQ(code(wrong), "signature_invalid");
    EXPECT_EQ(code(wrong, "192.0.2.2"), "too_many_attempts");
    // Its owner's first link of version 1, which nobody has looked at since the start.
    EXPECT_EQ(code(make_v1_url(parts(), write_legacy_key(legacy)), "192.0.2.3"), "ok");
    auto almost = legacy;
    almost.secret = Secret(std::string(kSecretLength, 'x'));
    EXPECT_EQ(code(make_v1_url(parts(), write_legacy_key(almost)), "192.0.2.4"),
              "too_many_attempts");
}

TEST_F(Verifier, TheAddressesOfOneLineAreShutOutTogether) {
    for (int i = 0; i <= kFailures; ++i) {
        auto made = parts();
        made.key_name = "name " + std::to_string(i);
        EXPECT_EQ(code(make_v2_url(made, key.hash), "2001:db8::" + std::to_string(i + 1)),
                  "signature_invalid");
    }
    EXPECT_EQ(code(v1(), "2001:db8::ffff"), "too_many_attempts");
    EXPECT_EQ(code(v1(), "2001:db8:0:1::1"), "ok");
}

TEST_F(Verifier, WhatOpensNothingIsNoUseOfAKey) {
    EXPECT_EQ(code(v2(-61)), "ok") << "it may find the session that it opened";
    accept("v1,v2");
    EXPECT_EQ(code(v3(parts())), "version_refused");
    EXPECT_TRUE(audit.of("account_key.used").empty());
    EXPECT_EQ(code(v2()), "ok");
    EXPECT_EQ(audit.of("account_key.used").size(), 1U);
}

TEST_F(Verifier, WhatItOpensIsBoundToTheSecretThatProvedIt) {
    const auto before = key;
    for (const auto& link : {v1(), v2(), v3(parts())})
        EXPECT_EQ(open(link)->key->grant.proof, access::proof_of(before.hash));
    auto rotated = key;
    rotated.previous_hash = key.hash;
    rotated.previous_until = clock.now() + 30s;
    rotated.hash = key_hash(make_service_token(random));
    put(rotated);
    EXPECT_EQ(open(v2())->key->grant.proof, access::proof_of(before.hash));
    EXPECT_EQ(open(make_v2_url(parts(), rotated.hash))->key->grant.proof,
              access::proof_of(rotated.hash));
}

TEST_F(Verifier, ItsLinksAreDashboardsAndPanelsWithAProof) {
    EXPECT_TRUE(verifier->recognizes("/d/sales?aliyun_api_key=x"));
    EXPECT_TRUE(verifier->recognizes("/d-solo/sales/x?panelId=1&casement_signature=x"));
    EXPECT_TRUE(verifier->recognizes("/d/sales?%61liyun_api_key=x"));
    EXPECT_FALSE(verifier->recognizes("/d/sales?var-a=1"));
    EXPECT_FALSE(verifier->recognizes("/login/embed/x?aliyun_api_key=x"));
    const auto snapshot = catalog->snapshot();
    EXPECT_EQ(verifier->subject_of(v2(), *snapshot)->org, 1);
    auto foreign = parts();
    foreign.org = 77;
    EXPECT_FALSE(verifier->subject_of(make_v2_url(foreign, key.hash), *snapshot));
}

}  // namespace
}  // namespace casement::grafana
