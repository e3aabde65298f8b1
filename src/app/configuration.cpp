#include "app/configuration.h"

#include "app/yaml_document.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/url/parse.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

namespace casement::app {
namespace {

constexpr std::string_view kPrefix = "CASEMENT_";

// `key` lets the caller see whether a flag is to blame.
Error wrong(std::string message, std::string key = {}) {
    return invalid("invalid_configuration", std::move(message), std::move(key));
}

// Letters to change, add or drop to make one name the other.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, change}));
        }
    }
    return row[b.size()];
}

std::string nearest(std::string_view name, bool as_environment) {
    std::string best;
    std::size_t least = std::string::npos;
    for (const auto& key : configuration_keys()) {
        std::string known = as_environment ? environment_name(key.name) : std::string(key.name);
        const std::size_t d = distance(name.substr(0, 128), known);
        if (d < least) {
            least = d;
            best = std::move(known);
        }
    }
    return best;
}

const Key* find_key(std::string_view name) {
    const auto keys = configuration_keys();
    const auto found = std::ranges::find(keys, name, &Key::name);
    return found == keys.end() ? nullptr : &*found;
}

// The sentence a value of the wrong type gets. The value itself is never repeated.
std::string expectation(const Key& key) {
    if (std::holds_alternative<Key::Number>(key.member)) {
        return fmt::format("must be a whole number from {} to {}", key.min, key.max);
    }
    if (!key.choices.empty())
        return fmt::format("must be one of: {}", fmt::join(key.choices, ", "));
    return fmt::format("must be {}", type_name(key));
}

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const auto comma = text.find(',');
        std::string_view part = text.substr(0, comma);
        while (part.starts_with(' '))
            part.remove_prefix(1);
        while (part.ends_with(' '))
            part.remove_suffix(1);
        if (!part.empty()) out.emplace_back(part);
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    }
    return out;
}

bool set_text(const Key& key, std::string text, Configuration& out) {
    if (!key.choices.empty() && std::ranges::find(key.choices, text) == key.choices.end()) {
        return false;
    }
    std::get<Key::Text>(key.member)(out) = std::move(text);
    return true;
}

bool set_number(const Key& key, std::int64_t value, Configuration& out) {
    if (value < key.min || value > key.max) return false;
    std::get<Key::Number>(key.member)(out) = value;
    return true;
}

// A value from the environment or a flag.
bool set_from_text(const Key& key, const std::string& text, Configuration& out) {
    if (std::holds_alternative<Key::Text>(key.member)) return set_text(key, text, out);
    if (std::holds_alternative<Key::List>(key.member)) {
        std::get<Key::List>(key.member)(out) = split_list(text);
        return true;
    }
    if (std::holds_alternative<Key::Flag>(key.member)) {
        if (text != "true" && text != "false") return false;
        std::get<Key::Flag>(key.member)(out) = text == "true";
        return true;
    }
    std::int64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failed == std::errc{} && end == text.data() + text.size() && set_number(key, value, out);
}

// A value from the file.
bool set_from_json(const Key& key, const json::value& value, Configuration& out) {
    if (std::holds_alternative<Key::Text>(key.member)) {
        // `tls_cert:` with nothing after it is how people leave a thing unset.
        if (value.is_null() && key.choices.empty()) return set_text(key, "", out);
        return value.is_string() && set_text(key, std::string(value.get_string()), out);
    }
    if (std::holds_alternative<Key::Flag>(key.member)) {
        if (!value.is_bool()) return false;
        std::get<Key::Flag>(key.member)(out) = value.get_bool();
        return true;
    }
    if (std::holds_alternative<Key::Number>(key.member)) {
        return value.is_int64() && set_number(key, value.get_int64(), out);
    }
    std::vector<std::string> list;
    if (value.is_string()) {
        list = split_list(value.get_string());
    } else if (value.is_array()) {
        for (const auto& item : value.get_array()) {
            if (!item.is_string()) return false;
            list.emplace_back(item.get_string());
        }
    } else if (!value.is_null()) {
        return false;
    }
    std::get<Key::List>(key.member)(out) = std::move(list);
    return true;
}

Result<void> apply_object(const std::string& file, const YamlDocument& document,
                          const json::object& object, const std::string& path, Configuration& out) {
    for (const auto& [name, value] : object) {
        const std::string inner = path.empty() ? std::string(name) : path + "." + std::string(name);
        const auto at = [&](std::string_view reason) {
            return wrong(fmt::format("{}:{}: {}", file, document.line_of(inner), reason));
        };
        if (const Key* key = find_key(inner)) {
            if (!set_from_json(*key, value, out)) {
                return at(fmt::format("\"{}\" {}", inner, expectation(*key)));
            }
            out.origins[inner] = "file";
            continue;
        }
        const bool section = std::ranges::any_of(configuration_keys(), [&](const Key& key) {
            return key.name.starts_with(inner + ".");
        });
        if (!section) {
            return at(fmt::format("\"{}\" is not a known setting. Did you mean \"{}\"?",
                                  inner.substr(0, 128), nearest(inner, false)));
        }
        if (value.is_null()) continue;  // a section whose settings are all commented out
        if (!value.is_object()) return at(fmt::format("\"{}\" must hold settings", inner));
        const auto applied = apply_object(file, document, value.get_object(), inner, out);
        if (!applied) return applied.error();
    }
    return {};
}

Result<void> apply_file(const std::string& file, Configuration& out) {
    const auto text = read_file(file);
    if (!text) return wrong(fmt::format("--config: {}", text.error().message));
    const auto document = read_yaml(*text, file);
    if (!document) return wrong(document.error().message);
    if (document->value.is_null()) return {};
    if (!document->value.is_object()) {
        return wrong(fmt::format("{}:1: the file must hold sections such as \"server:\"", file));
    }
    return apply_object(file, *document, document->value.get_object(), "", out);
}

Result<void> apply_environment(const std::vector<std::string>& environment, Configuration& out) {
    for (const auto& entry : environment) {
        const auto equals = entry.find('=');
        if (equals == std::string::npos || !entry.starts_with(kPrefix)) continue;
        const std::string name = entry.substr(0, equals);
        const auto keys = configuration_keys();
        const auto key = std::ranges::find_if(
            keys, [&](const Key& k) { return environment_name(k.name) == name; });
        if (key != keys.end()) {
            if (!set_from_text(*key, entry.substr(equals + 1), out)) {
                return wrong(
                    fmt::format("The environment variable {} {}.", name, expectation(*key)));
            }
            out.origins[std::string(key->name)] = "environment";
            continue;
        }
        // Only names inside a section are ours to judge: orchestrators set others of this prefix.
        const bool ours = std::ranges::any_of(keys, [&](const Key& k) {
            const auto section = environment_name(k.name.substr(0, k.name.find('.')));
            return name.starts_with(section + "_");
        });
        if (ours) {
            return wrong(
                fmt::format("The environment variable {} is not a known setting. Did you mean {}?",
                            name.substr(0, 128), nearest(name, true)));
        }
    }
    return {};
}

Result<void> check_networks(const std::string& key, const std::vector<std::string>& list) {
    for (const auto& text : list) {
        boost::system::error_code not_v4, not_v6, not_address;
        (void)boost::asio::ip::make_network_v4(text, not_v4);
        (void)boost::asio::ip::make_network_v6(text, not_v6);
        (void)boost::asio::ip::make_address(text, not_address);
        if (not_v4 && not_v6 && not_address) {
            return wrong(
                fmt::format(
                    "{}: \"{}\" is neither an address (10.1.2.3) nor a CIDR block (10.0.0.0/8).",
                    key, text.substr(0, 64)),
                key);
        }
    }
    return {};
}

Result<void> check_public_url(std::string& url) {
    if (url.empty()) return {};
    while (url.ends_with('/'))
        url.pop_back();
    const auto parsed = boost::urls::parse_uri(url);
    const bool good = parsed && (parsed->scheme() == "https" || parsed->scheme() == "http") &&
                      !parsed->host().empty() && !parsed->has_query() && !parsed->has_fragment() &&
                      !parsed->has_userinfo() && parsed->path().empty();
    if (good) return {};
    return wrong(
        "server.public_url must be scheme, host and, if need be, port, and nothing more: "
        "https://dashboards.example.com",
        "server.public_url");
}

bool is_store(std::string_view text, bool postgresql) {
    if (text == "sqlite" || (text.starts_with("sqlite:") && text.size() > 7)) return true;
    return postgresql && (text.starts_with("postgresql://") || text.starts_with("postgres://"));
}

// What one key alone cannot say.
Result<void> check_whole(Configuration& c) {
    if (const auto listen = parse_listen(c.server.listen); !listen) return listen.error();
    if (const auto url = check_public_url(c.server.public_url); !url) return url.error();
    if (c.server.tls_cert.empty() != c.server.tls_key.empty()) {
        return wrong(fmt::format("server.{} is set, but server.{} is not. TLS needs both "
                                 "(--tls-cert and --tls-key).",
                                 c.server.tls_cert.empty() ? "tls_key" : "tls_cert",
                                 c.server.tls_cert.empty() ? "tls_cert" : "tls_key"),
                     c.server.tls_cert.empty() ? "server.tls_key" : "server.tls_cert");
    }
    const auto proxies = check_networks("server.trusted_proxies", c.server.trusted_proxies);
    if (!proxies) return proxies.error();
    const auto readers = check_networks("metrics.allow_from", c.metrics.allow_from);
    if (!readers) return readers.error();
    if (c.store.folder.empty())
        return wrong("store.folder (--data) must name a folder.", "store.folder");
    if (!is_store(c.store.catalog, true)) {
        return wrong("store.catalog must be sqlite, sqlite:PATH or a postgresql:// URL.");
    }
    if (!is_store(c.store.sessions, false)) {
        return wrong("store.sessions must be sqlite or sqlite:PATH.");
    }
    for (const auto& folder : c.data.allowed_folders) {
        if (!folder.starts_with('/')) {
            return wrong(
                fmt::format("data.allowed_folders: \"{}\" must begin with \"/\".", folder));
        }
    }
    return {};
}

}  // namespace

std::string environment_name(std::string_view key) {
    std::string out(kPrefix);
    for (const char c : key) {
        if (c == '.') {
            out += '_';
        } else {
            out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
    }
    return out;
}

Result<ListenAddress> parse_listen(std::string_view text) {
    const auto refuse = [] {
        return wrong(
            "server.listen (--listen) must be HOST:PORT, for example 127.0.0.1:8080, "
            "0.0.0.0:443 or [::1]:8080.",
            "server.listen");
    };
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return refuse();
    std::string_view host = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
        return refuse();
    }
    ListenAddress out{std::string(host), 0};
    const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (failed != std::errc{} || end != port.data() + port.size() || host.empty()) return refuse();
    return out;
}

std::vector<std::string> process_environment() {
    std::vector<std::string> out;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        out.emplace_back(*entry);
    }
    return out;
}

Result<Configuration> load_configuration(const ConfigurationInputs& inputs) {
    Configuration out;
    if (inputs.file) {
        const auto applied = apply_file(*inputs.file, out);
        if (!applied) return applied.error();
    }
    const auto applied = apply_environment(inputs.environment, out);
    if (!applied) return applied.error();
    for (const auto& flag : inputs.flags) {
        const Key* key = find_key(flag.key);
        if (key == nullptr) throw std::logic_error("a flag for an undeclared key: " + flag.key);
        if (!set_from_text(*key, flag.text, out)) {
            return invalid("invalid_flag", fmt::format("{} {}.", flag.name, expectation(*key)));
        }
        out.origins[flag.key] = "flag";
    }
    auto whole = check_whole(out);
    if (!whole) {
        Error error = whole.error();
        const bool by_flag = std::ranges::any_of(
            inputs.flags, [&](const auto& flag) { return flag.key == error.field; });
        if (by_flag) error.code = "invalid_flag";
        error.field.clear();
        return error;
    }
    return out;
}

}  // namespace casement::app
