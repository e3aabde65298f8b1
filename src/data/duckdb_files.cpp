#include "data/duckdb_files.h"

#include "base/encoding.h"
#include "base/log.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>

#include <fmt/format.h>
#include <glob.h>
#include <sys/stat.h>

namespace casement::data {
namespace {

constexpr std::size_t kMaxTables = 500;
constexpr std::size_t kMaxFiles = 10'000;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::optional<FileKind> kind_of(std::string_view path) {
    std::string name = lower(path);
    for (const std::string_view packed : {".gz", ".zst"}) {
        if (name.ends_with(packed)) name.resize(name.size() - packed.size());
    }
    for (const std::string_view end : {".parquet", ".parq"}) {
        if (name.ends_with(end)) return FileKind::parquet;
    }
    for (const std::string_view end : {".csv", ".tsv"}) {
        if (name.ends_with(end)) return FileKind::csv;
    }
    for (const std::string_view end : {".json", ".ndjson", ".jsonl"}) {
        if (name.ends_with(end)) return FileKind::json;
    }
    return std::nullopt;
}

bool is_table_name(std::string_view name) {
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    if (name.empty() || name.size() > 63 || !letter(name[0])) return false;
    return std::all_of(name.begin(), name.end(),
                       [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

Result<void> check_path(const std::string& path, const std::string& field) {
    if (path.empty() || path.size() > 4096 || path.find('\0') != std::string::npos ||
        !is_utf8(path)) {
        return invalid("invalid_source", "A file needs a path of at most 4096 bytes.", field);
    }
    // "s3://…" and the like would be fetched by the engine, with the server's network and keys.
    if (path.find("://") != std::string::npos) {
        return invalid("invalid_source", "Only files of this machine can be read, not addresses.",
                       field);
    }
    return {};
}

std::string absolute(const DuckDbSettings& settings, const std::string& path) {
    std::filesystem::path full(path);
    if (full.is_relative()) full = std::filesystem::path(settings.folder) / full;
    std::error_code failed;
    const auto rooted = std::filesystem::absolute(full, failed);
    return (failed ? full : rooted).lexically_normal().string();
}

bool add_file(const std::string& path, std::vector<DataFile>& files) {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return false;
    files.push_back(
        {path, static_cast<std::uintmax_t>(info.st_size),
         static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec,
         static_cast<std::uint64_t>(info.st_ino)});
    return true;
}

bool add_matching(const std::string& pattern, std::vector<DataFile>& files) {
    if (pattern.find_first_of("*?[") == std::string::npos) return add_file(pattern, files);
    glob_t found{};
    bool any = false;
    if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
        for (std::size_t i = 0; i < found.gl_pathc && files.size() < kMaxFiles; ++i) {
            any = add_file(found.gl_pathv[i], files) || any;
        }
    }
    ::globfree(&found);
    return any;
}

Error missing(const std::string& what, const std::string& path) {
    log::warning("source_file_missing", {{"table", what}, {"path", path}});
    return unavailable("source_unavailable",
                       fmt::format("The data of {} cannot be read: a file is missing.", what));
}

}  // namespace

std::uintmax_t DataTable::size() const {
    std::uintmax_t sum = 0;
    for (const auto& file : files)
        sum += file.size;
    return sum;
}

std::uint64_t DataFiles::digest() const {
    std::uint64_t sum = 14695981039346656037U;
    const auto mix = [&sum](std::uint64_t value) {
        sum = (sum ^ value) * 1099511628211U;
        sum ^= sum >> 29U;
    };
    const auto mix_file = [&mix](const DataFile& file) {
        mix(std::hash<std::string>{}(file.path));
        mix(file.size);
        mix(static_cast<std::uint64_t>(file.changed_ns));
        mix(file.inode);
    };
    for (const auto& table : tables) {
        mix(table.files.size());
        for (const auto& file : table.files)
            mix_file(file);
    }
    for (const auto& file : database)
        mix_file(file);
    return sum == 0 ? 1 : sum;
}

Result<DataFiles> find_files(const DuckDbSettings& settings) {
    DataFiles found;
    if (!settings.database.empty()) {
        const std::string path = absolute(settings, settings.database);
        if (!add_file(path, found.database)) return missing("the database", path);
        return found;
    }
    for (const auto& [name, paths] : settings.tables) {
        DataTable table;
        table.name = name;
        for (const auto& path : paths) {
            const std::string full = absolute(settings, path);
            if (!add_matching(full, table.files)) return missing("table " + name, full);
        }
        table.kind = kind_of(paths.front()).value_or(FileKind::parquet);
        found.tables.push_back(std::move(table));
    }
    return found;
}

Result<void> check_duckdb(const DuckDbSettings& settings) {
    if (settings.database.empty() == settings.tables.empty()) {
        return invalid("invalid_source",
                       "A duckdb source needs either \"database\" (a file) or \"tables\" (files by "
                       "table name).",
                       "settings");
    }
    if (!settings.database.empty()) return check_path(settings.database, "settings.database");
    if (settings.tables.size() > kMaxTables) {
        return invalid("invalid_source", fmt::format("At most {} tables.", kMaxTables),
                       "settings.tables");
    }
    std::set<std::string> names;
    for (const auto& [name, paths] : settings.tables) {
        const std::string field = "settings.tables." + std::string(utf8_head(name, 64));
        if (!is_table_name(name)) {
            return invalid("invalid_source",
                           "A table's name has letters, digits and _, starts with a letter or _, "
                           "and is at most 63 long.",
                           field);
        }
        if (!names.insert(lower(name)).second) {
            return invalid("invalid_source", "Two tables have this name.", field);
        }
        if (paths.empty()) return invalid("invalid_source", "A table needs a file.", field);
        std::optional<FileKind> kind;
        for (const auto& path : paths) {
            if (auto ok = check_path(path, field); !ok) return ok.error();
            const auto this_kind = kind_of(path);
            if (!this_kind) {
                return invalid("invalid_source",
                               "A table's file ends in .parquet, .csv, .tsv, .json, .ndjson or "
                               ".jsonl (.gz or .zst may follow).",
                               field);
            }
            if (kind && *kind != *this_kind) {
                return invalid("invalid_source", "The files of one table must be of one kind.",
                               field);
            }
            kind = this_kind;
        }
    }
    return {};
}

}  // namespace casement::data
