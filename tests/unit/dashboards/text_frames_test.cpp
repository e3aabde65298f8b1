#include "dashboards/text_frames.h"

#include "dashboards/dashboard.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::dashboards {
namespace {

/// Words in quotation marks, frames as "src|title|height".
std::vector<std::string> split(std::string_view html) {
    std::vector<std::string> out;
    for (const auto& part : split_frames(html)) {
        if (const auto* words = std::get_if<std::string>(&part)) {
            out.push_back('"' + *words + '"');
        } else {
            const auto& frame = std::get<TextFrame>(part);
            out.push_back(frame.src + "|" + frame.title + "|" + std::to_string(frame.height));
        }
    }
    return out;
}
using List = std::vector<std::string>;

TEST(TextFrames, ReadAddressTitleAndHeight) {
    EXPECT_EQ(
        split(R"(<iframe src="https://a.example/x?a=1&amp;b=2" title='T' height=300></iframe>)"),
        List{"https://a.example/x?a=1&b=2|T|300"});
    EXPECT_EQ(split("<IFRAME\n SRC=http://a.example/ height='240px' allowfullscreen />"),
              List{"http://a.example/||240"});
    EXPECT_EQ(split("<iframe src=https://a.example height=1></iframe>"),
              List{"https://a.example||20"});
    EXPECT_EQ(split("<iframe src=https://a.example height=100%></iframe>"),
              List{"https://a.example||0"});
}

TEST(TextFrames, LeaveTheRestAsWords) {
    EXPECT_EQ(split("<b>before</b><iframe src=https://a.example>inside</iframe> after"),
              (List{"\"<b>before</b>\"", "https://a.example||0", "\" after\""}));
    EXPECT_EQ(split("<script>alert(1)</script>"), List{"\"<script>alert(1)</script>\""});
    EXPECT_EQ(split("<iframes src=https://a.example>").size(), 2U);
    EXPECT_EQ(split("  \n"), List{});
}

TEST(TextFrames, TakeNoAddressThatIsNotAPages) {
    for (const auto* src : {"javascript:alert(1)", "data:text/html,x", "//a.example", "/d/x", "",
                            "https://a.example/\x01", "java\tscript:x", "https:\\\\a.example",
                            "about:blank", " https://a.example"}) {
        EXPECT_EQ(split("<iframe src=\"" + std::string(src) + "\"></iframe>"), List{}) << src;
    }
    EXPECT_EQ(split("<iframe src=\"https://" + std::string(3000, 'a') + "\"></iframe>"), List{});
}

TEST(TextFrames, TheFirstOfTwoCounts) {
    EXPECT_EQ(split("<iframe src=https://a.example src=https://b.example></iframe>"),
              List{"https://a.example||0"});
    EXPECT_EQ(split("<iframe src=https://a.example></iframe><iframe src=https://b.example>"),
              (List{"https://a.example||0", "https://b.example||0"}));
}

TEST(TextFrames, WhatNeverEndsIsWords) {
    for (const auto* html : {"<iframe", "<iframe src", "<iframe src=", "<iframe src='https://a",
                             "<iframe src=https://a.example"}) {
        const auto parts = split(html);
        for (const auto& part : parts)
            EXPECT_EQ(part.front(), '"') << html;
    }
}

TEST(TextFrames, AnyTextIsTakenApartAndOnlyPagesAreFramed) {
    const auto piece = rc::gen::element<std::string>(
        "<iframe", "<iframe ", "</iframe>", "src", "=", "\"", "'", "https://a.example", "/", ">",
        "<", "javascript:", " ", "height=", "9", "title", "&amp;", "&#39;", "x", "\n", "\xFF");
    EXPECT_TRUE(rc::check([&] {
        const auto pieces = *rc::gen::container<std::vector<std::string>>(piece);
        std::string html;
        for (const auto& one : pieces)
            html += one;
        for (const auto& part : split_frames(html)) {
            if (const auto* frame = std::get_if<TextFrame>(&part)) {
                RC_ASSERT(frame->src.starts_with("https://"));
                RC_ASSERT(frame->height == 0 || (frame->height >= 20 && frame->height <= 4000));
            }
        }
    }));
}

TEST(TextFrames, AreDrawnOnlyWhereTheyAreLetThrough) {
    const std::string text = "Words\n\n<iframe src=\"https://a.example/\" title=\"A\"></iframe>\n";
    EXPECT_EQ(json::serialize(markdown_tree(text)).find("\"iframe\""), std::string::npos);
    EXPECT_EQ(json::serialize(markdown_tree(text, true)),
              R"([{"t":"p","c":[{"t":"text","v":"Words"}]},)"
              R"({"t":"iframe","href":"https://a.example/","v":"A","height":0}])");
}

}  // namespace
}  // namespace casement::dashboards
