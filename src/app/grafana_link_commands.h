// `casement sign grafana`, and `casement explain` for sharable links of that kind.
#pragma once

#include "app/commands.h"

#include <string>
#include <string_view>

namespace casement::app {

void declare_sign_grafana(CLI::App& sign, Run& run);

/// Whether a URL or a path is such a link, right or wrong: a dashboard's path, or a key or a
/// signature in its query.
[[nodiscard]] bool is_grafana_link(std::string_view url);

struct ExplainGrafana {
    std::string url;
    std::string key_file;  ///< path, "-" or empty
    std::string account;   ///< name of the token's service account, or empty
};
/// Prints the findings; the exit code.
[[nodiscard]] int explain_grafana(const ExplainGrafana& options);

}  // namespace casement::app
