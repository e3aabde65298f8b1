// Dashboards of Grafana's, from a file or from a running one, for `casement import grafana`.
#pragma once

#include "base/error.h"
#include "base/shape.h"
#include "crypto/secret.h"

#include <string>
#include <vector>

namespace casement::app {

struct GrafanaChoice {
    std::vector<std::string> uids;
    std::string folder;  ///< title or uid of a folder
    bool all = false;
};

struct FoundDashboard {
    std::string name;  ///< of the file, or the uid
    json::object document;
};

[[nodiscard]] bool is_address(const std::string& what);
/// Errors: unreadable_file, invalid_dashboard.
[[nodiscard]] Result<FoundDashboard> dashboard_of_file(const std::string& path);
/// Over its HTTP API, in the order of its search. Errors: server_unreachable, grafana_refused,
/// not_found "dashboard_not_found" when nothing is chosen by that.
[[nodiscard]] Result<std::vector<FoundDashboard>> dashboards_of_grafana(
    const std::string& address, const Secret& token, const GrafanaChoice& choice);

}  // namespace casement::app
