// Sessions in memory: what peek() and find() look at first. Only what is durable gets in.
#pragma once

#include "crypto/secret.h"
#include "store/nonce_key.h"
#include "store/session_store.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace casement::store {

class SessionCache {
  public:
    /// At most about `bytes` of sessions, and about a fifth of it on top for spent nonces.
    explicit SessionCache(std::size_t bytes);

    [[nodiscard]] std::shared_ptr<const SessionRow> get(std::string_view id);

    /// Changes whenever the writer may have changed the session on disk. Take it before reading
    /// the row, and hand it to put_read().
    [[nodiscard]] std::uint64_t generation(std::string_view id);
    /// Keeps a row that was read, unless the writer was there since: then what was read may be a
    /// session from before it was ended. False when it was not kept for that reason.
    bool put_read(std::shared_ptr<const SessionRow> row, std::uint64_t generation);

    /// For the writer, after its commit.
    void put_written(std::shared_ptr<const SessionRow> row);
    void change_written(std::string_view id, const std::function<void(SessionRow&)>& change);
    void erase(std::string_view id);

    /// A spent nonce never changes until it is purged, so it can be refused from memory.
    struct Spent {
        std::string id;
        std::array<char, 32> secret_hash{};
        [[nodiscard]] bool is_secret(std::string_view hash) const {
            return equal_in_constant_time({secret_hash.data(), secret_hash.size()}, hash);
        }
    };
    [[nodiscard]] std::optional<Spent> spent(const NonceKey& key);
    void put_spent(const NonceKey& key, std::string_view id, std::string_view secret_hash);

    /// Notes activity at `now`; within `granularity` of what is known it does nothing.
    void touch(std::string_view id, Time now, microseconds granularity);
    /// Takes what was noted, to be written.
    [[nodiscard]] std::vector<std::pair<std::string, Time>> take_touches();

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };
    template <class T>
    using Map = std::unordered_map<std::string, T, Hash, std::equal_to<>>;

    using Recent = std::list<std::shared_ptr<const SessionRow>>;
    struct alignas(64) Shard {
        std::mutex mutex;
        Recent recent;  ///< newest use first
        /// Keys look into the rows they lead to.
        std::unordered_map<std::string_view, Recent::iterator> rows;
        std::size_t bytes = 0;
        std::uint64_t generation = 0;
        Map<Time> touched;
    };
    struct NonceHash {
        // The key is a digest already.
        std::size_t operator()(const NonceKey& key) const noexcept {
            std::size_t value = 0;
            std::memcpy(&value, key.data(), sizeof value);
            return value;
        }
    };
    struct alignas(64) NonceShard {
        std::mutex mutex;
        std::unordered_map<NonceKey, Spent, NonceHash> spent;
        std::vector<NonceKey> order;  ///< a ring once it is full
        std::size_t oldest = 0;
    };

    static constexpr std::size_t kShards = 64;
    [[nodiscard]] Shard& shard(std::string_view id) { return shards_[Hash{}(id) % kShards]; }
    [[nodiscard]] NonceShard& nonce_shard(const NonceKey& key) {
        return nonce_shards_[static_cast<unsigned char>(key.back()) % kShards];
    }
    void put_locked(Shard& shard, std::shared_ptr<const SessionRow> row) const;
    static void erase_locked(Shard& shard, std::string_view id);

    const std::size_t bytes_per_shard_;
    const std::size_t nonces_per_shard_;
    std::array<Shard, kShards> shards_;
    std::array<NonceShard, kShards> nonce_shards_;
};

}  // namespace casement::store
