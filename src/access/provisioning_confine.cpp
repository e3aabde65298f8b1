// Which files a source that comes from the network may read.
#include "access/provisioning.h"
#include "data/common_settings.h"
#include "data/duckdb_files.h"
#include "data/settings.h"
#include "data/sqlite_database.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace casement::access {
namespace {

namespace fs = std::filesystem;

bool is_inside(const fs::path& path, const fs::path& folder) {
    const auto [end, ignored] =
        std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
    return end == folder.end();
}

bool is_inside_any(const fs::path& path, const std::vector<fs::path>& folders) {
    return std::ranges::any_of(folders,
                               [&](const auto& folder) { return is_inside(path, folder); });
}

// The part of a pattern that names one place, before the first wildcard.
fs::path fixed_part(const fs::path& pattern) {
    fs::path out;
    for (const auto& part : pattern) {
        if (part.string().find_first_of("*?[{") != std::string::npos) break;
        out /= part;
    }
    return out;
}

/// The settings of a source that reads files, as paths that can be judged.
Result<data::DuckDbSettings> read_files(const SourceSpec& spec, const std::string& folder) {
    if (spec.type == "duckdb") return data::read_duckdb_settings(spec.settings, folder);
    auto read = data::read_sqlite_settings(data::without_common(spec.settings), folder);
    if (!read) return read.error();
    data::DuckDbSettings settings;
    settings.database = read->database;
    settings.folder = read->folder;
    return settings;
}

// A server over the network: nothing of this machine is read, unless the settings say so.
Result<void> confine_mysql(const SourceSpec& spec) {
    for (const auto* name : {"socket", "tls_ca"}) {
        if (!spec.settings.contains(name)) continue;
        return forbidden("folder_not_allowed",
                         fmt::format("{}: the source \"{}\" uses a file of this machine (\"{}\"), "
                                     "which only its provisioning folder may.",
                                     spec.origin, spec.name, name));
    }
    return {};
}

// Whether everything that these settings read is inside. The place is judged before the disk is
// asked what is there, so that an answer never tells of files outside.
bool fits(const data::DuckDbSettings& settings, const std::vector<fs::path>& folders) {
    std::vector<std::string> patterns;
    if (!settings.database.empty()) patterns.push_back(settings.database);
    for (const auto& [table, paths] : settings.tables) {
        patterns.insert(patterns.end(), paths.begin(), paths.end());
    }
    for (const auto& text : patterns) {
        const fs::path pattern = fs::path(settings.folder) / text;
        // After a wildcard, ".." could climb out of whatever was matched.
        if (std::ranges::find(pattern, fs::path("..")) != pattern.end()) return false;
        std::error_code failed;
        const fs::path place = fs::weakly_canonical(fixed_part(pattern), failed);
        if (failed || !is_inside_any(place, folders)) return false;
    }
    const auto files = data::find_files(settings);
    if (!files) return false;
    const auto inside = [&](const data::DataFile& file) {
        std::error_code failed;
        const fs::path real = fs::canonical(file.path, failed);
        return !failed && is_inside_any(real, folders);
    };
    return std::ranges::all_of(files->database, inside) &&
           std::ranges::all_of(files->tables, [&](const data::DataTable& table) {
               return std::ranges::all_of(table.files, inside);
           });
}

// A server over the network: nothing of this machine is read, unless the settings say so.
Result<void> confine_postgres(const SourceSpec& spec) {
    const auto host = text_at(spec.settings, "host").value_or("");
    if (host.starts_with('/') || host.starts_with('@')) {
        return forbidden("folder_not_allowed",
                         fmt::format("{}: the source \"{}\" uses a socket of this machine, which "
                                     "only its provisioning folder may: give a host and a port.",
                                     spec.origin, spec.name));
    }
    if (spec.settings.contains("ca_file")) {
        return forbidden("folder_not_allowed",
                         fmt::format("{}: the source \"{}\" reads a file of this machine, which "
                                     "only its provisioning folder may: give the certificates "
                                     "themselves as \"ca\".",
                                     spec.origin, spec.name));
    }
    return {};
}

Result<void> confine_prometheus(const SourceSpec& spec) {
    if (!spec.settings.contains("ca_file")) return {};
    return forbidden("folder_not_allowed",
                     fmt::format("{}: the source \"{}\" reads a file of this machine "
                                 "(\"ca_file\"), which only its provisioning folder may.",
                                 spec.origin, spec.name));
}

Result<void> confine(SourceSpec& spec, const std::vector<fs::path>& folders) {
    if (spec.type == "postgres" || spec.type == "grafana-postgresql-datasource") {
        return confine_postgres(spec);
    }
    if (spec.type == "mysql") return confine_mysql(spec);
    if (spec.type == "prometheus") return confine_prometheus(spec);
    // A type that is not judged here has no business coming this way until it is.
    if (spec.type == "duckdb" || spec.type == "sqlite") {
        const bool own_folder = spec.settings.contains("folder");
        for (const auto& folder : folders) {
            auto settings = read_files(spec, folder.string());
            if (!settings) {
                return invalid("invalid_bundle",
                               fmt::format("{}: {}", spec.origin, settings.error().message));
            }
            if (own_folder && !settings->folder.starts_with('/')) {
                settings->folder = (folder / settings->folder).string();
            }
            if (!fits(*settings, folders)) continue;
            spec.settings["folder"] = settings->folder;
            return {};
        }
    }
    return forbidden(
        "folder_not_allowed",
        folders.empty()
            ? fmt::format("{}: the source \"{}\" reads files, and this server allows none: its "
                          "setting data.allowed_folders is empty, or no folder in it exists.",
                          spec.origin, spec.name)
            : fmt::format("{}: the source \"{}\" reads files that are not there, or not inside the "
                          "folders that this server allows (its setting data.allowed_folders).",
                          spec.origin, spec.name));
}

}  // namespace

Result<void> confine_sources(Bundle& bundle, const std::vector<std::string>& allowed_folders) {
    std::vector<fs::path> folders;
    for (const auto& text : allowed_folders) {
        std::error_code failed;
        auto folder = fs::canonical(text, failed);
        if (!failed && folder.is_absolute()) folders.push_back(std::move(folder));
    }
    for (auto& spec : bundle.sources) {
        if (auto done = confine(spec, folders); !done) return done;
    }
    return {};
}

}  // namespace casement::access
