#include "store/session_cache.h"

#include <algorithm>

namespace casement::store {
namespace {

/// Of lists, maps, control blocks and allocations, roughly.
constexpr std::size_t kOverhead = 256;
constexpr std::size_t kBytesPerNonce = 320;
/// Activity that waits to be written. Beyond it some is forgotten, which only makes "last seen"
/// less exact.
constexpr std::size_t kMostTouches = 16'384;

std::size_t weight(const SessionRow& row) {
    return sizeof(SessionRow) + kOverhead + 2 * row.id.capacity() + row.grant.capacity() +
           row.secret_hash.capacity() + row.cookie_hash.capacity() + row.client.capacity() +
           row.user_agent.capacity() + row.family.capacity();
}

}  // namespace

SessionCache::SessionCache(std::size_t bytes)
    : bytes_per_shard_(bytes / kShards),
      nonces_per_shard_(std::max<std::size_t>(bytes / 5 / kBytesPerNonce / kShards, 16)) {}

std::shared_ptr<const SessionRow> SessionCache::get(std::string_view id) {
    Shard& place = shard(id);
    const std::lock_guard lock(place.mutex);
    const auto found = place.rows.find(id);
    if (found == place.rows.end()) return nullptr;
    place.recent.splice(place.recent.begin(), place.recent, found->second);
    return *found->second;
}

std::uint64_t SessionCache::generation(std::string_view id) {
    Shard& place = shard(id);
    const std::lock_guard lock(place.mutex);
    return place.generation;
}

bool SessionCache::put_read(std::shared_ptr<const SessionRow> row, std::uint64_t generation) {
    Shard& place = shard(row->id);
    const std::lock_guard lock(place.mutex);
    if (place.generation != generation) return false;
    put_locked(place, std::move(row));
    return true;
}

void SessionCache::put_written(std::shared_ptr<const SessionRow> row) {
    Shard& place = shard(row->id);
    const std::lock_guard lock(place.mutex);
    ++place.generation;
    put_locked(place, std::move(row));
}

void SessionCache::change_written(std::string_view id,
                                  const std::function<void(SessionRow&)>& change) {
    Shard& place = shard(id);
    const std::lock_guard lock(place.mutex);
    ++place.generation;
    const auto found = place.rows.find(id);
    if (found == place.rows.end()) return;
    auto row = std::make_shared<SessionRow>(**found->second);
    change(*row);
    put_locked(place, std::move(row));
}

void SessionCache::erase(std::string_view id) {
    Shard& place = shard(id);
    const std::lock_guard lock(place.mutex);
    ++place.generation;
    erase_locked(place, id);
}

void SessionCache::erase_locked(Shard& shard, std::string_view id) {
    const auto found = shard.rows.find(id);
    if (found == shard.rows.end()) return;
    shard.bytes -= weight(**found->second);
    const auto place = found->second;
    shard.rows.erase(found);  // first, because its key looks into the row
    shard.recent.erase(place);
}

void SessionCache::put_locked(Shard& shard, std::shared_ptr<const SessionRow> row) const {
    erase_locked(shard, row->id);
    shard.bytes += weight(*row);
    shard.recent.push_front(std::move(row));
    shard.rows.emplace(shard.recent.front()->id, shard.recent.begin());
    while (shard.bytes > bytes_per_shard_ && !shard.recent.empty()) {
        erase_locked(shard, shard.recent.back()->id);
    }
}

std::optional<SessionCache::Spent> SessionCache::spent(const NonceKey& key) {
    NonceShard& place = nonce_shard(key);
    const std::lock_guard lock(place.mutex);
    const auto found = place.spent.find(key);
    if (found == place.spent.end()) return std::nullopt;
    return found->second;
}

void SessionCache::put_spent(const NonceKey& key, std::string_view id,
                             std::string_view secret_hash) {
    NonceShard& place = nonce_shard(key);
    const std::lock_guard lock(place.mutex);
    // Replaced when it is there: a nonce that was purged may come back.
    const auto [entry, is_new] = place.spent.try_emplace(key);
    entry->second.id = id;
    std::copy_n(secret_hash.begin(), std::min<std::size_t>(secret_hash.size(), 32),
                entry->second.secret_hash.begin());
    if (!is_new) return;
    if (place.order.size() < nonces_per_shard_) {
        place.order.push_back(key);
        return;
    }
    place.spent.erase(place.order[place.oldest]);
    place.order[place.oldest] = key;
    place.oldest = (place.oldest + 1) % place.order.size();
}

void SessionCache::touch(std::string_view id, Time now, microseconds granularity) {
    Shard& place = shard(id);
    const std::lock_guard lock(place.mutex);
    const auto found = place.rows.find(id);
    if (found != place.rows.end()) {
        if (now - (*found->second)->last_seen_at < granularity) return;
        auto row = std::make_shared<SessionRow>(**found->second);
        row->last_seen_at = now;
        put_locked(place, std::move(row));
    }
    if (place.touched.size() >= kMostTouches) return;
    place.touched.insert_or_assign(std::string(id), now);
}

std::vector<std::pair<std::string, Time>> SessionCache::take_touches() {
    std::vector<std::pair<std::string, Time>> all;
    for (auto& place : shards_) {
        Map<Time> taken;
        {
            const std::lock_guard lock(place.mutex);
            taken.swap(place.touched);
        }
        for (auto& [id, time] : taken)
            all.emplace_back(id, time);
    }
    return all;
}

}  // namespace casement::store
