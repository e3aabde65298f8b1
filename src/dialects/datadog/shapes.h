// Wire shapes of the secure embed API (v2): what a request may contain, and the exact bodies that
// answer it (datadog.md §§1.2-1.6).
#pragma once

#include "base/clock.h"
#include "base/shape.h"
#include "store/catalog.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::datadog {

/// The share type as this API spells it, and as the list of all shares does.
inline constexpr std::string_view kSecureEmbed = "secure_embed";
inline constexpr std::string_view kSecureEmbedListed = "secure-embed";

/// Body of POST …/shared/secure-embed. Attributes that are not known are accepted and dropped.
[[nodiscard]] const Shape& create_request_shape();
/// Body of PATCH …/shared/secure-embed/{token}: any subset of the attributes.
[[nodiscard]] const Shape& update_request_shape();

/// Takes the known ones of a checked request's `data.attributes` over into the share, each as it
/// stands: an attribute that is there replaces the old one whole, one that is absent stays.
void apply_attributes(const json::object& attributes, store::Share& share);

enum class Answer { create, get, update };

/// `{"data": {...}}`. `credential` is shown for Answer::create only. `url` is the base URL to sign.
[[nodiscard]] json::object embed_body(Answer answer, const store::Share& share,
                                      std::string_view dashboard_uid, std::string_view url);

/// One share in the list of a dashboard's shares.
struct ListedShare {
    const store::Share* share = nullptr;
    std::string url;
    std::optional<Time> last_accessed;
    std::string_view status;  ///< as it counts now
};
/// `{"data": [...], "included": [...]}`; every key that the vendor's clients demand is there.
[[nodiscard]] json::object list_body(const std::vector<ListedShare>& shares,
                                     const store::Dashboard& dashboard,
                                     const store::Snapshot& snapshot);

/// "2026-03-11T18:30:00.000000", without a zone: this API's `created_at`.
[[nodiscard]] std::string zoneless_time(Time time);

}  // namespace casement::datadog
