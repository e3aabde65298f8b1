// The Date header's text, made once a second instead of once a response.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace casement::http {

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 §5.6.7).
[[nodiscard]] std::string http_date(std::chrono::sys_seconds time);

/// Belongs to one thread.
class DateCache {
  public:
    void refresh();
    [[nodiscard]] std::string_view text() const { return text_; }

  private:
    std::chrono::sys_seconds second_{};
    std::string text_;
};

}  // namespace casement::http
