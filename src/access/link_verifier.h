// What a dialect hands upward: a signed link that held. Each dialect implements LinkVerifier; the
// session service and the session API know only this.
#pragma once

#include "base/error.h"
#include "store/catalog.h"

#include <optional>
#include <string>
#include <string_view>

namespace casement::access {

/// A link whose signature was right at the moment of asking.
struct VerifiedLink {
    std::string dialect;  ///< "datadog"
    store::OrgId org = 0;
    std::int64_t share = 0;
    std::int64_t credential = 0;  ///< the one that signed it
    std::string scope;            ///< what the nonce must be unique in
    std::string nonce;
    /// Set when the link's own window is over (or has not begun): it opens nothing new, but finds
    /// the session of the browser that redeemed it.
    std::optional<Error> outside_window;
};

class LinkVerifier {
  public:
    virtual ~LinkVerifier() = default;
    /// Whether this raw request target looks like a link of this dialect.
    [[nodiscard]] virtual bool recognizes(std::string_view target) const = 0;
    /// Checks everything that can be checked without storing: form, share, credential, signature,
    /// window, status. Each refusal has its own code. No I/O; any thread.
    [[nodiscard]] virtual Result<VerifiedLink> verify(std::string_view target,
                                                      const store::Snapshot& snapshot,
                                                      Time now) const = 0;
    /// The share this target names, whether or not its signature holds; nullptr when it names none
    /// or cannot be read. For the audit row of a refusal, never for a decision.
    [[nodiscard]] virtual const store::Share* share_of(std::string_view /*target*/,
                                                       const store::Snapshot& /*snapshot*/) const {
        return nullptr;
    }
};

}  // namespace casement::access
