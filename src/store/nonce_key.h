// What a nonce is kept under.
#pragma once

#include <array>
#include <string_view>

namespace casement::store {

/// The first 16 bytes of SHA-256 over scope and nonce: a long nonce costs no more than a short one,
/// and no text can stand for another scope's. Should two nonces ever share it, the second is
/// refused.
using NonceKey = std::array<char, 16>;

[[nodiscard]] NonceKey nonce_key(std::string_view scope, std::string_view nonce);

[[nodiscard]] inline std::string_view bytes_of(const NonceKey& key) {
    return {key.data(), key.size()};
}

}  // namespace casement::store
