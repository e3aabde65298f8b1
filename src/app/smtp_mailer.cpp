#include "app/smtp_mailer.h"

#include "access/share_invitees.h"
#include "app/transfer.h"
#include "base/encoding.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace casement::app {
namespace {

/// A mail server says nothing that is kept but its last word.
constexpr Transfer::Limits kLimits{.connecting = std::chrono::seconds{10},
                                   .whole = std::chrono::seconds{60},
                                   .answer = std::size_t{64} * 1024};
/// Of base64, in a line: RFC 2045 allows 76.
constexpr std::size_t kLine = 76;
/// Of UTF-8, in one encoded word: RFC 2047 allows 75 characters of it.
constexpr std::size_t kWordBytes = 42;
constexpr long kTlsPort = 465;

/// Fields end where a line does: nothing that came from outside may bring such an end along.
std::string one_line(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f') c = ' ';
    return out;
}

/// As encoded words, whatever it is made of: then it needs no quoting and holds no special.
std::string encoded(std::string_view text) {
    const auto line = one_line(text);
    std::string_view rest = line;
    std::string out;
    while (!rest.empty()) {
        auto word = utf8_head(rest, kWordBytes);
        if (word.empty()) word = rest.substr(0, 1);  // not UTF-8: byte by byte
        rest.remove_prefix(word.size());
        if (!out.empty()) out += "\r\n ";
        out += "=?UTF-8?B?" + to_base64(word) + "?=";
    }
    return out;
}

std::string body_lines(std::string_view text) {
    std::string with_line_ends;
    for (const char c : text) {
        if (c == '\n') with_line_ends += '\r';
        with_line_ends += c;
    }
    const auto base64 = to_base64(with_line_ends);
    std::string out;
    for (std::size_t at = 0; at < base64.size(); at += kLine)
        out += base64.substr(at, kLine) + "\r\n";
    return out;
}

std::string domain_of(const std::string& address) {
    return address.substr(address.rfind('@') + 1);
}

Error bad_setting(std::string_view key, std::string_view problem) {
    return invalid("invalid_configuration", fmt::format("{}: {}", key, problem));
}

}  // namespace

std::string message_text(const Configuration::Smtp& settings, const access::Mail& mail, Time now,
                         const std::string& message_id) {
    const std::time_t at = std::chrono::system_clock::to_time_t(
        std::chrono::time_point_cast<std::chrono::system_clock::duration>(now));
    std::tm utc{};
    gmtime_r(&at, &utc);
    constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto date = fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000",
                                  kDays.at(static_cast<std::size_t>(utc.tm_wday)), utc.tm_mday,
                                  kMonths.at(static_cast<std::size_t>(utc.tm_mon)),
                                  utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
    std::string from = "<" + settings.from_address + ">";
    if (!settings.from_name.empty()) from = encoded(settings.from_name) + " " + from;
    return fmt::format(
        "Date: {}\r\nFrom: {}\r\nTo: <{}>\r\nSubject: {}\r\nMessage-ID: <{}@{}>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n\r\n{}",
        date, from, one_line(mail.to), encoded(mail.subject), message_id,
        domain_of(settings.from_address), body_lines(mail.text));
}

SmtpMailer::SmtpMailer(const Configuration::Smtp& settings, std::string url, bool is_local,
                       crypto::Random& random, const Clock& clock)
    : settings_(settings),
      url_(std::move(url)),
      is_local_(is_local),
      password_(settings.password),
      random_(&random),
      clock_(&clock) {
    settings_.password.clear();
}

Result<std::unique_ptr<SmtpMailer>> SmtpMailer::create(const Configuration::Smtp& settings,
                                                       crypto::Random& random, const Clock& clock) {
    const auto listen = parse_listen(
        settings.host.find(':') == std::string::npos ? settings.host + ":25" : settings.host);
    if (!listen || listen->port == 0) {
        return bad_setting("smtp.host", "it must be a host and a port, like mail.example.com:587.");
    }
    if (auto from = access::check_email(settings.from_address); !from) {
        return bad_setting("smtp.from_address", from.error().message);
    }
    const auto& name = settings.ehlo_identity;
    const bool is_name = std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-';
    });
    if (!is_name) return bad_setting("smtp.ehlo_identity", "it must be a host name.");
    const auto& host = listen->host;
    const bool is_v6 = host.find(':') != std::string::npos;
    auto url = fmt::format("{}://{}{}{}:{}", listen->port == kTlsPort ? "smtps" : "smtp",
                           is_v6 ? "[" : "", host, is_v6 ? "]" : "", listen->port);
    if (!name.empty()) url += "/" + name;
    const bool is_local = host == "localhost" || host == "::1" || host.starts_with("127.");
    return std::unique_ptr<SmtpMailer>(
        new SmtpMailer(settings, std::move(url), is_local, random, clock));
}

Result<void> SmtpMailer::send(const access::Mail& mail) {
    Transfer transfer(url_, "smtp,smtps", kLimits);
    if (!transfer.usable()) {
        return unavailable("mail_deferred", "libcurl cannot be used on this machine.");
    }
    const auto text = message_text(settings_, mail, clock_->now(), random_->id());
    transfer.mail("<" + settings_.from_address + ">", "<" + one_line(mail.to) + ">", text);
    // No proxy of the environment: what it would see is a way into dashboards.
    transfer.set(CURLOPT_PROXY, std::string());
    long use_tls = settings_.starttls_policy == "NoStartTLS" ? CURLUSESSL_NONE : CURLUSESSL_TRY;
    if (settings_.starttls_policy == "MandatoryStartTLS") use_tls = CURLUSESSL_ALL;
    if (!settings_.user.empty()) {
        if (!is_local_) use_tls = CURLUSESSL_ALL;
        transfer.sign_in(settings_.user, password_);
    }
    transfer.set(CURLOPT_USE_SSL, use_tls);
    if (!settings_.ca_file.empty()) transfer.set(CURLOPT_CAINFO, settings_.ca_file);
    if (settings_.skip_verify) {
        transfer.set(CURLOPT_SSL_VERIFYPEER, 0L);
        transfer.set(CURLOPT_SSL_VERIFYHOST, 0L);
    }
    const auto outcome = transfer.run();
    if (outcome.done()) return {};
    const auto what = fmt::format(
        "The mail server {} did not take the mail: {}{}", settings_.host, outcome.reason,
        outcome.status == 0 ? "" : fmt::format(" (status {})", outcome.status));
    // 5xx is for good (RFC 5321 §4.2.1), but where it is about signing in an operator can mend it.
    const bool refused =
        outcome.status >= 500 && outcome.status < 600 && outcome.code != CURLE_LOGIN_DENIED;
    if (refused) return Error{ErrorKind::unprocessable, "mail_refused", what, {}};
    return unavailable("mail_deferred", what);
}

}  // namespace casement::app
