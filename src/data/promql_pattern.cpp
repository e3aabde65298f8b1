#include "data/promql_pattern.h"

#include <charconv>
#include <cstdint>

#include <fmt/format.h>
#include <re2/re2.h>

namespace casement::data::promql {
namespace {

constexpr int kMostDigits = 100;
constexpr std::int64_t kMemory = std::int64_t{4} * 1024 * 1024;

/// Behind the `[` at `at`: past the class's end, or npos when it does not end.
std::size_t class_end(std::string_view text, std::size_t at) {
    ++at;
    if (at < text.size() && text[at] == '^') ++at;
    bool first = true;
    while (at < text.size()) {
        if (text[at] == ']' && !first) return at + 1;
        first = false;
        if (text.substr(at).starts_with("[:")) {
            const auto end = text.find(":]", at + 2);
            if (end != std::string_view::npos) {
                at = end + 2;
                continue;
            }
        }
        at += text[at] == '\\' ? 2 : 1;
    }
    return std::string_view::npos;
}

/// Past the first `end` at or behind `at`, or npos.
std::size_t past(std::string_view text, std::string_view end, std::size_t at) {
    const auto found = text.find(end, at);
    return found == std::string_view::npos ? found : found + end.size();
}

/// Past what starts at `at`, or npos when the text ends inside it.
std::size_t skip_piece(std::string_view text, std::size_t at) {
    const auto rest = text.substr(at);
    if (rest[0] == '[') return class_end(text, at);
    if (rest[0] == '{') return past(text, "}", at);
    if (rest.starts_with("(?")) {
        const auto end = text.find_first_of(":)>", at);
        return end == std::string_view::npos ? end : end + 1;
    }
    if (rest[0] != '\\') return at + 1;
    if (rest.size() == 1) return std::string_view::npos;
    if (rest[1] == 'Q') return past(text, "\\E", at);
    const bool named = rest[1] == 'p' || rest[1] == 'P' || rest[1] == 'x';
    if (!named) return at + 2;
    if (rest.size() == 2) return std::string_view::npos;
    if (rest[2] == '{') return past(text, "}", at);
    if (rest[1] != 'x') return at + 3;
    return rest.size() < 4 ? std::string_view::npos : at + 4;
}

}  // namespace

std::string escape_pattern(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (std::string_view("\\.+*?()|[]{}^$-").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

std::optional<std::string> number_pattern(std::string_view number) {
    const bool negative = number.starts_with('-');
    if (negative) number.remove_prefix(1);
    int exponent = 0;
    if (const auto at = number.find_first_of("eE"); at != std::string_view::npos) {
        auto text = number.substr(at + 1);
        number = number.substr(0, at);
        if (text.starts_with('+')) text.remove_prefix(1);
        const auto read = std::from_chars(text.data(), text.data() + text.size(), exponent);
        if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    }
    const auto point = number.find('.');
    std::string whole(number.substr(0, point));
    std::string part(point == std::string_view::npos ? "" : number.substr(point + 1));
    const auto all = whole + part;
    const bool digits = !all.empty() && all.find_first_not_of("0123456789") == std::string::npos;
    if (!digits) return std::nullopt;
    if (all.find_first_not_of('0') == std::string::npos) {
        return std::string(R"([+-]?(?:0+(?:\.0*)?|\.0+))");
    }
    if (all.size() > kMostDigits || exponent > kMostDigits || exponent < -kMostDigits) {
        return std::nullopt;
    }
    // The point moves over the digits, and over zeros beyond them.
    for (; exponent > 0; --exponent) {
        whole += part.empty() ? '0' : part.front();
        if (!part.empty()) part.erase(0, 1);
    }
    for (; exponent < 0; ++exponent) {
        part.insert(0, 1, whole.empty() ? '0' : whole.back());
        if (!whole.empty()) whole.pop_back();
    }
    whole.erase(0, whole.find_first_not_of('0'));
    part.erase(part.find_last_not_of('0') + 1);
    const auto* const sign = negative ? "-" : R"(\+?)";
    if (part.empty()) return fmt::format(R"({}0*{}(?:\.0*)?)", sign, whole);
    return fmt::format(R"({}0*{}\.{}0*)", sign, whole, part);
}

std::optional<bool> matches_empty(const std::string& pattern) {
    // Any byte, as C++ has it and Go does not.
    for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
        if (pattern[i] != '\\') continue;
        if (pattern[i + 1] == 'C') return std::nullopt;
        ++i;
    }
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kMemory);
    const RE2 expression(pattern, options);
    if (!expression.ok()) return std::nullopt;
    return RE2::FullMatch("", expression);
}

bool takes_text_behind(std::string_view before) {
    std::size_t at = 0;
    while (at < before.size()) {
        at = skip_piece(before, at);
        if (at > before.size()) return false;
    }
    return true;
}

}  // namespace casement::data::promql
