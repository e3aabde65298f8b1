// Runs the built `casement` as a person would: arguments, environment, standard input; exit code
// and both outputs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace casement::app {

struct Ended {
    int code = -1;  ///< exit code, or 128 + signal
    std::string out;
    std::string err;
};

struct Invocation {
    std::vector<std::string> arguments;
    std::map<std::string, std::string> environment;
    std::string input;
};

[[nodiscard]] Ended run_program(const Invocation& invocation);
[[nodiscard]] Ended run_program(std::vector<std::string> arguments);

/// `casement serve` on a free port of its own. Ends with the object.
class ServerProgram {
  public:
    /// Returns when the server says that it listens, or has ended; see listening().
    explicit ServerProgram(Invocation invocation);
    ~ServerProgram();
    ServerProgram(const ServerProgram&) = delete;
    ServerProgram& operator=(const ServerProgram&) = delete;

    [[nodiscard]] bool listening() const { return port_ != 0; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string url() const;
    [[nodiscard]] pid_t pid() const { return pid_; }
    void signal(int number) const;
    /// Waits for its end; `err` is everything that it said.
    Ended wait();
    /// Status line and all of the answer to GET; the connection is closed after it.
    [[nodiscard]] std::string get(const std::string& target) const;

  private:
    pid_t pid_ = 0;
    int err_ = -1;
    std::uint16_t port_ = 0;
    std::string said_;
};

}  // namespace casement::app
