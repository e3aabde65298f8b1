#include "access/user_attributes.h"

#include "base/clock.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace casement::access {
namespace {

using Parts = std::optional<std::vector<std::string>>;

constexpr std::array kTypes = {
    std::pair{std::string_view("string"), AttributeType::string},
    std::pair{std::string_view("number"), AttributeType::number},
    std::pair{std::string_view("datetime"), AttributeType::datetime},
    std::pair{std::string_view("yesno"), AttributeType::yesno},
    std::pair{std::string_view("zipcode"), AttributeType::zipcode},
    std::pair{std::string_view("advanced_filter_string"), AttributeType::advanced_filter_string},
    std::pair{std::string_view("advanced_filter_number"), AttributeType::advanced_filter_number},
};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), is_digit);
}

bool is_number(std::string_view text) {
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) return false;
    }
    double number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failed == std::errc{} && end == text.data() + text.size() && std::isfinite(number);
}

bool is_datetime(std::string_view text) {
    if (parse_rfc3339(text)) return true;
    // "2026-03-11 18:30": without zone, seconds optional.
    if (text.size() < 16) return false;
    std::string whole(text);
    if (whole[10] == ' ') whole[10] = 'T';
    if (whole.size() == 16) whole += ":00";
    return parse_rfc3339(whole + "Z").has_value() || parse_rfc3339(whole).has_value();
}

bool is_zipcode(std::string_view text) {
    if (text.size() == 5) return all_digits(text);
    return text.size() == 10 && text[5] == '-' && all_digits(text.substr(0, 5)) &&
           all_digits(text.substr(6));
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// One part of a list, beginning at `text`: what it says, and `text` moved behind its comma.
std::optional<std::string> take_part(std::string_view& text) {
    const auto end_of = [&](std::size_t comma) {
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    };
    const auto start = text.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos || text[start] != '"') {
        const auto comma = text.find(',');
        const auto part = trimmed(text.substr(0, comma));
        if (part.find('"') != std::string_view::npos) return std::nullopt;
        end_of(comma);
        return std::string(part);
    }
    std::string part;
    std::size_t at = start + 1;
    while (true) {
        const auto quote = text.find('"', at);
        if (quote == std::string_view::npos) return std::nullopt;
        part += text.substr(at, quote - at);
        at = quote + 1;
        if (at == text.size() || text[at] != '"') break;
        part += '"';
        ++at;
    }
    const auto comma = text.find(',', at);
    if (!trimmed(text.substr(at, comma == std::string_view::npos ? comma : comma - at)).empty()) {
        return std::nullopt;
    }
    end_of(comma);
    return part;
}

/// nullopt when its quotes do not add up.
Parts list_parts(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        auto part = take_part(text);
        if (!part) return std::nullopt;
        if (!part->empty()) parts.push_back(std::move(*part));
    }
    return parts;
}

Parts one_if(bool fits, std::string_view text) {
    if (!fits) return std::nullopt;
    return std::vector<std::string>{std::string(text)};
}

/// nullopt when the text is not of the type.
Parts parts_of(AttributeType type, std::string_view text) {
    if (text.empty()) return std::vector<std::string>{};
    switch (type) {
        case AttributeType::string:
            return one_if(true, text);
        case AttributeType::number:
            return one_if(is_number(text), text);
        case AttributeType::datetime:
            return one_if(is_datetime(text), text);
        case AttributeType::yesno: {
            const auto word = lower(text);
            return one_if(word == "yes" || word == "no", word);
        }
        case AttributeType::zipcode:
            return one_if(is_zipcode(text), text);
        case AttributeType::advanced_filter_string:
            return list_parts(text);
        case AttributeType::advanced_filter_number: {
            auto parts = list_parts(text);
            if (!parts || !std::all_of(parts->begin(), parts->end(), is_number)) {
                return std::nullopt;
            }
            return parts;
        }
    }
    return std::nullopt;
}

std::string_view expectation(AttributeType type) {
    switch (type) {
        case AttributeType::string:
            return "a text";
        case AttributeType::number:
            return "a decimal number";
        case AttributeType::datetime:
            return "a date or a time, such as 2026-03-11 18:30:00";
        case AttributeType::yesno:
            return "yes or no";
        case AttributeType::zipcode:
            return "a zip code of five digits, or of five and four";
        case AttributeType::advanced_filter_string:
            return "a list with commas between its values, and quotes in pairs";
        case AttributeType::advanced_filter_number:
            return "a list of decimal numbers with commas between them";
    }
    return "";
}

bool is_set(const store::UserAttribute& attribute, std::string_view setting) {
    const auto* value = attribute.settings.if_contains(setting);
    if (value == nullptr || value->is_null()) return false;
    return !value->is_bool() || value->get_bool();
}

}  // namespace

std::optional<AttributeType> attribute_type(std::string_view name) {
    for (const auto& [known, type] : kTypes) {
        if (known == name) return type;
    }
    return std::nullopt;
}

bool is_hidden(const store::UserAttribute& attribute) {
    return is_set(attribute, "value_is_hidden");
}

bool is_editable(const store::UserAttribute& attribute) {
    return is_set(attribute, "user_can_edit");
}

Result<void> check_attribute_value(const store::UserAttribute& attribute, std::string_view value) {
    const auto type = attribute_type(attribute.type);
    if (!type) {
        return invalid("attribute_invalid",
                       fmt::format("The user attribute \"{}\" has a type that is not known here. "
                                   "Define it again.",
                                   attribute.name),
                       attribute.name);
    }
    if (parts_of(*type, value)) return {};
    // The value is not repeated: the attribute may be a hidden one.
    return invalid(
        "attribute_invalid",
        fmt::format("The user attribute \"{}\" takes {}.", attribute.name, expectation(*type)),
        attribute.name);
}

std::vector<std::string> attribute_values(AttributeType type, std::string_view value) {
    return parts_of(type, value).value_or(std::vector<std::string>{});
}

std::vector<std::string> attribute_values(const ResolvedAttribute& attribute) {
    if (!attribute.value) return {};
    if (attribute.definition == nullptr) {
        return attribute_values(AttributeType::string, *attribute.value);
    }
    const auto type = attribute_type(attribute.definition->type);
    return type ? attribute_values(*type, *attribute.value) : std::vector<std::string>{};
}

std::vector<ResolvedAttribute> resolve_attributes(const store::Snapshot& snapshot, store::OrgId org,
                                                  std::span<const std::int64_t> groups,
                                                  const std::map<std::string, std::string>& own,
                                                  ResolvedAttribute::Source own_source) {
    using Source = ResolvedAttribute::Source;
    std::vector<ResolvedAttribute> resolved;
    for (const auto* definition : snapshot.list<store::UserAttribute>(org)) {
        ResolvedAttribute attribute;
        attribute.name = definition->name;
        attribute.definition = definition;
        const auto sent = own.find(definition->name);
        const auto of_group = std::find_if(definition->group_values.begin(),
                                           definition->group_values.end(), [&](const auto& value) {
                                               return std::find(groups.begin(), groups.end(),
                                                                value.group) != groups.end();
                                           });
        if (sent != own.end()) {
            attribute.value = sent->second;
            attribute.source = own_source;
        } else if (of_group != definition->group_values.end()) {
            attribute.value = of_group->value;
            attribute.source = Source::group;
            attribute.rank = static_cast<int>(of_group - definition->group_values.begin());
        } else if (definition->default_value) {
            attribute.value = definition->default_value;
            attribute.source = Source::default_value;
        }
        resolved.push_back(std::move(attribute));
    }
    for (const auto& [name, value] : own) {
        if (snapshot.by_name<store::UserAttribute>(org, name) != nullptr) continue;
        resolved.push_back({name, value, own_source, 0, nullptr});
    }
    std::sort(resolved.begin(), resolved.end(),
              [](const auto& left, const auto& right) { return left.name < right.name; });
    return resolved;
}

}  // namespace casement::access
