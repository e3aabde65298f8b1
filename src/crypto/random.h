// Randomness, handed in, so that a test can fix it.
#pragma once

#include <cstddef>
#include <string>

namespace casement::crypto {

class Random {
  public:
    virtual ~Random() = default;
    /// `count` unpredictable bytes. Any thread. Throws std::runtime_error when the system's
    /// generator fails, which is not a state to go on in.
    [[nodiscard]] virtual std::string bytes(std::size_t count) = 0;

    /// 22 characters of base64url, 128 bits: ids and share tokens.
    [[nodiscard]] std::string id();
    /// 43 characters of base64url, 256 bits: bearers and cookies.
    [[nodiscard]] std::string token();
    /// `length` characters of [A-Za-z0-9], uniformly chosen: keys that people copy.
    [[nodiscard]] std::string alphanumeric(std::size_t length);
    /// `length` lower-case hex digits.
    [[nodiscard]] std::string hex(std::size_t length);
    /// RFC 9562, version 4.
    [[nodiscard]] std::string uuid();
};

class SystemRandom final : public Random {
  public:
    [[nodiscard]] std::string bytes(std::size_t count) override;
};

}  // namespace casement::crypto
