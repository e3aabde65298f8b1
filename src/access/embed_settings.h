// What an organization says about embedding by signed links: whether at all, whom it trusts to
// frame it, how strict it is. One reader for everybody.
#pragma once

#include "base/error.h"
#include "store/catalog.h"

#include <string>
#include <string_view>
#include <vector>

namespace casement::access {

/// {"looker": {…}} of an organization's settings, with defaults. The members' names there are the
/// vendor's; they stand behind each.
struct EmbedSettings {
    bool enabled = true;       ///< embed_enabled: every kind of embedding, and the API calls for it
    bool signed_links = true;  ///< sso_auth_enabled: links that an embed secret signed
    bool cookieless = true;    ///< embed_cookieless_v2
    bool closed_system = false;
    bool strict = false;  ///< unknown groups, models and attributes are refused
    bool allow_user_timezones = true;
    std::string timezone = "UTC";
    std::vector<std::string> domain_allowlist;
};
/// What is missing takes the defaults above. A value of the wrong type fails closed: off, closed,
/// strict, nobody on the list.
[[nodiscard]] EmbedSettings read_embed_settings(const store::Organization& organization);

/// Checks an entry for the allowlist: scheme://host[:port] with one leading "*." at most; returns
/// its canonical form. Errors: invalid "invalid_origin".
[[nodiscard]] Result<std::string> check_embed_domain(std::string_view text);

/// Whether an origin, as a browser writes it, is on the allowlist: exactly, or by one leading "*."
/// of an entry, which stands for one or more labels. Compared as scheme, host and port, in lower
/// case; default ports are left out first. Entries that check_embed_domain refuses match nothing.
[[nodiscard]] bool is_allowed_domain(const EmbedSettings& settings, std::string_view origin);

/// The value of `frame-ancestors` for an organization's pages: those on its allowlist; everybody
/// where that is empty, which is the vendors' default; nobody without `allow_embedding`, and for an
/// organization that is not there.
[[nodiscard]] std::string frame_ancestors(const store::Snapshot& snapshot, store::OrgId org,
                                          bool allow_embedding);

}  // namespace casement::access
