// The secure embed operations: /api/v2/dashboard/{id}/shared… (datadog.md §1).
#pragma once

#include "dialects/datadog/api.h"
#include "dialects/datadog/shapes.h"

namespace casement::datadog {

/// What a share's address begins with: a link is made of it, or it is one.
[[nodiscard]] std::string share_url(const Dependencies& the, const store::Share& share,
                                    const http::Request& request);

class EmbedApi {
  public:
    explicit EmbedApi(const Dependencies& dependencies) : the_(dependencies) {}

    using Answer = asio::awaitable<Result<http::Response>>;
    [[nodiscard]] Answer create(access::Principal who, http::Request& request);
    [[nodiscard]] Answer get(access::Principal who, http::Request& request);
    [[nodiscard]] Answer update(access::Principal who, http::Request& request);
    [[nodiscard]] Answer remove(access::Principal who, http::Request& request);
    /// Shares of every type.
    [[nodiscard]] Answer list(access::Principal who, http::Request& request);

  private:
    /// The share of the request's path; one of another type is not found here.
    [[nodiscard]] Result<store::Share> find(const access::Principal& who,
                                            const http::Request& request) const;
    [[nodiscard]] Result<store::Share> find_to_change(const access::Principal& who,
                                                      const http::Request& request) const;
    [[nodiscard]] http::Response shown(datadog::Answer answer, const store::Share& share,
                                       const http::Request& request) const;

    Dependencies the_;
};

}  // namespace casement::datadog
