#include "data/cache.h"

#include <utility>

namespace casement::data {
namespace {

constexpr std::size_t kMapNode = 48;
constexpr std::size_t kOverhead = 256;  // of the entry and its place in list and map

}  // namespace

std::size_t bytes_of(const Table& table) {
    std::size_t bytes = table.json.size();
    for (const auto& cells : table.cells) {
        bytes += cells.numbers.size() * sizeof(double) + cells.nulls.size() / 8;
        for (const auto& text : cells.texts)
            bytes += sizeof(std::string) + text.size();
        for (const auto& [row, digits] : cells.exact)
            bytes += kMapNode + sizeof(std::string) + digits.size();
    }
    return bytes;
}

TablePtr ResultCache::get(const std::string& key, Time now, microseconds max_age) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    const Place place = found->second;
    const microseconds age = now - place->stored;
    // A clock that was set back must not keep a result alive.
    if (age < microseconds{0} || age > place->keep) {
        erase(place);
        return nullptr;
    }
    if (age > max_age) return nullptr;
    entries_.splice(entries_.begin(), entries_, place);
    return place->table;
}

void ResultCache::put(const std::string& key, TablePtr table, Time now, microseconds keep) {
    if (const auto found = by_key_.find(key); found != by_key_.end()) erase(found->second);
    const std::size_t bytes = kOverhead + key.size() + bytes_of(*table);
    if (bytes > max_bytes_ || keep <= microseconds{0}) return;
    while (bytes_ + bytes > max_bytes_)
        erase(std::prev(entries_.end()));
    entries_.push_front({key, std::move(table), now, keep, bytes});
    by_key_.emplace(entries_.front().key, entries_.begin());
    bytes_ += bytes;
}

void ResultCache::erase(Place place) {
    bytes_ -= place->bytes;
    by_key_.erase(place->key);
    entries_.erase(place);
}

}  // namespace casement::data
