#include "dialects/looker/difference.h"

#include "base/printable.h"

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

}  // namespace casement::looker
