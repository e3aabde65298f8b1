#include "dashboards/text_frames.h"

#include "base/whole_number.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>

namespace casement::dashboards {
namespace {

constexpr std::string_view kOpen = "<iframe";
constexpr std::string_view kClose = "</iframe>";
constexpr std::string_view kBlank = " \t\r\n\f";
constexpr std::size_t kMaxAddress = 2048;
constexpr int kLowest = 20;
constexpr int kHighest = 4000;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool starts_with(std::string_view text, std::string_view lower_prefix) {
    return text.size() >= lower_prefix.size() &&
           std::equal(lower_prefix.begin(), lower_prefix.end(), text.begin(),
                      [](char wanted, char given) { return wanted == lower(given); });
}

std::size_t position(std::string_view text, std::string_view lower_word) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (starts_with(text.substr(at), lower_word)) return at;
    }
    return std::string_view::npos;
}

std::string unescaped(std::string_view text) {
    static constexpr std::pair<std::string_view, char> kEntities[] = {
        {"&amp;", '&'}, {"&quot;", '"'}, {"&#39;", '\''}, {"&lt;", '<'}, {"&gt;", '>'}};
    std::string out;
    while (!text.empty()) {
        const auto entity = std::ranges::find_if(
            kEntities, [&](const auto& one) { return text.starts_with(one.first); });
        const bool is_entity = entity != std::end(kEntities);
        out.push_back(is_entity ? entity->second : text.front());
        text.remove_prefix(is_entity ? entity->first.size() : 1);
    }
    return out;
}

void skip_blanks(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n\f/"), rest.size()));
}

using Attributes = std::map<std::string, std::string>;

/// Reads a start tag's attributes from `rest` and takes them off, with the '>'. nullopt when the
/// tag does not end.
std::optional<Attributes> read_attributes(std::string_view& rest) {
    Attributes attributes;
    while (true) {
        skip_blanks(rest);
        if (rest.empty()) return std::nullopt;
        if (rest.front() == '>') {
            rest.remove_prefix(1);
            return attributes;
        }
        const auto name_end = rest.find_first_of(" \t\r\n\f/>=", 1);
        if (name_end == std::string_view::npos) return std::nullopt;
        std::string name(rest.substr(0, name_end));
        std::ranges::transform(name, name.begin(), lower);
        rest.remove_prefix(name_end);
        rest.remove_prefix(std::min(rest.find_first_not_of(kBlank), rest.size()));
        std::string value;
        if (rest.starts_with('=')) {
            rest.remove_prefix(1);
            rest.remove_prefix(std::min(rest.find_first_not_of(kBlank), rest.size()));
            if (rest.empty()) return std::nullopt;
            const char quote = rest.front();
            const bool is_quoted = quote == '"' || quote == '\'';
            if (is_quoted) rest.remove_prefix(1);
            const auto end = is_quoted ? rest.find(quote) : rest.find_first_of(" \t\r\n\f>");
            if (end == std::string_view::npos) return std::nullopt;
            value = unescaped(rest.substr(0, end));
            rest.remove_prefix(end + (is_quoted ? 1 : 0));
        }
        attributes.try_emplace(std::move(name), std::move(value));
    }
}

bool is_address(std::string_view text) {
    return text.size() <= kMaxAddress &&
           (starts_with(text, "http://") || starts_with(text, "https://")) &&
           std::ranges::all_of(text, [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return byte > 0x20 && byte != 0x7F && c != '\\' && c != '"' && c != '<' && c != '>';
           });
}

std::optional<TextFrame> frame_of(Attributes attributes) {
    TextFrame frame;
    frame.src = std::move(attributes["src"]);
    if (!is_address(frame.src)) return std::nullopt;
    frame.title = std::move(attributes["title"]);
    std::string_view height = attributes["height"];
    if (height.ends_with("px")) height.remove_suffix(2);
    if (const auto pixels = whole_number<int>(height); pixels && *pixels > 0) {
        frame.height = std::clamp(*pixels, kLowest, kHighest);
    }
    return frame;
}

}  // namespace

std::vector<std::variant<std::string, TextFrame>> split_frames(std::string_view html) {
    std::vector<std::variant<std::string, TextFrame>> parts;
    const auto add_words = [&](std::string_view words) {
        if (words.find_first_not_of(kBlank) != std::string_view::npos)
            parts.emplace_back(std::string(words));
    };
    while (true) {
        const auto at = position(html, kOpen);
        if (at == std::string_view::npos) break;
        auto rest = html.substr(at + kOpen.size());
        const bool is_tag = !rest.empty() && (kBlank.find(rest.front()) != std::string_view::npos ||
                                              rest.front() == '/' || rest.front() == '>');
        auto attributes = is_tag ? read_attributes(rest) : std::nullopt;
        if (is_tag && !attributes) break;  // it never ends: words, like all that stands behind it
        if (!is_tag) {
            add_words(html.substr(0, at + kOpen.size()));
            html.remove_prefix(at + kOpen.size());
            continue;
        }
        add_words(html.substr(0, at));
        if (auto frame = frame_of(std::move(*attributes))) parts.emplace_back(std::move(*frame));
        // What stands inside is for browsers that know no frames.
        const auto close = position(rest, kClose);
        html = close == std::string_view::npos ? rest : rest.substr(close + kClose.size());
    }
    add_words(html);
    return parts;
}

}  // namespace casement::dashboards
