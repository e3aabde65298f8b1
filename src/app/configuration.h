// What an operator can set. One table (configuration_keys.cpp) declares every key; the YAML file,
// the environment, `casement help config` and the table in docs/configuration.md all come from it.
//
// What wins, from weak to strong: default, file, environment (CASEMENT_SERVER_LISTEN), flag.
#pragma once

#include "base/error.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace casement::app {

struct Configuration {
    struct Limits {
        std::int64_t max_request_line = 16LL * 1024;
        std::int64_t max_headers = 32LL * 1024;
        std::int64_t max_body = 1024LL * 1024;
        std::int64_t header_seconds = 10;
        std::int64_t body_seconds = 30;
        std::int64_t idle_seconds = 75;
        std::int64_t max_connections = 10'000;
    };
    struct Server {
        std::string listen = "127.0.0.1:8080";
        std::string public_url;
        std::vector<std::string> public_hosts;
        std::int64_t threads = 0;
        std::string tls_cert;
        std::string tls_key;
        std::vector<std::string> trusted_proxies;
        std::int64_t drain_seconds = 10;
        Limits limits;
    } server;
    struct Store {
        std::string folder = "casement-data";
        std::string catalog = "sqlite";
        std::string sessions = "sqlite";
    } store;
    struct Security {
        std::string master_key_file;
        bool allow_embedding = true;
        std::string cookie_samesite = "none";
        bool cookie_secure = true;
        bool disable_sanitize_html = false;
    } security;
    struct Aliyun {
        bool api_key_share = false;
        std::string api_key_share_version = "v1";
        std::int64_t api_key_max_expire_seconds = 86'400;
        std::string not_allow_request_uri;
        std::int64_t login_rate_limiter = 10;
        std::int64_t login_forbidden_seconds = 3600;
    } aliyun;
    struct Auth {
        std::int64_t api_key_max_seconds_to_live = -1;
        std::int64_t delete_expired_keys_after_days = 0;
        struct Anonymous {
            bool enabled = false;
            std::string org_name;
            std::string org_role = "Viewer";
            bool hide_version = false;
            std::vector<std::string> allowed_addresses;
        } anonymous;
        struct OpenId {
            std::string issuer;
            std::string client_id;
            std::string client_secret_file;
            std::string label = "single sign-on";
            std::vector<std::string> scopes = {"profile", "email"};
            std::string org_name;
            bool sign_up = false;
            std::string role = "Viewer";
            std::string role_claim;
            bool match_email = false;
        } openid;
    } auth;
    struct ServiceAccounts {
        std::int64_t token_expiration_day_limit = 0;
    } service_accounts;
    struct Quota {
        std::int64_t org_user = -1;
    } quota;
    struct Panels {
        bool enable_alpha = false;
    } panels;
    struct Data {
        std::int64_t query_seconds = 10;
        std::int64_t query_rows = 10'000;
        std::int64_t cache_seconds = 10;
        std::int64_t stale_seconds = 0;
        std::int64_t cache_megabytes = 64;
        std::int64_t threads = 0;
        std::vector<std::string> allowed_folders;
    } data;
    struct Smtp {
        bool enabled = false;
        std::string host = "localhost:25";
        std::string user;
        std::string password;
        std::string from_address = "casement@localhost";
        std::string from_name = "Casement";
        std::string ehlo_identity;
        std::string starttls_policy = "OpportunisticStartTLS";
        bool skip_verify = false;
        std::string ca_file;
    } smtp;
    struct Log {
        std::string level = "info";
        bool access = true;
    } log;
    struct Metrics {
        std::vector<std::string> allow_from = {"127.0.0.0/8", "::1/128"};
    } metrics;
    struct Provision {
        std::string folder;
    } provision;

    /// What set each key that was set: "file", "environment" or "flag".
    std::map<std::string, std::string, std::less<>> origins;
};

/// One declared key. Its type and its default are those of the member that `member` finds.
struct Key {
    using Text = std::string& (*)(Configuration&);
    using Flag = bool& (*)(Configuration&);
    using Number = std::int64_t& (*)(Configuration&);
    using List = std::vector<std::string>& (*)(Configuration&);

    std::string_view name;  ///< "server.limits.max_body"
    std::variant<Text, Flag, Number, List> member;
    std::string_view help;
    std::int64_t min = 0, max = 0;            ///< numbers
    std::vector<std::string_view> choices{};  ///< text: allowed values, empty = any
};

[[nodiscard]] std::span<const Key> configuration_keys();

/// "CASEMENT_SERVER_LIMITS_MAX_BODY"
[[nodiscard]] std::string environment_name(std::string_view key);
/// "text", "true or false", "number", "list", or the choices.
[[nodiscard]] std::string type_name(const Key& key);
/// As it would stand in the YAML file.
[[nodiscard]] std::string default_text(const Key& key);

/// Where settings come from.
struct ConfigurationInputs {
    std::optional<std::string> file;       ///< path
    std::vector<std::string> environment;  ///< "NAME=value", all of it; others are ignored
    struct Flag {
        std::string name;  ///< as it was written: "--listen"
        std::string key;   ///< "server.listen"
        std::string text;
    };
    std::vector<Flag> flags;
};

/// Errors: invalid_configuration, or invalid_flag when a flag is what is wrong; the message names
/// file and line, variable or flag, and for a mistyped name the nearest known one. Never holds a
/// value: it may be a password.
[[nodiscard]] Result<Configuration> load_configuration(const ConfigurationInputs& inputs);

/// The process's own environment.
[[nodiscard]] std::vector<std::string> process_environment();

struct ListenAddress {
    std::string host;
    std::uint16_t port = 0;
};
/// "127.0.0.1:8080", "[::1]:8080", "0.0.0.0:0".
[[nodiscard]] Result<ListenAddress> parse_listen(std::string_view text);

/// Every key as a commented YAML file (`casement help config`), and as a Markdown table.
[[nodiscard]] std::string configuration_yaml();
[[nodiscard]] std::string configuration_markdown();

}  // namespace casement::app
