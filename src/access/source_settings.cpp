#include "access/source_settings.h"

#include "access/provisioning.h"
#include "data/common_settings.h"
#include "data/source_types.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <regex>
#include <set>

#include <fmt/format.h>

namespace casement::access {
namespace {

/// Where clients of Grafana's API keep their own words.
constexpr std::string_view kKept = "grafana";
/// Where a server is, and how what is sent there is protected.
constexpr std::array<std::string_view, 10> kWhere{
    "host", "port", "socket", "url", "ssl_mode", "ca", "ca_file", "tls", "tls_ca", "tls_verify"};
/// Where each kind says which files of this machine it reads.
constexpr std::array<std::string_view, 5> kFiles{"ca_file", "tls_ca", "socket", "tables",
                                                 "database"};
constexpr std::string_view kOrigin = "settings";

const json::value* member(const json::object& object, std::string_view name) {
    return object.if_contains(name);
}

bool is_same(const json::object& one, const json::object& other, std::string_view name) {
    const auto* left = member(one, name);
    const auto* right = member(other, name);
    if (left == nullptr || right == nullptr) return left == right;
    return *left == *right;
}

/// "settings: the source …" -> "The source …", and the field that is meant.
Error at_its_place(Error error, const json::object& settings) {
    const auto prefix = fmt::format("{}: ", kOrigin);
    if (error.message.starts_with(prefix)) error.message.erase(0, prefix.size());
    if (!error.message.empty()) {
        auto& first = error.message.front();
        first = static_cast<char>(std::toupper(static_cast<unsigned char>(first)));
    }
    if (!error.field.empty()) return error;
    const auto found =
        std::ranges::find_if(kFiles, [&](auto name) { return settings.contains(name); });
    error.field = found == kFiles.end() ? "settings.host" : fmt::format("settings.{}", *found);
    return error;
}

}  // namespace

bool is_grafana_source(const store::Source& row) {
    return data::has_named_secrets(row.settings);
}

Result<json::object> checked_settings(const std::string& name, const std::string& type,
                                      json::object settings,
                                      const std::vector<std::string>& allowed_folders) {
    if (settings.contains(kKept)) {
        return invalid("invalid_source", "\"settings.grafana\" is not a known field.",
                       "settings.grafana");
    }
    if (auto good = data::check_source(type, settings); !good) return good.error();
    Bundle bundle;
    bundle.sources.push_back({name, type, std::move(settings), std::string(kOrigin)});
    if (auto inside = confine_sources(bundle, allowed_folders); !inside) {
        return at_its_place(inside.error(), bundle.sources.front().settings);
    }
    return std::move(bundle.sources.front().settings);
}

json::object shown_settings(const store::Source& row) {
    auto settings = row.settings;
    settings.erase(kKept);
    return settings;
}

bool leads_elsewhere(const json::object& before, const json::object& after) {
    return std::ranges::any_of(kWhere, [&](auto name) { return !is_same(before, after, name); });
}

std::vector<std::string> differing(const json::object& one, const json::object& other) {
    std::set<std::string> names;
    for (const auto* object : {&one, &other}) {
        for (const auto& [name, value] : *object) {
            if (!is_same(one, other, name)) names.emplace(name);
        }
    }
    return {names.begin(), names.end()};
}

Error without_paths(Error error) {
    static const std::regex path(R"((^|[^A-Za-z0-9_./-])/[A-Za-z0-9_.-]+/[^\s'",;:)\]]*)");
    error.message = std::regex_replace(error.message, path, "$1(a file of the server)");
    return error;
}

}  // namespace casement::access
