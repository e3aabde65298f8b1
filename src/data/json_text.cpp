#include "data/json_text.h"

#include "base/encoding.h"

#include <array>
#include <charconv>
#include <cmath>

namespace casement::data {
namespace {

constexpr double kExactLimit = 9007199254740992.0;  // 2^53

bool needs_escape(unsigned char c) {
    return c < 0x20 || c == '"' || c == '\\';
}

/// Whether it can stand between quotes as it is: ASCII without anything to escape.
bool is_plain(std::string_view text) {
    bool plain = true;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        plain = plain && byte < 0x80 && !needs_escape(byte);
    }
    return plain;
}

void append_escape(std::string& out, unsigned char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    static constexpr std::string_view kHex = "0123456789abcdef";
    out += "\\u00";
    out += kHex[c >> 4U];
    out += kHex[c & 15U];
}

/// Length of the well-formed character at the start of `text`, or 0.
std::size_t character_length(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (length > text.size() || !is_utf8(text.substr(0, length))) return 0;
    return length;
}

void append_broken(std::string& out, std::string_view value) {
    for (std::size_t at = 0; at < value.size();) {
        const std::size_t length = character_length(value.substr(at));
        if (length == 0) {
            out += "\xEF\xBF\xBD";
            ++at;
            continue;
        }
        const auto first = static_cast<unsigned char>(value[at]);
        if (length == 1 && needs_escape(first)) {
            append_escape(out, first);
        } else {
            out.append(value.substr(at, length));
        }
        at += length;
    }
}

}  // namespace

void append_integer(std::string& out, std::int64_t value) {
    constexpr std::int64_t kLimit = std::int64_t{1} << 53U;
    if (value > kLimit || value < -kLimit) {
        append_number(out, static_cast<double>(value));
        return;
    }
    std::array<char, 24> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    out.append(buffer.data(), end);
}

void append_number(std::string& out, double value) {
    if (!std::isfinite(value)) {
        out += "null";
        return;
    }
    // Counts are the most common numbers, and integers are the cheaper way to print them.
    if (value > -kExactLimit && value < kExactLimit) {
        const auto whole = static_cast<std::int64_t>(value);
        if (static_cast<double>(whole) == value) {
            append_integer(out, whole);
            return;
        }
    }
    std::array<char, 40> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    out.append(buffer.data(), end);
}

void append_text(std::string& out, std::string_view value) {
    out += '"';
    if (is_plain(value)) {
        out += value;
    } else if (is_utf8(value)) {
        std::size_t start = 0;
        for (std::size_t at = 0; at < value.size(); ++at) {
            const auto c = static_cast<unsigned char>(value[at]);
            if (!needs_escape(c)) continue;
            out.append(value.substr(start, at - start));
            append_escape(out, c);
            start = at + 1;
        }
        out.append(value.substr(start));
    } else {
        append_broken(out, value);
    }
    out += '"';
}

}  // namespace casement::data
