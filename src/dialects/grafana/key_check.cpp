#include "dialects/grafana/key_check.h"

#include "access/account_keys.h"
#include "access/attempts.h"
#include "crypto/hash.h"
#include "dialects/grafana/key.h"

#include <cstring>
#include <utility>
#include <variant>

namespace casement::grafana {
namespace {

/// Addresses are anybody's to come from: they share a fixed number of buckets.
constexpr std::size_t kBuckets = 1U << 16U;

using Presented = std::variant<LegacyKey, ServiceToken>;

Result<Presented> parse(std::string_view key) {
    if (kind_of(key) == KeyKind::token) {
        auto token = parse_service_token(key);
        if (!token) return token.error();
        return Presented(std::move(*token));
    }
    auto legacy = parse_legacy_key(key);
    if (!legacy) return legacy.error();
    return Presented(std::move(*legacy));
}

Error invalid_key() {
    return unauthenticated("api_key_invalid", "Invalid API key");
}

struct Found {
    std::int64_t key = 0;  ///< 0: none
    Secret hash;
};

/// A legacy key says which row it is, whatever has become of its kind since.
Found find(const store::Snapshot& snapshot, const LegacyKey& key, Time now) {
    Found found{0, key_hash(key)};
    const auto* row = snapshot.by_name<store::AccountKey>(key.org, key.name);
    if (row != nullptr && access::is_hash_of(*row, found.hash, now)) found.key = row->id;
    return found;
}

/// A token says nothing of the kind. Next to PBKDF2 looking at every row costs little, and it is
/// the same for a wrong one as for a right one.
Found find(const store::Snapshot& snapshot, const ServiceToken& token, Time now) {
    Found found{0, key_hash(token)};
    for (const auto* organization : snapshot.organizations()) {
        for (const auto* row : snapshot.list<store::AccountKey>(organization->id)) {
            const bool fits = access::is_hash_of(*row, found.hash, now);
            if (fits && found.key == 0) found.key = row->id;
        }
    }
    return found;
}

/// Counts itself while it lives.
class Waiting {
  public:
    explicit Waiting(std::atomic<std::int64_t>& count) : count_(count), number_(++count) {}
    ~Waiting() { --count_; }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    [[nodiscard]] std::int64_t number() const { return number_; }

  private:
    std::atomic<std::int64_t>& count_;
    const std::int64_t number_;
};

}  // namespace

KeyCheck::KeyCheck(const store::Catalog& catalog, crypto::Random& random, const Clock& clock,
                   const KeyCheckLimits& limits)
    : catalog_(&catalog),
      clock_(&clock),
      limits_(limits),
      digest_key_(random.bytes(32)),
      wrong_keys_({limits.wrong_keys_a_minute}, clock),
      pool_("account keys", limits.threads) {}

std::string KeyCheck::digest_of(std::string_view key) const {
    return crypto::hmac_sha256(digest_key_.reveal(), key);
}

// Keyed, so that nobody can choose an address that shares a bucket with somebody else's.
std::int64_t KeyCheck::bucket_of(std::string_view client) const {
    const auto digest = digest_of("client " + access::network_of(client));
    std::uint64_t number = 0;
    std::memcpy(&number, digest.data(), sizeof number);
    return static_cast<std::int64_t>(number % kBuckets);
}

std::optional<std::int64_t> KeyCheck::remembered(std::string_view key) {
    const auto known = proven(key);
    if (!known) return std::nullopt;
    return known->key;
}

std::optional<KeyCheck::Proven> KeyCheck::proven(std::string_view key) {
    if (key.empty() || key.size() > kMaxKeyLength) return std::nullopt;
    const auto digest = digest_of(key);
    Proven found;
    {
        const std::lock_guard lock(mutex_);
        const auto place = by_digest_.find(digest);
        if (place == by_digest_.end()) return std::nullopt;
        known_.splice(known_.begin(), known_, place->second);
        found = {place->second->key, place->second->hash};
    }
    const auto snapshot = catalog_->snapshot();
    const auto* row = snapshot->find<store::AccountKey>(found.key);
    if (row != nullptr && access::is_hash_of(*row, found.hash, clock_->now())) return found;
    const std::lock_guard lock(mutex_);
    const auto place = by_digest_.find(digest);
    if (place == by_digest_.end()) return std::nullopt;
    const auto entry = place->second;
    by_digest_.erase(place);  // before the text that it points to goes
    known_.erase(entry);
    return std::nullopt;
}

void KeyCheck::remember(Known known) {
    const std::lock_guard lock(mutex_);
    if (const auto place = by_digest_.find(known.digest); place != by_digest_.end()) {
        // In place: the map's key is a view of this entry's digest, which stays.
        place->second->key = known.key;
        place->second->hash = std::move(known.hash);
        return;
    }
    if (known_.size() >= limits_.remembered) {
        by_digest_.erase(known_.back().digest);
        known_.pop_back();
    }
    known_.push_front(std::move(known));
    by_digest_.emplace(known_.front().digest, known_.begin());
}

asio::awaitable<Result<std::int64_t>> KeyCheck::check(Secret key, std::string client) {
    if (const auto known = remembered(key.reveal())) co_return *known;
    // What is malformed is refused for nothing, and says nothing about what there is.
    auto presented = parse(key.reveal());
    if (!presented) co_return invalid_key();
    const auto bucket = bucket_of(client);
    if (!wrong_keys_.take(bucket).allowed) {
        co_return Error{ErrorKind::rate_limited,
                        "too_many_keys",
                        "Too many wrong API keys came from this address. Wait a minute and try "
                        "again with the right one.",
                        {}};
    }
    const Waiting waiting(waiting_);
    if (waiting.number() > limits_.waiting) {
        wrong_keys_.give_back(bucket);
        co_return unavailable("busy", "Too many API keys are being checked. Try again.");
    }
    const Time now = clock_->now();
    auto work = [what = std::move(*presented), snapshot = catalog_->snapshot(), now] {
        return std::visit([&](const auto& one) { return find(*snapshot, one, now); }, what);
    };
    auto found = co_await pool_.run(std::move(work));
    if (found.key == 0) co_return invalid_key();
    wrong_keys_.give_back(bucket);
    const auto id = found.key;
    remember({digest_of(key.reveal()), id, std::move(found.hash)});
    co_return id;
}

}  // namespace casement::grafana
