// Certificates for servers of tests.
#pragma once

#include <string>

namespace casement::http::testing {

struct Pem {
    std::string certificate;
    std::string key;
};

/// For `name`, signed by its own key, good for an hour.
[[nodiscard]] Pem self_signed(const std::string& name);

}  // namespace casement::http::testing
