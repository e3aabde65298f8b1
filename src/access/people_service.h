// Changes to people: users of this server and embed users. Who is disabled or removed loses every
// session in the same call. All of it needs org_manage.
#pragma once

#include "access/account_slots.h"
#include "access/person.h"
#include "access/session_service.h"

#include <optional>
#include <string>
#include <vector>

namespace casement::access {

/// A user without a password: one who signs in only once an operator gives him one. His role is
/// the least there is.
struct NewUser {
    std::string first_name;
    std::string last_name;
    std::string email;  ///< becomes the handle; empty: one is made
    std::string locale;
    bool disabled = false;
};

/// What is absent stays.
struct PersonChange {
    std::optional<std::string> first_name;
    std::optional<std::string> last_name;
    std::optional<std::string> locale;
    std::optional<bool> disabled;
};

class PeopleService {
  public:
    /// `sessions` and `slots` must outlive it; without slots users are not counted.
    PeopleService(const CatalogParts& parts, SessionService& sessions, UserSlots* slots = nullptr)
        : parts_(parts), sessions_(&sessions), slots_(slots) {}

    /// Errors: not_found.
    [[nodiscard]] asio::awaitable<Result<Person>> find(Principal who, std::int64_t id) const;
    [[nodiscard]] asio::awaitable<Result<Person>> find_embed_user(Principal who,
                                                                  std::string external_id) const;
    [[nodiscard]] asio::awaitable<Result<std::vector<Person>>> search(Principal who,
                                                                      PersonQuery query) const;

    /// Errors: unprocessable "already_exists" (`field` "email"); forbidden "quota_reached".
    [[nodiscard]] asio::awaitable<Result<Person>> create(Principal who, NewUser what);
    /// The embed user of this external id, made unless there is one.
    [[nodiscard]] asio::awaitable<Result<Person>> create_embed_user(Principal who,
                                                                    std::string external_id);
    /// Errors: not_found; forbidden "own_user" for disabling oneself; conflict "last_admin".
    [[nodiscard]] asio::awaitable<Result<Person>> update(Principal who, std::int64_t id,
                                                         PersonChange change);
    /// For good. Errors: as update.
    [[nodiscard]] asio::awaitable<Result<void>> remove(Principal who, std::int64_t id);

    /// The roles given directly. An embed user's are kept for reading and count for nothing beside
    /// a link. Errors: not_found; unprocessable (`field` "role_ids").
    [[nodiscard]] asio::awaitable<Result<Person>> set_roles(Principal who, std::int64_t id,
                                                            std::vector<std::int64_t> roles);
    /// A value of the person's own; nullopt takes it away. Errors: not_found (of the attribute
    /// too); unprocessable (`field` "value").
    [[nodiscard]] asio::awaitable<Result<Person>> set_attribute(Principal who, std::int64_t id,
                                                                std::int64_t attribute,
                                                                std::optional<std::string> value);

  private:
    const CatalogParts parts_;
    SessionService* sessions_;
    UserSlots* slots_;
};

}  // namespace casement::access
