// What an organization allows of sharing, also where its settings are damaged.
#include "access/sharing_settings.h"

#include <gtest/gtest.h>

namespace casement::access {
namespace {

const Time kNow = from_unix_seconds(1'800'000'000);

store::Organization with(std::string_view settings) {
    store::Organization row;
    row.settings = parse_json(settings).value().as_object();
    return row;
}
std::string code_of(std::string_view settings, std::string_view type) {
    const auto allowed = check_sharing(with(settings), type);
    return allowed ? "" : std::string(allowed.error().code);
}

TEST(SharingSettings, NothingSaidAllowsEveryTypeAndNoOther) {
    const auto settings = read_sharing_settings(with("{}"));
    for (const auto type : kShareTypes)
        EXPECT_TRUE(settings.allows(type)) << type;
    EXPECT_FALSE(settings.allows(""));
    EXPECT_FALSE(settings.allows("Open"));
    EXPECT_FALSE(settings.longest_invitation);
}

TEST(SharingSettings, ATypeThatIsSwitchedOffLeavesTheOthers) {
    for (const auto off : kShareTypes) {
        const auto settings = R"({"sharing": {")" + std::string(off) + R"(": false}})";
        for (const auto type : kShareTypes)
            EXPECT_EQ(code_of(settings, type), type == off ? "sharing_disabled" : "") << type;
    }
    for (const auto type : kShareTypes)
        EXPECT_EQ(code_of(R"({"sharing": {"enabled": false}})", type), "sharing_disabled");
}

TEST(SharingSettings, WhatCannotBeReadSwitchesOffWhatItIsAbout) {
    for (const std::string broken : {"\"yes\"", "1", "null", "[]"}) {
        EXPECT_EQ(code_of(R"({"sharing": {"open": )" + broken + "}}", "open"), "sharing_disabled")
            << broken;
        EXPECT_EQ(code_of(R"({"sharing": {"open": )" + broken + "}}", "invite"), "") << broken;
        EXPECT_EQ(code_of(R"({"sharing": )" + broken + "}", "invite"), "sharing_disabled")
            << broken;
    }
}

TEST(SharingSettings, ALongestTimeThatCannotBeReadLeavesNone) {
    const auto longest = [](const std::string& value) {
        return read_sharing_settings(with(R"({"sharing": {"max_access_seconds": )" + value + "}}"))
            .longest_invitation;
    };
    EXPECT_EQ(longest("60"), std::chrono::seconds{60});
    EXPECT_EQ(longest("null"), std::nullopt);
    for (const char* broken : {"\"60\"", "-5", "true", "1.5", "18446744073709551615"})
        EXPECT_EQ(longest(broken), std::chrono::seconds{0}) << broken;
}

TEST(SharingSettings, TheSwitchOfAllEmbedsGoesBefore) {
    constexpr std::string_view kNoEmbeds = R"({"embed_sharing": false})";
    EXPECT_EQ(code_of(kNoEmbeds, "embed"), "embed_disabled");
    EXPECT_EQ(code_of(kNoEmbeds, "secure_embed"), "embed_disabled");
    EXPECT_EQ(code_of(kNoEmbeds, "open"), "");
    EXPECT_EQ(code_of(kNoEmbeds, "invite"), "");
    // A type that nobody knows is held to be one.
    EXPECT_EQ(code_of(kNoEmbeds, "something"), "embed_disabled");
}

TEST(SharingSettings, AreShownAsTheyAreRead) {
    auto settings = read_sharing_settings(
        with(R"({"sharing": {"invite": false, "max_access_seconds": 3600}})"));
    store::Organization again;
    again.settings["sharing"] = to_json(settings);
    const auto read = read_sharing_settings(again);
    EXPECT_FALSE(read.invite);
    EXPECT_TRUE(read.enabled && read.open && read.embed && read.secure_embed);
    EXPECT_EQ(read.longest_invitation, std::chrono::hours{1});
}

TEST(ShareStatus, AShareWhoseEndHasComeCountsAsPaused) {
    store::Share share;
    share.status = "active";
    EXPECT_EQ(status_of(share, kNow), "active");
    share.settings["expires_at"] = to_rfc3339(kNow);
    EXPECT_EQ(status_of(share, kNow - std::chrono::seconds{1}), "active");
    EXPECT_EQ(status_of(share, kNow), "paused");
    share.settings["expires_at"] = nullptr;
    EXPECT_EQ(status_of(share, kNow), "active");
}

TEST(ShareStatus, AnOpenShareEndsAfterAYearUnlessItSaysOtherwise) {
    store::Share share;
    share.status = "active";
    share.type = "open";
    settle_type(share, kNow);
    EXPECT_EQ(share.settings.at("expires_at"), json::value(to_rfc3339(kNow + kOpenShareLife)));
    EXPECT_EQ(status_of(share, kNow + kOpenShareLife), "paused");
    share.settings["expires_at"] = nullptr;
    settle_type(share, kNow);
    EXPECT_TRUE(share.settings.at("expires_at").is_null());
    store::Share invite;
    invite.type = "invite";
    settle_type(invite, kNow);
    EXPECT_FALSE(invite.settings.contains("expires_at"));
}

}  // namespace
}  // namespace casement::access
