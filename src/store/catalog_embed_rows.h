// Embed users in SQL: found by id or by external id, searched, counted.
#pragma once

#include "store/catalog_database.h"
#include "store/catalog_embed_users.h"
#include "store/secret_box.h"

#include <optional>
#include <string_view>
#include <vector>

#include <soci/soci.h>

namespace casement::store {

/// Throws BadValue when the row cannot be read.
[[nodiscard]] std::optional<EmbedUser> find_embed_user(soci::session& session,
                                                       const SecretBox& secrets, OrgId org,
                                                       std::int64_t id);
/// `lock` is SQL behind the query: what holds the row where a database has that, or nothing.
[[nodiscard]] std::optional<EmbedUser> find_embed_user(soci::session& session,
                                                       const SecretBox& secrets, OrgId org,
                                                       std::string_view external_user_id,
                                                       std::string_view lock);
/// Rows that cannot be read are logged and left out.
[[nodiscard]] std::vector<EmbedUser> find_embed_users(soci::session& session,
                                                      const SecretBox& secrets,
                                                      Database::Engine engine,
                                                      const EmbedUserQuery& query);
[[nodiscard]] std::int64_t number_of_embed_users(soci::session& session, Database::Engine engine,
                                                 const EmbedUserQuery& query);

}  // namespace casement::store
