// Secrets for commands. They never stand on the command line, where every user of the machine could
// read them: a file, standard input ("-") or the environment.
#pragma once

#include "base/error.h"
#include "crypto/secret.h"

#include <optional>
#include <string>

namespace casement::app {

/// Where a command looks for one secret.
struct SecretPlace {
    std::string file;           ///< path, "-" for standard input, or empty
    const char* option = "";    ///< "--token-file", for messages
    const char* variable = "";  ///< "CASEMENT_TOKEN"
    const char* what = "";      ///< "service token"
};

/// The secret without its line end; nullopt when nothing gives one. Errors: unreadable_file.
[[nodiscard]] Result<std::optional<Secret>> find_secret(const SecretPlace& place);
/// The same, but nothing is an error (invalid_flag) that names both ways.
[[nodiscard]] Result<Secret> need_secret(const SecretPlace& place);

/// Everything that standard input has, up to 64 KiB, without the last line end.
[[nodiscard]] Result<Secret> secret_from_input();

}  // namespace casement::app
