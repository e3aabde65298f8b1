#include "crypto/password.h"

#include "base/encoding.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace casement::crypto {
namespace {

constexpr std::size_t kSaltSize = 16;
constexpr std::size_t kHashSize = 32;
// What a stored string may ask for. It comes from our database, but one written by somebody else
// must not be able to eat the machine.
constexpr std::uint64_t kMostMemory = std::uint64_t{256} << 20U;
constexpr std::uint64_t kMostWork = std::uint64_t{1} << 26U;  // N·r·p

struct Stored {
    PasswordCost cost;
    std::string salt;
    std::string hash;
};

bool bearable(const PasswordCost& cost) {
    if (cost.log2_rounds < 1 || cost.log2_rounds > 24) return false;
    if (cost.block_size < 1 || cost.block_size > 64) return false;
    if (cost.parallelization < 1 || cost.parallelization > 64) return false;
    const std::uint64_t rounds = std::uint64_t{1} << cost.log2_rounds;
    return rounds * cost.block_size * 128 <= kMostMemory &&
           rounds * cost.block_size * cost.parallelization <= kMostWork;
}

std::string to_base64(std::string_view bytes) {
    std::string text = to_base64url(bytes);
    std::replace(text.begin(), text.end(), '-', '+');
    std::replace(text.begin(), text.end(), '_', '/');
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.find_first_of("-_") != std::string_view::npos) return std::nullopt;
    std::string url(text);
    std::replace(url.begin(), url.end(), '+', '-');
    std::replace(url.begin(), url.end(), '/', '_');
    return from_base64url(url);
}

/// Takes `name` and the number after it off the front of `text`.
std::optional<unsigned> take_number(std::string_view& text, std::string_view name) {
    if (!text.starts_with(name)) return std::nullopt;
    text.remove_prefix(name.size());
    unsigned value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

std::optional<Stored> parse(std::string_view phc) {
    if (phc.size() > 512) return std::nullopt;
    const auto log2_rounds = take_number(phc, "$scrypt$ln=");
    if (!log2_rounds) return std::nullopt;
    const auto block_size = take_number(phc, ",r=");
    if (!block_size) return std::nullopt;
    const auto parallelization = take_number(phc, ",p=");
    if (!parallelization || !phc.starts_with('$')) return std::nullopt;
    phc.remove_prefix(1);
    const auto dollar = phc.find('$');
    if (dollar == std::string_view::npos) return std::nullopt;
    auto salt = from_base64(phc.substr(0, dollar));
    auto hash = from_base64(phc.substr(dollar + 1));
    // A short hash would match by chance, an empty one always.
    if (!salt || !hash || hash->size() < 16 || hash->size() > 64) return std::nullopt;
    const PasswordCost cost{*log2_rounds, *block_size, *parallelization};
    if (!bearable(cost)) return std::nullopt;
    return Stored{cost, std::move(*salt), std::move(*hash)};
}

std::string derive(const Secret& password, std::string_view salt, const PasswordCost& cost,
                   std::size_t size) {
    const std::string_view text = password.reveal();
    std::string out(size, '\0');
    const std::uint64_t rounds = std::uint64_t{1} << cost.log2_rounds;
    if (EVP_PBE_scrypt(text.data(), text.size(),
                       reinterpret_cast<const unsigned char*>(salt.data()), salt.size(), rounds,
                       cost.block_size, cost.parallelization, 2 * kMostMemory,
                       reinterpret_cast<unsigned char*>(out.data()), out.size()) != 1) {
        throw std::runtime_error("scrypt failed");
    }
    return out;
}

}  // namespace

std::string hash_password(const Secret& password, Random& random, const PasswordCost& cost) {
    if (!bearable(cost)) throw std::logic_error("scrypt: cost out of bounds");
    const std::string salt = random.bytes(kSaltSize);
    const std::string hash = derive(password, salt, cost, kHashSize);
    return fmt::format("$scrypt$ln={},r={},p={}${}${}", cost.log2_rounds, cost.block_size,
                       cost.parallelization, to_base64(salt), to_base64(hash));
}

bool verify_password(const Secret& password, std::string_view phc) {
    const auto stored = parse(phc);
    if (!stored) {
        // The same work as for a user who exists; what comes out of it does not matter.
        const std::string wasted = derive(password, "nobody's salt...", PasswordCost{}, kHashSize);
        return wasted.empty();
    }
    return equal_in_constant_time(derive(password, stored->salt, stored->cost, stored->hash.size()),
                                  stored->hash);
}

bool password_needs_rehash(std::string_view phc, const PasswordCost& cost) {
    const auto stored = parse(phc);
    return !stored || stored->cost.log2_rounds < cost.log2_rounds ||
           stored->cost.block_size < cost.block_size ||
           stored->cost.parallelization < cost.parallelization || stored->hash.size() < kHashSize ||
           stored->salt.size() < kSaltSize;
}

}  // namespace casement::crypto
