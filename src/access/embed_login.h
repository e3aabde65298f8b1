// What a signed link, or an API call in its place, says of a person, and whether that is well
// formed: sizes, types, names. Nothing here writes.
#pragma once

#include "base/error.h"
#include "store/catalog.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace casement::access {

inline constexpr std::chrono::seconds kLongestEmbedSession{2'592'000};
inline constexpr std::chrono::seconds kDefaultEmbedSession{300};

// Sizes of a login. Far above what fits into a link; the API has no such bound of its own.
inline constexpr std::size_t kMaxEmbedPermissions = 100;
inline constexpr std::size_t kMaxEmbedModels = 500;
inline constexpr std::size_t kMaxEmbedGroups = 500;
inline constexpr std::size_t kMaxEmbedAttributes = 200;
inline constexpr std::size_t kMaxAttributeBytes = std::size_t{4} * 1024;  ///< of one value
/// Of all names and values together: they are stored with every session.
inline constexpr std::size_t kMaxAllAttributeBytes = std::size_t{64} * 1024;
inline constexpr std::size_t kMaxNameBytes = 255;  ///< of any name, of a person or a thing
/// Characters, not bytes: with "Embed Shared Group " before it a folder's name has at most 100.
inline constexpr std::size_t kMaxExternalGroupId = 81;
inline constexpr std::size_t kMaxTargetBytes = std::size_t{16} * 1024;

/// Texts are as sent, decoded.
struct EmbedLogin {
    store::OrgId org = 0;
    std::string external_user_id;                      ///< 1 to 255 bytes
    std::optional<std::string> first_name, last_name;  ///< absent or "": keep, else the default
    std::vector<std::string> permissions;
    std::vector<std::string> models;
    /// Decimal ids of ordinary groups; unknown ones, and external groups, give nothing (strict:
    /// refuse). Nobody joins an external group by its number.
    std::vector<std::string> group_ids;
    std::string external_group_id;  ///< "" = none
    std::map<std::string, std::string> attributes;
    std::string timezone;  ///< IANA name; "" = the application's default
    std::chrono::seconds session_length = kDefaultEmbedSession;
    std::int64_t secret = 0;  ///< that signed it
    bool cookieless = false;
    std::string embed_domain;
    std::string target;
};

/// Errors: invalid, each with `field` (the vendor's name of the parameter; for an attribute
/// "user_attributes.<name>"):
/// - "login_invalid": too long, too many, no text, a session length out of bounds;
/// - "nothing_granted": neither group_ids nor external_group_id nor both permissions and models.
///   The vendor's documents disagree about empty lists; a session in which nothing can be seen
///   helps nobody, so the link is refused and says why;
/// - "attribute_invalid": a value that is not of its attribute's type;
/// - "timezone_invalid": no IANA name, or any at all while user time zones are switched off;
/// - in strict mode "unknown_group", "unknown_model", "unknown_attribute".
[[nodiscard]] Result<void> check_login(const store::Snapshot& snapshot, const EmbedLogin& login);

/// The ordinary groups of an organization among these ids, each once.
[[nodiscard]] std::vector<std::int64_t> ordinary_groups(const store::Snapshot& snapshot,
                                                        store::OrgId org,
                                                        std::span<const std::string> ids);

/// Is it the name of a model, or of a source over which no model is defined?
[[nodiscard]] bool is_model_name(const store::Snapshot& snapshot, store::OrgId org,
                                 std::string_view name);

}  // namespace casement::access
