// Why a link of this dialect is refused: every code that the pure part can answer with, once.
#pragma once

#include "base/error.h"

#include <span>
#include <string>
#include <string_view>

namespace casement::grafana {

inline constexpr std::string_view kLinkMalformed = "link_malformed";
inline constexpr std::string_view kTargetRefused = "target_refused";
inline constexpr std::string_view kNotSigned = "link_not_signed";
inline constexpr std::string_view kVersionsMixed = "versions_mixed";
inline constexpr std::string_view kParameterMissing = "parameter_missing";
inline constexpr std::string_view kParameterUnknown = "parameter_unknown";
inline constexpr std::string_view kParameterDuplicate = "parameter_duplicate";
inline constexpr std::string_view kParameterInvalid = "parameter_invalid";
inline constexpr std::string_view kKeyMalformed = "key_malformed";
inline constexpr std::string_view kOrganizationMismatch = "organization_mismatch";
inline constexpr std::string_view kSignatureInvalid = "signature_invalid";
inline constexpr std::string_view kLinkExpired = "link_expired";
inline constexpr std::string_view kLinkNotYetValid = "link_not_yet_valid";

struct Reason {
    std::string_view code;
    ErrorKind kind;
    std::string_view meaning;  ///< for docs/grafana.md
};
[[nodiscard]] std::span<const Reason> reasons() noexcept;

/// An error of one of these codes, with the kind that the table gives it. Another code is a bug
/// (std::logic_error).
[[nodiscard]] Error refusal(std::string_view code, std::string message,
                            std::string_view field = {});

}  // namespace casement::grafana
