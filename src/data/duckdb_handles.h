// Owners for DuckDB's C handles.
#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <duckdb.h>

namespace casement::data {

/// `Handle` is one of DuckDB's pointer types, `destroy` its function that takes the address.
template <class Handle, auto destroy>
class DuckDbHandle {
  public:
    DuckDbHandle() = default;
    explicit DuckDbHandle(Handle handle) : handle_(handle) {}
    DuckDbHandle(DuckDbHandle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    DuckDbHandle& operator=(DuckDbHandle&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    DuckDbHandle(const DuckDbHandle&) = delete;
    DuckDbHandle& operator=(const DuckDbHandle&) = delete;
    ~DuckDbHandle() {
        if (handle_ != nullptr) destroy(&handle_);
    }

    [[nodiscard]] Handle get() const { return handle_; }
    /// For functions that fill it in; only on an empty one.
    [[nodiscard]] Handle* out() { return &handle_; }
    explicit operator bool() const { return handle_ != nullptr; }

  private:
    Handle handle_ = nullptr;
};

using DuckDbDatabaseHandle = DuckDbHandle<duckdb_database, &duckdb_close>;
using DuckDbConnectionHandle = DuckDbHandle<duckdb_connection, &duckdb_disconnect>;
using DuckDbConfig = DuckDbHandle<duckdb_config, &duckdb_destroy_config>;
using DuckDbPrepared = DuckDbHandle<duckdb_prepared_statement, &duckdb_destroy_prepare>;
using DuckDbPending = DuckDbHandle<duckdb_pending_result, &duckdb_destroy_pending>;
using DuckDbExtracted = DuckDbHandle<duckdb_extracted_statements, &duckdb_destroy_extracted>;
using DuckDbChunk = DuckDbHandle<duckdb_data_chunk, &duckdb_destroy_data_chunk>;
using DuckDbType = DuckDbHandle<duckdb_logical_type, &duckdb_destroy_logical_type>;
using DuckDbValue = DuckDbHandle<duckdb_value, &duckdb_destroy_value>;

/// A result is a struct and not a pointer; destroying an empty one is allowed.
class DuckDbResult {
  public:
    DuckDbResult() = default;
    DuckDbResult(const DuckDbResult&) = delete;
    DuckDbResult& operator=(const DuckDbResult&) = delete;
    ~DuckDbResult() { duckdb_destroy_result(&result_); }
    [[nodiscard]] duckdb_result* get() { return &result_; }

  private:
    duckdb_result result_{};
};

struct DuckDbFree {
    void operator()(char* text) const { duckdb_free(text); }
};
using DuckDbText = std::unique_ptr<char, DuckDbFree>;

inline std::string text_or_empty(const char* text) {
    return text == nullptr ? "" : text;
}

}  // namespace casement::data
