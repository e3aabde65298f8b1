// `casement admin …`: what is done beside the server, on its database, running or not.
#include "access/permission.h"
#include "access/principal.h"
#include "app/commands.h"
#include "app/configuration_options.h"
#include "app/exit_code.h"
#include "app/open_catalog.h"
#include "app/process.h"
#include "app/secret_input.h"
#include "base/encoding.h"
#include "crypto/password.h"
#include "dialects/grafana/credentials.h"

#include <algorithm>
#include <memory>
#include <thread>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

namespace casement::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kShortestPassword = 8;
constexpr std::size_t kLongestPassword = 1024;

struct Administration {
    explicit Administration(CLI::App& command) : configuration(command) {
        configuration.add_data();
        command.add_option("--org", org, "Number of the organization.")->capture_default_str();
    }
    ConfigurationOptions configuration;
    std::int64_t org = 1;
    std::string role;
    crypto::SystemRandom random;
    SystemClock clock;

    Result<OpenCatalog> open() {
        auto settings = configuration.load();
        if (!settings) return settings.error();
        harden_process();
        // Before the first start there is nothing yet; but keys in a folder that nobody named
        // would be keys for a server that nobody runs.
        return open_catalog(*settings, random, clock,
                            configuration.given() ? WhenMissing::create : WhenMissing::refuse);
    }

    /// A server that runs looks for what others wrote every so often. Whoever uses the key in the
    /// next line of a script must not come before it.
    static void until_servers_know() {
        constexpr std::chrono::milliseconds kToLoadIt{100};
        std::this_thread::sleep_for(store::CatalogOptions{}.refresh_interval + kToLoadIt);
    }
};

Result<void> check_role(const std::string& role) {
    if (access::is_role(role)) return {};
    return invalid("invalid_flag", "--role must be Admin, Editor or Viewer.");
}

struct CreateCredentials : Administration {
    using Administration::Administration;
    bool as_json = false;

    int run() {
        if (const auto known = check_role(role); !known) return fail(known.error());
        auto open = this->open();
        if (!open) return fail(open.error());
        auto made = access::create_credentials(*open->catalog, random, org, role);
        if (!made) return fail(made.error());
        auto grafana =
            grafana::create_account_credentials(*open->catalog, random, clock, org, role);
        if (!grafana) return fail(grafana.error());
        until_servers_know();
        if (as_json) {
            const json::object out{{"service_token", made->service_token.reveal()},
                                   {"datadog",
                                    {{"api_key", made->datadog_api_key.reveal()},
                                     {"app_key", made->datadog_app_key.reveal()}}},
                                   {"looker",
                                    {{"client_id", made->looker_client_id},
                                     {"client_secret", made->looker_client_secret.reveal()}}},
                                   {"grafana",
                                    {{"api_key", grafana->api_key.reveal()},
                                     {"service_account_token", grafana->token.reveal()}}}};
            fmt::print("{}\n", json::serialize(out));
            return kOk;
        }
        fmt::print(
            "These are shown once. Keep them in a secret store.\n\n"
            "Service token (Authorization: Bearer)   {}\n"
            "DD-API-KEY                              {}\n"
            "DD-APPLICATION-KEY                      {}\n"
            "Looker client_id                        {}\n"
            "Looker client_secret                    {}\n"
            "Grafana API key                         {}\n"
            "Grafana service account token           {}\n",
            made->service_token.reveal(), made->datadog_api_key.reveal(),
            made->datadog_app_key.reveal(), made->looker_client_id,
            made->looker_client_secret.reveal(), grafana->api_key.reveal(),
            grafana->token.reveal());
        return kOk;
    }
};

bool is_plain(std::string_view text) {
    return is_utf8(text) && std::ranges::none_of(text, [](char c) {
               return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
           });
}

struct CreateUser : Administration {
    using Administration::Administration;
    std::string handle;
    std::string name;
    bool with_password = false;

    Result<store::User> build() {
        if (const auto known = check_role(role); !known) return known.error();
        if (handle.empty() || handle.size() > 254 || !is_plain(handle) ||
            handle.find(' ') != std::string::npos) {
            return invalid("invalid_flag",
                           "--handle must have 1 to 254 characters without spaces, usually an "
                           "e-mail address.");
        }
        if (name.empty() || name.size() > 200 || !is_plain(name)) {
            return invalid("invalid_flag", "--name must have 1 to 200 characters.");
        }
        store::User user;
        user.org = org;
        user.uuid = random.uuid();
        user.handle = handle;
        user.name = name;
        user.role = role;
        user.created_at = clock.now();
        if (!with_password) return user;
        auto password = secret_from_input();
        if (!password) return password.error();
        const auto size = password->reveal().size();
        if (size < kShortestPassword || size > kLongestPassword) {
            return invalid("weak_password",
                           fmt::format("The password on standard input must have {} to {} bytes.",
                                       kShortestPassword, kLongestPassword));
        }
        user.password_hash = crypto::hash_password(*password, random);
        return user;
    }

    int run() {
        auto user = build();
        if (!user) return fail(user.error());
        auto open = this->open();
        if (!open) return fail(open.error());
        if (open->catalog->snapshot()->organization(org) == nullptr) {
            return fail(not_found("organization_not_found",
                                  fmt::format("There is no organization {}. Check --org.", org)));
        }
        auto made = open->catalog->write_now<std::int64_t>(
            [&](store::Transaction& tx) -> Result<std::int64_t> {
                auto row = *user;
                if (auto inserted = tx.insert(row); !inserted) return inserted.error();
                store::AuditRow audit;
                audit.org = org;
                audit.actor = "system";
                audit.action = "user.created";
                audit.object = fmt::format("user:{}", row.id);
                audit.detail["role"] = role;
                if (auto appended = tx.append(audit); !appended) return appended.error();
                return row.id;
            });
        if (!made && made.error().code == "already_exists") {
            return fail(conflict("already_exists",
                                 fmt::format("The organization has a user \"{}\" already. Choose "
                                             "another --handle.",
                                             handle)));
        }
        if (!made) return fail(made.error());
        until_servers_know();
        fmt::print("user {} \"{}\" made\n", *made, handle);
        return kOk;
    }
};

}  // namespace

void declare_admin(CLI::App& casement, Run& run) {
    auto* admin = casement.add_subcommand(
        "admin", "Keys and users, written to the database directly: the server may run or not.");
    admin->require_subcommand(1);

    auto* credentials = admin->add_subcommand(
        "create-credentials", "Make one key of each kind for programs, and print them once.");
    auto keys = std::make_shared<CreateCredentials>(*credentials);
    keys->role = "Admin";
    credentials->add_option("--role", keys->role, "Admin, Editor or Viewer.")
        ->capture_default_str();
    credentials->add_flag("--json", keys->as_json, "Print one JSON object.");
    credentials->footer(
        "Example:\n  casement admin create-credentials --data ./data --org 1 --role Admin --json\n"
        "Run it as the user the server runs as, so that both can read the files.");
    credentials->callback([&run, keys] { run = [keys] { return keys->run(); }; });

    auto* create_user = admin->add_subcommand("create-user", "Make a user.");
    auto user = std::make_shared<CreateUser>(*create_user);
    create_user->add_option("--handle", user->handle, "Unique name, usually an e-mail address.")
        ->required();
    create_user->add_option("--name", user->name, "Name that people read.")->required();
    create_user->add_option("--role", user->role, "Admin, Editor or Viewer.")->required();
    create_user->add_flag("--password-stdin", user->with_password,
                          "Read the password from standard input. Without it the user has none.");
    create_user->footer(
        "Example:\n  casement admin create-user --data ./data --handle ada@example.com "
        "--name \"Ada\" --role Editor --password-stdin < password.txt");
    create_user->callback([&run, user] { run = [user] { return user->run(); }; });
}

}  // namespace casement::app
