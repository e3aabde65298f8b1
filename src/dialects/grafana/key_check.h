// A presented key, whole: whose is it? PBKDF2 is paid once for each key: who has proven itself is
// remembered, until its row changes. Who guesses is stopped before it costs anything.
#pragma once

#include "access/rate_limit.h"
#include "base/clock.h"
#include "base/pool.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "store/catalog.h"

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace casement::grafana {

struct KeyCheckLimits {
    std::int64_t wrong_keys_a_minute = 300;  ///< from one address
    std::size_t remembered = 10'000;         ///< keys
    unsigned threads = 2;                    ///< for PBKDF2
    std::int64_t waiting = 256;              ///< checks that may wait for a thread or have one
};

class KeyCheck {
  public:
    /// `catalog` and `clock` must outlive it.
    KeyCheck(const store::Catalog& catalog, crypto::Random& random, const Clock& clock,
             const KeyCheckLimits& limits = {});

    /// The id of the row whose secret this is; whether that row still counts is
    /// access::check_account_key's to say. `client` is the address that is put down for a wrong
    /// one. A wrong name and a wrong secret fail alike and take equally long. Errors:
    /// unauthenticated "api_key_invalid"; rate_limited "too_many_keys"; unavailable "busy".
    [[nodiscard]] asio::awaitable<Result<std::int64_t>> check(Secret key, std::string client);
    /// The same from memory alone: nullopt for a key that check() has not seen, or not since its
    /// row changed. Any thread; no PBKDF2.
    [[nodiscard]] std::optional<std::int64_t> remembered(std::string_view key);

    struct Proven {
        std::int64_t key = 0;
        Secret hash;  ///< the one of the key's that the text has
    };
    /// remembered(), with what it was proven by.
    [[nodiscard]] std::optional<Proven> proven(std::string_view key);

    /// Where PBKDF2 runs, for whoever makes keys too.
    [[nodiscard]] BlockingPool& pool() { return pool_; }

  private:
    struct Known {
        std::string digest;  ///< HMAC-SHA256 of the whole key
        std::int64_t key = 0;
        Secret hash;  ///< the one of the row that it fitted
    };
    [[nodiscard]] std::string digest_of(std::string_view key) const;
    [[nodiscard]] std::int64_t bucket_of(std::string_view client) const;
    void remember(Known known);

    const store::Catalog* catalog_;
    const Clock* clock_;
    const KeyCheckLimits limits_;
    const Secret digest_key_;
    access::RateLimiter wrong_keys_;
    std::atomic<std::int64_t> waiting_{0};
    std::mutex mutex_;
    std::list<Known> known_;  ///< used last first
    std::unordered_map<std::string_view, std::list<Known>::iterator> by_digest_;
    BlockingPool pool_;
};

}  // namespace casement::grafana
