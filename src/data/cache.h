// Finished results, kept for a short while and within a number of bytes.
#pragma once

#include "base/clock.h"
#include "data/table.h"

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace casement::data {

/// About what a table takes of memory.
[[nodiscard]] std::size_t bytes_of(const Table& table);

/// Least recently used goes first. Not locked: its owner is.
class ResultCache {
  public:
    explicit ResultCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    /// Not older than `max_age`, or nullptr.
    [[nodiscard]] TablePtr get(const std::string& key, Time now, microseconds max_age);
    /// Kept for `keep` at most. A table that alone would not fit is not kept.
    void put(const std::string& key, TablePtr table, Time now, microseconds keep);

    [[nodiscard]] std::size_t bytes() const { return bytes_; }

  private:
    struct Entry {
        std::string key;
        TablePtr table;
        Time stored;
        microseconds keep{};
        std::size_t bytes = 0;
    };
    using Place = std::list<Entry>::iterator;
    void erase(Place place);

    std::size_t max_bytes_;
    std::size_t bytes_ = 0;
    std::list<Entry> entries_;                            ///< last used first
    std::unordered_map<std::string_view, Place> by_key_;  ///< keys live in the entries
};

}  // namespace casement::data
