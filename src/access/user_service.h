// What an administrator does to the users of this server, beside what people_service.h does to
// everybody: name, role, second factor, sessions. All of it needs org_manage.
#pragma once

#include "access/console_sessions.h"
#include "access/person.h"
#include "access/session_service.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace casement::access {

/// What is absent stays.
struct UserChange {
    std::optional<std::string> name;
    std::optional<std::string> role;
    std::optional<bool> disabled;
};

class UserService {
  public:
    /// `sessions` must outlive it.
    UserService(const CatalogParts& parts, SessionService& sessions)
        : parts_(parts), sessions_(&sessions) {}

    /// Users of this server alone. Errors: not_found.
    [[nodiscard]] Result<store::User> find(const Principal& who, std::int64_t id) const;
    /// Another role and being disabled end what was opened before. Errors: not_found; invalid
    /// "invalid_name", "invalid_role"; forbidden "own_user" when somebody would disable himself or
    /// give his role away; conflict "last_admin".
    [[nodiscard]] asio::awaitable<Result<store::User>> update(Principal who, std::int64_t id,
                                                              UserChange change);
    /// He signs in without codes until he adds a second factor anew. Errors: not_found, also
    /// "totp_not_set"; forbidden "own_user", who shows his password for that.
    [[nodiscard]] asio::awaitable<Result<void>> reset_totp(Principal who, std::int64_t id);
    /// Of the console and of embedded pages; how many there were. Errors: not_found.
    [[nodiscard]] asio::awaitable<Result<std::size_t>> end_sessions(Principal who, std::int64_t id);

  private:
    [[nodiscard]] asio::awaitable<Result<std::size_t>> end_console_sessions(std::int64_t id);

    const CatalogParts parts_;
    SessionService* sessions_;
};

/// From then on the group has these roles and no others. Errors: not_found; unprocessable (`field`
/// "roles").
[[nodiscard]] asio::awaitable<Result<store::Group>> set_group_roles(
    CatalogParts parts, Principal who, std::int64_t group, std::vector<std::int64_t> roles);

}  // namespace casement::access
