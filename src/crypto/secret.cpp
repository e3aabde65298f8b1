#include "crypto/secret.h"

#include <utility>

#include <openssl/crypto.h>

namespace casement {

Secret& Secret::operator=(const Secret& other) {
    if (this == &other) return *this;
    wipe();
    text_ = other.text_;
    return *this;
}

// Swapped with an empty string: a moved-from short string would keep its bytes in place.
Secret::Secret(Secret&& other) noexcept {
    text_.swap(other.text_);
    other.wipe();
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe();
    text_.swap(other.text_);
    return *this;
}

Secret::~Secret() {
    wipe();
}

void Secret::wipe() noexcept {
    if (!text_.empty()) OPENSSL_cleanse(text_.data(), text_.size());
    text_.clear();
}

std::string Secret::suffix() const {
    return text_.size() < 8 ? "0000" : text_.substr(text_.size() - 4);
}

bool operator==(const Secret& a, const Secret& b) noexcept {
    return equal_in_constant_time(a.text_, b.text_);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace casement
