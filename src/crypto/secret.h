// A secret in memory: not printable, wiped when dropped, compared only in constant time.
#pragma once

#include <string>
#include <string_view>

namespace casement {

class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}
    Secret(const Secret& other) = default;
    Secret& operator=(const Secret& other);
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    ~Secret();

    /// The plain text, for the primitive that needs it; call it where it is used, never store it.
    [[nodiscard]] std::string_view reveal() const noexcept { return text_; }
    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
    /// The last four characters, to recognize a secret by; "0000" when it is shorter than eight.
    [[nodiscard]] std::string suffix() const;

    /// Constant time for equal lengths; the length itself is not secret.
    friend bool operator==(const Secret& a, const Secret& b) noexcept;

  private:
    void wipe() noexcept;
    std::string text_;
};

/// Constant time for equal lengths. For digests and tokens that are held as plain strings.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace casement
