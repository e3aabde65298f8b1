// What an organization manages of its signed embedding: the secrets that sign links, and the
// switches. Every API goes through here, so permission, limits and audit are seen to once.
#pragma once

#include "access/catalog_parts.h"
#include "access/embed_settings.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace casement::access {

inline constexpr std::size_t kEmbedSecrets = 20;
inline constexpr std::size_t kAllowedDomains = 200;

struct NewEmbedSecret {
    std::string algorithm = "hmac/sha-256";  ///< or "hmac/sha-1"
    std::string secret_type = "SSO";
    bool enabled = true;
    std::string note;
};

/// All need org_manage.
class EmbedAdmin {
  public:
    explicit EmbedAdmin(const CatalogParts& parts) : parts_(parts) {}

    /// Oldest first; with their secrets, which are for signing and never for an answer.
    [[nodiscard]] Result<std::vector<store::EmbedSecret>> secrets(const Principal& who) const;
    /// The answer holds the secret; nobody is shown it again. Errors: conflict "too_many_secrets".
    [[nodiscard]] asio::awaitable<Result<store::EmbedSecret>> create_secret(Principal who,
                                                                            NewEmbedSecret what);
    /// A new one now; the others expire after `overlap`, so that nothing signed meanwhile fails.
    [[nodiscard]] asio::awaitable<Result<store::EmbedSecret>> rotate_secret(
        Principal who, std::chrono::seconds overlap, NewEmbedSecret what);
    /// Switched off, it opens nothing, and its sessions end. Errors: not_found "secret_not_found".
    [[nodiscard]] asio::awaitable<Result<store::EmbedSecret>> update_secret(
        Principal who, std::int64_t id, std::optional<bool> enabled,
        std::optional<std::string> note);
    [[nodiscard]] asio::awaitable<Result<void>> remove_secret(Principal who, std::int64_t id);

    /// What a link that the API makes is signed with: the one of this id, else the newest that is
    /// enabled; where there is none, one is made. Errors: not_found "secret_not_found" for an id
    /// that is unknown, disabled or expired.
    [[nodiscard]] asio::awaitable<Result<store::EmbedSecret>> signing_secret(
        Principal who, std::optional<std::int64_t> id);

    /// Puts an origin on the allowlist, unless it is allowed already. Errors: invalid
    /// "invalid_origin", conflict "too_many_domains".
    [[nodiscard]] asio::awaitable<Result<void>> allow_domain(Principal who, std::string origin);

    /// Takes an entry off the allowlist. Errors: not_found "domain_not_found".
    [[nodiscard]] asio::awaitable<Result<void>> disallow_domain(Principal who, std::string origin);

    /// Edits the section of the organization's settings that read_embed_settings() reads, as it is
    /// stored at that moment.
    [[nodiscard]] asio::awaitable<Result<store::Organization>> update_settings(
        Principal who, std::function<Result<void>(json::object&)> change);

  private:
    [[nodiscard]] store::EmbedSecret fresh(const Principal& who, const NewEmbedSecret& what);

    const CatalogParts parts_;
};

}  // namespace casement::access
