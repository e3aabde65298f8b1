// A public dashboard (grafana.md §3.4) is a share of type "open" whose settings have a member
// "grafana". Its access token is the share's token; everything that shares can, it can too.
#pragma once

#include "crypto/random.h"
#include "store/catalog.h"

#include <optional>
#include <string>
#include <string_view>

namespace casement::grafana {

namespace json = boost::json;

inline constexpr std::string_view kPublicPath = "/public-dashboards/";

/// An access token in any text form of a UUID: plain hex digits, with hyphens, in braces, as a URN;
/// in upper or lower case. Returns its 32 lower-case hex digits.
[[nodiscard]] std::optional<std::string> read_access_token(std::string_view text);
[[nodiscard]] std::string make_access_token(crypto::Random& random);
/// 1 to 40 of [A-Za-z0-9_-].
[[nodiscard]] bool is_short_uid(std::string_view text);

[[nodiscard]] bool is_public(const store::Share& share);

// Of the organization's shares; nullptr when there is none. Of several the oldest counts.
[[nodiscard]] const store::Share* public_share_of(const store::Snapshot& snapshot,
                                                  const store::Dashboard& dashboard);
[[nodiscard]] const store::Share* public_share_by_uid(const store::Snapshot& snapshot,
                                                      store::OrgId org, std::string_view uid);
/// `token` as read_access_token gives it; of any organization.
[[nodiscard]] const store::Share* public_share_by_token(const store::Snapshot& snapshot,
                                                        std::string_view token);

/// What a body may change; absent stays as it is.
struct PublicChange {
    std::optional<bool> enabled{}, time_selectable{}, annotations{}, variables{};
};
/// Of a new one, with everything off that `change` does not switch on.
[[nodiscard]] json::object public_settings(std::string_view uid);
/// `who`: user id.
void apply(const PublicChange& change, store::Share& share, std::int64_t who, Time now);

[[nodiscard]] std::string uid_of(const store::Share& share);
[[nodiscard]] bool shows_annotations(const store::Share& share);
/// As the vendor shows it, and `variablesEnabled`.
[[nodiscard]] json::object shown(const store::Share& share, std::string_view dashboard_uid);

}  // namespace casement::grafana
