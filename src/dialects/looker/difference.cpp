#include "dialects/looker/difference.h"

#include "base/encoding.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace casement::looker {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (true) {
        const auto end = text.find('\n');
        lines.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return lines;
        text.remove_prefix(end + 1);
    }
}

bool is_plain(char c) {
    return c >= ' ' && c < '\x7f';
}

/// One character of UTF-8 that a terminal only shows: no control (U+0080 to U+009F among them) and
/// none that turns the reading direction.
bool is_harmless(std::string_view character) {
    if (character.size() == 1) return is_plain(character.front());
    const auto is_from_to = [&](std::string_view first, std::string_view last) {
        return character.size() == first.size() && character >= first && character <= last;
    };
    return !is_from_to("\xC2\x80", "\xC2\x9F") && !is_from_to("\xE2\x80\xA8", "\xE2\x80\xAE") &&
           !is_from_to("\xE2\x81\xA6", "\xE2\x81\xA9");
}

/// A long line is shown from a little before the place where it differs.
std::string around(std::string_view text, std::size_t at) {
    static constexpr std::size_t kBefore = 20;
    static constexpr std::size_t kWhole = 100;
    if (text.size() <= kWhole || at <= kBefore) return printable(text);
    auto from = std::min(at - kBefore, text.size());
    while (from > 0 && from < text.size() &&
           (static_cast<unsigned char>(text[from]) & 0xC0U) == 0x80U) {
        --from;
    }
    return "…" + printable(text.substr(from));
}

}  // namespace

std::optional<Difference> first_difference(std::span<const SignedLine> expected,
                                           std::string_view supplied) {
    const auto theirs = lines_of(supplied);
    for (std::size_t i = 0; i < std::max(expected.size(), theirs.size()); ++i) {
        const bool has_ours = i < expected.size();
        const bool has_theirs = i < theirs.size();
        if (has_ours && has_theirs && expected[i].text == theirs[i]) continue;
        Difference difference;
        difference.line = i + 1;
        difference.name = has_ours ? std::string(expected[i].name) : "end";
        if (has_ours) difference.expected = std::string(expected[i].text);
        if (has_theirs) difference.supplied = std::string(theirs[i]);
        return difference;
    }
    return std::nullopt;
}

std::string describe(const Difference& difference) {
    const auto where = fmt::format("line {}, {}", difference.line, difference.name);
    if (!difference.expected) {
        return difference.supplied->empty()
                   ? fmt::format("{}: your text has a line break at its end, which is not signed",
                                 where)
                   : fmt::format("{}: the server's text is over here, yours goes on with {}", where,
                                 printable(*difference.supplied));
    }
    if (!difference.supplied) {
        return fmt::format("{}: your text is over here, the server's goes on with {}", where,
                           printable(*difference.expected));
    }
    const auto& ours = *difference.expected;
    const auto& theirs = *difference.supplied;
    if (theirs == ours + "\r") {
        return fmt::format("{}: your lines end in CR LF; a link's end in LF only", where);
    }
    const auto at = static_cast<std::size_t>(
        std::mismatch(ours.begin(), ours.end(), theirs.begin(), theirs.end()).first - ours.begin());
    return fmt::format("{}: the server has {}, your text has {}", where, around(ours, at),
                       around(theirs, at));
}

std::string printable(std::string_view text, std::size_t longest) {
    const bool is_text = is_utf8(text);
    const auto head = is_text ? utf8_head(text, longest) : text.substr(0, longest);
    std::string out;
    for (std::size_t i = 0; i < head.size();) {
        std::size_t length = 1;
        while (is_text && i + length < head.size() &&
               (static_cast<unsigned char>(head[i + length]) & 0xC0U) == 0x80U) {
            ++length;
        }
        const auto character = head.substr(i, length);
        i += length;
        if (is_text ? is_harmless(character) : is_plain(character.front())) {
            out.append(character);
            continue;
        }
        for (const char c : character)
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    return head.size() < text.size() ? out + "…" : out;
}

}  // namespace casement::looker
