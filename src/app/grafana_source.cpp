#include "app/grafana_source.h"

#include "app/http_post.h"
#include "base/encoding.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

namespace casement::app {
namespace {

constexpr std::size_t kLargestFile = std::size_t{16} * 1024 * 1024;
constexpr std::size_t kMostDashboards = 5000;
constexpr int kPage = 500;

Error unreadable(const std::string& path, std::string_view why) {
    return invalid("unreadable_file", fmt::format("{} {}.", path, why));
}

/// The answer's JSON, or what went wrong with it in words.
Result<json::value> ask(const std::string& address, const std::string& path, const Secret& token) {
    auto answer = get_json(address + path, token, "the address of that Grafana");
    if (!answer) return answer.error();
    if (answer->status == 401 || answer->status == 403) {
        return forbidden(
            "grafana_refused",
            fmt::format("{} refuses the token ({}). It needs the role Viewer at least; "
                        "give it with --grafana-token-file.",
                        address, answer->status));
    }
    auto body = parse_json(answer->body);
    if (answer->status != 200 || !body) {
        return unavailable("grafana_refused",
                           fmt::format("{}{} answers {} and no list or dashboard.", address, path,
                                       answer->status));
    }
    return body;
}

std::string text_or_empty(const json::object& object, std::string_view name) {
    return text_at(object, name).value_or("");
}

Result<std::vector<std::string>> search(const std::string& address, const Secret& token,
                                        const GrafanaChoice& choice) {
    std::vector<std::string> uids;
    for (int page = 1; uids.size() < kMostDashboards; ++page) {
        auto body = ask(
            address, fmt::format("/api/search?type=dash-db&limit={}&page={}", kPage, page), token);
        if (!body) return body.error();
        const auto* list = body->if_array();
        if (list == nullptr || list->empty()) break;
        for (const auto& item : *list) {
            const auto* one = item.if_object();
            if (one == nullptr) continue;
            const bool fits = choice.folder.empty() ||
                              text_or_empty(*one, "folderTitle") == choice.folder ||
                              text_or_empty(*one, "folderUid") == choice.folder;
            auto uid = text_or_empty(*one, "uid");
            if (fits && !uid.empty()) uids.push_back(std::move(uid));
        }
        if (list->size() < static_cast<std::size_t>(kPage)) break;
    }
    return uids;
}

}  // namespace

bool is_address(const std::string& what) {
    return what.starts_with("http://") || what.starts_with("https://");
}

Result<FoundDashboard> dashboard_of_file(const std::string& path) {
    std::error_code failed;
    const auto size = std::filesystem::file_size(path, failed);
    if (failed) return unreadable(path, "cannot be read: " + failed.message());
    if (size > kLargestFile) return unreadable(path, "is larger than 16 MiB");
    std::ifstream stream(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream) return unreadable(path, "cannot be read");
    auto parsed = parse_json(text);
    if (!parsed) return unreadable(path, "is no JSON: " + parsed.error().message);
    auto* document = parsed->if_object();
    if (document == nullptr) return unreadable(path, "is no dashboard: it must be a JSON object");
    return FoundDashboard{std::filesystem::path(path).filename().string(), std::move(*document)};
}

Result<std::vector<FoundDashboard>> dashboards_of_grafana(const std::string& address,
                                                          const Secret& token,
                                                          const GrafanaChoice& choice) {
    auto uids = choice.uids;
    if (choice.all || !choice.folder.empty()) {
        auto found = search(address, token, choice);
        if (!found) return found.error();
        uids = std::move(*found);
    }
    if (uids.empty()) {
        return not_found("dashboard_not_found", fmt::format("{} has no such dashboard.", address));
    }
    std::vector<FoundDashboard> dashboards;
    for (const auto& uid : uids) {
        auto body = ask(address, "/api/dashboards/uid/" + percent_encode(uid), token);
        if (!body) return body.error();
        const auto* answer = body->if_object();
        const auto* inner = answer == nullptr ? nullptr : answer->if_contains("dashboard");
        if (inner == nullptr || !inner->is_object()) {
            return unavailable(
                "grafana_refused",
                fmt::format("{} answers something else than the dashboard {}.", address, uid));
        }
        dashboards.push_back({uid, inner->get_object()});
    }
    return dashboards;
}

}  // namespace casement::app
