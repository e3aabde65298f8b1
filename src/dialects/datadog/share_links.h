// Secure embed links, signed by the server itself for whoever may share.
#pragma once

#include "access/share_links.h"
#include "crypto/random.h"

namespace casement::datadog {

class SecureEmbedLinks final : public access::ShareLinks {
  public:
    /// `random` must outlive it.
    explicit SecureEmbedLinks(crypto::Random& random) : random_(&random) {}

    [[nodiscard]] Result<access::SignedShareLink> sign(std::string address,
                                                       const Secret& credential,
                                                       Time now) const override;

  private:
    crypto::Random* random_;
};

}  // namespace casement::datadog
