#include "dialects/datadog/share_links.h"

#include "dialects/datadog/link.h"

namespace casement::datadog {

Result<access::SignedShareLink> SecureEmbedLinks::sign(std::string address,
                                                       const Secret& credential, Time now) const {
    const auto nonce = random_->id();
    const auto ts = std::to_string(to_unix_seconds(now));
    if (const auto problem = signing_problem(address, credential.reveal(), nonce, ts)) {
        return invalid("link_malformed", *problem);
    }
    return access::SignedShareLink{signed_url(address, credential, nonce, now), now + kValidFor};
}

}  // namespace casement::datadog
