// A Prometheus or a VictoriaMetrics of one's own: on a loopback port, in a temporary folder.
#pragma once

#include "support/eventually.h"
#include "support/temp_dir.h"

#include <chrono>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace casement::test {

class MetricsServer {
  public:
    enum class Kind { prometheus, victoria };

    /// `open_metrics`: the samples that a Prometheus is to have from the start. `answers` tells
    /// whether the server at the url is ready.
    MetricsServer(Kind kind, const std::string& open_metrics,
                  const std::function<bool(const std::string& url)>& answers) {
        port_ = free_port();
        const std::string address = "127.0.0.1:" + std::to_string(port_);
        url_ = "http://" + address;
        const std::string data = folder_ / "data";
        if (kind == Kind::prometheus) {
            std::ofstream(folder_ / "samples") << open_metrics;
            std::ofstream(folder_ / "config.yml") << "global: {}\n";
            if (!open_metrics.empty()) {
                run({"/usr/bin/promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet",
                     folder_ / "samples", data});
            }
            server_ = start({"/usr/bin/prometheus", "--config.file=" + (folder_ / "config.yml"),
                             "--storage.tsdb.path=" + data, "--storage.tsdb.retention.time=100y",
                             "--web.listen-address=" + address, "--log.level=warn"});
        } else {
            server_ = start({"/usr/bin/victoria-metrics", "-storageDataPath=" + data,
                             "-httpListenAddr=" + address, "-retentionPeriod=100y",
                             "-memory.allowedBytes=64MB", "-search.latencyOffset=0s",
                             "-loggerLevel=WARN"});
        }
        if (!eventually([&] { return answers(url_); }, std::chrono::seconds(120))) {
            stop();
            throw std::runtime_error("the metrics server does not answer");
        }
    }
    ~MetricsServer() { stop(); }
    MetricsServer(const MetricsServer&) = delete;
    MetricsServer& operator=(const MetricsServer&) = delete;

    [[nodiscard]] const std::string& url() const { return url_; }

    /// The first line of the answer to a POST of `body`.
    [[nodiscard]] std::string post(const std::string& path, const std::string& body) const {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(port_));
        std::string answer;
        if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
            const std::string request =
                "POST " + path + " HTTP/1.0\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\n\r\n" + body;
            std::size_t sent = 0;
            while (sent < request.size()) {
                const auto n =
                    ::send(fd, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
                if (n <= 0) break;
                sent += static_cast<std::size_t>(n);
            }
            char buffer[512];
            const auto got = ::recv(fd, buffer, sizeof buffer, 0);
            if (got > 0) answer.assign(buffer, static_cast<std::size_t>(got));
        }
        ::close(fd);
        return answer.substr(0, answer.find('\r'));
    }

    void stop() {
        if (server_ <= 0) return;
        ::kill(server_, SIGKILL);
        ::waitpid(server_, nullptr, 0);
        server_ = 0;
    }

    static int free_port() {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        const bool bound = ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                           ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
        ::close(fd);
        if (!bound) throw std::runtime_error("there is no free port");
        return ntohs(address.sin_port);
    }

  private:
    void run(const std::vector<std::string>& arguments) {
        const pid_t child = start(arguments);
        int status = 0;
        if (::waitpid(child, &status, 0) != child || status != 0) {
            throw std::runtime_error(arguments.front() + " failed: is prometheus installed?");
        }
    }

    pid_t start(std::vector<std::string> arguments) {
        std::vector<char*> pointers;
        // The server ends with the test program, whatever ends that.
        std::vector<std::string> all{"/usr/bin/setpriv", "--pdeathsig", "KILL", "--"};
        all.insert(all.end(), arguments.begin(), arguments.end());
        for (auto& argument : all)
            pointers.push_back(argument.data());
        pointers.push_back(nullptr);
        const std::string log = folder_ / "log";
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(),
                                           O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
        pid_t child = 0;
        const int failed =
            ::posix_spawn(&child, pointers.front(), &actions, nullptr, pointers.data(), environ);
        ::posix_spawn_file_actions_destroy(&actions);
        if (failed != 0) throw std::runtime_error("cannot start " + arguments.front());
        return child;
    }

    TempDir folder_;
    int port_ = 0;
    std::string url_;
    pid_t server_ = 0;
};

}  // namespace casement::test
