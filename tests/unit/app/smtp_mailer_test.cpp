#include "app/smtp_mailer.h"

#include <gtest/gtest.h>

namespace casement::app {
namespace {

const Time kNow = from_unix_seconds(1'800'000'000);

std::string head_of(const std::string& text) {
    return text.substr(0, text.find("\r\n\r\n"));
}

TEST(SmtpMailer, NothingFromOutsideBecomesAFieldOrEndsTheMessage) {
    Configuration::Smtp settings;
    settings.from_name = "Dash\r\nBcc: x@example.com";
    access::Mail mail;
    mail.to = "anna@example.com";
    mail.subject = "Hi\r\nBcc: eve@example.com\r\n\r\nbody \xc3\xbc";
    mail.text = "one\n.\ntwo";
    const auto text = message_text(settings, mail, kNow, "id");
    const auto head = head_of(text);
    EXPECT_EQ(head.find("Bcc"), std::string::npos);
    EXPECT_EQ(head.find("eve"), std::string::npos);
    EXPECT_NE(head.find("To: <anna@example.com>\r\n"), std::string::npos);
    EXPECT_NE(head.find("Date: Fri, 15 Jan 2027 08:00:00 +0000\r\n"), std::string::npos);
    EXPECT_EQ(text.find("\r\n.\r\n"), std::string::npos);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n') EXPECT_EQ(text[i - 1], '\r') << i;
        EXPECT_EQ(static_cast<unsigned char>(text[i]) & 0x80U, 0U) << i;
    }
}

TEST(SmtpMailer, SettingsThatCannotWorkAreRefusedAtTheStart) {
    crypto::SystemRandom random;
    const SystemClock clock;
    const auto code = [&](auto change) {
        Configuration::Smtp settings;
        change(settings);
        const auto made = SmtpMailer::create(settings, random, clock);
        return made ? std::string() : made.error().message;
    };
    EXPECT_EQ(code([](auto&) {}), "");
    EXPECT_EQ(code([](auto& s) { s.host = "mail.example.com"; }), "");
    EXPECT_NE(code([](auto& s) { s.host = "mail.example.com:x"; }).find("smtp.host"),
              std::string::npos);
    EXPECT_NE(code([](auto& s) { s.from_address = "nobody"; }).find("smtp.from_address"),
              std::string::npos);
    EXPECT_NE(code([](auto& s) { s.ehlo_identity = "a b/c"; }).find("smtp.ehlo_identity"),
              std::string::npos);
}

}  // namespace
}  // namespace casement::app
