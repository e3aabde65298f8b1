#include "app/smtp_mailer.h"

#include "unit/app/smtp_server.h"

#include <cstdlib>

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

/// Hands one mail to `server`; the code of the error, or "".
std::string send_to(SmtpServer& server, const Configuration::Smtp& settings) {
    crypto::SystemRandom random;
    const SystemClock clock;
    auto with_host = settings;
    with_host.host = "127.0.0.1:" + std::to_string(server.port());
    const auto mailer = SmtpMailer::create(with_host, random, clock);
    if (!mailer) return mailer.error().message;
    access::Mail mail;
    mail.to = "anna@example.com";
    mail.subject = "A link";
    mail.text = "one\n.\ntwo";
    const auto sent = (*mailer)->send(mail);
    return sent ? std::string() : std::string(sent.error().code);
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST(SmtpMailer, HandsAMailOverWhole) {
    SmtpServer server;
    Configuration::Smtp settings;
    settings.from_address = "dash@example.com";
    EXPECT_EQ(send_to(server, settings), "");
    const auto& heard = server.heard();
    EXPECT_TRUE(has(heard, "MAIL FROM:<dash@example.com>")) << heard;
    EXPECT_TRUE(has(heard, "RCPT TO:<anna@example.com>")) << heard;
    EXPECT_TRUE(has(heard, "Subject: =?UTF-8?B?QSBsaW5r?=\r\n")) << heard;
    EXPECT_TRUE(has(heard, "\r\n\r\nb25lDQouDQp0d28=\r\n.\r\n")) << heard;
}

TEST(SmtpMailer, SaysNothingToAServerThatHasNoTlsWhereTlsIsAMust) {
    SmtpServer server({{"EHLO", "250-mail.example\r\n250 AUTH PLAIN LOGIN"}});
    Configuration::Smtp settings;
    settings.starttls_policy = "MandatoryStartTLS";
    settings.user = "dash";
    settings.password = "its password";
    EXPECT_EQ(send_to(server, settings), "mail_deferred");
    const auto& heard = server.heard();
    EXPECT_TRUE(has(heard, "EHLO")) << heard;
    EXPECT_FALSE(has(heard, "AUTH")) << heard;
    EXPECT_FALSE(has(heard, "MAIL")) << heard;
}

TEST(SmtpMailer, TellsARefusalForGoodFromOneForNow) {
    const auto code = [](std::map<std::string, std::string> answers) {
        SmtpServer server(std::move(answers));
        return send_to(server, {});
    };
    EXPECT_EQ(code({{"RCPT", "550 no such person"}}), "mail_refused");
    EXPECT_EQ(code({{"RCPT", "450 come again"}}), "mail_deferred");
    EXPECT_EQ(code({{"MAIL", "421 too busy"}}), "mail_deferred");
}

TEST(SmtpMailer, GoesThroughNoProxyOfTheEnvironment) {
    const char* before = std::getenv("ALL_PROXY");
    const std::string kept = before == nullptr ? "" : before;
    ::setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    SmtpServer server;
    const auto code = send_to(server, {});
    if (before == nullptr) {
        ::unsetenv("ALL_PROXY");
    } else {
        ::setenv("ALL_PROXY", kept.c_str(), 1);
    }
    EXPECT_EQ(code, "");
    EXPECT_TRUE(has(server.heard(), "RCPT TO:<anna@example.com>"));
}

}  // namespace
}  // namespace casement::app
