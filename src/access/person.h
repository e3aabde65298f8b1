// A person of an organization, whichever kind: a user of this server, or an embed user, whom only
// the application knows. Their ids come from one count, so an id means one person.
#pragma once

#include "access/catalog_edits.h"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace casement::access {

struct Person {
    std::variant<store::User, store::EmbedUser> row;

    [[nodiscard]] const store::User* user() const { return std::get_if<store::User>(&row); }
    [[nodiscard]] const store::EmbedUser* embed() const {
        return std::get_if<store::EmbedUser>(&row);
    }
    [[nodiscard]] std::int64_t id() const;
    [[nodiscard]] bool disabled() const;
    [[nodiscard]] Time created_at() const;
    [[nodiscard]] std::string first_name() const;
    [[nodiscard]] std::string last_name() const;
    [[nodiscard]] const json::object& profile() const;
    [[nodiscard]] json::object& profile();

    /// What was given to the person directly.
    [[nodiscard]] std::vector<std::int64_t> roles() const;
    /// Ordinary groups and the external one. Of an embed user: those of the last link too.
    [[nodiscard]] std::vector<std::int64_t> groups() const;
    /// Stored values by attribute name. Of an embed user: the last link's before those that the
    /// API stored.
    [[nodiscard]] std::map<std::string, std::string> attributes() const;
};

/// Most roles, and most groups, that one person is given directly.
inline constexpr std::size_t kMaxListed = 500;

// A profile is free-form JSON: what is not of the expected type is not there.

/// Each id once.
[[nodiscard]] std::vector<std::int64_t> profile_ids(const json::object& profile,
                                                    std::string_view name);
void set_profile_ids(json::object& profile, std::string_view name,
                     const std::vector<std::int64_t>& ids);
/// nullopt takes the value away.
void set_profile_attribute(json::object& profile, std::string_view name,
                           const std::optional<std::string>& value);

/// Errors: not_found.
[[nodiscard]] asio::awaitable<Result<Person>> find_person(CatalogParts parts, store::OrgId org,
                                                          std::int64_t id);
/// Changes a person in a transaction; `change` may run more than once. What identifies the person
/// (id, organization, handle, external id, role, password) stays whatever it does. Errors:
/// not_found; of `change`.
[[nodiscard]] asio::awaitable<Result<Person>> edit_person(
    CatalogParts parts, store::OrgId org, std::int64_t id,
    std::function<Result<void>(Person&)> change);

/// Every member that is set must fit. In a text `%` stands for any characters, and the case of
/// ASCII letters does not count.
struct PersonQuery {
    enum class Sort { id, first_name, last_name, created_at };

    std::optional<bool> embed;  ///< only embed users, or only users of this server
    std::optional<std::int64_t> id;
    std::optional<std::string> first_name;
    std::optional<std::string> last_name;
    std::optional<std::string> email;  ///< embed users have none
    std::optional<std::int64_t> group;
    std::optional<bool> disabled;
    Sort sort = Sort::id;
    bool descending = false;
    std::size_t limit = 100;
    std::size_t offset = 0;
};
[[nodiscard]] asio::awaitable<Result<std::vector<Person>>> search_people(CatalogParts parts,
                                                                         store::OrgId org,
                                                                         PersonQuery query);

/// A text that searches ask for, held against one that is there: `%` stands for any characters,
/// the case of ASCII letters does not count. A pattern of more than 255 bytes fits nothing.
[[nodiscard]] bool is_like(std::string_view pattern, std::string_view text);

}  // namespace casement::access
