// What is said of a pasted link: in the server's order, and without what must stay a secret.
#include "access/link_explainer.h"

#include <gtest/gtest.h>

namespace casement::access {
namespace {

LinkReport a_report(std::vector<const Secret*> secrets = {}) {
    return {"datadog", "A link", [secrets = std::move(secrets)](std::string_view text) {
                return holds_any(text, secrets);
            }};
}

TEST(LinkAddress, IsReadWhereverTheLinkIsCutOff) {
    const auto whole = read_link_address("https://dash.example:8443/embed/x?a=1&b=2#part");
    EXPECT_EQ(whole.scheme, "https");
    EXPECT_EQ(whole.host, "dash.example:8443");
    EXPECT_EQ(whole.target, "/embed/x?a=1&b=2");
    EXPECT_EQ(whole.path(), "/embed/x");
    EXPECT_EQ(whole.query(), "a=1&b=2");
    EXPECT_EQ(whole.fragment, "#part");
    const auto path = read_link_address("/embed/x?next=https://other.example/");
    EXPECT_EQ(path.scheme, "");
    EXPECT_EQ(path.host, "");
    EXPECT_EQ(path.path(), "/embed/x");
    EXPECT_EQ(path.query(), "next=https://other.example/");
    EXPECT_EQ(read_link_address("https://dash.example").target, "");
    EXPECT_EQ(read_link_address("https://dash.example?a").query(), "a");
    EXPECT_EQ(read_link_address("").target, "");
}

TEST(LinkReport, AfterWhatDoesNotHoldNothingIsReached) {
    auto report = a_report();
    report.check("address", true, "It is one.", "no advice where it holds");
    EXPECT_FALSE(report.stopped());
    report.check("token", false, "It is none.", "Copy it whole.");
    EXPECT_TRUE(report.stopped());
    report.check("share", true, "It is there.");
    report.check("signature", false, "It is wrong.", "Sign it anew.");
    const auto said = report.take();
    ASSERT_EQ(said.checks.size(), 4U);
    EXPECT_EQ(said.checks[0].state, LinkCheck::State::ok);
    EXPECT_EQ(said.checks[0].advice, "");
    EXPECT_EQ(said.checks[1].state, LinkCheck::State::wrong);
    EXPECT_EQ(said.checks[1].advice, "Copy it whole.");
    EXPECT_EQ(said.checks[2].state, LinkCheck::State::not_reached);
    EXPECT_EQ(said.checks[2].would_hold, true);
    EXPECT_EQ(said.checks[3].state, LinkCheck::State::not_reached);
    EXPECT_EQ(said.checks[3].would_hold, false);
}

TEST(LinkReport, TheReplayGuardIsAskedOnlyOfALinkThatWasNotRefused) {
    auto good = a_report();
    good.check("address", true, "It is one.");
    good.ask_nonce("share:1", "n");
    EXPECT_EQ(good.take().nonce, "n");
    auto refused = a_report();
    refused.check("address", false, "It is none.");
    refused.ask_nonce("share:1", "n");
    const auto said = refused.take();
    EXPECT_EQ(said.nonce, "");
    EXPECT_EQ(said.nonce_scope, "");
    EXPECT_EQ(said.checks.back().name, kNonceCheck);
    EXPECT_EQ(said.checks.back().state, LinkCheck::State::not_reached);
}

TEST(LinkReport, PartsAreShownWithWhatIsOddAboutThem) {
    auto report = a_report();
    report.add_parts(
        read_link_address("/x?a=1&a=2&bare&bad=%zz&key=abcdefghijklmnop#rest"),
        [](std::string_view name) { return LinkReport::Meaning{"Means it.", name == "key"}; },
        "The page.");
    const auto said = report.take();
    const auto part = [&](std::size_t at) { return said.parts.at(at); };
    EXPECT_EQ(part(0).name, "path");
    EXPECT_EQ(part(1).meaning, "Means it.");
    EXPECT_EQ(part(2).meaning, "Means it. It stands here once more.");
    EXPECT_EQ(part(3).meaning, "Means it. It has no '='.");
    EXPECT_EQ(part(4).meaning, "Means it. It has a broken percent escape.");
    EXPECT_TRUE(part(5).masked);
    EXPECT_EQ(part(5).value, "…mnop (16 characters)");
    EXPECT_EQ(part(6).name, "fragment");
    EXPECT_TRUE(part(6).masked);
    EXPECT_EQ(part(6).value.find("rest"), std::string::npos);
}

TEST(LinkReport, ASecretInALinkIsShownNowhereHoweverItIsWritten) {
    const Secret secret("p4ss-word of a share");
    auto report = a_report({&secret});
    report.add_parts(
        read_link_address("/p4ss-word of a share?note=p4ss-word%20of%20a%20share&x=p4ss%2Dword"
                          "%20of a share"),
        [](std::string_view) { return LinkReport::Meaning{}; }, "The page.");
    report.sign("line", "before p4ss-word of a share after");
    const auto said = report.take();
    for (const auto& part : said.parts)
        EXPECT_EQ(part.value, "(a text with a secret in it)") << part.name;
    EXPECT_EQ(said.signed_lines.at(0).text, "(a text with a secret in it)");
}

TEST(MaskedText, ShowsAnEndOnlyOfWhatIsLong) {
    EXPECT_EQ(masked_text(""), "(empty)");
    EXPECT_EQ(masked_text("elevenchars"), "(11 characters)");
    EXPECT_EQ(masked_text("twelve chars"), "…hars (12 characters)");
    // An end in the middle of a character would show as another text.
    EXPECT_EQ(masked_text("twelve chars\xc3\xa4\xc3\xa4\xa4"), "(17 characters)");
}

TEST(NoteHost, SaysWhereALinkLeadsThatIsNotThisServer) {
    const auto notes = [](std::string_view url) {
        auto report = a_report();
        note_host(report, read_link_address(url), "dash.example:8443");
        return report.take().checks.size();
    };
    EXPECT_EQ(notes("https://DASH.example:8443/x"), 0U);
    EXPECT_EQ(notes("https://dash.example/x"), 1U);
    EXPECT_EQ(notes("http://dash.example:8443/x"), 1U);
    EXPECT_EQ(notes("http://localhost:8080/x"), 1U);
    EXPECT_EQ(notes("/x"), 1U);
    EXPECT_EQ(notes("http://other.example/x"), 2U);
}

}  // namespace
}  // namespace casement::access
