// Who calls a Datadog API and how often they may: keys or bearer token, rate limits with the
// vendor's headers, and the API's own shape for every refusal.
#pragma once

#include "access/principal.h"
#include "access/rate_limit.h"
#include "http/router.h"

#include <functional>

namespace casement::datadog {

/// Requests a minute that one key may make. 0 switches a limit off.
struct ApiLimits {
    std::int64_t reads_per_minute = 30'000;
    /// A thousand tenants are set up, one share each, in one go.
    std::int64_t writes_per_minute = 6'000;
};

enum class Access { read, write };

class Callers {
  public:
    /// Both must outlive it.
    Callers(const access::Authenticator& authenticator, const Clock& clock,
            const ApiLimits& limits);

    /// `DD-API-KEY` with `DD-APPLICATION-KEY`, which decide when both are there; else a bearer
    /// token. Error: forbidden "invalid_keys" (403: the vendor's operations declare no 401).
    [[nodiscard]] Result<access::Principal> identify(const http::Request& request) const;
    /// `DD-API-KEY` alone or as above, for /api/v1/validate. Errors: forbidden "api_key_required",
    /// "invalid_keys".
    [[nodiscard]] Result<void> validate(const http::Request& request) const;

    using Action = std::function<asio::awaitable<Result<http::Response>>(access::Principal who,
                                                                         http::Request& request)>;
    /// A handler that lets `action` run for a known caller within its limit, and shapes every
    /// failure. The handler must not outlive this object.
    [[nodiscard]] http::Handler guard(Access access, http::Router::ErrorShape shape, Action action);

  private:
    asio::awaitable<http::Response> run(Access access, const http::Router::ErrorShape& shape,
                                        const Action& action, http::Request& request);

    const access::Authenticator* authenticator_;
    access::RateLimiter reads_;
    access::RateLimiter writes_;
};

}  // namespace casement::datadog
