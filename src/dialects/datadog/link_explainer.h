// Everything there is to say about a secure embed link with the catalog at hand: `explain.*` goes
// over its form, `link.*` and `verifier.*` judge it, and this puts the two in the server's order.
#pragma once

#include "access/link_explainer.h"

namespace casement::datadog {

class SecureEmbedExplainer final : public access::LinkExplainer {
  public:
    /// `allow_embedding`: whether this server lets itself be framed at all.
    explicit SecureEmbedExplainer(bool allow_embedding) : allow_embedding_(allow_embedding) {}

    [[nodiscard]] bool recognizes(std::string_view target) const override;
    [[nodiscard]] access::LinkExplanation explain(
        const access::LinkQuestion& question) const override;

  private:
    const bool allow_embedding_;
};

}  // namespace casement::datadog
