// Builders for the tests of the data room: a folder of files, a source over them, a query.
#pragma once

#include "data/query.h"
#include "data/source.h"

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace casement::data {

/// A folder that goes away with the test.
class TempFolder {
  public:
    TempFolder() {
        std::random_device random;
        path_ = std::filesystem::temp_directory_path() /
                ("casement-data-" + std::to_string(random()) + std::to_string(random()));
        std::filesystem::create_directories(path_);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::string path() const { return path_.string(); }
    std::string write(const std::string& name, const std::string& text) const {
        const auto file = path_ / name;
        std::ofstream(file, std::ios::binary) << text;
        return file.string();
    }

  private:
    std::filesystem::path path_;
};

inline constexpr const char* kPeople =
    "name,city,age\nAda,London,36\nKurt,Brno,71\nEmmy,Erlangen,53\n";

inline DuckDbSettings people_settings(const TempFolder& folder) {
    folder.write("people.csv", kPeople);
    DuckDbSettings settings;
    settings.folder = folder.path();
    settings.tables = {{"people", {"people.csv"}}};
    settings.memory_limit = "256MB";
    return settings;
}

inline std::unique_ptr<Source> open_people(const TempFolder& folder) {
    auto source = open_duckdb(people_settings(folder));
    if (!source) ADD_FAILURE() << source.error().message;
    return source ? std::move(*source) : nullptr;
}

inline Query query_of(std::string text, std::map<std::string, Value> parameters = {}) {
    Query query;
    query.org = 1;
    query.source = "people";
    query.text = std::move(text);
    query.parameters = std::move(parameters);
    return query;
}

/// The result's JSON, or "code: message" of the refusal.
inline std::string answer(Source& source, const Query& query) {
    const Cancellation never;
    const auto table = source.run(query, never);
    if (!table) return std::string(table.error().code) + ": " + table.error().message;
    return (*table)->json;
}

/// The values of the first column as JSON, or the error's code.
inline std::string first_column(Source& source, const Query& query) {
    const Cancellation never;
    const auto table = source.run(query, never);
    if (!table) return std::string(table.error().code);
    const std::string& json = (*table)->json;
    const auto start = json.find("\"values\":") + 9;
    const auto exact = json.find("],\"exact\":", start);
    const auto end = exact != std::string::npos ? exact : json.find("]}", start);
    return json.substr(start, end + 1 - start);
}

/// The digits of the first column's first cell where a double cannot hold them, or "".
inline std::string exact_digits(Source& source, const Query& query) {
    const Cancellation never;
    const auto table = source.run(query, never);
    if (!table) return std::string(table.error().code);
    const auto& exact = (*table)->cells.at(0).exact;
    return exact.contains(0) ? exact.at(0) : "";
}

}  // namespace casement::data
