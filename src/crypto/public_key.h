// Public keys that others sign with, over OpenSSL: of what they have signed, only checks.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

namespace casement::crypto {

class PublicKey {
  public:
    /// Modulus and exponent, big-endian. nullopt: no such key, or one of fewer than 2048 bits.
    [[nodiscard]] static std::optional<PublicKey> rsa(std::string_view modulus,
                                                      std::string_view exponent);
    /// A point of the curve P-256, 32 bytes each. nullopt: no such point.
    [[nodiscard]] static std::optional<PublicKey> p256(std::string_view x, std::string_view y);

    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3). False for a key that is no RSA key.
    [[nodiscard]] bool verifies_rs256(std::string_view message, std::string_view signature) const;
    /// ECDSA over P-256 with SHA-256, the two numbers one after the other (RFC 7518 §3.4). False
    /// for a key of another kind.
    [[nodiscard]] bool verifies_es256(std::string_view message, std::string_view signature) const;

  private:
    struct Key;
    explicit PublicKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}
    std::shared_ptr<const Key> key_;
};

}  // namespace casement::crypto
