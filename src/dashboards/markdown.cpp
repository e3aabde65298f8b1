// Markdown to a tree without HTML. The page draws nodes of a fixed list; nothing that an author
// writes reaches it as markup.
#include "dashboards/dashboard.h"
#include "dashboards/limits.h"
#include "dashboards/text_frames.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

namespace casement::dashboards {
namespace {

constexpr int kMaxDepth = 12;
constexpr std::size_t kMaxNodes = 10'000;
constexpr std::size_t kMaxHref = 2048;

struct FreeNode {
    void operator()(cmark_node* node) const { cmark_node_free(node); }
};
struct FreeParser {
    void operator()(cmark_parser* parser) const { cmark_parser_free(parser); }
};

std::string literal(cmark_node* node) {
    const char* text = cmark_node_get_literal(node);
    return text == nullptr ? "" : text;
}

bool starts_with(std::string_view text, std::string_view lower_prefix) {
    if (text.size() < lower_prefix.size()) return false;
    return std::equal(lower_prefix.begin(), lower_prefix.end(), text.begin(), [](char a, char b) {
        return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
    });
}

// Browsers drop control characters and blanks before they look at a scheme; a link with one is
// somebody's attempt to hide another scheme.
bool is_safe_link(std::string_view href) {
    if (href.empty() || href.size() > kMaxHref) return false;
    const bool clean = std::all_of(href.begin(), href.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 0x20 && byte != 0x7F && c != '\\';
    });
    if (!clean) return false;
    return starts_with(href, "http://") || starts_with(href, "https://") ||
           starts_with(href, "mailto:") || href[0] == '#';
}

class TreeWriter {
  public:
    explicit TreeWriter(bool frames) : frames_(frames) {}

    json::array children_of(cmark_node* parent, int depth) {
        json::array out;
        for (cmark_node* node = cmark_node_first_child(parent); node != nullptr;
             node = cmark_node_next(node)) {
            add(node, depth, out);
        }
        return out;
    }

  private:
    void add_text(std::string text, json::array& out) {
        if (text.empty() || !room()) return;
        // Neighbours become one, so that "a & b" is not three nodes.
        if (!out.empty()) {
            auto& last = out.back().get_object();
            if (last.at("t") == "text") {
                auto& value = last.at("v").get_string();
                value.append(text);
                return;
            }
        }
        ++nodes_;
        out.emplace_back(json::object{{"t", "text"}, {"v", std::move(text)}});
    }

    bool room() const { return nodes_ < kMaxNodes; }

    void add_leaf(std::string_view type, json::array& out) {
        ++nodes_;
        out.emplace_back(json::object{{"t", type}});
    }

    void add_literal(std::string_view type, cmark_node* node, json::array& out) {
        ++nodes_;
        out.emplace_back(json::object{{"t", type}, {"v", literal(node)}});
    }

    void add_parent(std::string_view type, cmark_node* node, int depth, json::array& out) {
        ++nodes_;
        json::object made{{"t", type}};
        made["c"] = children_of(node, depth + 1);
        out.emplace_back(std::move(made));
    }

    void splice(cmark_node* node, int depth, json::array& out) {
        for (cmark_node* child = cmark_node_first_child(node); child != nullptr;
             child = cmark_node_next(child)) {
            add(child, depth, out);
        }
    }

    /// All words below a node, however deep it goes.
    static std::string words(cmark_node* root) {
        std::string text;
        cmark_iter* iter = cmark_iter_new(root);
        for (auto event = cmark_iter_next(iter); event != CMARK_EVENT_DONE;
             event = cmark_iter_next(iter)) {
            if (event != CMARK_EVENT_ENTER) continue;
            cmark_node* node = cmark_iter_get_node(iter);
            const auto type = cmark_node_get_type(node);
            if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) text += ' ';
            text += literal(node);
        }
        cmark_iter_free(iter);
        return text;
    }

    // A list without blank lines shows its items' words without paragraphs around them.
    static bool is_tight(cmark_node* paragraph) {
        cmark_node* item = cmark_node_parent(paragraph);
        cmark_node* list = item == nullptr ? nullptr : cmark_node_parent(item);
        return list != nullptr && cmark_node_get_type(list) == CMARK_NODE_LIST &&
               cmark_node_get_list_tight(list) != 0;
    }

    void add_link(cmark_node* node, int depth, json::array& out) {
        const char* url = cmark_node_get_url(node);
        const std::string href = url == nullptr ? "" : url;
        if (!is_safe_link(href)) {
            splice(node, depth, out);
            return;
        }
        add_parent("a", node, depth, out);
        out.back().get_object()["href"] = href;
    }

    void add_row(cmark_node* row, int depth, json::array& out) {
        const bool head = cmark_gfm_extensions_get_table_row_is_header(row) != 0;
        ++nodes_;
        json::array cells;
        for (cmark_node* cell = cmark_node_first_child(row); cell != nullptr && room();
             cell = cmark_node_next(cell)) {
            add_parent(head ? "th" : "td", cell, depth + 1, cells);
        }
        out.emplace_back(json::object{{"t", "tr"}, {"c", std::move(cells)}});
    }

    void add(cmark_node* node, int depth, json::array& out) {
        if (!room()) return;
        // A table's rows and cells are two levels more.
        if (depth >= kMaxDepth - 2) {
            add_text(words(node), out);
            return;
        }
        const auto type = cmark_node_get_type(node);
        if (type == CMARK_NODE_TEXT || type == CMARK_NODE_HTML_INLINE) {
            return add_text(literal(node), out);
        }
        if (type == CMARK_NODE_SOFTBREAK) return add_text(" ", out);
        if (type == CMARK_NODE_LINEBREAK) return add_leaf("br", out);
        if (type == CMARK_NODE_THEMATIC_BREAK) return add_leaf("hr", out);
        if (type == CMARK_NODE_CODE) return add_literal("code", node, out);
        if (type == CMARK_NODE_CODE_BLOCK) return add_literal("pre", node, out);
        if (type == CMARK_NODE_EMPH) return add_parent("em", node, depth, out);
        if (type == CMARK_NODE_STRONG) return add_parent("strong", node, depth, out);
        if (type == CMARK_NODE_LINK) return add_link(node, depth, out);
        if (type == CMARK_NODE_IMAGE) return add_text(words(node), out);
        if (type == CMARK_NODE_BLOCK_QUOTE) return add_parent("blockquote", node, depth, out);
        if (type == CMARK_NODE_ITEM) return add_parent("li", node, depth, out);
        if (type == CMARK_NODE_PARAGRAPH) {
            if (is_tight(node)) return splice(node, depth, out);
            return add_parent("p", node, depth, out);
        }
        if (type == CMARK_NODE_LIST) {
            const bool ordered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;
            return add_parent(ordered ? "ol" : "ul", node, depth, out);
        }
        if (type == CMARK_NODE_HEADING) {
            const int level = std::clamp(cmark_node_get_heading_level(node), 1, 6);
            return add_parent("h" + std::to_string(level), node, depth, out);
        }
        // Types of extensions have names only.
        const std::string_view name = cmark_node_get_type_string(node);
        if (name == "strikethrough") return add_parent("del", node, depth, out);
        if (name == "table") return add_parent("table", node, depth, out);
        if (name == "table_header" || name == "table_row") return add_row(node, depth, out);
        if (frames_ && type == CMARK_NODE_HTML_BLOCK) return add_html(literal(node), out);
        // HTML blocks and whatever a later parser brings: their words, in a paragraph.
        add_paragraph(words(node), out);
    }

    void add_paragraph(std::string words, json::array& out) {
        json::array text;
        add_text(std::move(words), text);
        ++nodes_;
        out.emplace_back(json::object{{"t", "p"}, {"c", std::move(text)}});
    }

    void add_html(std::string_view html, json::array& out) {
        for (auto& part : split_frames(html)) {
            if (!room()) return;
            if (auto* words = std::get_if<std::string>(&part)) {
                add_paragraph(std::move(*words), out);
                continue;
            }
            auto& frame = std::get<TextFrame>(part);
            ++nodes_;
            out.emplace_back(json::object{{"t", "iframe"},
                                          {"href", std::move(frame.src)},
                                          {"v", std::move(frame.title)},
                                          {"height", frame.height}});
        }
    }

    const bool frames_;
    std::size_t nodes_ = 0;
};

}  // namespace

json::array markdown_tree(std::string_view markdown, bool frames) {
    static std::once_flag registered;
    std::call_once(registered, cmark_gfm_core_extensions_ensure_registered);

    const std::unique_ptr<cmark_parser, FreeParser> parser(
        cmark_parser_new(CMARK_OPT_VALIDATE_UTF8));
    for (const char* name : {"table", "strikethrough", "autolink"}) {
        if (auto* extension = cmark_find_syntax_extension(name)) {
            cmark_parser_attach_syntax_extension(parser.get(), extension);
        }
    }
    const auto text = markdown.substr(0, static_cast<std::size_t>(kMaxMarkdownBytes));
    cmark_parser_feed(parser.get(), text.data(), text.size());
    const std::unique_ptr<cmark_node, FreeNode> root(cmark_parser_finish(parser.get()));
    if (!root) return {};
    return TreeWriter(frames).children_of(root.get(), 0);
}

}  // namespace casement::dashboards
