#include "access/set_up.h"

#include "access/attempts.h"
#include "crypto/hash.h"
#include "crypto/totp.h"

#include <cstring>
#include <string>

namespace casement::access {
namespace {

constexpr std::size_t kCodeBytes = 16;
constexpr RateLimit kTries{10, std::chrono::seconds{60}};
constexpr std::uint64_t kBuckets = 1U << 12U;
constexpr std::size_t kLongestCode = 64;

template <class Fits>
bool has_user(const store::Snapshot& snapshot, Fits fits) {
    for (const auto* organization : snapshot.organizations()) {
        for (const auto* user : snapshot.users(organization->id)) {
            if (fits(*user)) return true;
        }
    }
    return false;
}

Secret draw_code(const store::Catalog& catalog, crypto::Random& random) {
    const auto snapshot = catalog.snapshot();
    const bool begun =
        has_user(*snapshot, [](const store::User& user) { return !user.password_hash.empty(); });
    return begun ? Secret() : Secret(crypto::to_base32(random.bytes(kCodeBytes)));
}

/// As a person types it: in small letters, or with gaps.
Secret as_drawn(std::string_view text) {
    std::string code;
    for (const char c : text) {
        if (c == ' ' || c == '-') continue;
        code += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return Secret(std::move(code));
}

}  // namespace

SetUpCode::SetUpCode(const store::Catalog& catalog, crypto::Random& random, const Clock& clock)
    : catalog_(&catalog),
      code_(draw_code(catalog, random)),
      bucket_key_(random.bytes(32)),
      tries_(kTries, clock) {}

bool SetUpCode::is_open() const {
    if (code_.empty()) return false;
    const std::lock_guard lock(mutex_);
    if (taken_ || has_admin_) return false;
    const auto snapshot = catalog_->snapshot();
    if (snapshot->version() != looked_at_) {
        has_admin_ = has_user(*snapshot, [](const store::User& user) {
            return user.role == "Admin" && !user.password_hash.empty();
        });
        looked_at_ = snapshot->version();
    }
    return !has_admin_;
}

Result<void> SetUpCode::take(std::string_view code, std::string_view client) {
    if (!is_open()) {
        return gone("set_up_done", "This server is set up. Sign in, or ask an Admin for a user.");
    }
    const auto digest = crypto::hmac_sha256(bucket_key_.reveal(), network_of(client));
    std::uint64_t bucket = 0;
    std::memcpy(&bucket, digest.data(), sizeof bucket);
    if (!tries_.take(static_cast<std::int64_t>(bucket % kBuckets)).allowed) {
        return Error{ErrorKind::rate_limited,
                     "too_many_attempts",
                     "Too many attempts. Wait a minute and try again.",
                     {}};
    }
    const bool fits = code.size() <= kLongestCode && as_drawn(code) == code_;
    if (!fits) {
        auto wrong = forbidden("wrong_code",
                               "This is not the code that the server printed at its last start.");
        wrong.field = "code";
        return wrong;
    }
    const std::lock_guard lock(mutex_);
    if (taken_) return conflict("set_up_running", "Somebody else is using the code right now.");
    taken_ = true;
    return {};
}

void SetUpCode::give_back() {
    const std::lock_guard lock(mutex_);
    taken_ = false;
}

}  // namespace casement::access
