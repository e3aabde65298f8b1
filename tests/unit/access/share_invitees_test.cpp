#include "access/share_invitees.h"

#include "access/mail.h"
#include "access/share_invitation_code.h"
#include "access/sharing_settings.h"

#include <algorithm>
#include <future>
#include <set>

#include <gtest/gtest.h>

namespace casement::access {
namespace {

const Time kNow = from_unix_seconds(1'800'000'000);

std::vector<Invitee> wanted(std::initializer_list<const char*> emails) {
    std::vector<Invitee> list;
    for (const auto* email : emails)
        list.push_back({0, email, {}, std::nullopt});
    return list;
}

std::int64_t id_of(const json::object& settings, std::string_view email) {
    for (const auto& invitee : read_invitees(settings))
        if (invitee.email == email) return invitee.id;
    return 0;
}

TEST(Invitees, AnAddressIsPlainAsciiThatNoHeaderOrServerCanMisread) {
    for (const auto* good : {"anna@example.com", "a.b+c@x-y.example", "o'neil@example.com",
                             "x_y%z@EXAMPLE.com", "root@localhost"}) {
        EXPECT_TRUE(check_email(good)) << good;
    }
    for (const auto* bad : {"",
                            "anna",
                            "@example.com",
                            "anna@",
                            "a b@example.com",
                            "a@b@example.com",
                            "a\r\nBcc: b@example.com",
                            "a@example.com\n",
                            "\"a\"@example.com",
                            "a@[127.0.0.1]",
                            "(x)a@example.com",
                            "a@example",
                            "a@-x.com",
                            "a@x-.com",
                            "a@x..com",
                            ".a@example.com",
                            "a.@example.com",
                            "a..b@example.com",
                            "-oQ@example.com",
                            "<a@example.com>",
                            "a@example.com,b@example.com",
                            "\xc3\xa4@example.com",
                            "a@\xc3\xa4.com",
                            "a@x_y.com"}) {
        EXPECT_FALSE(check_email(bad)) << bad;
    }
    EXPECT_FALSE(check_email(std::string(65, 'a') + "@example.com"));
    EXPECT_FALSE(check_email("a@" + std::string(250, 'a') + ".com"));
    EXPECT_EQ(check_email("Anna@Example.COM").value(), "Anna@example.com");
}

TEST(Invitees, AnIdIsNeverGivenTwice) {
    json::object settings;
    ASSERT_TRUE(set_invitees(settings, wanted({"a@example.com", "b@example.com"}), kNow));
    const auto first = id_of(settings, "a@example.com");
    ASSERT_TRUE(set_invitees(settings, wanted({"b@example.com"}), kNow));
    ASSERT_TRUE(set_invitees(settings, {}, kNow));
    ASSERT_TRUE(set_invitees(settings, wanted({"a@example.com"}), kNow));
    const auto second = id_of(settings, "a@example.com");
    EXPECT_EQ(first, 1);
    EXPECT_EQ(second, 3);
}

TEST(Invitees, WhoStaysKeepsIdAndDay) {
    json::object settings;
    ASSERT_TRUE(set_invitees(settings, wanted({"a@example.com"}), kNow));
    const Time later = kNow + std::chrono::hours{5};
    ASSERT_TRUE(set_invitees(settings, wanted({"@example.org", "A@EXAMPLE.com"}), later));
    const auto list = read_invitees(settings);
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[1].id, 1);
    EXPECT_EQ(list[1].created_at, kNow);
    EXPECT_TRUE(list[0].is_domain());
    EXPECT_FALSE(list[1].is_domain());
}

TEST(Invitees, OfOneThatComesTwiceTheLastCounts) {
    json::object settings;
    auto list = wanted({"a@example.com", "A@example.com"});
    list[1].access_expiration = kNow;
    ASSERT_TRUE(set_invitees(settings, std::move(list), kNow));
    const auto read = read_invitees(settings);
    ASSERT_EQ(read.size(), 1U);
    EXPECT_EQ(read[0].access_expiration, kNow);
}

TEST(Invitees, AnEntryThatCannotBeReadLetsNobodyIn) {
    const json::object settings{
        {"invitees", json::array{json::object{{"email", "a@example.com"}},
                                 json::object{{"id", "1"}, {"email", "b@example.com"}}, 7,
                                 json::object{{"id", 4},
                                              {"email", "c@example.com"},
                                              {"created_at", to_rfc3339(kNow)},
                                              {"access_expiration", 7}}}}};
    const auto read = read_invitees(settings);
    ASSERT_EQ(read.size(), 1U);
    EXPECT_EQ(read[0].access_expiration, Time{});
}

TEST(Invitees, NumbersOfOpenersAreTheirOwn) {
    EXPECT_EQ(invitee_who_opened(opened_by_invitee(1)), 1);
    EXPECT_EQ(invitee_who_opened(kOpenedInFrame), 0);
    EXPECT_EQ(invitee_who_opened(kOpenedByAnybody), 0);
    EXPECT_EQ(invitee_who_opened(12), 0);
}

TEST(ShareInvitationCode, IsReadForItsOwnShareAndUnchangedOnly) {
    crypto::SystemRandom random;
    const ShareInvitationCodes codes(Secret("signs"), random);
    const auto text = codes.make({3, 5, 7, kNow});
    EXPECT_EQ(text.size(), 86U);
    const auto read = codes.read(3, text);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->guest, 5);
    EXPECT_EQ(read->invitee, 7);
    EXPECT_EQ(read->issued_at, kNow);
    EXPECT_FALSE(codes.read(4, text));
    EXPECT_FALSE(ShareInvitationCodes(Secret("other"), random).read(3, text));
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto changed = text;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(codes.read(3, changed)) << i;
    }
    EXPECT_NE(codes.make({3, 5, 7, kNow}), text);
}

TEST(Sharing, WhatCannotBeReadIsOff) {
    store::Organization organization;
    EXPECT_TRUE(check_sharing(organization, "open"));
    organization.settings["sharing"] = {{"open", 1}, {"invite", false}};
    EXPECT_FALSE(check_sharing(organization, "open"));
    EXPECT_FALSE(check_sharing(organization, "invite"));
    EXPECT_TRUE(check_sharing(organization, "embed"));
    organization.settings["sharing"] = "on";
    EXPECT_FALSE(check_sharing(organization, "embed"));
    organization.settings = {{"embed_sharing", false}};
    EXPECT_EQ(check_sharing(organization, "embed").error().code, "embed_disabled");
    EXPECT_TRUE(check_sharing(organization, "open"));
}

/// Fails as often as it is told, for good or not.
class Moody final : public Mailer {
  public:
    Result<void> send(const Mail& mail) override {
        ++tries;
        if (mail.to == "never@example.com") {
            return Error{ErrorKind::unprocessable, "mail_refused", "no", {}};
        }
        if (failures-- > 0) return unavailable("mail_deferred", "later");
        return {};
    }
    int failures = 0;
    int tries = 0;
};

TEST(MailQueue, TriesAgainWhatWasDeferredAndNotWhatWasRefused) {
    using std::chrono::milliseconds;
    const auto outcome = [](Moody& mailer, const std::string& to) {
        MailQueue queue(mailer, {milliseconds{1}, milliseconds{1}});
        std::promise<bool> done;
        EXPECT_TRUE(queue.put({to, "Subject", "Text"}, [&](const Result<void>& result) {
            done.set_value(result.has_value());
        }));
        return done.get_future().get();
    };
    Moody patient;
    patient.failures = 2;
    EXPECT_TRUE(outcome(patient, "a@example.com"));
    EXPECT_EQ(patient.tries, 3);
    Moody hopeless;
    hopeless.failures = 9;
    EXPECT_FALSE(outcome(hopeless, "a@example.com"));
    EXPECT_EQ(hopeless.tries, 3);
    Moody refused;
    EXPECT_FALSE(outcome(refused, "never@example.com"));
    EXPECT_EQ(refused.tries, 1);
}

}  // namespace
}  // namespace casement::access
