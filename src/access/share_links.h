// Links that open a share, signed here as an application's backend would sign them. A dialect knows
// how; this is how those ask for one that know no dialect.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "crypto/secret.h"

#include <string>

namespace casement::access {

struct SignedShareLink {
    std::string url;  ///< lets one browser in: for whoever asked, and for no log
    Time valid_until;
};

class ShareLinks {
  public:
    virtual ~ShareLinks() = default;
    /// A link that opens once. `address` is the share's own. Errors: invalid "link_malformed", of
    /// an address that no link can begin with.
    [[nodiscard]] virtual Result<SignedShareLink> sign(std::string address,
                                                       const Secret& credential,
                                                       Time now) const = 0;
};

}  // namespace casement::access
