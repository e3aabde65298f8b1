// The provisioning folder: sources/*.yaml, models/*.yaml, dashboards/*.json, shares/*.yaml, read
// into a bundle. docs/provisioning.md is what its authors read.
#pragma once

#include "access/provisioning.h"
#include "base/error.h"

#include <functional>
#include <optional>
#include <string>

namespace casement::app {

struct FolderOptions {
    /// Relative file paths of sources start at the folder. Off for a bundle that goes to another
    /// machine, where they start at that server's allowed folders.
    bool resolve_paths = true;
    /// The process's environment, for `credential_env`.
    std::function<std::optional<std::string>(const std::string&)> environment;
};

/// Reads and checks everything, also against each other, or fails with the first thing that is
/// wrong: "shares/airports.yaml:12: reason". Blocking.
[[nodiscard]] Result<access::Bundle> read_provisioning_folder(const std::string& folder,
                                                              const FolderOptions& options);

/// The bundle as the body of POST /api/casement/v1/apply. Holds the credentials in the open.
[[nodiscard]] json::object provisioning_body(const access::Bundle& bundle, bool prune);

/// getenv() as FolderOptions wants it.
[[nodiscard]] std::optional<std::string> environment_variable(const std::string& name);

}  // namespace casement::app
