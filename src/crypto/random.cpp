#include "crypto/random.h"

#include "base/encoding.h"

#include <stdexcept>
#include <string_view>

#include <openssl/rand.h>

namespace casement::crypto {

std::string Random::id() {
    return to_base64url(bytes(16));
}

std::string Random::token() {
    return to_base64url(bytes(32));
}

std::string Random::hex(std::size_t length) {
    return to_hex(bytes((length + 1) / 2)).substr(0, length);
}

std::string Random::alphanumeric(std::size_t length) {
    static constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    // 248 is the largest multiple of 62 in a byte; the bytes above would favour some letters.
    static constexpr unsigned kFairBelow = 248;
    std::string text;
    text.reserve(length);
    while (text.size() < length) {
        for (const char byte : bytes(length - text.size() + 8)) {
            const unsigned value = static_cast<unsigned char>(byte);
            if (value < kFairBelow && text.size() < length) {
                text.push_back(kAlphabet[value % kAlphabet.size()]);
            }
        }
    }
    return text;
}

std::string Random::uuid() {
    std::string raw = bytes(16);
    raw[6] = static_cast<char>((raw[6] & 0x0f) | 0x40);
    raw[8] = static_cast<char>((raw[8] & 0x3f) | 0x80);
    std::string text = to_hex(raw);
    for (const std::size_t place : {20U, 16U, 12U, 8U})
        text.insert(place, 1, '-');
    return text;
}

std::string SystemRandom::bytes(std::size_t count) {
    std::string out(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)) != 1) {
        throw std::runtime_error("the system's random generator failed");
    }
    return out;
}

}  // namespace casement::crypto
