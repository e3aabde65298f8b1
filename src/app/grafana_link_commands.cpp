#include "app/grafana_link_commands.h"

#include "app/exit_code.h"
#include "app/secret_input.h"
#include "base/clock.h"
#include "base/printable.h"
#include "crypto/random.h"
#include "dialects/grafana/explain.h"
#include "dialects/grafana/link.h"
#include "dialects/grafana/sign.h"
#include "dialects/grafana/text.h"

#include <algorithm>
#include <memory>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

namespace casement::app {
namespace {

SecretPlace key_place(const std::string& file) {
    return {file, "--key-file", "CASEMENT_GRAFANA_KEY", "API key, token, or hash of one"};
}

struct SignGrafana {
    grafana::LinkParts parts;
    int version = 2;
    std::string name;
    long long org = 0;
    long long session = 0;
    long long valid_for = 300;
    std::string key_file;

    int run() {
        auto text = need_secret(key_place(key_file));
        if (!text) return fail(text.error());
        const auto key = grafana::read_signing_key(text->reveal());
        if (!key) return fail_usage(key.error().message);
        if (version == 1 && key->text.empty()) {
            return fail_usage("A link of version 1 has the whole key in it; a hash is not enough.");
        }
        if (const auto problem = take_name(*key)) return fail_usage(*problem);
        if (session != 0) parts.session = session;
        parts.time = to_unix_seconds(SystemClock().now());
        if (version == 3) {
            if (valid_for < 1 || valid_for > grafana::kMostAhead.count()) {
                return fail_usage("--valid-for must be 1 to 3600 seconds.");
            }
            parts.time += valid_for;
            parts.nonce = crypto::SystemRandom().hex(32);
        } else if (!parts.locked.empty() || !parts.bounded.empty()) {
            return fail_usage(
                "--lock and --bound are for version 3; the others sign no variables.");
        }
        if (const auto problem = grafana::signing_problem(version, parts)) {
            return fail_usage(*problem);
        }
        fmt::print("{}\n", version == 1   ? grafana::make_v1_url(parts, key->text)
                           : version == 2 ? grafana::make_v2_url(parts, key->hash)
                                          : grafana::make_v3_url(parts, key->hash));
        return kOk;
    }

  private:
    // A legacy key says its name and organization itself.
    std::optional<std::string> take_name(const grafana::SigningKey& key) {
        if (version == 1) return std::nullopt;
        if (!key.name.empty() && !name.empty() && name != key.name) {
            return fmt::format("The key is named '{}', not '{}'.", printable(key.name),
                               printable(name));
        }
        if (key.org != 0 && org != 0 && org != key.org) {
            return fmt::format("The key is one of organization {}, not {}.", key.org, org);
        }
        parts.key_name = key.name.empty() ? name : key.name;
        parts.org = key.org != 0 ? key.org : org != 0 ? org : 1;
        if (parts.key_name.empty()) {
            return "--name is missing: the name of the token (not of its service account).";
        }
        return std::nullopt;
    }
};

}  // namespace

void declare_sign_grafana(CLI::App& sign, Run& run) {
    auto* command = sign.add_subcommand(
        "grafana", "A sharable link to a dashboard, as managed Grafana has them, or version 3.");
    auto options = std::make_shared<SignGrafana>();
    auto& made = options->parts;
    command
        ->add_option("--url", made.url,
                     "The dashboard's URL, with its query: https://HOST/d/UID/NAME?var-region=eu.")
        ->required();
    command->add_option("--version", options->version,
                        "1: the key in the link. 2: signed, the default. 3: ours, signed whole.");
    command->add_option("--name", options->name,
                        "Name of the key or token. A legacy key says it itself.");
    command->add_option("--org", options->org,
                        "Number of its organization; else the key's own, or 1.");
    command->add_option("--session", options->session,
                        "Seconds that the session lasts. Else 3600.");
    command->add_option("--valid-for", options->valid_for,
                        "Version 3: seconds that the link opens, 1 to 3600. Else 300.");
    command
        ->add_option("--lock", made.locked,
                     "Version 3: a variable of the URL that the viewer cannot change; may be "
                     "repeated.")
        ->allow_extra_args(false);
    command
        ->add_option("--bound", made.bounded,
                     "Version 3: a variable whose values in the URL are all that the viewer may "
                     "choose among; may be repeated.")
        ->allow_extra_args(false);
    command
        ->add_option("--key-file", options->key_file,
                     "File with the API key, the token, or its hash; - for standard input. Else "
                     "CASEMENT_GRAFANA_KEY.")
        ->type_name("FILE");
    command->footer(
        "Example:\n  casement sign grafana --version 3 --url "
        "'https://dash.example/d/sales/sales?var-region=eu' \\\n    --lock region --name embed "
        "--key-file token.txt\n"
        "A link of version 2 opens for 60 seconds, one of version 3 once until its end.");
    command->callback([&run, options] { run = [options] { return options->run(); }; });
}

bool is_grafana_link(std::string_view url) {
    const auto target = grafana::target_of(url);
    return grafana::has_proof(target) || target.starts_with(grafana::kDashboardPath) ||
           target.starts_with(grafana::kPanelPath);
}

int explain_grafana(const ExplainGrafana& options) {
    auto key = find_secret(key_place(options.key_file));
    if (!key) return fail(key.error());
    grafana::ExplainOptions how;
    if (*key) how.key = &**key;
    if (!options.account.empty()) how.account = options.account;
    const auto explanation = grafana::explain(options.url, how, SystemClock().now());
    for (const auto& finding : explanation.findings) {
        fmt::print("{:<6}{:<30}{}\n", finding.ok ? "ok" : "WRONG", finding.name, finding.sentence);
    }
    if (!explanation.signed_lines.empty()) {
        fmt::print(
            "\nWhat is signed for this link, line by line, joined by single line feeds, none at "
            "the end:\n");
        std::size_t number = 0;
        for (const auto& [name, line] : explanation.signed_lines) {
            fmt::print("{:>4}  {:<30}{}\n", ++number, printable(name), printable(line, 16'384));
        }
    }
    if (!std::ranges::all_of(explanation.findings, &grafana::Finding::ok)) return kFailed;
    fmt::print("\nNothing is wrong with this link as far as it can be seen without the server.\n");
    return kOk;
}

}  // namespace casement::app
