#include "unit/app/smtp_server.h"

#include <stdexcept>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace casement::app {

SmtpServer::SmtpServer(std::map<std::string, std::string> answers) : answers_(std::move(answers)) {
    listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listening_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listening_, 1) != 0 ||
        ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("cannot listen");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

SmtpServer::~SmtpServer() {
    // Whoever never came is waited for no longer.
    ::shutdown(listening_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    ::close(listening_);
}

const std::string& SmtpServer::heard() {
    ::shutdown(listening_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    return heard_;
}

void SmtpServer::serve() {
    client_ = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client_ < 0) return;
    const timeval limit{10, 0};
    ::setsockopt(client_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    say("220 mail.example");
    while (true) {
        const auto line = read_line();
        if (line.empty()) break;
        const auto word = line.substr(0, line.find_first_of(" \r"));
        const auto own = answers_.find(word);
        if (own != answers_.end()) {
            say(own->second);
        } else if (word == "DATA") {
            say("354 go on");
            std::string part;
            do {
                part = read_line();
            } while (!part.empty() && part != ".\r\n");
            say("250 taken");
        } else {
            say(word == "QUIT" ? "221 bye" : "250 well");
        }
    }
    ::close(client_);
}

std::string SmtpServer::read_line() {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n")) == std::string::npos) {
        char bytes[4096];
        const auto count = ::recv(client_, bytes, sizeof bytes, 0);
        if (count <= 0) return {};
        buffer_.append(bytes, static_cast<std::size_t>(count));
    }
    auto line = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 2);
    heard_ += line;
    return line;
}

void SmtpServer::say(const std::string& line) const {
    const auto bytes = line + "\r\n";
    // A client that has gone shows at the next read.
    [[maybe_unused]] const auto sent = ::send(client_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

}  // namespace casement::app
