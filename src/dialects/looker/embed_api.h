// The API 4.0 operations around embedding itself: logging in, signed URLs, embed secrets, settings,
// cookieless sessions (looker.md §§2.1–2.6). Users, groups and content are in admin.h.
#pragma once

#include "access/embed_admin.h"
#include "access/embed_users.h"
#include "access/session_service.h"
#include "dialects/looker/operation.h"
#include "dialects/looker/tokens.h"
#include "dialects/looker/verifier.h"

namespace casement::looker {

/// A value that every handler holds a copy of. References must outlive the router, but for those
/// into `owner`.
struct EmbedParts {
    const access::CatalogParts& parts;
    access::EmbedUsers& people;
    access::EmbedAdmin& admin;
    access::SessionService& sessions;
    store::SessionStore& session_store;
    const access::Authenticator& authenticator;
    ApiSessions& logins;
    const EmbedVerifier& verifier;
    const EmbedTokens& tokens;
    /// What the first ones belong to: each handler keeps it alive.
    std::shared_ptr<const void> owner;
};

/// login, logout, versions, alive.
void add_login_operations(http::Router& router, Operations& operations, const EmbedParts& parts);
/// sso_url, token_url/me, sso/validate.
void add_url_operations(Operations& operations, const EmbedParts& parts);
/// embed_config/secrets.
void add_secret_operations(Operations& operations, const EmbedParts& parts);
/// setting.
void add_setting_operations(Operations& operations, const EmbedParts& parts);
/// embed/cookieless_session.
void add_cookieless_operations(Operations& operations, const EmbedParts& parts);

// -- what more than one of these files needs ------------------------------------------------------

/// The members of a body that say who a person is (EmbedSsoParams without target and secret).
[[nodiscard]] std::vector<ShapeMember> person_members();
/// Those members as a login. Errors: field errors.
[[nodiscard]] Result<access::EmbedLogin> read_person(const json::object& body, store::OrgId org);
/// The session_length of a body, with the default where it has none.
[[nodiscard]] std::chrono::seconds session_length_of(const json::object& body);
/// forbidden "embed_disabled" while the organization's switch is off.
[[nodiscard]] Result<access::EmbedSettings> require_embedding(const access::CatalogParts& parts,
                                                              store::OrgId org);
/// What check_login() or prepare() says, as a refusal of a body's field.
[[nodiscard]] Error as_field_error(const Error& error);

}  // namespace casement::looker
