// What makes signed embed URLs: one for the vendor's API and for the console.
#pragma once

#include "access/embed_admin.h"
#include "access/embed_urls.h"
#include "access/embed_users.h"
#include "dialects/looker/verifier.h"

#include <string>
#include <string_view>
#include <vector>

namespace casement::looker {

struct TargetUrl {
    std::string base;    ///< "https://dash.example:9999"
    std::string target;  ///< "/embed/dashboards/42?State=CA"
};
/// An absolute URL of this server, which goes by `public_hosts` or, where there are none, by
/// `host`.
/// `/dashboards/56` and `/embed/dashboards/56` both mean the page under /embed/. Errors: field
/// errors of "target_url".
[[nodiscard]] Result<TargetUrl> read_target_url(std::string_view url, std::string_view host,
                                                const std::vector<std::string>& public_hosts);

class SignedUrls final : public access::EmbedUrls {
  public:
    /// What is handed in by reference must outlive it.
    SignedUrls(const access::CatalogParts& parts, const access::EmbedUsers& people,
               const EmbedVerifier& verifier)
        : parts_(parts), admin_(parts), people_(&people), verifier_(&verifier) {}

    [[nodiscard]] asio::awaitable<Result<std::string>> make(access::Principal who,
                                                            json::object what,
                                                            std::string host) override;

  private:
    const access::CatalogParts parts_;
    access::EmbedAdmin admin_;
    const access::EmbedUsers* people_;
    const EmbedVerifier* verifier_;
};

}  // namespace casement::looker
