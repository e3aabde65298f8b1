#include "app/commands.h"
#include "app/configuration.h"
#include "app/exit_code.h"

#include <cstdio>
#include <memory>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

namespace casement::app {
namespace {

constexpr std::string_view kAbout =
    "Casement opens private, live dashboards inside other people's pages, through signed links.";

constexpr std::string_view kExamples =
    "Examples:\n"
    "  casement serve --data ./data --provision examples/flights\n"
    "  casement admin create-credentials --data ./data --org 1 --role Admin --json\n"
    "  casement sign datadog --url http://127.0.0.1:8080/sb/secure-embed/TOKEN "
    "--credential-file FILE\n"
    "  casement help config\n"
    "`casement COMMAND --help` says more about each.";

}  // namespace

int fail(const Error& error) {
    fmt::print(stderr, "casement: {}\n", error.message);
    return error.code == "invalid_flag" ? kWrongUsage : kFailed;
}

int fail_usage(std::string_view message) {
    fmt::print(stderr, "casement: {}\n", message);
    return kWrongUsage;
}

void declare_version(CLI::App& casement, Run& run) {
    auto* command = casement.add_subcommand("version", "Print the version.");
    command->callback([&run] {
        run = [] {
            fmt::print("casement {}\n", CASEMENT_VERSION);
            return kOk;
        };
    });
}

void declare_help(CLI::App& casement, Run& run) {
    auto* command = casement.add_subcommand("help", "Print this help, or every setting.");
    command->callback([&casement, &run, command] {
        if (command->get_subcommands().empty()) {
            run = [&casement] {
                fmt::print("{}", casement.help());
                return kOk;
            };
        }
    });
    auto* config = command->add_subcommand(
        "config", "Print every setting with its default, as a YAML file to start from.");
    auto markdown = std::make_shared<bool>(false);
    config->add_flag("--markdown", *markdown, "Print the table of docs/configuration.md.");
    config->callback([&run, markdown] {
        run = [markdown] {
            fmt::print("{}", *markdown ? configuration_markdown() : configuration_yaml());
            return kOk;
        };
    });
}

int run_command_line(int argc, const char* const* argv) {
    CLI::App casement{std::string(kAbout), "casement"};
    casement.footer(std::string(kExamples));
    casement.require_subcommand(1);
    Run run;
    for (const auto declare :
         {declare_serve, declare_admin, declare_apply, declare_prove, declare_import,
          declare_export, declare_sign, declare_explain, declare_help, declare_version}) {
        declare(casement, run);
    }
    try {
        casement.parse(argc, argv);
    } catch (const CLI::Success& asked) {  // --help
        return casement.exit(asked);
    } catch (const CLI::ParseError& wrong) {
        return fail_usage(fmt::format("{}\nSee casement --help.", wrong.what()));
    }
    return run();
}

}  // namespace casement::app
