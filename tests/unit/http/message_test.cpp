#include "http/message.h"

#include <stdexcept>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace casement::http {
namespace {

Request with_target(std::string target) {
    Request request;
    request.target = std::move(target);
    return request;
}

Request with_header(std::string name, std::string value) {
    Request request;
    request.headers.add(std::move(name), std::move(value));
    return request;
}

TEST(Headers, CompareNamesWithoutCase) {
    Headers headers;
    headers.add("X-One", "1");
    headers.add("x-one", "2");
    EXPECT_EQ(headers.find("X-ONE"), "1");
    EXPECT_EQ(headers.count("x-One"), 2U);
    headers.set("X-oNe", "3");
    EXPECT_EQ(headers.find("x-one"), "3");
    EXPECT_EQ(headers.count("X-One"), 1U);
    EXPECT_EQ(headers.find("X-Two"), std::nullopt);
}

TEST(Headers, RefuseWhatWouldWriteTheRestOfTheAnswer) {
    Headers headers;
    for (const std::string bad : {"a\r\nSet-Cookie: x=1", "a\nb", "a\rb", "\x01", "\x7f"}) {
        EXPECT_THROW(headers.add("X", bad), std::invalid_argument);
        EXPECT_THROW(headers.set("X", bad), std::invalid_argument);
    }
    EXPECT_THROW(headers.add("X", std::string("a\0b", 3)), std::invalid_argument);
    for (const std::string bad : {"", "a b", "a:", "a\r\n", "\xc3\xa4"}) {
        EXPECT_THROW(headers.add(bad, "1"), std::invalid_argument);
    }
    EXPECT_TRUE(headers.all().empty());
    headers.add("X", "tab\tand \xc3\xa4");
    EXPECT_EQ(headers.find("x"), "tab\tand \xc3\xa4");
}

TEST(Request, SplitsTheTargetAtTheFirstQuestionMark) {
    EXPECT_EQ(with_target("/a%2Fb?x=1?y").path(), "/a%2Fb");
    EXPECT_EQ(with_target("/a%2Fb?x=1?y").query(), "x=1?y");
    EXPECT_EQ(with_target("/a").query(), "");
    EXPECT_EQ(with_target("/?").path(), "/");
}

TEST(Request, FindsACookieByItsExactName) {
    const auto request = with_header("Cookie", "ab=1; a=2;b = 3 ; a=4; flag; c=d=e");
    EXPECT_EQ(request.cookie("a"), "2");
    EXPECT_EQ(request.cookie("b"), "3");
    EXPECT_EQ(request.cookie("c"), "d=e");
    EXPECT_EQ(request.cookie("A"), std::nullopt);
    EXPECT_EQ(request.cookie("flag"), std::nullopt);
    EXPECT_EQ(request.cookie(""), std::nullopt);
}

RC_GTEST_PROP(RequestCookie, FindsWhatWasSentAmongOthers, ()) {
    const auto letters = rc::gen::container<std::string>(rc::gen::inRange('a', 'z'));
    const auto others = *rc::gen::container<std::vector<std::string>>(letters);
    const auto value = *letters;
    std::string header;
    for (const auto& other : others)
        header += "x" + other + "=" + other + "; ";
    header += "session=" + value;
    for (const auto& other : others)
        header += "; y" + other + "=" + other;
    RC_ASSERT(with_header("Cookie", header).cookie("session") == value);
}

RC_GTEST_PROP(RequestCookie, TakesAnyTextWithoutHarm, (std::string text)) {
    std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    const auto request = with_header("Cookie", text);
    const auto found = request.cookie("a");
    // In its own parentheses: RC_ASSERT takes an || apart and looks at both sides.
    RC_ASSERT((!found || text.find(*found) != std::string::npos));
}

TEST(Request, ReadsABearerToken) {
    EXPECT_EQ(with_header("Authorization", "Bearer abc.def").bearer(), "abc.def");
    EXPECT_EQ(with_header("authorization", "bEARER  abc").bearer(), "abc");
    EXPECT_EQ(with_header("Authorization", "Basic abc").bearer(), std::nullopt);
    EXPECT_EQ(with_header("Authorization", "Bearer").bearer(), std::nullopt);
    EXPECT_EQ(with_header("Authorization", "Bearer  ").bearer(), std::nullopt);
    EXPECT_EQ(with_header("Authorization", "Bearer a b").bearer(), std::nullopt);
    EXPECT_EQ(Request{}.bearer(), std::nullopt);
}

TEST(Request, HasNoBearerWhenItNamesTwo) {
    auto request = with_header("Authorization", "Bearer a");
    request.headers.add("Authorization", "Bearer b");
    EXPECT_EQ(request.bearer(), std::nullopt);
}

TEST(Request, DecodesOneParameter) {
    const auto request = with_target("/x?a=1%202&b+c=3+4&empty=&flag&&d=%C3%A4");
    EXPECT_EQ(request.parameter("a").value(), "1 2");
    EXPECT_EQ(request.parameter("b c").value(), "3 4");
    EXPECT_EQ(request.parameter("empty").value(), "");
    EXPECT_EQ(request.parameter("flag").value(), "");
    EXPECT_EQ(request.parameter("d").value(), "\xc3\xa4");
    EXPECT_EQ(request.parameter("none").value(), std::nullopt);
}

TEST(Request, RefusesARepeatedParameterInAnySpelling) {
    const auto request = with_target("/x?token=1&b=2&%74oken=3");
    const auto repeated = request.parameter("token");
    ASSERT_FALSE(repeated);
    EXPECT_EQ(repeated.error().code, "duplicate_parameter");
    EXPECT_EQ(request.parameter("b").value(), "2");
}

TEST(Request, RefusesABrokenEscape) {
    const auto broken = with_target("/x?a=%4").parameter("a");
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().code, "invalid_query");
}

TEST(Response, SaysAnErrorInTheNativeShape) {
    const auto response = Response::error(invalid("invalid_body", "No \"x\".", "a.b"));
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.headers.find("content-type"), "application/json");
    EXPECT_EQ(response.body,
              R"({"error":{"code":"invalid_body","message":"No \"x\".","field":"a.b"}})");
    EXPECT_EQ(Response::error(not_found("not_found", "x")).body.find("field"), std::string::npos);
}

TEST(Response, RedirectsOnlyWithinTheOrigin) {
    EXPECT_EQ(Response::redirect("/d/x?y=1").headers.find("Location"), "/d/x?y=1");
    EXPECT_EQ(Response::redirect("/").status, 302);
    for (const std::string bad :
         {"", "x", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nX: y"}) {
        EXPECT_THROW((void)Response::redirect(bad), std::invalid_argument);
    }
}

TEST(ClientAddress, IsWrittenAsItsStandardSays) {
    for (const std::string text : {"0.0.0.0", "127.0.0.1", "192.0.2.7", "255.255.255.255",
                                   "10.100.9.200", "::1", "2001:db8::2", "::ffff:192.0.2.7"}) {
        EXPECT_EQ(to_text(asio::ip::make_address(text)), text);
    }
}

RC_GTEST_PROP(ClientAddress, IsWhatAsioWrites, (std::uint32_t bits)) {
    const asio::ip::address address = asio::ip::address_v4(bits);
    RC_ASSERT(to_text(address) == address.to_string());
}

const Shape kShape = Shape::object({required("a", Shape::integer(0, 9))});

TEST(JsonBody, ParsesAndChecks) {
    auto request = with_header("Content-Type", "Application/JSON; charset=utf-8");
    request.body = R"({"a": 3})";
    EXPECT_EQ(json_body(request, kShape).value().at("a"), 3);
    request.headers.set("Content-Type", "application/vnd.api+json");
    EXPECT_TRUE(json_body(request, kShape));
    request.body = R"({"a": 33})";
    EXPECT_EQ(json_body(request, kShape).error().field, "a");
    request.body = "{";
    EXPECT_EQ(json_body(request, kShape).error().code, "invalid_json");
}

TEST(JsonBody, WantsAJsonContentType) {
    for (const std::string type : {"text/plain", "application/jsonx", "text/json+x",
                                   "multipart/form-data", "application/+json", ""}) {
        auto request = with_header("Content-Type", type);
        request.body = R"({"a": 3})";
        const auto parsed = json_body(request, kShape);
        ASSERT_FALSE(parsed) << type;
        EXPECT_EQ(parsed.error().code, "invalid_content_type");
    }
    Request without;
    without.body = R"({"a": 3})";
    EXPECT_FALSE(json_body(without, kShape));
}

}  // namespace
}  // namespace casement::http
