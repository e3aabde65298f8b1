#include "store/migrations.h"

namespace casement::store {

std::vector<std::string> statements_of(std::string_view sql) {
    std::vector<std::string> statements;
    std::string current;
    while (!sql.empty()) {
        const auto end = sql.find('\n');
        const std::string_view line = sql.substr(0, end);
        sql = end == std::string_view::npos ? std::string_view{} : sql.substr(end + 1);
        if (line.empty() || line.starts_with("--")) continue;
        current += line;
        if (line.ends_with(';')) {
            current.pop_back();
            statements.push_back(std::move(current));
            current.clear();
        } else {
            current += '\n';
        }
    }
    if (!current.empty()) statements.push_back(std::move(current));
    return statements;
}

}  // namespace casement::store
