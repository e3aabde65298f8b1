#include "http/router.h"

#include "base/encoding.h"
#include "unit/http/loopback.h"

#include <future>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace casement::http {
namespace {

using testing::says;

Response handle(const Router& router, Request& request) {
    asio::io_context io;
    Response response;
    std::exception_ptr thrown;
    asio::co_spawn(io, router.handle(request), [&](std::exception_ptr e, Response answer) {
        thrown = e;
        response = std::move(answer);
    });
    io.run();
    if (thrown) std::rethrow_exception(thrown);
    return response;
}

Response ask(const Router& router, Method method, std::string target) {
    Request request;
    request.method = method;
    request.target = std::move(target);
    request.id = "request-7";
    return handle(router, request);
}

std::string body(const Router& router, std::string target) {
    return ask(router, Method::get, std::move(target)).body;
}

Handler joins_captures() {
    return [](Request& request) -> asio::awaitable<Response> {
        std::string all;
        for (const auto& capture : request.captures)
            all += "<" + capture + ">";
        co_return Response::text(200, all);
    };
}

TEST(Router, PrefersLiteralsAndComesBackFromDeadEnds) {
    Router router;
    router.add(Method::get, "/", says("root"));
    router.add(Method::get, "/a/{x}/y", joins_captures());
    router.add(Method::get, "/a/b/z", says("abz"));
    router.add(Method::get, "/a/{rest...}", says("rest"));
    EXPECT_EQ(body(router, "/"), "root");
    EXPECT_EQ(body(router, "/a/b/z"), "abz");
    EXPECT_EQ(body(router, "/a/b/y"), "<b>");
    EXPECT_EQ(body(router, "/a/b/q"), "rest");
    EXPECT_EQ(body(router, "/a/"), "rest");
    EXPECT_EQ(ask(router, Method::get, "/a").status, 404);
}

TEST(Router, HandsCapturesOverDecoded) {
    Router router;
    router.add(Method::get, "/s/{a}/{b}", joins_captures());
    router.add(Method::get, "/r/{all...}", joins_captures());
    EXPECT_EQ(body(router, "/s/a%2Fb/%C3%A4+?x=1"), "<a/b><\xc3\xa4+>");
    EXPECT_EQ(body(router, "/r/a/b%20c/"), "<a/b c/>");
    EXPECT_EQ(ask(router, Method::get, "/s//b").status, 404);
    EXPECT_EQ(ask(router, Method::get, "/s/a/").status, 404);
}

TEST(Router, AClosedPathAndWhatIsBelowItAreNotThere) {
    Router router;
    router.add(Method::get, "/api/{x}", joins_captures());
    router.add(Method::get, "/api/{x}/{y}", joins_captures());
    router.close("/api/shut/");
    router.close("/api/open/not");
    for (const auto* target : {"/api/shut", "/api/shut/x", "/api/sh%75t", "/api/shut?x=1",
                               "/api/open/no%74", "/api/shut%2Fx", "/api/%zz"}) {
        EXPECT_EQ(ask(router, Method::get, target).status, 404) << target;
    }
    EXPECT_EQ(body(router, "/api/shutter"), "<shutter>");
    EXPECT_EQ(body(router, "/api/open"), "<open>");
    EXPECT_EQ(body(router, "/api/open/nothing"), "<open><nothing>");
}

TEST(Router, MatchesRawSegmentsOnly) {
    Router router;
    router.add(Method::get, "/api/x", says("x"));
    EXPECT_EQ(ask(router, Method::get, "/%61pi/x").status, 404);
    EXPECT_EQ(ask(router, Method::get, "/api//x").status, 404);
    EXPECT_EQ(ask(router, Method::get, "/api/./x").status, 404);
    EXPECT_EQ(ask(router, Method::get, "/api/x/").status, 404);
    EXPECT_EQ(ask(router, Method::get, "/API/x").status, 404);
}

TEST(Router, RefusesCapturesThatAreNotText) {
    Router router;
    router.add(Method::get, "/s/{a}", says("x"));
    for (const std::string bad : {"/s/%", "/s/%4", "/s/%zz", "/s/%00", "/s/%ff", "/s/\xff"}) {
        EXPECT_EQ(ask(router, Method::get, bad).status, 400) << bad;
    }
}

TEST(Router, AnswersHeadWithGetUnlessThereIsAHead) {
    Router router;
    router.add(Method::get, "/a", says("get"));
    router.add(Method::get, "/b", says("get"));
    router.add(Method::head, "/b", says("head"));
    EXPECT_EQ(ask(router, Method::head, "/a").body, "get");
    EXPECT_EQ(ask(router, Method::head, "/b").body, "head");
}

TEST(Router, NamesTheMethodsItTakes) {
    Router router;
    router.add(Method::get, "/a/{x}", says("x"));
    router.add(Method::post, "/a/b", says("x"));
    const auto refused = ask(router, Method::del, "/a/b");
    EXPECT_EQ(refused.status, 405);
    EXPECT_EQ(refused.headers.find("Allow"), "GET, HEAD, POST, OPTIONS");
    EXPECT_NE(refused.body.find("method_not_allowed"), std::string::npos);
    EXPECT_EQ(ask(router, Method::other, "/a/b").status, 405);
    // The less exact pattern still takes what the exact one does not.
    EXPECT_EQ(ask(router, Method::get, "/a/b").status, 200);
}

TEST(Router, AnswersOptionsByItselfWithoutCors) {
    Router router;
    router.add(Method::post, "/a", says("x"));
    const auto options = ask(router, Method::options, "/a");
    EXPECT_EQ(options.status, 204);
    EXPECT_EQ(options.headers.find("Allow"), "POST, OPTIONS");
    EXPECT_EQ(options.headers.find("Access-Control-Allow-Origin"), std::nullopt);
    EXPECT_EQ(ask(router, Method::options, "/b").status, 404);
    router.add(Method::options, "/a", says("mine"));
    EXPECT_EQ(ask(router, Method::options, "/a").body, "mine");
}

TEST(Router, ShapesErrorsByTheLongestPrefix) {
    Router router;
    router.errors_below("/api", [](const Error&) { return Response::text(404, "api"); });
    router.errors_below("/api/v2", [](const Error& error) {
        return Response::text(http_status(error.kind), "v2 " + std::string(error.code));
    });
    EXPECT_EQ(body(router, "/api/v2/x"), "v2 not_found");
    EXPECT_EQ(body(router, "/api/v2"), "v2 not_found");
    EXPECT_EQ(body(router, "/api/v20/x"), "api");
    EXPECT_NE(body(router, "/apis").find(R"({"error")"), std::string::npos);
}

TEST(Router, KeepsExceptionsToItselfAndNamesTheRequest) {
    Router router;
    router.add(Method::get, "/x", [](Request&) -> asio::awaitable<Response> {
        throw std::runtime_error("password is hunter2");
        co_return Response{};
    });
    router.add(Method::get, "/y", [](Request&) -> asio::awaitable<Response> {
        throw 7;
        co_return Response{};
    });
    for (const std::string path : {"/x", "/y"}) {
        const auto response = ask(router, Method::get, path);
        EXPECT_EQ(response.status, 500);
        EXPECT_NE(response.body.find("request-7"), std::string::npos);
        EXPECT_EQ(response.body.find("hunter2"), std::string::npos);
    }
}

TEST(Router, RefusesRoutesThatAreBugs) {
    Router router;
    router.add(Method::get, "/a/{x}", says(""));
    EXPECT_THROW(router.add(Method::get, "/a/{other}", says("")), std::logic_error);
    EXPECT_THROW(router.add(Method::get, "a", says("")), std::logic_error);
    EXPECT_THROW(router.add(Method::get, "/a{b}", says("")), std::logic_error);
    EXPECT_THROW(router.add(Method::get, "/{x...}/b", says("")), std::logic_error);
    EXPECT_THROW(router.add(Method::get, "/b", Handler{}), std::logic_error);
    EXPECT_THROW(router.add(Method::get, "/{1}/{2}/{3}/{4}/{5}/{6}/{7}/{8}", says("")),
                 std::logic_error);
}

TEST(Router, TellsThePatternForMetrics) {
    Router router;
    router.add(Method::get, "/sb/{token}", says(""));
    router.add(Method::post, "/sb/{id}", says(""));
    EXPECT_EQ(router.pattern_of(Method::get, "/sb/secret"), "/sb/{token}");
    EXPECT_EQ(router.pattern_of(Method::head, "/sb/secret"), "/sb/{token}");
    EXPECT_EQ(router.pattern_of(Method::post, "/sb/secret"), "/sb/{id}");
    EXPECT_EQ(router.pattern_of(Method::put, "/sb/secret"), "");
    EXPECT_EQ(router.pattern_of(Method::get, "*"), "");
}

// Whatever the segments hold, encoding them and asking gives them back.
RC_GTEST_PROP(RouterCaptures, AreWhatWasEncoded, ()) {
    const auto text = rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange(1, 127)));
    const auto first = *text;
    const auto second = *text;
    Router router;
    router.add(Method::get, "/a/{x}/b/{y}", joins_captures());
    router.add(Method::get, "/a/{x...}", says("rest"));
    RC_ASSERT(body(router, "/a/" + percent_encode(first) + "/b/" + percent_encode(second)) ==
              "<" + first + "><" + second + ">");
}

// Any bytes as a path end in an answer, and only a real route answers 200.
RC_GTEST_PROP(RouterPaths, NeverSurprise, (const std::vector<unsigned char>& bytes)) {
    static const Router& router = [&]() -> const Router& {
        static Router made;
        made.add(Method::get, "/a/{x}/c", says("abc"));
        made.add(Method::get, "/a/{x}/{y}/d", says("abcd"));
        return made;
    }();
    static constexpr std::string_view kAlphabet = "/abcd%?";
    std::string path = "/";
    for (const unsigned char byte : bytes)
        path += kAlphabet[byte % kAlphabet.size()];
    const auto response = ask(router, Method::get, path);
    RC_ASSERT((response.status == 200 || response.status == 404 || response.status == 400));
    const bool has_route = !router.pattern_of(Method::get, path.substr(0, path.find('?'))).empty();
    RC_ASSERT((response.status != 404) == has_route);
}

}  // namespace
}  // namespace casement::http
