// Mail over SMTP: libcurl speaks it, this writes the message.
#pragma once

#include "access/mail.h"
#include "app/configuration.h"
#include "base/clock.h"
#include "crypto/random.h"
#include "crypto/secret.h"

#include <memory>
#include <string>

namespace casement::app {

/// The whole message, RFC 5322: header fields and a text of one part, base64, so that nothing in
/// subject or text can be taken for a field or for the end of the message. Lines end with CRLF.
[[nodiscard]] std::string message_text(const Configuration::Smtp& settings,
                                       const access::Mail& mail, Time now,
                                       const std::string& message_id);

class SmtpMailer final : public access::Mailer {
  public:
    /// Errors: invalid "invalid_configuration" when a setting cannot be used. `random` and `clock`
    /// must outlive it.
    [[nodiscard]] static Result<std::unique_ptr<SmtpMailer>> create(
        const Configuration::Smtp& settings, crypto::Random& random, const Clock& clock);

    [[nodiscard]] Result<void> send(const access::Mail& mail) override;

  private:
    SmtpMailer(const Configuration::Smtp& settings, std::string url, bool is_local,
               crypto::Random& random, const Clock& clock);

    Configuration::Smtp settings_;  ///< without the password
    const std::string url_;
    const bool is_local_;  ///< the mail server is this machine
    const Secret password_;
    crypto::Random* random_;
    const Clock* clock_;
};

}  // namespace casement::app
