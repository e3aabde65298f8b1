// What is right and what is wrong with a secure embed link, for the developer who signs it:
// `casement explain`. Pure, and more forgiving in reading than the server: it goes on after the
// first fault and tries the mistakes that people make.
#pragma once

#include "base/clock.h"
#include "crypto/secret.h"

#include <string>
#include <string_view>
#include <vector>

namespace casement::datadog {

struct Finding {
    std::string name;  ///< what was looked at: "address", "token", "nonce", "ts", "window", …
    bool ok = false;
    std::string sentence;
};

/// Findings about a whole URL or a request target, in reading order. When all are ok, the link
/// opens as far as can be known here: the share, its status and whether the nonce was used are the
/// server's knowledge. With a credential the signature is checked and, when it is wrong, usual
/// mistakes are tried; without, it counts as ok. Neither the credential nor a right token that the
/// link does not have yet appears in a finding.
[[nodiscard]] std::vector<Finding> explain(std::string_view url_or_target, const Secret& credential,
                                           Time now);
[[nodiscard]] std::vector<Finding> explain(std::string_view url_or_target, Time now);

}  // namespace casement::datadog
