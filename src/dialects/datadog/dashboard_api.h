// The dashboard operations: /api/v1/dashboard… (datadog.md §3).
#pragma once

#include "dialects/datadog/api.h"

namespace casement::datadog {

class DashboardApi {
  public:
    explicit DashboardApi(const Dependencies& dependencies) : the_(dependencies) {}

    using Answer = asio::awaitable<Result<http::Response>>;
    [[nodiscard]] Answer create(access::Principal who, http::Request& request);
    [[nodiscard]] Answer list(access::Principal who, http::Request& request);
    [[nodiscard]] Answer get(access::Principal who, http::Request& request);
    [[nodiscard]] Answer update(access::Principal who, http::Request& request);
    [[nodiscard]] Answer remove(access::Principal who, http::Request& request);
    /// All or none, as restore_many().
    [[nodiscard]] Answer remove_many(access::Principal who, http::Request& request);
    [[nodiscard]] Answer restore_many(access::Principal who, http::Request& request);

  private:
    Dependencies the_;
};

}  // namespace casement::datadog
