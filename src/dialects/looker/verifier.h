// Holds a link of this dialect against the catalog: signed login links, the one-time links of
// cookieless embedding and of the API, and the further frames that a navigation token opens.
#pragma once

#include "access/embed_users.h"
#include "access/link_verifier.h"
#include "dialects/looker/link.h"
#include "dialects/looker/target.h"
#include "dialects/looker/tokens.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::looker {

/// The organization whose embed secrets sign links here. One server has one set of Looker-style
/// addresses, so it is the first.
inline constexpr store::OrgId kOrganization = 1;

/// A link and what its page needs to know, whether or not the link holds.
struct Judgement {
    Result<access::VerifiedLink> link;
    std::optional<InnerTarget> target;  ///< once it could be read
    /// Origin that the host page says it has, when this server allows it.
    std::string embed_domain;
    std::string refused_domain;  ///< the same, when it does not
    bool force_logout = true;
};

class EmbedVerifier final : public access::LinkVerifier {
  public:
    /// `public_hosts`: see check_host(). References must outlive it.
    EmbedVerifier(const access::EmbedUsers& people, const EmbedTokens& tokens,
                  std::vector<std::string> public_hosts)
        : people_(&people), tokens_(&tokens), public_hosts_(std::move(public_hosts)) {}

    /// Login links, and pages under /embed/ with a navigation token.
    [[nodiscard]] bool recognizes(std::string_view target) const override;
    [[nodiscard]] Result<access::VerifiedLink> verify(const access::LinkRequest& link,
                                                      const store::Snapshot& snapshot,
                                                      Time now) const override;
    [[nodiscard]] std::optional<access::LinkSubject> subject_of(
        std::string_view target, const store::Snapshot& snapshot) const override;

    /// verify(), with what the page around it needs. Errors of `link`: those of parse_login_link,
    /// check_host, verify_signature, EmbedUsers::check; forbidden "embed_disabled",
    /// "cookieless_disabled"; unauthenticated "token_invalid"; gone "token_expired".
    [[nodiscard]] Judgement judge(const access::LinkRequest& link, const store::Snapshot& snapshot,
                                  Time now) const;

    [[nodiscard]] const std::vector<std::string>& public_hosts() const { return public_hosts_; }

  private:
    void judge_signed(const SignedLogin& login, const access::LinkRequest& request,
                      const store::Snapshot& snapshot, Time now, Judgement& judgement) const;
    void judge_cookieless(const CookielessLogin& login, Time now, Judgement& judgement) const;
    void judge_navigation(const InnerTarget& target, Time now, Judgement& judgement) const;

    const access::EmbedUsers* people_;
    const EmbedTokens* tokens_;
    const std::vector<std::string> public_hosts_;
};

/// The login that a signed link's values describe.
[[nodiscard]] access::EmbedLogin login_of(const LoginValues& values, store::OrgId org);

}  // namespace casement::looker
