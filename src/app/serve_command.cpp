// `casement serve`: the server, from the first line to the last signal.
#include "app/application.h"
#include "app/commands.h"
#include "app/configuration_options.h"
#include "app/exit_code.h"
#include "app/process.h"
#include "base/log.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <thread>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <pthread.h>

namespace casement::app {
namespace {

// Signals are blocked in every thread and taken by one that waits for them, so that what they lead
// to is ordinary code.
class Signals {
  public:
    Signals() {
        sigemptyset(&set_);
        for (const int signal : {SIGTERM, SIGINT, SIGHUP})
            sigaddset(&set_, signal);
        pthread_sigmask(SIG_BLOCK, &set_, nullptr);
        std::signal(SIGPIPE, SIG_IGN);
    }

    /// Runs `application` until a signal stops it.
    void run(Application& application) {
        std::thread waiter([&] { wait(application); });
        application.run();
        over_ = true;
        pthread_kill(waiter.native_handle(), SIGHUP);
        waiter.join();
    }

  private:
    void wait(Application& application) {
        bool stopping = false;
        while (true) {
            int signal = 0;
            if (sigwait(&set_, &signal) != 0) continue;
            if (over_) return;
            if (signal == SIGHUP) {
                application.reload();
                continue;
            }
            if (stopping) {
                // Asked twice: whoever it is does not want to wait for open requests.
                log::warning("stopped_at_once", {{"signal", signal}});
                log::flush();
                std::_Exit(kFailed);
            }
            stopping = true;
            log::info("stopping", {{"signal", signal}});
            application.stop();
        }
    }

    sigset_t set_{};
    std::atomic<bool> over_ = false;
};

struct Serve {
    explicit Serve(CLI::App& command) : configuration(command) {
        configuration.add_data();
        configuration
            .add("--listen", "server.listen", "Address and port; port 0 takes a free one.")
            ->type_name("HOST:PORT");
        configuration.add("--public-url", "server.public_url", "Address that browsers use.")
            ->type_name("URL");
        configuration.add("--tls-cert", "server.tls_cert", "Certificate and chain, PEM.")
            ->type_name("FILE");
        configuration.add("--tls-key", "server.tls_key", "Private key, PEM.")->type_name("FILE");
        configuration
            .add("--provision", "provision.folder",
                 "Folder with sources, dashboards and shares, applied at start.")
            ->type_name("DIR");
        configuration.add("--threads", "server.threads", "Serving threads; 0 is one per core.")
            ->type_name("N");
        // Not for people, so not in --help; docs/operations.md names it.
        command.add_option("--test-clock-shift", clock_shift)->group("");
    }

    int run() {
        auto settings = configuration.load();
        if (!settings) return fail(settings.error());
        harden_process();
        tune_memory();
        Signals signals;  // before the first thread
        auto application =
            Application::create(*settings, {.clock_shift = std::chrono::seconds(clock_shift)});
        if (!application) return fail(application.error());
        release_memory();
        fmt::print(stderr, "casement: listening on {}\n", (*application)->address());
        if (const auto code = (*application)->set_up_code(); !code.empty()) {
            // Here and nowhere else: the log goes to places where no secret belongs.
            fmt::print(stderr,
                       "casement: nobody has a password yet; set up at {}/console/ with the "
                       "one-time code {}\n",
                       (*application)->public_address(), code);
        }
        signals.run(**application);
        return kOk;
    }

    ConfigurationOptions configuration;
    std::int64_t clock_shift = 0;
};

}  // namespace

void declare_serve(CLI::App& casement, Run& run) {
    auto* command = casement.add_subcommand("serve", "Run the server.");
    auto serve = std::make_shared<Serve>(*command);
    command->footer(
        "Examples:\n"
        "  casement serve --data ./data --provision examples/flights\n"
        "  casement serve --config /etc/casement/casement.yaml --listen 0.0.0.0:443 "
        "--tls-cert chain.pem --tls-key key.pem\n"
        "Every setting can also stand in the file or the environment: casement help config.\n"
        "SIGTERM stops in order, SIGHUP reads the TLS files again.");
    command->callback([&run, serve] { run = [serve] { return serve->run(); }; });
}

}  // namespace casement::app
