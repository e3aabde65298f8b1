#include "base/printable.h"

#include "base/encoding.h"

#include <fmt/format.h>

namespace casement {
namespace {

bool is_visible(char c) {
    return c >= ' ' && c < '\x7f';
}

// U+0080 to U+009F steer terminals; U+200B to U+200F, U+2028 to U+202E, U+2066 to U+2069 and
// U+FEFF hide, break or turn what stands around them.
bool is_harmless(std::string_view character) {
    if (character.size() == 1) return is_visible(character.front());
    if (character.starts_with("\xC2")) return static_cast<unsigned char>(character[1]) >= 0xA0;
    if (character == "\xEF\xBB\xBF") return false;
    if (!character.starts_with("\xE2")) return true;
    const auto second = static_cast<unsigned char>(character[1]);
    const auto third = static_cast<unsigned char>(character[2]);
    if (second == 0x80)
        return !((third >= 0x8B && third <= 0x8F) || (third >= 0xA8 && third <= 0xAE));
    if (second == 0x81) return third < 0xA6 || third > 0xA9;
    return true;
}

}  // namespace

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
        if (is_text ? is_harmless(character) : is_visible(character.front())) {
            out.append(character);
            continue;
        }
        for (const char c : character)
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    return head.size() < text.size() ? out + "…" : out;
}

}  // namespace casement
