// Who stands behind a proxy. What a proxy says counts only when the proxy itself is trusted.
#pragma once

#include "base/address_blocks.h"
#include "base/error.h"
#include "http/message.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

namespace casement::http {

/// The Host header as the program uses it: lower case, without the scheme's own port. nullopt when
/// it is not a host with an optional port.
[[nodiscard]] std::optional<std::string> normalized_host(std::string_view host, bool secure);

class TrustedProxies {
  public:
    /// CIDR blocks or single addresses. Error "invalid_trusted_proxy" names the one that is wrong.
    [[nodiscard]] static Result<TrustedProxies> parse(const std::vector<std::string>& blocks);

    /// Fills client, secure and host. `peer` is the other end of the connection, `tls` whether it
    /// was encrypted. False when the request's Host is not a host.
    [[nodiscard]] bool resolve(const asio::ip::address& peer, bool tls, Request& request) const;

    [[nodiscard]] bool trusts(const asio::ip::address& address) const;

  private:
    AddressBlocks blocks_;
};

}  // namespace casement::http
