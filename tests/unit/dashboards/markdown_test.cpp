#include "base/encoding.h"
#include "dashboards/dashboard.h"

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::dashboards {
namespace {

std::string tree(std::string_view markdown) {
    return json::serialize(markdown_tree(markdown));
}

TEST(Markdown, Paragraphs) {
    EXPECT_EQ(tree("Hello *big* **world**\nagain"),
              R"([{"t":"p","c":[{"t":"text","v":"Hello "},{"t":"em","c":[{"t":"text","v":"big"}]},)"
              R"({"t":"text","v":" "},{"t":"strong","c":[{"t":"text","v":"world"}]},)"
              R"({"t":"text","v":" again"}]}])");
    EXPECT_EQ(tree(""), "[]");
    EXPECT_EQ(tree("a  \nb"), R"([{"t":"p","c":[{"t":"text","v":"a"},{"t":"br"},)"
                              R"({"t":"text","v":"b"}]}])");
}

TEST(Markdown, Blocks) {
    EXPECT_EQ(tree("## Two\n\n---"), R"([{"t":"h2","c":[{"t":"text","v":"Two"}]},{"t":"hr"}])");
    EXPECT_EQ(tree("> q"), R"([{"t":"blockquote","c":[{"t":"p","c":[{"t":"text","v":"q"}]}]}])");
    EXPECT_EQ(tree("```sql\nselect 1\n```"), R"([{"t":"pre","v":"select 1\n"}])");
    EXPECT_EQ(tree("`x<y`"), R"([{"t":"p","c":[{"t":"code","v":"x<y"}]}])");
    EXPECT_EQ(tree("~~old~~"), R"([{"t":"p","c":[{"t":"del","c":[{"t":"text","v":"old"}]}]}])");
}

TEST(Markdown, Lists) {
    EXPECT_EQ(tree("- a\n- b"), R"([{"t":"ul","c":[{"t":"li","c":[{"t":"text","v":"a"}]},)"
                                R"({"t":"li","c":[{"t":"text","v":"b"}]}]}])");
    EXPECT_EQ(tree("1. a\n\n2. b"),
              R"([{"t":"ol","c":[{"t":"li","c":[{"t":"p","c":[{"t":"text","v":"a"}]}]},)"
              R"({"t":"li","c":[{"t":"p","c":[{"t":"text","v":"b"}]}]}]}])");
}

TEST(Markdown, Tables) {
    EXPECT_EQ(tree("| a | b |\n|---|---|\n| 1 | **2** |"),
              R"([{"t":"table","c":[{"t":"tr","c":[{"t":"th","c":[{"t":"text","v":"a"}]},)"
              R"({"t":"th","c":[{"t":"text","v":"b"}]}]},)"
              R"({"t":"tr","c":[{"t":"td","c":[{"t":"text","v":"1"}]},)"
              R"({"t":"td","c":[{"t":"strong","c":[{"t":"text","v":"2"}]}]}]}]}])");
}

TEST(Markdown, LinksOfTheWeb) {
    EXPECT_EQ(tree("[x](https://a.b/c?d=e#f)"),
              R"([{"t":"p","c":[{"t":"a","c":[{"t":"text","v":"x"}],)"
              R"("href":"https://a.b/c?d=e#f"}]}])");
    EXPECT_EQ(tree("[x](#here)"),
              R"([{"t":"p","c":[{"t":"a","c":[{"t":"text","v":"x"}],"href":"#here"}]}])");
    EXPECT_NE(tree("see www.example.org now").find(R"("href":"http://www.example.org")"),
              std::string::npos);
    EXPECT_NE(tree("mail a@b.org").find(R"("href":"mailto:a@b.org")"), std::string::npos);
    EXPECT_NE(tree("[x](HTTPS://a.b)").find(R"("href":"HTTPS://a.b")"), std::string::npos);
}

TEST(Markdown, OtherLinksLeaveTheirWords) {
    for (const char* href :
         {"javascript:alert(1)", "JaVaScRiPt:alert(1)", "java&#115;cript:alert(1)",
          "java&#10;script:alert(1)", "&#1;javascript:alert(1)", "data:text/html,x", "vbscript:x",
          "file:///etc/passwd", "//evil.example", "/relative", "relative", "https:relative",
          "ht&#9;tps://x", "https://a&#10;b", "https:\\\\evil", "blob:x",
          "javascript&colon;alert(1)", "%6Aavascript:alert(1)", "about:blank"}) {
        EXPECT_EQ(tree("[word](<" + std::string(href) + ">)"),
                  R"([{"t":"p","c":[{"t":"text","v":"word"}]}])")
            << href;
    }
}

TEST(Markdown, RawHtmlIsText) {
    EXPECT_EQ(tree("a <b onclick=x>c</b>"),
              R"([{"t":"p","c":[{"t":"text","v":"a <b onclick=x>c</b>"}]}])");
    EXPECT_EQ(tree("<script>alert(1)</script>"),
              R"([{"t":"p","c":[{"t":"text","v":"<script>alert(1)</script>\n"}]}])");
}

TEST(Markdown, ImagesBecomeTheirWords) {
    EXPECT_EQ(tree("![a *cat*](https://x/y.png)"), R"([{"t":"p","c":[{"t":"text","v":"a cat"}]}])");
}

const std::set<std::string, std::less<>> kTypes = {
    "p",    "h1", "h2",     "h3",  "h4", "h5", "h6", "ul",    "ol", "li", "blockquote", "pre",
    "code", "em", "strong", "del", "a",  "br", "hr", "table", "tr", "th", "td",         "text"};

/// Only what a page knows how to draw; the number of nodes, or a failed assertion.
std::size_t proven(const json::array& nodes, int depth) {
    RC_ASSERT(depth <= 12);
    std::size_t count = 0;
    for (const auto& value : nodes) {
        ++count;
        const auto& node = value.as_object();
        const std::string_view type = node.at("t").as_string();
        RC_ASSERT(kTypes.contains(type));
        for (const auto& [name, member] : node) {
            RC_ASSERT(name == "t" || name == "c" || name == "v" || name == "href");
        }
        const bool leaf = type == "text" || type == "code" || type == "pre";
        RC_ASSERT(leaf == node.contains("v"));
        RC_ASSERT((type == "a") == node.contains("href"));
        if (leaf) RC_ASSERT(is_utf8(std::string_view(node.at("v").as_string())));
        if (type == "a") {
            const std::string href(node.at("href").as_string());
            const std::string head = href.substr(0, 4);
            RC_ASSERT(href[0] == '#' || head == "http" || head == "HTTP" || head == "mail");
        }
        if (const auto* children = node.if_contains("c")) {
            count += proven(children->as_array(), depth + 1);
        }
    }
    return count;
}

TEST(Markdown, AnyTextMakesOnlyKnownNodes) {
    const auto piece = rc::gen::element<std::string>(
        "*", "**", "_", "`", "```\n", "# ", "> ", "- ", "1. ", "\n", "\n\n", "    ", "|", "---",
        "a", "b c", "[x](javascript:y)", "[x](http://y)", "![x](z)", "<b>", "</b>", "<!--", "-->",
        "<script>", "&amp;", "&#0;", "&#xD800;", "\\", "~~", "www.x.y", "a@b.c", "http://x.y",
        "[x]", "[x]: javascript:z\n", "<javascript:x>", "<http://x>", "  \n", "\xFF", "é", "😀",
        "|a|b|\n|-|-|\n|c|d|\n");
    EXPECT_TRUE(rc::check([&] {
        const auto pieces = *rc::gen::container<std::vector<std::string>>(piece);
        std::string text;
        for (const auto& one : pieces)
            text += one;
        proven(markdown_tree(text), 1);
    }));
    EXPECT_TRUE(rc::check([](const std::vector<char>& bytes) {
        proven(markdown_tree(std::string_view(bytes.data(), bytes.size())), 1);
    }));
}

TEST(Markdown, IsBoundedInDepthAndSize) {
    const auto repeated = [](std::string_view piece, std::size_t bytes) {
        std::string text;
        while (text.size() < bytes)
            text += piece;
        return text;
    };
    const std::string table = "|a|b|\n|-|-|\n" + repeated("|c|d|\n", 60'000);
    for (const std::string& text :
         {repeated("> ", 60'000), repeated("- ", 60'000), repeated("*a **b ", 60'000),
          repeated("[", 60'000), repeated("*a* ", 60'000), repeated("<b>", 60'000),
          repeated("![[", 60'000), repeated("a@", 60'000), repeated("www.", 60'000),
          repeated("x\n\n", 60'000), repeated("[a](#b)", 200'000), table}) {
        const auto tree = markdown_tree(text);
        // Neighbouring text joins, so what stands behind the last node may still grow it.
        EXPECT_LE(proven(tree, 1), 10'010U) << text.substr(0, 10);
        EXPECT_TRUE(parse_json(json::serialize(tree)).has_value()) << text.substr(0, 10);
    }
}

}  // namespace
}  // namespace casement::dashboards
