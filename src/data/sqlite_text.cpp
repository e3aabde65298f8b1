#include "data/sqlite_text.h"

#include "data/json_text.h"

#include <chrono>

#include <fmt/format.h>

namespace casement::data {
namespace {

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
bool starts_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}
bool continues_name(char c) {
    return starts_name(c) || (c >= '0' && c <= '9') || c == '$';
}

/// Where the string, quoted name or comment that begins at `at` ends; `at` when none does.
std::size_t skip_quoted(std::string_view text, std::size_t at) {
    const auto rest = text.substr(at);
    const auto behind = [&](std::string_view mark, std::size_t from) {
        const auto found = text.find(mark, from);
        return found == std::string_view::npos ? text.size() : found + mark.size();
    };
    if (rest.starts_with("--")) return behind("\n", at);
    if (rest.starts_with("/*")) return behind("*/", at + 2);
    // A doubled quote ends one string and begins the next: the same place comes out.
    if (rest[0] == '\'' || rest[0] == '"' || rest[0] == '`')
        return behind(rest.substr(0, 1), at + 1);
    if (rest[0] == '[') return behind("]", at + 1);
    return at;
}

std::size_t skip_space(std::string_view text, std::size_t at) {
    while (at < text.size() && is_space(text[at]))
        ++at;
    return at;
}

bool is_in(std::string_view word) {
    return word.size() == 2 && (word[0] == 'i' || word[0] == 'I') &&
           (word[1] == 'n' || word[1] == 'N');
}

/// The name in `($name)` that begins at `at`, or empty; `end` is set behind the bracket.
std::string_view lone_name(std::string_view text, std::size_t at, std::size_t& end) {
    if (at >= text.size() || text[at] != '(') return {};
    at = skip_space(text, at + 1);
    if (at >= text.size() || text[at] != '$') return {};
    const auto start = ++at;
    while (at < text.size() && continues_name(text[at]) && text[at] != '$')
        ++at;
    const auto name = text.substr(start, at - start);
    at = skip_space(text, at);
    if (at >= text.size() || text[at] != ')') return {};
    end = at + 1;
    return name;
}

}  // namespace

std::string with_lists(const std::string& text, const std::map<std::string, Value>& values) {
    std::string out;
    const std::string_view all = text;
    for (std::size_t at = 0; at < all.size();) {
        const auto quoted = skip_quoted(all, at);
        if (quoted != at) {
            out += all.substr(at, quoted - at);
            at = quoted;
            continue;
        }
        if (!continues_name(all[at])) {
            out += all[at++];
            continue;
        }
        const auto start = at;
        while (at < all.size() && continues_name(all[at]))
            ++at;
        const auto word = all.substr(start, at - start);
        out += word;
        if (!is_in(word)) continue;
        std::size_t end = 0;
        const auto name = lone_name(all, skip_space(all, at), end);
        const auto found = name.empty() ? values.end() : values.find(std::string(name));
        if (found == values.end() || !std::holds_alternative<std::vector<Scalar>>(found->second)) {
            continue;
        }
        out += fmt::format(" (SELECT value FROM json_each(${}))", name);
        at = end;
    }
    return out;
}

std::string json_list(const std::vector<Scalar>& list) {
    std::string json = "[";
    for (const auto& scalar : list) {
        if (json.size() > 1) json += ',';
        if (const auto* flag = std::get_if<bool>(&scalar)) {
            json += *flag ? "1" : "0";
        } else if (const auto* whole = std::get_if<std::int64_t>(&scalar)) {
            json += std::to_string(*whole);
        } else if (const auto* number = std::get_if<double>(&scalar)) {
            append_number(json, *number);
        } else if (const auto* words = std::get_if<std::string>(&scalar)) {
            append_text(json, *words);
        } else if (const auto* moment = std::get_if<Time>(&scalar)) {
            append_text(json, sqlite_time(*moment));
        } else if (const auto* span = std::get_if<std::chrono::microseconds>(&scalar)) {
            append_number(json, static_cast<double>(span->count()) / 1e6);
        } else {
            json += "null";
        }
    }
    return json + "]";
}

std::string sqlite_time(Time moment) {
    auto text = to_rfc3339(moment);  // "2026-03-11T18:30:00.000000Z"
    text[text.find('T')] = ' ';
    text.pop_back();
    text.resize(text.size() - 3);
    if (text.ends_with(".000")) text.resize(text.size() - 4);
    return text;
}

std::optional<double> read_sqlite_time(std::string_view text) {
    constexpr std::size_t kDate = 10;
    std::string iso(text);
    if (iso.size() < kDate) return std::nullopt;
    if (iso.size() > kDate) {
        if (iso[kDate] == ' ') iso[kDate] = 'T';
        const auto time = std::string_view(iso).substr(kDate + 1);
        const bool zoned = time.find_first_of("Zz+-") != std::string_view::npos;
        // "18:30" without seconds is a time for SQLite too.
        if (!zoned && time.size() == 5) iso += ":00";
        if (!zoned) iso += 'Z';
    }
    const auto read = parse_rfc3339(iso);
    if (!read) return std::nullopt;
    return static_cast<double>(to_unix_micros(*read)) / 1000;
}

}  // namespace casement::data
