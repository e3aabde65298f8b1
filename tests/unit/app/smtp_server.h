// A mail server that takes one connection, says what it is told to, and keeps what it was told.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <thread>

namespace casement::app {

class SmtpServer {
  public:
    /// Answers by the first word of a command, in place of the usual: {"RCPT", "550 no"}.
    explicit SmtpServer(std::map<std::string, std::string> answers = {});
    ~SmtpServer();
    SmtpServer(const SmtpServer&) = delete;
    SmtpServer& operator=(const SmtpServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// Everything that was sent to it; waits until the connection is over.
    [[nodiscard]] const std::string& heard();

  private:
    void serve();
    /// One line with its end, or "" when the client has gone or says nothing for ten seconds.
    [[nodiscard]] std::string read_line();
    void say(const std::string& line) const;

    const std::map<std::string, std::string> answers_;
    int listening_ = -1;
    int client_ = -1;
    std::uint16_t port_ = 0;
    std::string buffer_;
    std::string heard_;
    std::thread thread_;
};

}  // namespace casement::app
