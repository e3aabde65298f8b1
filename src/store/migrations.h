// Numbered, forward-only changes of a database's shape: the files in src/store/migrations.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace casement::store {

struct Migration {
    int number = 0;
    std::string_view name;  ///< "0001_catalog"
    std::string_view sql;
};

/// In the order of their numbers. Their text is made by CMake from the files.
[[nodiscard]] std::vector<Migration> catalog_migrations();
[[nodiscard]] std::vector<Migration> sessions_migrations();

/// One statement each, without comments. A statement ends with a semicolon at the end of a line.
[[nodiscard]] std::vector<std::string> statements_of(std::string_view sql);

}  // namespace casement::store
