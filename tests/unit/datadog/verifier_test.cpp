#include "dialects/datadog/verifier.h"

#include "unit/datadog/world.h"

namespace casement::datadog {
namespace {

using namespace std::chrono_literals;

class DatadogVerifier : public World {
  protected:
    void SetUp() override {
        World::SetUp();
        dashboard = make_dashboard();
        share = make_share(dashboard.uid);
    }
    Result<access::VerifiedLink> verify(const std::string& link) const {
        return SecureEmbedVerifier().verify({link, "casement.example"}, *catalog->snapshot(),
                                            clock.now());
    }
    std::string code(const std::string& link) const {
        const auto result = verify(link);
        return result ? "ok" : std::string(result.error().code);
    }
    std::string code() const { return code(target(share)); }

    store::Dashboard dashboard;
    store::Share share;
};

TEST_F(DatadogVerifier, HandsUpWhatTheLinkGrants) {
    const auto link = verify(target(share));
    ASSERT_TRUE(link) << link.error().message;
    EXPECT_EQ(link->dialect, "datadog");
    EXPECT_EQ(link->org, 1);
    EXPECT_EQ(link->share, share.id);
    EXPECT_EQ(link->credential, share.credentials.front().id);
    EXPECT_EQ(link->scope, "share:" + std::to_string(share.id));
    EXPECT_EQ(link->nonce, "00112233445566778899aabb");
    EXPECT_FALSE(link->outside_window);
}

TEST_F(DatadogVerifier, RecognizesOnlyItsOwnPath) {
    const SecureEmbedVerifier verifier;
    EXPECT_TRUE(verifier.recognizes(target(share)));
    EXPECT_FALSE(verifier.recognizes("/sb/" + share.token));
    EXPECT_FALSE(verifier.recognizes("/login/embed/dashboards/1?signature=x"));
    EXPECT_FALSE(verifier.recognizes("https://dash.example" + target(share)));
}

TEST_F(DatadogVerifier, ALinkOutsideItsWindowOpensNothingNewButIsNoForgery) {
    const auto& credential = share.credentials.front().secret;
    EXPECT_FALSE(verify(target(share, credential, 1800s)).value().outside_window);
    EXPECT_EQ(verify(target(share, credential, 1801s)).value().outside_window.value().code,
              "link_expired");
    EXPECT_FALSE(verify(target(share, credential, -60s)).value().outside_window);
    EXPECT_EQ(verify(target(share, credential, -61s)).value().outside_window.value().code,
              "link_not_yet_valid");
}

TEST_F(DatadogVerifier, EveryChangedParameterBreaksTheSignature) {
    const auto good = target(share);
    for (const std::string_view name : {"token=", "nonce=", "ts="}) {
        auto changed = good;
        auto& digit = changed[changed.find(name) + name.size()];
        digit = digit == '1' ? '2' : '1';
        const auto got = code(changed);
        // The window is looked at only after the signature, so a moved time is no exception.
        EXPECT_EQ(got, "bad_signature") << name;
    }
}

TEST_F(DatadogVerifier, ParametersOfTwoGoodLinksDoNotMix) {
    const auto& credential = share.credentials.front().secret;
    const auto one = target(share, credential, 0s, "nonce-number-one");
    const auto two = target(share, credential, 0s, "nonce-number-two");
    const auto nonce = std::string_view("nonce-number-");
    auto mixed = one;
    mixed.replace(mixed.find(nonce), nonce.size() + 3,
                  two.substr(two.find(nonce), nonce.size() + 3));
    EXPECT_EQ(code(mixed), "bad_signature");
}

TEST_F(DatadogVerifier, AnotherSharesCredentialSignsNothingHere) {
    const auto other = make_share(dashboard.uid);
    EXPECT_EQ(code(target(share, other.credentials.front().secret)), "bad_signature");
    EXPECT_EQ(code(target(other, other.credentials.front().secret)), "ok");
}

TEST_F(DatadogVerifier, AnUnknownShareIsNotFoundWhoeverSigned) {
    auto unknown = share;
    unknown.token = "UnknownShareToken000000000000000";
    EXPECT_EQ(code(target(unknown)), "share_not_found");
}

TEST_F(DatadogVerifier, AShareOfAnotherTypeHasNoSignedLinks) {
    change_share(share.token, [](store::Share& s) { s.type = "open"; });
    EXPECT_EQ(code(), "share_not_found");
}

TEST_F(DatadogVerifier, ADeletedShareIsNotFound) {
    run(shares->remove(who, share.token, {})).value();
    EXPECT_EQ(code(), "share_not_found");
}

TEST_F(DatadogVerifier, AShareOfABinnedDashboardIsNotFoundUntilItIsRestored) {
    run(dashboards->bin(who, {dashboard.uid})).value();
    EXPECT_EQ(code(), "share_not_found");
    run(dashboards->restore(who, {dashboard.uid})).value();
    EXPECT_EQ(code(), "ok");
}

TEST_F(DatadogVerifier, OnlyASignerLearnsThatAShareIsPaused) {
    change_share(share.token, [](store::Share& s) { s.status = "paused"; });
    EXPECT_EQ(code(), "share_paused");
    EXPECT_EQ(code(target(share, Secret("not this share's credential"))), "bad_signature");
    change_share(share.token, [](store::Share& s) { s.status = "active"; });
    EXPECT_EQ(code(), "ok");
}

TEST_F(DatadogVerifier, AnOrganizationThatSwitchedEmbeddingOffIsNotFramed) {
    run(organizations->update(who, [](store::Organization& org) -> Result<void> {
        org.settings["embed_sharing"] = false;
        return {};
    })).value();
    EXPECT_EQ(code(), "embed_disabled");
}

TEST_F(DatadogVerifier, AnExpiredShareIsOver) {
    change_share(share.token,
                 [](store::Share& s) { s.settings["expires_at"] = "2026-03-11T18:30:01Z"; });
    EXPECT_EQ(code(), "ok");
    clock.advance(1s);
    EXPECT_EQ(code(), "share_expired");
}

TEST_F(DatadogVerifier, ADisabledCredentialIsRefusedAndSaysSo) {
    change_credential(share, 0, [](store::Credential& c) { c.disabled = true; });
    EXPECT_EQ(code(), "credential_disabled");
}

TEST_F(DatadogVerifier, AnExpiredCredentialOpensNothingNewButFindsItsSessions) {
    change_credential(share, 0, [&](store::Credential& c) { c.expires_at = clock.now() + 5s; });
    EXPECT_FALSE(verify(target(share)).value().outside_window);
    clock.advance(5s);
    EXPECT_EQ(verify(target(share)).value().outside_window.value().code, "credential_expired");
}

TEST_F(DatadogVerifier, BothCredentialsSignWhileARotationOverlaps) {
    const auto old = share.credentials.front().secret;
    const auto fresh = run(shares->rotate_credential(who, share.token, 60s, "rotated")).value();
    EXPECT_EQ(verify(target(share, old)).value().credential, share.credentials.front().id);
    EXPECT_EQ(verify(target(share, fresh.secret)).value().credential, fresh.id);
    clock.advance(61s);
    EXPECT_TRUE(verify(target(share, old)).value().outside_window);
    EXPECT_FALSE(verify(target(share, fresh.secret)).value().outside_window);
}

TEST_F(DatadogVerifier, ARemovedCredentialIsAStranger) {
    const auto second = run(shares->add_credential(who, share.token, {})).value();
    run(shares->remove_credential(who, share.token, share.credentials.front().id)).value();
    EXPECT_EQ(code(), "bad_signature");
    EXPECT_EQ(code(target(share, second.secret)), "ok");
}

TEST_F(DatadogVerifier, AShareWithoutCredentialsVerifiesNothing) {
    run(shares->remove_credential(who, share.token, share.credentials.front().id)).value();
    EXPECT_EQ(code(), "bad_signature");
    // Anyone can sign with an empty key.
    EXPECT_EQ(code(target(share, Secret(""))), "bad_signature");
}

}  // namespace
}  // namespace casement::datadog
