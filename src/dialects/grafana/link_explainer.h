// Everything there is to say about a sharable link with the catalog at hand: `explain.*` goes over
// its form, `link.*` and the verifier's rules judge it, and this puts the two in the server's
// order.
#pragma once

#include "access/document_cache.h"
#include "access/link_explainer.h"
#include "dialects/grafana/verifier.h"

namespace casement::grafana {

class SharableExplainer final : public access::LinkExplainer {
  public:
    /// References must outlive it. `allow_embedding`: whether this server lets itself be framed.
    SharableExplainer(const SharableVerifier& verifier, access::DocumentCache& documents,
                      bool allow_embedding)
        : verifier_(&verifier), documents_(&documents), allow_embedding_(allow_embedding) {}

    [[nodiscard]] bool recognizes(std::string_view target) const override;
    /// A failed try is not put down to anybody.
    [[nodiscard]] access::LinkExplanation explain(
        const access::LinkQuestion& question) const override;

  private:
    const SharableVerifier* verifier_;
    access::DocumentCache* documents_;
    const bool allow_embedding_;
};

}  // namespace casement::grafana
