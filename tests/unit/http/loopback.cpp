#include "unit/http/loopback.h"

#include "http/text.h"

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace casement::http::testing {
namespace {
constexpr int kReadSeconds = 10;
}

LoopbackServer::LoopbackServer(Router& router, ServerOptions options) {
    if (options.threads == 0) options.threads = 1;
    options.access_log = false;
    auto created = Server::create(std::move(options), router, registry_);
    if (!created) throw std::runtime_error(created.error().message);
    server_ = std::move(*created);
    thread_ = std::jthread([this] { server_->run(); });
}

LoopbackServer::~LoopbackServer() {
    stop();
}

void LoopbackServer::stop() {
    server_->stop();
    if (thread_.joinable()) thread_.join();
}

std::string Answer::header(std::string_view name) const {
    std::string_view rest = head;
    while (!rest.empty()) {
        auto line = next_part(rest, '\n');
        if (line.ends_with('\r')) line.remove_suffix(1);
        const auto field = next_part(line, ':');
        if (same_name(field, name)) return std::string(trim(line));
    }
    return {};
}

RawClient::RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval limit{kReadSeconds, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        end_error_ = errno;
        close();
    }
}

RawClient::~RawClient() {
    close();
}

void RawClient::close(bool abort) {
    if (socket_ < 0) return;
    if (abort) {
        const linger at_once{1, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    ::close(socket_);
    socket_ = -1;
}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool RawClient::fill() {
    char piece[16 * 1024];
    const auto got = ::recv(socket_, piece, sizeof piece, 0);
    if (got > 0) {
        buffer_.append(piece, static_cast<std::size_t>(got));
        return true;
    }
    end_error_ = got == 0 ? 0 : errno;
    return false;
}

bool RawClient::read_until(std::string_view text) {
    for (;;) {
        const auto at = buffer_.find(text);
        if (at != std::string::npos) {
            buffer_.erase(0, at + text.size());
            return true;
        }
        if (!fill()) return false;
    }
}

bool RawClient::answers_within(std::chrono::milliseconds time) {
    pollfd waiting{socket_, POLLIN, 0};
    return ::poll(&waiting, 1, static_cast<int>(time.count())) > 0;
}

bool RawClient::closed() {
    if (!buffer_.empty()) return false;
    return !fill() && end_error_ != EAGAIN;
}

Answer RawClient::read(bool head_only) {
    Answer answer;
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
        if (!fill()) return answer;
    }
    answer.head = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 4);
    std::from_chars(answer.head.data() + 9, answer.head.data() + 12, answer.status);
    const bool bodiless =
        head_only || answer.status == 204 || answer.status == 304 || answer.status < 200;
    if (bodiless) {
        answer.whole = true;
    } else if (answer.header("Transfer-Encoding") == "chunked") {
        for (;;) {
            std::size_t line = 0;
            while ((line = buffer_.find("\r\n")) == std::string::npos) {
                if (!fill()) return answer;
            }
            std::size_t size = 0;
            std::from_chars(buffer_.data(), buffer_.data() + line, size, 16);
            while (buffer_.size() < line + 2 + size + 2) {
                if (!fill()) return answer;
            }
            answer.body += buffer_.substr(line + 2, size);
            buffer_.erase(0, line + 2 + size + 2);
            if (size == 0) break;
        }
        answer.whole = true;
    } else if (const auto length = answer.header("Content-Length"); !length.empty()) {
        const std::size_t size = std::stoul(length);
        while (buffer_.size() < size) {
            if (!fill()) return answer;
        }
        answer.body = buffer_.substr(0, size);
        buffer_.erase(0, size);
        answer.whole = true;
    } else {
        while (fill()) {
        }
        answer.body = std::exchange(buffer_, {});
        answer.whole = end_error_ == 0;
    }
    return answer;
}

std::string get(std::string_view target, std::string_view extra) {
    return fmt::format("GET {} HTTP/1.1\r\nHost: test\r\n{}\r\n", target, extra);
}

std::string post(std::string_view target, std::string_view body, std::string_view extra) {
    return fmt::format("POST {} HTTP/1.1\r\nHost: test\r\nContent-Length: {}\r\n{}\r\n{}", target,
                       body.size(), extra, body);
}

Handler says(std::string text) {
    return [text = std::move(text)](Request&) -> asio::awaitable<Response> {
        co_return Response::text(200, text);
    };
}

std::string temporary_file(std::string_view name, std::string_view text) {
    static const std::filesystem::path folder = [] {
        auto pattern = (std::filesystem::temp_directory_path() / "casement-http-XXXXXX").string();
        return std::filesystem::path(::mkdtemp(pattern.data()));
    }();
    const auto path = folder / name;
    std::ofstream(path) << text;
    return path.string();
}

}  // namespace casement::http::testing
