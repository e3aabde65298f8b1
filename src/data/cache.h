// Finished results, kept for a short while and within a number of bytes.
#pragma once

#include "base/clock.h"
#include "data/table.h"

#include <chrono>
#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace casement::data {

/// Least recently used goes first. Not locked: its owner is.
class ResultCache {
  public:
    ResultCache(std::size_t max_bytes, std::chrono::milliseconds max_age)
        : max_bytes_(max_bytes), max_age_(max_age) {}

    [[nodiscard]] TablePtr get(const std::string& key, Time now);
    /// A table that alone would not fit is not kept.
    void put(const std::string& key, TablePtr table, Time now);

    [[nodiscard]] std::size_t bytes() const { return bytes_; }

  private:
    struct Entry {
        std::string key;
        TablePtr table;
        Time stored;
        std::size_t bytes = 0;
    };
    using Place = std::list<Entry>::iterator;
    void erase(Place place);

    std::size_t max_bytes_;
    std::chrono::milliseconds max_age_;
    std::size_t bytes_ = 0;
    std::list<Entry> entries_;                            ///< last used first
    std::unordered_map<std::string_view, Place> by_key_;  ///< keys live in the entries
};

}  // namespace casement::data
