// The one place where everything is put together, and taken apart again in order.
#pragma once

#include "app/configuration.h"
#include "base/error.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace casement::app {

class Application {
  public:
    struct Options {
        /// Moves the server's clock against the real one; for tests of what takes days.
        std::chrono::seconds clock_shift{0};
    };

    /// Opens the stores, applies the provisioning folder, binds the port. Blocking. Nothing is
    /// served before run(). Errors say which setting to change.
    [[nodiscard]] static Result<std::unique_ptr<Application>> create(
        const Configuration& configuration, const Options& options);
    virtual ~Application() = default;

    /// "http://127.0.0.1:8080": where it listens, with the port it got.
    [[nodiscard]] virtual std::string address() const = 0;
    /// server.public_url, or else address().
    [[nodiscard]] virtual std::string public_address() const = 0;
    /// What opens the first set-up in a browser; empty when the server is set up. A secret.
    [[nodiscard]] virtual std::string set_up_code() const = 0;
    /// Serves until stop() has drained.
    virtual void run() = 0;
    /// Any thread, also more than once.
    virtual void stop() = 0;
    /// Reads the TLS files again; what is wrong goes to the log, and the old ones stay.
    virtual void reload() = 0;
};

}  // namespace casement::app
