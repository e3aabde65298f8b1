// `casement sign looker`, and `casement explain` for login links of Looker's kind.
#pragma once

#include "app/commands.h"
#include "app/configuration.h"

#include <optional>
#include <string>
#include <string_view>

namespace casement::app {

void declare_sign_looker(CLI::App& sign, Run& run);

/// Whether a URL or a path is such a link, right or wrong.
[[nodiscard]] bool is_looker_link(std::string_view url);

struct ExplainLooker {
    std::string url;
    std::string secret_file;          ///< path, "-" or empty
    std::string string_to_sign_file;  ///< what the developer's program signed; path or empty
    std::string host;                 ///< what browsers send, where it is not the URL's; or empty
    std::optional<Configuration> configuration;  ///< when the server's catalog is to be asked too
};
/// Prints the findings; the exit code.
[[nodiscard]] int explain_looker(const ExplainLooker& options);

}  // namespace casement::app
