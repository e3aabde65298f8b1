#include "access/key_uses.h"

#include "base/log.h"

#include <algorithm>

namespace casement::access {
namespace {

constexpr std::size_t kNotedBeforeCleaning = 10'000;

}  // namespace

bool KeyUseNotes::note(store::OrgId org, std::int64_t key) {
    const Time now = clock_->now();
    {
        const std::lock_guard lock(mutex_);
        if (noted_.size() >= kNotedBeforeCleaning) {
            std::erase_if(noted_,
                          [&](const auto& entry) { return now - entry.second.at >= interval_; });
        }
        const auto [place, is_new] = noted_.try_emplace(key, Use{org, now});
        if (!is_new) {
            if (now - place->second.at < interval_) return false;
            place->second.at = now;
        }
    }
    catalog_->pool().post([catalog = catalog_, table = table_, key, now] {
        if (const auto noted = catalog->note_key_use(table, key, now); !noted) {
            log::warning("key_use_not_noted", {{"key", key}, {"reason", noted.error().message}});
        }
    });
    return true;
}

asio::awaitable<Result<store::KeyUses>> KeyUseNotes::uses(store::OrgId org) {
    auto found = co_await catalog_->key_uses(table_, org);
    if (!found) co_return found.error();
    const std::lock_guard lock(mutex_);
    for (const auto& [key, use] : noted_) {
        if (use.org != org) continue;
        auto& at = (*found)[key];
        at = std::max(at, use.at);
    }
    co_return found;
}

}  // namespace casement::access
