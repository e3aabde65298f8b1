#include "base/log.h"

#include <limits>

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace casement {
namespace {

boost::json::object line(std::initializer_list<log::Field> fields) {
    std::string out;
    log::append_line(out, log::Level::warning, "event", fields);
    EXPECT_TRUE(out.ends_with('\n'));
    return boost::json::parse(out).as_object();
}

TEST(Log, WritesOneJsonObjectALine) {
    const auto parsed = line({{"text", "a\"b\\c\n\x01\x7f\xc3\xa4"},
                              {"whole", -42},
                              {"part", 0.25},
                              {"yes", true},
                              {"nothing", std::numeric_limits<double>::infinity()}});
    EXPECT_EQ(parsed.at("level"), "warning");
    EXPECT_EQ(parsed.at("event"), "event");
    EXPECT_EQ(parsed.at("text"), "a\"b\\c\n\x01\x7f\xc3\xa4");
    EXPECT_EQ(parsed.at("whole"), -42);
    EXPECT_EQ(parsed.at("part"), 0.25);
    EXPECT_EQ(parsed.at("yes"), true);
    EXPECT_TRUE(parsed.at("nothing").is_null());
}

TEST(Log, KeepsItsLinesWellFormedWhateverTheBytes) {
    EXPECT_EQ(line({{"text", std::string_view("a\xff\xc3")}}).at("text"), "a\xc3\xbf\xc3\x83");
}

TEST(Log, HasWrittenEverythingAfterAFlush) {
    ::testing::internal::CaptureStderr();
    log::info("first", {{"n", 1}});
    log::write_lines("{\"event\":\"second\"}\n");
    log::flush();
    const std::string written = ::testing::internal::GetCapturedStderr();
    EXPECT_NE(written.find("\"first\""), std::string::npos);
    EXPECT_TRUE(written.ends_with("{\"event\":\"second\"}\n"));
}

TEST(Log, DropsWhatIsBelowItsLevel) {
    log::set_level(log::Level::error);
    std::string out;
    log::append_line(out, log::Level::warning, "event");
    EXPECT_EQ(out, "");
    log::append_line(out, log::Level::error, "event");
    EXPECT_NE(out, "");
    log::set_level(log::Level::info);
}

TEST(Log, KeepsValuesOfAQueryOut) {
    EXPECT_EQ(log::without_query_values("/a?token=secret&ts=1&flag"), "/a?token&ts&-");
    EXPECT_EQ(log::without_query_values("/a"), "/a");
    EXPECT_EQ(log::without_query_values("/a?c2VjcmV0"), "/a?-");
}

TEST(Log, KeepsTokensInAPathOutAndTheQueryOfALinkInALink) {
    const std::string token(65, 'x');
    EXPECT_EQ(log::without_query_values("/sessions/" + token), "/sessions/-");
    EXPECT_EQ(log::without_query_values("/" + token + "/b?a=" + token), "/-/b?a");
    EXPECT_EQ(log::without_query_values("/s/" + std::string(64, 'x')),
              "/s/" + std::string(64, 'x'));
    EXPECT_EQ(log::without_query_values("/login/embed/%2Fembed%2Fx%3Ft%3Dsecret?n=1"),
              "/login/embed/%2Fembed%2Fx%3F-?n");
    EXPECT_EQ(log::without_query_values("/login/embed/%2fembed%3ft%3dsecret/%3F"),
              "/login/embed/%2fembed%3F-/%3F-");
    EXPECT_EQ(log::without_query_values(""), "");
    EXPECT_EQ(log::without_query_values("/"), "/");
}

}  // namespace
}  // namespace casement
