// The values of a login link: JSON texts, each with its own type and limits, declared in one table.
#pragma once

#include "base/error.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace casement::looker {

/// Whom a link lets in, and as what. Read from JSON; the text that was signed is elsewhere
/// (SignedTexts).
struct LoginValues {
    std::string nonce;  ///< 1 to 254 characters; unique for an hour, to be seen to elsewhere
    std::chrono::seconds time{};            ///< since 1970, UTC
    std::chrono::seconds session_length{};  ///< 0 to 30 days; 0 is over at once
    /// A bare whole number, which the vendor's Python sample can send, is the same id as its text.
    std::string external_user_id;
    std::vector<std::string> permissions;  ///< as given, unknown ones too
    std::vector<std::string> models;
    std::vector<std::string> group_ids;  ///< numbers and texts alike, as text
    std::string external_group_id;       ///< empty when absent, null or ""
    /// Texts only: the vendor writes even numbers as JSON strings. A number, a boolean or null in
    /// here is refused, because a row filter would have to guess what it stands for.
    std::map<std::string, std::string> user_attributes;
    std::string first_name;  ///< empty when absent, null or "": the user keeps the name it has
    std::string last_name;
    std::string user_timezone;  ///< empty when absent, null or ""; not yet checked to be a zone
    bool force_logout_login = false;
};

struct Parameter {
    std::string_view name;
    bool required = false;
    std::string_view wanted;  ///< to follow "must be"
    /// Reads the parameter's once decoded text; false when it is not what is wanted.
    bool (*read)(std::string_view text, LoginValues& into);
};
/// In the order in which the vendor lists them; the last is `signature`, which is not JSON.
[[nodiscard]] std::span<const Parameter> parameters() noexcept;

/// nullopt when the text fits and was read. Errors: parameter_invalid. Line breaks and other raw
/// control characters are refused in every value, although JSON allows some between its parts: the
/// signed text is made of lines, and each line must be one value.
[[nodiscard]] std::optional<Error> read_value(const Parameter& parameter, std::string_view text,
                                              LoginValues& into);

}  // namespace casement::looker
