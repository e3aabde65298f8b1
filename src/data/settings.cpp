#include "data/settings.h"

#include "base/encoding.h"
#include "base/shape.h"
#include "data/common_settings.h"
#include "data/duckdb_files.h"
#include "data/source_types.h"

#include <fmt/format.h>

namespace casement::data {

namespace json = boost::json;

namespace {

constexpr std::string_view kMemory = R"([0-9]{1,6}(\.[0-9]{1,3})? ?(KB|MB|GB|KiB|MiB|GiB))";

const Shape& duckdb_shape() {
    static const Shape shape = Shape::object({
        optional("database", Shape::text(1, 4096)),
        optional("tables", Shape::map(Shape::any(), 500)),
        optional("memory_limit", Shape::text(2, 20).matching(std::string(kMemory))),
        optional("threads", Shape::integer(1, 256)),
        optional("folder", Shape::text(1, 4096)),
        // What clients of Grafana's API keep with a source; nothing that the engine reads.
        optional("grafana", Shape::map(Shape::any())),
    });
    return shape;
}

}  // namespace

Result<DuckDbSettings> read_duckdb_settings(const json::object& written,
                                            const std::string& folder) {
    const auto settings = without_common(written);
    if (auto wrong = check(json::value(settings), duckdb_shape(), "settings")) {
        wrong->code = "invalid_source";
        return *wrong;
    }
    DuckDbSettings read;
    read.database = text_at(settings, "database").value_or("");
    read.folder = text_at(settings, "folder").value_or(folder);
    read.memory_limit = text_at(settings, "memory_limit").value_or(read.memory_limit);
    if (const auto* threads = settings.if_contains("threads")) {
        read.threads = static_cast<unsigned>(threads->as_int64());
    }
    if (const auto* tables = settings.if_contains("tables")) {
        for (const auto& [name, value] : tables->as_object()) {
            const std::string field = fmt::format("settings.tables.{}", utf8_head(name, 64));
            const Shape path = Shape::text(1, 4096);
            const Shape shape = value.is_array() ? Shape::list(path, 1000, 1) : path;
            if (auto wrong = check(value, shape, field)) {
                wrong->code = "invalid_source";
                return *wrong;
            }
            auto& [table, paths] =
                read.tables.emplace_back(std::string(name), std::vector<std::string>());
            if (value.is_string()) {
                paths.emplace_back(value.get_string());
                continue;
            }
            for (const auto& entry : value.get_array())
                paths.emplace_back(entry.get_string());
        }
    }
    if (auto ok = check_duckdb(read); !ok) return ok.error();
    return read;
}

Result<void> check_duckdb_settings(const json::object& settings) {
    auto read = read_duckdb_settings(settings, "");
    if (!read) return read.error();
    return {};
}

Result<std::unique_ptr<Source>> open_duckdb_source(const SourceSettings& settings) {
    auto read = read_duckdb_settings(settings.settings, settings.folder);
    if (!read) return read.error();
    return open_duckdb(*read);
}

}  // namespace casement::data
