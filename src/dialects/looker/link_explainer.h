// Everything there is to say about a login link with the catalog at hand: `explain.*` goes over its
// form, `link.*` and `verifier.*` judge it, and this puts the two in the server's order.
#pragma once

#include "access/content.h"
#include "access/document_cache.h"
#include "access/embed_users.h"
#include "access/link_explainer.h"
#include "dialects/looker/verifier.h"

namespace casement::looker {

class EmbedExplainer final : public access::LinkExplainer {
  public:
    /// References must outlive it. `allow_embedding`: whether this server lets itself be framed.
    EmbedExplainer(const EmbedVerifier& verifier, const access::EmbedUsers& people,
                   const access::ContentReader& content, access::DocumentCache& documents,
                   bool allow_embedding)
        : verifier_(&verifier),
          people_(&people),
          content_(&content),
          documents_(&documents),
          allow_embedding_(allow_embedding) {}

    /// Login links, and pages below /embed/.
    [[nodiscard]] bool recognizes(std::string_view target) const override;
    [[nodiscard]] access::LinkExplanation explain(
        const access::LinkQuestion& question) const override;

  private:
    const EmbedVerifier* verifier_;
    const access::EmbedUsers* people_;
    const access::ContentReader* content_;
    access::DocumentCache* documents_;
    const bool allow_embedding_;
};

}  // namespace casement::looker
