#include "unit/app/program.h"

#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace casement::app {
namespace {

struct Pipe {
    Pipe() {
        if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
    }
    void close(int end) {
        if (ends[end] >= 0) ::close(ends[end]);
        ends[end] = -1;
    }
    ~Pipe() {
        close(0);
        close(1);
    }
    int take(int end) { return std::exchange(ends[end], -1); }
    int ends[2] = {-1, -1};
};

std::string read_all(int descriptor) {
    std::string text;
    char buffer[4096];
    for (ssize_t got; (got = ::read(descriptor, buffer, sizeof buffer)) > 0;) {
        text.append(buffer, static_cast<std::size_t>(got));
    }
    return text;
}

pid_t start(const Invocation& invocation, int in, int out, int err) {
    std::vector<std::string> arguments{CASEMENT_BINARY};
    arguments.insert(arguments.end(), invocation.arguments.begin(), invocation.arguments.end());
    std::vector<char*> argv;
    for (auto& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    std::vector<std::string> environment{"PATH=/usr/bin:/bin"};
    // What a sanitizer is told must reach the program too.
    for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"}) {
        if (const char* value = std::getenv(name)) {
            environment.push_back(std::string(name) + "=" + value);
        }
    }
    for (const auto& [name, value] : invocation.environment) {
        environment.push_back(name + "=" + value);
    }
    std::vector<char*> envp;
    for (auto& entry : environment)
        envp.push_back(entry.data());
    envp.push_back(nullptr);
    const pid_t pid = ::fork();
    if (pid < 0) throw std::runtime_error("fork failed");
    if (pid == 0) {
        ::dup2(in, STDIN_FILENO);
        ::dup2(out, STDOUT_FILENO);
        ::dup2(err, STDERR_FILENO);
        ::execve(CASEMENT_BINARY, argv.data(), envp.data());
        ::_exit(127);
    }
    return pid;
}

int wait_for(pid_t pid) {
    int status = 0;
    if (::waitpid(pid, &status, 0) != pid) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Ended run_program(const Invocation& invocation) {
    Pipe in, out, err;
    const pid_t pid = start(invocation, in.ends[0], out.ends[1], err.ends[1]);
    in.close(0);
    out.close(1);
    err.close(1);
    Ended ended;
    std::thread errors([&] { ended.err = read_all(err.ends[0]); });
    std::thread writer([&] {
        std::size_t done = 0;
        while (done < invocation.input.size()) {
            const auto sent =
                ::write(in.ends[1], invocation.input.data() + done, invocation.input.size() - done);
            if (sent <= 0) break;
            done += static_cast<std::size_t>(sent);
        }
        in.close(1);
    });
    ended.out = read_all(out.ends[0]);
    writer.join();
    errors.join();
    ended.code = wait_for(pid);
    return ended;
}

Ended run_program(std::vector<std::string> arguments) {
    return run_program(Invocation{std::move(arguments), {}, {}});
}

ServerProgram::ServerProgram(Invocation invocation) {
    invocation.arguments.insert(invocation.arguments.begin(), "serve");
    if (!invocation.environment.contains("CASEMENT_SERVER_LISTEN")) {
        invocation.environment["CASEMENT_SERVER_LISTEN"] = "127.0.0.1:0";
    }
    Pipe in, err;
    pid_ = start(invocation, in.ends[0], err.ends[1], err.ends[1]);
    err.close(1);
    err_ = err.take(0);
    const std::string ready = "listening on http";
    char c = 0;
    while (::read(err_, &c, 1) == 1) {
        said_ += c;
        if (c != '\n') continue;
        const auto found = said_.find(ready);
        if (found == std::string::npos) continue;
        const auto colon = said_.rfind(':', said_.find('\n', found));
        port_ = static_cast<std::uint16_t>(std::stoi(said_.substr(colon + 1)));
        return;
    }
}

ServerProgram::~ServerProgram() {
    if (pid_ > 0) {
        signal(SIGTERM);
        (void)wait();
    }
}

std::string ServerProgram::url() const {
    return "http://127.0.0.1:" + std::to_string(port_);
}

void ServerProgram::signal(int number) const {
    ::kill(pid_, number);
}

Ended ServerProgram::wait() {
    Ended ended;
    said_ += read_all(err_);
    ::close(err_);
    ended.code = wait_for(pid_);
    ended.err = said_;
    pid_ = 0;
    return ended;
}

std::string ServerProgram::get(const std::string& target) const {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string answer;
    if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
        const std::string request = "GET " + target +
                                    " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) +
                                    "\r\nConnection: close\r\n\r\n";
        if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
            answer = read_all(socket);
        }
    }
    ::close(socket);
    return answer;
}

}  // namespace casement::app
