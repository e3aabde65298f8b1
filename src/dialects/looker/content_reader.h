// Reads the URLs under /embed/ for whoever shows their content, with the themes they name.
#pragma once

#include "access/content.h"
#include "dialects/looker/tokens.h"

namespace casement::looker {

class EmbedContentReader final : public access::ContentReader {
  public:
    /// `tokens` must outlive it.
    explicit EmbedContentReader(const EmbedTokens& tokens) : tokens_(&tokens) {}

    [[nodiscard]] bool recognizes(std::string_view target) const override;
    [[nodiscard]] store::OrgId organization(std::string_view host) const override;
    [[nodiscard]] Result<std::string> session_of_token(std::string_view api_token,
                                                       Time now) const override;
    /// `theme` names a stored theme that applies now, or light, dark, system; else the
    /// organization's default theme is taken. `_theme` is JSON and wins over it where both speak
    /// (looker.md §3.6). What is not understood of them is left out: a page must not fail for its
    /// colours.
    [[nodiscard]] Result<access::ContentRequest> read(std::string_view target,
                                                      const store::Snapshot& snapshot,
                                                      store::OrgId org, Time now) const override;

  private:
    const EmbedTokens* tokens_;
};

}  // namespace casement::looker
