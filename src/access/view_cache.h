// Views and grants that were settled lately. Settling reads settings, rules and plans anew, which
// costs more than showing a cached panel; nothing of it changes while the catalog stays the same.
#pragma once

#include "access/grant.h"
#include "access/view.h"
#include "store/catalog.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace casement::access {

class ViewCache {
  public:
    using Make = std::function<Result<ViewPtr>()>;
    /// The view under `key` as of this version of the catalog; made when it is not there. Any
    /// thread. Refusals are not kept.
    [[nodiscard]] Result<ViewPtr> view(std::string_view key, std::int64_t version,
                                       const Make& make);

    /// The grant of a session, read once: it never changes.
    [[nodiscard]] Result<std::shared_ptr<const Grant>> grant(const std::string& session,
                                                             std::string_view text);

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };
    template <class T>
    using Map = std::unordered_map<std::string, T, Hash, std::equal_to<>>;
    struct Entry {
        std::int64_t version = -1;
        ViewPtr view;
    };
    struct alignas(64) Shard {
        std::mutex mutex;
        Map<Entry> views;
        Map<std::shared_ptr<const Grant>> grants;
    };
    static constexpr std::size_t kShards = 32;
    static constexpr std::size_t kEntriesAShard = 512;

    [[nodiscard]] Shard& shard(std::string_view key) { return shards_[Hash{}(key) % kShards]; }
    std::array<Shard, kShards> shards_;
};

}  // namespace casement::access
