#include "app/open_catalog.h"

#include "app/yaml_document.h"
#include "base/encoding.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>
#include <sys/stat.h>

namespace casement::app {
namespace {

namespace fs = std::filesystem;

Error folder_error(const std::string& folder, std::string_view reason) {
    return unavailable("data_folder_unusable",
                       fmt::format("The data folder {} cannot be used: {}. Choose another one with "
                                   "--data, or give this user the right to write there.",
                                   folder, reason));
}

}  // namespace

Result<void> prepare_data_folder(const Configuration& configuration) {
    const std::string& folder = configuration.store.folder;
    std::error_code failed;
    if (fs::is_directory(folder, failed)) return {};
    fs::create_directories(fs::path(folder).parent_path(), failed);
    if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
        return folder_error(folder, std::strerror(errno));
    }
    if (!fs::is_directory(folder, failed)) return folder_error(folder, "it is not a folder");
    return {};
}

namespace {

// A key that the operator hands in. It may be group-readable (secret managers mount it so), but not
// readable by everybody, and not writable by the group.
Result<Secret> read_master_key(const std::string& path) {
    const auto refuse = [&](std::string_view reason) {
        return invalid("master_key_invalid",
                       fmt::format("security.master_key_file: {} {}", path, reason));
    };
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) {
        return refuse(fmt::format("cannot be read ({}).", std::strerror(errno)));
    }
    if ((status.st_mode & (S_IRWXO | S_IWGRP)) != 0) {
        return refuse(fmt::format("may be read or changed by others. Run: chmod 0600 {}", path));
    }
    auto text = read_file(path);
    if (!text) return refuse("cannot be read.");
    while (text->ends_with('\n') || text->ends_with('\r'))
        text->pop_back();
    auto bytes = from_base64url(*text);
    Secret written(std::move(*text));  // wiped when dropped
    if (!bytes || bytes->size() != 32) {
        return refuse(
            "must hold 43 characters of base64url, which are 32 random bytes. Make one with: "
            "openssl rand 32 | basenc --base64url | tr -d =");
    }
    return Secret(std::move(*bytes));
}

std::string below(const Configuration& configuration, const std::string& setting,
                  const char* name) {
    if (setting == "sqlite") return (fs::path(configuration.store.folder) / name).string();
    return setting.substr(std::string_view("sqlite:").size());
}

}  // namespace

std::string catalog_database(const Configuration& configuration) {
    const auto& setting = configuration.store.catalog;
    if (!setting.starts_with("sqlite")) return setting;
    return "sqlite:" + below(configuration, setting, "catalog.db");
}

std::string session_database(const Configuration& configuration) {
    return below(configuration, configuration.store.sessions, "sessions.db");
}

Result<OpenCatalog> open_catalog(const Configuration& configuration, crypto::Random& random,
                                 const Clock& clock, WhenMissing when_missing) {
    const std::string& folder = configuration.store.folder;
    const std::string database = catalog_database(configuration);
    if (when_missing == WhenMissing::refuse) {
        std::error_code failed;
        const bool in_file = database.starts_with("sqlite:");
        const std::string needed = in_file ? database.substr(7) : folder;
        if (!fs::exists(needed, failed)) {
            return not_found("catalog_not_found",
                             fmt::format("{} does not exist. Check --data or --config.", needed));
        }
    } else if (auto made = prepare_data_folder(configuration); !made) {
        return made.error();
    }

    auto key = configuration.security.master_key_file.empty()
                   ? store::SecretBox::load_or_create_key(folder, random)
                   : read_master_key(configuration.security.master_key_file);
    if (!key) return key.error();
    auto box = store::SecretBox::create(*key, random);
    if (!box) return box.error();

    OpenCatalog out;
    out.secrets = std::make_unique<store::SecretBox>(std::move(*box));
    store::CatalogOptions options;
    options.database = database;
    auto catalog = store::Catalog::open(options, *out.secrets, clock);
    if (!catalog) return catalog.error();
    out.catalog = std::move(*catalog);
    return out;
}

}  // namespace casement::app
