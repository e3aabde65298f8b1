// The sharing operations of the first version: /api/v1/dashboard/public… (datadog.md §2). Shares of
// type open, invite and embed; a secure embed is not found here.
#pragma once

#include "dialects/datadog/api.h"

namespace casement::datadog {

class PublicDashboardApi {
  public:
    explicit PublicDashboardApi(const Dependencies& dependencies) : the_(dependencies) {}

    using Answer = asio::awaitable<Result<http::Response>>;
    [[nodiscard]] Answer create(access::Principal who, http::Request& request);
    [[nodiscard]] Answer get(access::Principal who, http::Request& request);
    [[nodiscard]] Answer update(access::Principal who, http::Request& request);
    [[nodiscard]] Answer remove(access::Principal who, http::Request& request);

    [[nodiscard]] Answer invitations(access::Principal who, http::Request& request);
    [[nodiscard]] Answer invite(access::Principal who, http::Request& request);
    [[nodiscard]] Answer revoke(access::Principal who, http::Request& request);

  private:
    [[nodiscard]] Result<store::Share> find(const access::Principal& who,
                                            const http::Request& request) const;
    [[nodiscard]] Answer shown(store::Share share, http::Request& request);

    Dependencies the_;
};

}  // namespace casement::datadog
