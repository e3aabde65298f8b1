// Signed embed URLs, made for whoever may manage the organization. A dialect signs them; this is
// how those ask for one that know no dialect.
#pragma once

#include "access/principal.h"
#include "base/shape.h"

#include <string>

#include <boost/asio/awaitable.hpp>

namespace casement::access {

namespace asio = boost::asio;

class EmbedUrls {
  public:
    virtual ~EmbedUrls() = default;
    /// The URL, which opens once. `what` fits what `POST /api/4.0/embed/sso_url` takes; `host` is
    /// the one that was called, which counts where no public address is configured. Errors:
    /// forbidden "embed_disabled"; unprocessable with the `field` of `what` that is wrong;
    /// not_found "secret_not_found".
    [[nodiscard]] virtual asio::awaitable<Result<std::string>> make(Principal who,
                                                                    json::object what,
                                                                    std::string host) = 0;
};

}  // namespace casement::access
