// `casement sign` makes a link, `casement explain` says what is right and wrong with one.
#include "app/commands.h"
#include "app/configuration_options.h"
#include "app/exit_code.h"
#include "app/grafana_link_commands.h"
#include "app/looker_link_commands.h"
#include "app/open_catalog.h"
#include "app/process.h"
#include "app/secret_input.h"
#include "base/words.h"
#include "dialects/datadog/explain.h"
#include "dialects/datadog/link.h"
#include "dialects/datadog/verifier.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

namespace casement::app {
namespace {

SecretPlace credential_place(const std::string& file) {
    return {file, "--credential-file", "CASEMENT_CREDENTIAL", "share's credential"};
}

int sign_datadog(const std::string& url, const std::string& credential_file) {
    auto credential = need_secret(credential_place(credential_file));
    if (!credential) return fail(credential.error());
    crypto::SystemRandom random;
    const Time now = SystemClock().now();
    const std::string nonce = random.hex(32);
    const auto problem = datadog::signing_problem(url, credential->reveal(), nonce,
                                                  std::to_string(to_unix_seconds(now)));
    if (problem) return fail_usage(*problem);
    fmt::print("{}\n", datadog::signed_url(url, *credential, nonce, now));
    return kOk;
}

struct Explain {
    explicit Explain(CLI::App& command) : configuration(command) { configuration.add_data(); }
    ConfigurationOptions configuration;
    std::string url;
    std::string credential_file;
    // Of Looker's kind only.
    std::string secret_file;
    std::string string_to_sign_file;
    std::string host;
    // Of Grafana's kind only.
    std::string key_file;
    std::string account;

    int run() {
        if (url == "-") {
            auto read = secret_from_input();
            if (!read) return fail(read.error());
            url = std::string(read->reveal());
        }
        if (!is_grafana_link(url) && (!key_file.empty() || !account.empty())) {
            return fail_usage(
                "--key-file and --account are for links to /d/ or /d-solo/, with a key or a "
                "signature in them.");
        }
        if (is_looker_link(url)) return run_looker();
        if (is_grafana_link(url)) return run_grafana();
        if (!secret_file.empty() || !string_to_sign_file.empty() || !host.empty()) {
            return fail_usage(
                "--secret-file, --string-to-sign and --host are for links with /login/embed/ in "
                "their path. A share's link is checked with --credential-file.");
        }
        auto credential = find_secret(credential_place(credential_file));
        if (!credential) return fail(credential.error());
        const Time now = SystemClock().now();
        auto findings =
            *credential ? datadog::explain(url, **credential, now) : datadog::explain(url, now);
        if (configuration.given()) {
            auto known = from_catalog(now);
            if (!known) return fail(known.error());
            findings.insert(findings.end(), known->begin(), known->end());
        }
        for (const auto& finding : findings) {
            fmt::print("{:<6}{:<12}{}\n", finding.ok ? "ok" : "WRONG", finding.name,
                       finding.sentence);
        }
        const bool all = std::ranges::all_of(findings, &datadog::Finding::ok);
        if (all) {
            fmt::print("\nNothing is wrong with this link{}.\n",
                       configuration.given()
                           ? ". Whether it was used already, only the running server knows"
                           : " as far as it can be seen without the server's catalog (--data DIR)");
        }
        return all ? kOk : kFailed;
    }

  private:
    int run_looker() {
        if (!credential_file.empty()) {
            return fail_usage(
                "A link with /login/embed/ in its path is checked with --secret-file; "
                "--credential-file is for a share's link.");
        }
        ExplainLooker explain{url, secret_file, string_to_sign_file, host, std::nullopt};
        if (configuration.given()) {
            auto settings = configuration.load();
            if (!settings) return fail(settings.error());
            explain.configuration = std::move(*settings);
        }
        return explain_looker(explain);
    }

    int run_grafana() {
        if (!credential_file.empty() || !secret_file.empty() || !string_to_sign_file.empty() ||
            !host.empty() || configuration.given()) {
            return fail_usage(
                "A link to /d/ or /d-solo/ is checked with --key-file alone: its key or token, or "
                "the hash of one.");
        }
        return explain_grafana({url, key_file, account});
    }

    // What the server's own check says, with the share's state and every credential of it.
    Result<std::vector<datadog::Finding>> from_catalog(Time now) {
        auto settings = configuration.load();
        if (!settings) return settings.error();
        harden_process();
        auto open = open_catalog(*settings, random_, clock_, WhenMissing::refuse);
        if (!open) return open.error();
        const auto snapshot = open->catalog->snapshot();
        std::vector<datadog::Finding> out;
        const auto target = target_of(url);
        const auto verdict = datadog::judge(target, *snapshot, now);
        if (const auto* share = verdict.share) {
            const auto* dashboard = snapshot->dashboard(share->dashboard);
            const auto usable = std::ranges::count_if(share->credentials, [&](const auto& one) {
                return !one.disabled && (!one.expires_at || *one.expires_at > now);
            });
            out.push_back({"share", share->status == "active",
                           fmt::format("The share is {}, of dashboard \"{}\".", share->status,
                                       dashboard == nullptr ? "?" : dashboard->uid)});
            out.push_back({"credentials", usable > 0,
                           how_many_can_sign(static_cast<std::size_t>(usable),
                                             share->credentials.size(), "credential") +
                               "."});
        }
        if (!verdict.link) {
            out.push_back({"server", false, verdict.link.error().message});
        } else if (verdict.link->outside_window) {
            out.push_back({"server", false, verdict.link->outside_window->message});
        } else {
            out.push_back({"server", true, "The server's own check accepts it."});
        }
        return out;
    }

    // The path and query of a URL.
    static std::string target_of(const std::string& text) {
        const auto scheme = text.find("://");
        if (scheme == std::string::npos) return text;
        const auto path = text.find('/', scheme + 3);
        return path == std::string::npos ? "/" : text.substr(path, text.find('#', path) - path);
    }

    crypto::SystemRandom random_;
    SystemClock clock_;
};

}  // namespace

void declare_sign(CLI::App& casement, Run& run) {
    auto* sign = casement.add_subcommand("sign", "Sign a link, as an application's backend does.");
    sign->require_subcommand(1);
    auto* datadog = sign->add_subcommand("datadog", "A Datadog secure embed link.");
    struct Options {
        std::string url;
        std::string credential_file;
    };
    auto options = std::make_shared<Options>();
    datadog->add_option("--url", options->url, "The share's URL, without a query.")->required();
    datadog
        ->add_option("--credential-file", options->credential_file,
                     "File with the credential, - for standard input. Else CASEMENT_CREDENTIAL.")
        ->type_name("FILE");
    datadog->footer(
        "Example:\n  casement sign datadog --url "
        "http://127.0.0.1:8080/sb/secure-embed/flights-atl-demo --credential-file atl.txt\n"
        "The link opens once, within 30 minutes.");
    datadog->callback([&run, options] {
        run = [options] { return sign_datadog(options->url, options->credential_file); };
    });
    declare_sign_looker(*sign, run);
    declare_sign_grafana(*sign, run);
}

void declare_explain(CLI::App& casement, Run& run) {
    auto* command =
        casement.add_subcommand("explain", "Say what is right and what is wrong with a link.");
    auto explain = std::make_shared<Explain>(*command);
    command->add_option("url", explain->url, "The link; - reads it from standard input.")
        ->required();
    command
        ->add_option("--credential-file", explain->credential_file,
                     "Check a share's link with this credential. Else CASEMENT_CREDENTIAL.")
        ->type_name("FILE");
    command
        ->add_option("--secret-file", explain->secret_file,
                     "Check a /login/embed/ link with this embed secret. Else "
                     "CASEMENT_EMBED_SECRET.")
        ->type_name("FILE");
    command
        ->add_option("--string-to-sign", explain->string_to_sign_file,
                     "What your program signed for a /login/embed/ link: says the first line that "
                     "differs.")
        ->type_name("FILE");
    command->add_option("--host", explain->host,
                        "The host that browsers send, where the link's own is another one.");
    command
        ->add_option("--key-file", explain->key_file,
                     "Check a /d/ link with this API key or token, or with the hash of one. Else "
                     "CASEMENT_GRAFANA_KEY.")
        ->type_name("FILE");
    command->add_option(
        "--account", explain->account,
        "Name of the token's service account, to find it where the token's belongs.");
    command->footer(
        "Examples:\n  casement explain 'https://…/sb/secure-embed/TOKEN?token=…&nonce=…&ts=…' "
        "--credential-file atl.txt\n"
        "  casement explain 'https://…/login/embed/…?nonce=…&signature=…' --secret-file "
        "secret.txt\n"
        "  casement explain 'https://…/d/UID?aliyun_api_key_sign=…' --key-file token.txt\n"
        "  casement explain 'https://…' --data ./data      also asks the server's catalog");
    command->callback([&run, explain] { run = [explain] { return explain->run(); }; });
}

}  // namespace casement::app
