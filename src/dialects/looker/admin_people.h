// People, groups and roles as the vendor's bodies show them (looker.md §2.7).
#pragma once

#include "dialects/looker/admin_call.h"

#include <vector>

namespace casement::looker {

[[nodiscard]] json::object user_body(const Call& call, const store::Snapshot& snapshot,
                                     const access::Person& person);
[[nodiscard]] json::array user_bodies(const Call& call, const store::Snapshot& snapshot,
                                      const std::vector<access::Person>& people);
/// What anybody may know of a person: UserPublic.
[[nodiscard]] json::object public_user_body(const Call& call, const access::Person& person);
/// CredentialsEmbed. An embed user has exactly one, whose id is his own.
[[nodiscard]] json::object embed_credential_body(const Call& call, const store::Snapshot& snapshot,
                                                 const store::EmbedUser& user);

/// A live session of a person; see the list of his sessions.
[[nodiscard]] json::object session_body(const Call& call, const store::SessionRow& row);

/// `user_count`: see count_members().
[[nodiscard]] json::object group_body(const Call& call, const store::Snapshot& snapshot,
                                      const store::Group& group, const json::value& user_count);
/// How many people are in a group, embed users too.
[[nodiscard]] asio::awaitable<Result<std::int64_t>> count_members(const Admin& admin,
                                                                  store::OrgId org,
                                                                  std::int64_t group);

/// The groups' values of an attribute, first rank first; blank when the attribute hides values.
[[nodiscard]] json::array group_value_bodies(const Call& call,
                                             const store::UserAttribute& attribute);

[[nodiscard]] json::object permission_set_body(const Call& call, const store::PermissionSet& row);
/// The built-in set, which holds every model, lists those that there are.
[[nodiscard]] json::object model_set_body(const Call& call, const store::Snapshot& snapshot,
                                          const store::ModelSet& row);
[[nodiscard]] json::object role_body(const Call& call, const store::Snapshot& snapshot,
                                     const store::Role& row);
/// Those of an organization among these ids.
[[nodiscard]] json::array role_bodies(const Call& call, const store::Snapshot& snapshot,
                                      const std::vector<std::int64_t>& ids);
/// Roles given directly and, unless only those are wanted, through groups.
[[nodiscard]] std::vector<std::int64_t> roles_of(const store::Snapshot& snapshot,
                                                 const access::Person& person, bool direct_only);

/// The names that `models` in a link or a role can mean: of models, and of sources that no model
/// is defined over.
[[nodiscard]] std::vector<std::string> model_names(const store::Snapshot& snapshot,
                                                   store::OrgId org);

}  // namespace casement::looker
