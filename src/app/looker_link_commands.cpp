#include "app/looker_link_commands.h"

#include "access/embed_settings.h"
#include "app/exit_code.h"
#include "app/open_catalog.h"
#include "app/process.h"
#include "app/secret_input.h"
#include "base/printable.h"
#include "base/words.h"
#include "crypto/random.h"
#include "dialects/looker/difference.h"
#include "dialects/looker/explain.h"
#include "dialects/looker/host.h"
#include "dialects/looker/link.h"
#include "dialects/looker/verifier.h"

#include <algorithm>
#include <memory>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

namespace casement::app {
namespace {

SecretPlace secret_place(const std::string& file) {
    return {file, "--secret-file", "CASEMENT_EMBED_SECRET", "embed secret"};
}

struct SignLooker {
    looker::LoginParameters parameters;
    std::vector<std::string> groups;
    std::string external_group;
    std::vector<std::string> attributes;
    std::string first_name, last_name, timezone;
    long long session_length = looker::kDefaultSessionLength.count();
    bool keep_login = false;
    std::string algorithm = "sha-256";
    std::string secret_file;

    int run() {
        auto secret = need_secret(secret_place(secret_file));
        if (!secret) return fail(secret.error());
        const auto found = looker::parse_algorithm("hmac/" + algorithm);
        if (!found) return fail_usage("--algorithm must be sha-1 or sha-256.");
        parameters.session_length = seconds(session_length);
        parameters.force_logout_login = !keep_login;
        if (!groups.empty()) parameters.group_ids = groups;
        if (!external_group.empty()) parameters.external_group_id = external_group;
        if (!first_name.empty()) parameters.first_name = first_name;
        if (!last_name.empty()) parameters.last_name = last_name;
        if (!timezone.empty()) parameters.user_timezone = timezone;
        for (const auto& attribute : attributes) {
            const auto equals = attribute.find('=');
            if (equals == std::string::npos || equals == 0) {
                return fail_usage("--attribute must be NAME=VALUE, such as company_id=17.");
            }
            if (!parameters.user_attributes) parameters.user_attributes.emplace();
            (*parameters.user_attributes)[attribute.substr(0, equals)] =
                attribute.substr(equals + 1);
        }
        parameters.nonce = crypto::SystemRandom().hex(32);
        parameters.time = to_unix_seconds(SystemClock().now());
        if (const auto problem = looker::signing_problem(parameters, secret->reveal())) {
            return fail_usage(*problem);
        }
        fmt::print("{}\n", looker::make_login_url(parameters, secret->reveal(), *found));
        return kOk;
    }
};

std::string_view target_of(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme >= url.find_first_of("/?")) return url;
    const auto path = url.find('/', scheme + 3);
    if (path == std::string_view::npos) return "/";
    return url.substr(path, url.find('#', path) - path);
}

// What the server itself would say, with every secret of its catalog.
Result<std::vector<looker::Finding>> from_catalog(const ExplainLooker& options, Time now) {
    harden_process();
    crypto::SystemRandom random;
    const SystemClock clock;
    auto open = open_catalog(*options.configuration, random, clock, WhenMissing::refuse);
    if (!open) return open.error();
    const auto snapshot = open->catalog->snapshot();
    std::vector<looker::Finding> out;

    const auto* organization = snapshot->organization(looker::kOrganization);
    const bool is_on =
        organization != nullptr && access::read_embed_settings(*organization).enabled;
    out.push_back({"embedding", is_on,
                   is_on ? "Embedding is switched on." : "Embedding is switched off here."});

    std::vector<looker::EmbedSecretView> views;
    for (const auto* one : snapshot->list<store::EmbedSecret>(looker::kOrganization)) {
        if (const auto algorithm = looker::parse_algorithm(one->algorithm)) {
            views.push_back({one->id, *algorithm, &one->secret, one->enabled, one->expires_at});
        }
    }
    const auto usable = std::ranges::count_if(views, [&](const auto& one) {
        return one.enabled && (!one.expires_at || *one.expires_at > now);
    });
    out.push_back(
        {"secrets", usable > 0,
         how_many_can_sign(static_cast<std::size_t>(usable), views.size(), "embed secret") + "."});

    const auto link = looker::parse_login_link(target_of(options.url));
    if (!link) {
        out.push_back({"server", false, printable(link.error().message, 400)});
        return out;
    }
    const auto* login = std::get_if<looker::SignedLogin>(&*link);
    if (login == nullptr) return out;
    auto hosts = options.configuration->server.public_hosts;
    if (const auto own = looker::host_of(options.configuration->server.public_url); !own.empty()) {
        hosts.emplace_back(own);
    }
    const auto host = looker::check_host(
        options.host.empty() ? looker::host_of(options.url) : std::string_view(options.host),
        hosts);
    if (!host) {
        out.push_back({"server", false, host.error().message});
        return out;
    }
    const auto id = looker::verify_signature(*login, *host, views, now);
    if (!id) {
        out.push_back({"server", false, id.error().message});
    } else if (const auto outside = looker::check_window(*login, now)) {
        out.push_back({"server", false, outside->message});
    } else {
        out.push_back(
            {"server", true, fmt::format("Signed with the server's embed secret {}.", *id)});
    }
    return out;
}

void print_signed_lines(const looker::Explanation& explanation) {
    if (explanation.signed_lines.empty()) return;
    fmt::print(
        "\nWhat is signed for this link, line by line, joined by single line feeds, none at the "
        "end:\n");
    std::size_t number = 0;
    for (const auto& [name, line] : explanation.signed_lines)
        fmt::print("{:>4}  {:<18}{}\n", ++number, name, printable(line, 16'384));
}

}  // namespace

void declare_sign_looker(CLI::App& sign, Run& run) {
    auto* command = sign.add_subcommand("looker", "A signed embed link as Looker has them.");
    auto options = std::make_shared<SignLooker>();
    auto& made = options->parameters;
    command
        ->add_option("--url", made.base_url,
                     "The server's address as browsers know it: https://HOST[:PORT].")
        ->required();
    command
        ->add_option("--target", made.target,
                     "The page, with its filters: /embed/dashboards/42?State=CA.")
        ->required();
    command->add_option("--user", made.external_user_id, "Your own id of the visitor.")->required();
    command->add_option("--permission", made.permissions, "A permission; may be repeated.")
        ->allow_extra_args(false);
    command->add_option("--model", made.models, "A model; may be repeated.")
        ->allow_extra_args(false);
    command->add_option("--group", options->groups, "Id of a group; may be repeated.")
        ->allow_extra_args(false);
    command->add_option("--external-group", options->external_group,
                        "Your own id of the visitor's group.");
    command
        ->add_option("--attribute", options->attributes,
                     "A user attribute, NAME=VALUE; may be repeated.")
        ->allow_extra_args(false);
    command->add_option("--first-name", options->first_name, "The visitor's first name.");
    command->add_option("--last-name", options->last_name, "The visitor's last name.");
    command->add_option("--timezone", options->timezone, "The visitor's IANA time zone.");
    command->add_option("--session-length", options->session_length,
                        "Seconds that the session lasts, 0 to 2592000. Else 300.");
    command->add_flag("--keep-login", options->keep_login,
                      "Keep a login of this server's own that the browser may have.");
    command->add_option("--algorithm", options->algorithm,
                        "The secret's algorithm: sha-1 or sha-256 (the default).");
    command
        ->add_option("--secret-file", options->secret_file,
                     "File with the embed secret, - for standard input. Else "
                     "CASEMENT_EMBED_SECRET.")
        ->type_name("FILE");
    command->footer(
        "Example:\n  casement sign looker --url https://dash.example --target "
        "/embed/dashboards/42 --user u-4 \\\n    --permission access_data --permission "
        "see_user_dashboards --model flights \\\n    --attribute airport=ATL --secret-file "
        "secret.txt\n"
        "The link opens once, within 5 minutes.");
    command->callback([&run, options] { run = [options] { return options->run(); }; });
}

bool is_looker_link(std::string_view url) {
    const auto path = url.substr(0, url.find('?'));
    return path.find(looker::kLoginPath) != std::string_view::npos;
}

int explain_looker(const ExplainLooker& options) {
    auto secret = find_secret(secret_place(options.secret_file));
    if (!secret) return fail(secret.error());
    auto theirs =
        find_secret({options.string_to_sign_file, "--string-to-sign", "", "text that you signed"});
    if (!theirs) return fail(theirs.error());

    looker::ExplainOptions how;
    if (*secret) how.secret = &**secret;
    if (!options.host.empty()) how.host = options.host;
    if (*theirs) how.string_to_sign = std::string((*theirs)->reveal());
    const Time now = SystemClock().now();
    auto explanation = looker::explain(options.url, how, now);
    if (options.configuration) {
        auto known = from_catalog(options, now);
        if (!known) return fail(known.error());
        explanation.findings.insert(explanation.findings.end(), known->begin(), known->end());
    }
    for (const auto& finding : explanation.findings) {
        fmt::print("{:<6}{:<18}{}\n", finding.ok ? "ok" : "WRONG", finding.name, finding.sentence);
    }
    print_signed_lines(explanation);
    if (!std::ranges::all_of(explanation.findings, &looker::Finding::ok)) return kFailed;
    fmt::print("\nNothing is wrong with this link{}.\n",
               options.configuration
                   ? ". Whether it was used already, only the running server knows"
                   : " as far as it can be seen without the server's catalog (--data DIR)");
    return kOk;
}

}  // namespace casement::app
