#include "base/encoding.h"
#include "dashboards/importers/grafana_parts.h"
#include "dashboards/importers/grafana_sql_places.h"
#include "dashboards/limits.h"

#include <algorithm>
#include <utility>

namespace casement::dashboards::grafana {
namespace {

constexpr std::string_view kBlocks[] = {"p",  "div", "br", "li", "ul", "ol", "tr", "table",
                                        "h1", "h2",  "h3", "h4", "h5", "h6", "hr", "section"};
constexpr std::string_view kHidden[] = {"script", "style", "iframe", "object", "title", "svg"};

template <std::size_t N>
bool is_one_of(std::string_view word, const std::string_view (&list)[N]) {
    return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

std::string_view tag_name(std::string_view tag) {
    if (tag.starts_with('/')) tag.remove_prefix(1);
    return tag.substr(0, tag.find_first_of(" \t\r\n/>"));
}

/// `&amp;` and the few others that one writes by hand.
std::pair<std::string_view, std::size_t> entity_at(std::string_view text) {
    constexpr std::pair<std::string_view, std::string_view> kEntities[] = {
        {"&amp;", "&"},   {"&lt;", "<"},  {"&gt;", ">"},
        {"&quot;", "\""}, {"&#39;", "'"}, {"&nbsp;", " "}};
    for (const auto& [written, meant] : kEntities) {
        if (text.starts_with(written)) return {meant, written.size()};
    }
    return {text.substr(0, 1), 1};
}

constexpr std::string_view kMeaning = "\\`*_{}[]()<>#+-.!|~&:";

/// The words of an HTML text as Markdown: no tag is left, and nothing in it means anything.
std::string words_of(std::string_view html) {
    std::string words;
    std::string hidden;
    while (!html.empty()) {
        const auto close = html.starts_with('<') ? html.find('>') : std::string_view::npos;
        if (close != std::string_view::npos) {
            const auto tag = html.substr(1, close - 1);
            const auto name = lower_word(tag_name(tag));
            html.remove_prefix(close + 1);
            if (!hidden.empty()) {
                if (tag.starts_with('/') && name == hidden) hidden.clear();
            } else if (!tag.starts_with('/') && !tag.ends_with('/') && is_one_of(name, kHidden)) {
                hidden = name;
            } else if (is_one_of(name, kBlocks) && !words.ends_with("\n\n")) {
                words += "\n\n";
            }
            continue;
        }
        const auto [meant, length] = entity_at(html);
        html.remove_prefix(length);
        if (!hidden.empty()) continue;
        const char c = meant.front();
        const bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (is_blank) {
            if (!words.empty() && words.back() != ' ' && words.back() != '\n') words += ' ';
            continue;
        }
        if (kMeaning.find(c) != std::string_view::npos) words += '\\';
        words += meant;
    }
    return words;
}

/// Between fences longer than any in it.
std::string code_block(std::string_view code) {
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char c : code) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const std::string fence(std::max<std::size_t>(3, longest + 1), '`');
    return fence + "\n" + std::string(code) + "\n" + fence;
}

}  // namespace

std::string markdown_of(const json::object& panel) {
    // Before schema version 28 these stood in the panel itself.
    const auto* options = object_at(panel, "options");
    const auto& at = options != nullptr && options->contains("content") ? *options : panel;
    const auto mode = text_or_empty(at, "mode");
    const auto written = text_or_empty(at, "content");
    const auto content = utf8_head(written, static_cast<std::size_t>(kMaxMarkdownBytes) / 2);
    auto markdown = mode == "html"                     ? words_of(content)
                    : mode == "code" || mode == "text" ? code_block(content)
                                                       : std::string(content);
    return std::string(utf8_head(markdown, static_cast<std::size_t>(kMaxMarkdownBytes)));
}

}  // namespace casement::dashboards::grafana
