// The files behind a DuckDB source: which ones, of which kind, and whether they have changed.
#pragma once

#include "base/error.h"
#include "data/source.h"

#include <cstdint>
#include <string>
#include <vector>

namespace casement::data {

enum class FileKind { parquet, csv, json };

struct DataFile {
    std::string path;  ///< absolute
    std::uintmax_t size = 0;
    std::int64_t changed_ns = 0;
    std::uint64_t inode = 0;
    bool operator==(const DataFile&) const = default;
};

struct DataTable {
    std::string name;
    FileKind kind = FileKind::parquet;
    std::vector<DataFile> files;
    bool operator==(const DataTable&) const = default;
    [[nodiscard]] std::uintmax_t size() const;
};

/// The tables of a source with every glob expanded; or, for a database file, one DataFile.
struct DataFiles {
    std::vector<DataTable> tables;
    std::vector<DataFile> database;
    bool operator==(const DataFiles&) const = default;
    /// The same for the same files, and in all likelihood another for any other; never 0.
    [[nodiscard]] std::uint64_t digest() const;
};

/// Looks at the disk. Errors: source_unavailable, naming the table (not the path: the text may
/// reach a viewer).
[[nodiscard]] Result<DataFiles> find_files(const DuckDbSettings& settings);

/// Checks what can be checked without the disk: names, kinds by file ending, no addresses.
[[nodiscard]] Result<void> check_duckdb(const DuckDbSettings& settings);

}  // namespace casement::data
