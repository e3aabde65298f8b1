#include "access/view_cache.h"

namespace casement::access {

Result<ViewPtr> ViewCache::view(std::string_view key, std::int64_t version, const Make& make) {
    auto& place = shard(key);
    {
        const std::lock_guard lock(place.mutex);
        const auto found = place.views.find(key);
        if (found != place.views.end() && found->second.version == version) {
            return found->second.view;
        }
    }
    auto made = make();
    if (!made) return made.error();
    const std::lock_guard lock(place.mutex);
    // Full: all are forgotten. That costs each of them one reading, and keeps no order of use.
    if (place.views.size() >= kEntriesAShard) place.views.clear();
    place.views.insert_or_assign(std::string(key), Entry{version, *made});
    return *made;
}

Result<std::shared_ptr<const Grant>> ViewCache::grant(const std::string& session,
                                                      std::string_view text) {
    auto& place = shard(session);
    {
        const std::lock_guard lock(place.mutex);
        const auto found = place.grants.find(session);
        if (found != place.grants.end()) return found->second;
    }
    auto read = read_grant(text);
    if (!read) return read.error();
    auto grant = std::make_shared<const Grant>(std::move(*read));
    const std::lock_guard lock(place.mutex);
    if (place.grants.size() >= kEntriesAShard) place.grants.clear();
    place.grants.insert_or_assign(session, grant);
    return grant;
}

}  // namespace casement::access
