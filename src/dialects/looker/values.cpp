#include "dialects/looker/values.h"

#include "base/encoding.h"
#include "base/shape.h"
#include "dialects/looker/reasons.h"
#include "dialects/looker/signature.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace casement::looker {
namespace {

constexpr std::size_t kMaxEntries = 1000;

std::optional<json::value> parsed(std::string_view text) {
    auto value = parse_json(text);
    if (!value) return std::nullopt;
    return std::move(*value);
}

/// Text for ids and names: no control characters.
std::optional<std::string> plain_text(const json::value& value, std::size_t min, std::size_t max) {
    if (!value.is_string()) return std::nullopt;
    std::string text(value.get_string());
    const auto length = count_characters(text);
    if (length < min || length > max || !has_no_controls(text)) return std::nullopt;
    return text;
}

std::optional<std::string> whole_number(const json::value& value) {
    if (value.is_int64()) return std::to_string(value.get_int64());
    if (value.is_uint64()) return std::to_string(value.get_uint64());
    return std::nullopt;
}

bool read_text(std::string_view text, std::string& into, std::size_t min, std::size_t max,
               bool nullable) {
    const auto value = parsed(text);
    if (!value) return false;
    if (nullable && value->is_null()) {
        into.clear();
        return true;
    }
    auto plain = plain_text(*value, min, max);
    if (!plain) return false;
    into = std::move(*plain);
    return true;
}

// Digits only: "3600.0", "3,600" and 1e9 are numbers to somebody, and to somebody else they are
// not.
bool read_seconds(std::string_view text, std::chrono::seconds& into) {
    const bool digits = !text.empty() && text.size() <= kMaxTimestampLength &&
                        std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || (text.front() == '0' && text.size() > 1)) return false;
    std::int64_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    into = std::chrono::seconds(count);
    return true;
}

bool read_list(std::string_view text, std::vector<std::string>& into, bool numbers_too) {
    const auto value = parsed(text);
    if (!value || !value->is_array() || value->get_array().size() > kMaxEntries) return false;
    std::vector<std::string> list;
    for (const auto& entry : value->get_array()) {
        auto one = plain_text(entry, 1, kMaxTextLength);
        if (!one && numbers_too) one = whole_number(entry);
        if (!one) return false;
        list.push_back(std::move(*one));
    }
    into = std::move(list);
    return true;
}

bool read_nonce(std::string_view text, LoginValues& into) {
    return read_text(text, into.nonce, 1, kMaxNonceLength, false);
}
bool read_time(std::string_view text, LoginValues& into) {
    return read_seconds(text, into.time);
}
bool read_session_length(std::string_view text, LoginValues& into) {
    return read_seconds(text, into.session_length) && into.session_length <= kMaxSessionLength;
}
bool read_external_user_id(std::string_view text, LoginValues& into) {
    const auto value = parsed(text);
    if (!value) return false;
    auto id = plain_text(*value, 1, kMaxTextLength);
    if (!id) id = whole_number(*value);
    if (!id) return false;
    into.external_user_id = std::move(*id);
    return true;
}
bool read_permissions(std::string_view text, LoginValues& into) {
    return read_list(text, into.permissions, false);
}
bool read_models(std::string_view text, LoginValues& into) {
    return read_list(text, into.models, false);
}
bool read_group_ids(std::string_view text, LoginValues& into) {
    return read_list(text, into.group_ids, true);
}
bool read_external_group_id(std::string_view text, LoginValues& into) {
    return read_text(text, into.external_group_id, 0, kMaxExternalGroupLength, true);
}
bool read_user_attributes(std::string_view text, LoginValues& into) {
    const auto value = parsed(text);
    if (!value || !value->is_object() || value->get_object().size() > kMaxEntries) return false;
    std::map<std::string, std::string> attributes;
    for (const auto& [name, one] : value->get_object()) {
        const auto key = plain_text(json::string(name), 1, kMaxTextLength);
        if (!key || !one.is_string()) return false;
        std::string held(one.get_string());
        if (held.find('\0') != std::string::npos) return false;
        attributes.emplace(*key, std::move(held));
    }
    into.user_attributes = std::move(attributes);
    return true;
}
// Dead since the vendor's version 3.10, but still required and signed.
bool read_access_filters(std::string_view text, LoginValues&) {
    const auto value = parsed(text);
    return value && value->is_object();
}
bool read_first_name(std::string_view text, LoginValues& into) {
    return read_text(text, into.first_name, 0, kMaxTextLength, true);
}
bool read_last_name(std::string_view text, LoginValues& into) {
    return read_text(text, into.last_name, 0, kMaxTextLength, true);
}
bool read_user_timezone(std::string_view text, LoginValues& into) {
    return read_text(text, into.user_timezone, 0, kMaxTextLength, true);
}
bool read_force_logout_login(std::string_view text, LoginValues& into) {
    if (text != "true" && text != "false") return false;
    into.force_logout_login = text == "true";
    return true;
}

constexpr std::string_view kListWanted =
    "a JSON list of texts, such as [\"access_data\"] (at most 1000)";
constexpr std::string_view kNameWanted = "a JSON text of at most 255 characters, or null";

constexpr std::array<Parameter, 15> kParameters = {{
    {"nonce", true, "a JSON text of 1 to 254 characters, in double quotes", read_nonce},
    {"time", true, "whole seconds since 1970 (UTC), digits only", read_time},
    {"session_length", true, "whole seconds from 0 to 2592000, digits only", read_session_length},
    {"external_user_id", true,
     "a JSON text of 1 to 255 characters in double quotes, or a whole number",
     read_external_user_id},
    {"permissions", true, kListWanted, read_permissions},
    {"models", true, kListWanted, read_models},
    {"group_ids", false, "a JSON list of whole numbers or texts (at most 1000)", read_group_ids},
    {"external_group_id", false, "a JSON text of at most 81 characters, or null",
     read_external_group_id},
    {"user_attributes", false,
     "a JSON object whose values are texts, also for numbers: {\"company_id\": \"17\"}",
     read_user_attributes},
    {"access_filters", true, "a JSON object; {} is right", read_access_filters},
    {"first_name", false, kNameWanted, read_first_name},
    {"last_name", false, kNameWanted, read_last_name},
    {"user_timezone", false, kNameWanted, read_user_timezone},
    {"force_logout_login", true, "true or false", read_force_logout_login},
    {"signature", true, "28 or 44 characters of padded base64; write a '+' in it as %2B",
     [](std::string_view text, LoginValues&) {
         const auto bytes = from_base64(text);
         return bytes && (bytes->size() == 20 || bytes->size() == 32);
     }},
}};

}  // namespace

std::span<const Parameter> parameters() noexcept {
    return kParameters;
}

std::optional<Error> read_value(const Parameter& parameter, std::string_view text,
                                LoginValues& into) {
    if (!has_no_controls(text)) {
        return refusal(kParameterInvalid,
                       fmt::format("'{}' has a line break or another control character in it. "
                                   "Write it on one line.",
                                   parameter.name),
                       parameter.name);
    }
    if (!parameter.read(text, into)) {
        return refusal(kParameterInvalid,
                       fmt::format("'{}' must be {}.", parameter.name, parameter.wanted),
                       parameter.name);
    }
    return std::nullopt;
}

}  // namespace casement::looker
