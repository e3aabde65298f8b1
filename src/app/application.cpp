#include "app/application.h"

#include "access/account_key_keeper.h"
#include "access/bin.h"
#include "app/application_options.h"
#include "app/application_parts.h"
#include "app/application_routes.h"
#include "base/log.h"
#include "http/router.h"
#include "http/server.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

namespace casement::app {
namespace {

// Members stand in the order in which they are built; they go in the opposite one: first the
// server, so that nobody asks any more, then what answers.
class RunningApplication final : public Application {
  public:
    RunningApplication(const Configuration& configuration, std::chrono::seconds clock_shift)
        : parts_(configuration, clock_shift) {}

    Result<void> start() {
        log::set_level(log_level(parts_.configuration));
        if (auto started = parts_.start(); !started) return started.error();
        add_routes(parts_, router_);
        if (auto closed = close_paths(parts_.configuration, router_); !closed)
            return closed.error();

        auto options = server_options(parts_.configuration);
        if (!options) return options.error();
        auto server = http::Server::create(std::move(*options), router_, parts_.registry);
        if (!server) return server.error();
        server_ = std::move(*server);
        auto& catalog = *parts_.open.catalog;
        bin_keeper_.emplace(catalog, parts_.clock);
        const std::chrono::days kept{parts_.configuration.auth.delete_expired_keys_after_days};
        if (kept.count() > 0) key_keeper_.emplace(catalog, parts_.clock, kept);
        return {};
    }

    std::string address() const override {
        const auto listen = parse_listen(parts_.configuration.server.listen);
        const bool v6 = listen->host.find(':') != std::string::npos;
        return fmt::format("{}://{}{}{}:{}",
                           parts_.configuration.server.tls_cert.empty() ? "http" : "https",
                           v6 ? "[" : "", listen->host, v6 ? "]" : "", server_->port());
    }

    std::string set_up_code() const override {
        const auto& code = parts_.accounts->set_up_code();
        return code.is_open() ? std::string(code.code().reveal()) : std::string();
    }

    std::string public_address() const override {
        return parts_.configuration.server.public_url.empty()
                   ? address()
                   : parts_.configuration.server.public_url;
    }

    void run() override {
        server_->run();
        log::info("stopped");
    }
    void stop() override { server_->stop(); }

    void reload() override {
        if (parts_.configuration.server.tls_cert.empty()) return;
        const auto done = server_->reload_tls();
        if (done) {
            log::info("tls_reloaded", {{"file", parts_.configuration.server.tls_cert}});
        } else {
            log::error("tls_reload_failed", {{"reason", done.error().message}});
        }
    }

  private:
    Parts parts_;
    http::Router router_;
    std::optional<access::BinKeeper> bin_keeper_;
    std::optional<access::AccountKeyKeeper> key_keeper_;
    std::unique_ptr<http::Server> server_;
};

}  // namespace

Result<std::unique_ptr<Application>> Application::create(const Configuration& configuration,
                                                         const Options& options) {
    auto application = std::make_unique<RunningApplication>(configuration, options.clock_shift);
    if (auto started = application->start(); !started) return started.error();
    return std::unique_ptr<Application>(std::move(application));
}

}  // namespace casement::app
