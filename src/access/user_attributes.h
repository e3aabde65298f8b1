// User attributes: typed values about a person that row filters and locked variables use. A link's
// value wins, then the groups' in order of rank, then the default (looker.md §3.5).
#pragma once

#include "base/error.h"
#include "store/catalog.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace casement::access {

enum class AttributeType {
    string,
    number,
    datetime,
    yesno,
    zipcode,
    advanced_filter_string,
    advanced_filter_number
};
[[nodiscard]] std::optional<AttributeType> attribute_type(std::string_view name);

/// Its value never leaves the server, not even to its owner. A setting that cannot be read counts
/// as set.
[[nodiscard]] bool is_hidden(const store::UserAttribute& attribute);
/// Its owner can change it, so it narrows nothing. A setting that cannot be read counts as set.
[[nodiscard]] bool is_editable(const store::UserAttribute& attribute);

/// Numbers are decimal ("-3.5e2"); datetimes RFC 3339 or "2026-03-11" with " 18:30[:00]"; yesno is
/// yes or no in any case; a zip code has five digits or five and four. "" fits every type and
/// means: no value, so no rows.
/// Errors: invalid "attribute_invalid" (`field` is the attribute's name).
[[nodiscard]] Result<void> check_attribute_value(const store::UserAttribute& attribute,
                                                 std::string_view value);

/// The single values that a stored text means: one for the plain types; a comma-separated list for
/// the advanced ones: `A, B` or `"Portland, ME",B`, a quote inside quotes doubled. Never empty
/// texts. A text that is not of the type has no values. The vendor's filter expressions ("A%",
/// "-A", "NOT 5", ">5") are no expressions here: texts are compared as they are, and what is not a
/// number is no number, so such a value shows fewer rows and never more.
[[nodiscard]] std::vector<std::string> attribute_values(AttributeType type, std::string_view value);

struct ResolvedAttribute {
    std::string name;
    std::optional<std::string> value;  ///< as stored or sent; nullopt: no value anywhere
    enum class Source { link, user, group, default_value, none } source = Source::none;
    int rank = 0;                                      ///< of the group that gave it; 0 wins
    const store::UserAttribute* definition = nullptr;  ///< null: sent but not defined
};
/// Every defined attribute and every sent one, by name. `own` are the person's own values, and
/// `own_source` says whose: those of a link, or what is stored of a user of this server (or, for
/// the API to show, of an embed user). A link's values stand alone: what was stored of an embed
/// user does not count beside them. `definition` lives as long as the snapshot.
[[nodiscard]] std::vector<ResolvedAttribute> resolve_attributes(
    const store::Snapshot& snapshot, store::OrgId org, std::span<const std::int64_t> groups,
    const std::map<std::string, std::string>& own,
    ResolvedAttribute::Source own_source = ResolvedAttribute::Source::link);

/// What a grant holds of it: no entry when there is no value at all.
[[nodiscard]] std::vector<std::string> attribute_values(const ResolvedAttribute& attribute);

}  // namespace casement::access
