// What is let in and what is refused, byte by byte: the framing rules against request smuggling.
#include "http/request_reader.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace casement::http {
namespace {

using State = RequestReader::State;

// Hands `bytes` over in pieces of at most `piece` and stops at the first end.
State feed(RequestReader& reader, std::string_view bytes, std::size_t piece = 1U << 20U) {
    State state = reader.advance();
    while (!bytes.empty() && (state == State::head || state == State::body)) {
        const auto space = reader.space();
        const auto size = std::min({space.size(), bytes.size(), piece});
        std::memcpy(space.data(), bytes.data(), size);
        reader.received(size);
        bytes.remove_prefix(size);
        state = reader.advance();
    }
    return state;
}

int status_of(std::string_view bytes, Limits limits = {}) {
    RequestReader reader(limits);
    const State state = feed(reader, bytes);
    return state == State::refused ? reader.refusal().status : state == State::complete ? 200 : 0;
}

std::string with_fields(std::string_view fields, std::string_view version = "1.1") {
    return fmt::format("POST /x HTTP/{}\r\n{}\r\n", version, fields);
}

TEST(RequestReader, HandsOverTheRawTarget) {
    const Limits limits;
    RequestReader reader(limits);
    const std::string target = "/a%2f..%2F//b;c=\"<>\\^`{|}\xc3\xa4?x=%zz&+&&=?'";
    ASSERT_EQ(feed(reader, "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n"), State::complete);
    EXPECT_EQ(reader.take().target, target);
}

TEST(RequestReader, KeepsHeadersInTheirOrder) {
    const Limits limits;
    RequestReader reader(limits);
    ASSERT_EQ(feed(reader, "GET / HTTP/1.1\r\nHost: h\r\nX-A:  1 \t\r\nx-a:2\r\n\r\n"),
              State::complete);
    const Request request = reader.take();
    ASSERT_EQ(request.headers.all().size(), 3U);
    EXPECT_EQ(request.headers.all()[1].second, "1");
    EXPECT_EQ(request.headers.all()[2].first, "x-a");
}

TEST(RequestReader, RefusesTargetsThatAreNotPaths) {
    for (const std::string bad : {"http://other/x", "other:443", "*", "x", "?a", "/a#b", "//\x7f",
                                  "/a\tb", "/a b", "/\x01", "/\r", "/a\nb"}) {
        EXPECT_EQ(status_of("GET " + bad + " HTTP/1.1\r\nHost: h\r\n\r\n"), 400) << bad;
    }
    EXPECT_EQ(status_of(std::string("GET /a\0b HTTP/1.1\r\nHost: h\r\n\r\n", 31)), 400);
    EXPECT_EQ(status_of("CONNECT other:443 HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
}

TEST(RequestReader, RefusesRequestLinesThatAreNot) {
    for (const std::string bad :
         {"GET  / HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "GET /", "GET", "",
          "G\x01T / HTTP/1.1", "GET / http/1.1", "GET / HTTP/2.0", "GET / HTTP/1.2",
          "GET / HTTP/0.9", "GET\t/\tHTTP/1.1", "PRI * HTTP/2.0"}) {
        EXPECT_EQ(status_of("\r\n" + bad + "\r\nHost: h\r\n\r\n"), 400) << bad;
    }
}

TEST(RequestReader, RefusesLinesThatDoNotEndWithCrlf) {
    EXPECT_EQ(status_of("GET / HTTP/1.1\nHost: h\n\n"), 400);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: h\n\r\n"), 400);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: h\r\nA: b\rc\r\n\r\n"), 400);
    // At once, not after a wait for a blank line that never comes.
    EXPECT_EQ(status_of("GET / HTTP/1.1\n"), 400);
}

TEST(RequestReader, RefusesFoldedAndBrokenFields) {
    for (const std::string bad :
         {"A: b\r\n c\r\n", "A: b\r\n\tc\r\n", " A: b\r\n", "A : b\r\n", "A\r\n", ": b\r\n",
          "A\x01: b\r\n", "A: \x01\r\n", "A: b\x7f\r\n", "\xc3\xa4: b\r\n"}) {
        EXPECT_EQ(status_of(with_fields("Host: h\r\n" + bad)), 400) << bad;
        EXPECT_EQ(status_of(with_fields(bad + "Host: h\r\n")), 400) << bad;
    }
    EXPECT_EQ(status_of(with_fields(std::string("Host: h\r\nA: b\0c\r\n", 17))), 400);
}

TEST(RequestReader, WantsExactlyOneHost) {
    EXPECT_EQ(status_of(with_fields("")), 400);
    EXPECT_EQ(status_of(with_fields("Host: a\r\nHost: a\r\n")), 400);
    EXPECT_EQ(status_of(with_fields("Host: a\r\nhost: b\r\n", "1.0")), 400);
    EXPECT_EQ(status_of(with_fields("", "1.0")), 200);
}

TEST(RequestReader, RefusesEveryDoubtAboutTheBodysLength) {
    for (const std::string bad : {
             "Content-Length: 3\r\nContent-Length: 3\r\n",
             "Content-Length: 3\r\nContent-Length: 4\r\n",
             "Content-Length: 3, 3\r\n",
             "Content-Length: +3\r\n",
             "Content-Length: -3\r\n",
             "Content-Length: 0x3\r\n",
             "Content-Length: 3 3\r\n",
             "Content-Length: \r\n",
             "Content-Length: 3.0\r\n",
             "Content-Length: 99999999999999999999999\r\n",
             "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
             "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
             "Transfer-Encoding: identity\r\nContent-Length: 3\r\n",
             "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
             "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
             "Transfer-Encoding: gzip, chunked\r\n",
             "Transfer-Encoding: chunked, identity\r\n",
             "Transfer-Encoding: xchunked\r\n",
             "Transfer-Encoding: chunked;q=1\r\n",
             "Transfer-Encoding: \"chunked\"\r\n",
             "Transfer-Encoding: \x0b"
             "chunked\r\n",
             "Transfer-Encoding: identity\r\n",
             "Transfer-Encoding:\r\n",
             "Transfer-Encoding : chunked\r\n",
         }) {
        EXPECT_EQ(status_of(with_fields("Host: h\r\n" + bad) + "0\r\n\r\n"), 400) << bad;
    }
    EXPECT_EQ(status_of(with_fields("Transfer-Encoding: chunked\r\n", "1.0") + "0\r\n\r\n"), 400);
}

TEST(RequestReader, ReadsBodiesOfBothKinds) {
    const Limits limits;
    for (const std::size_t piece : {1U, 2U, 7U, 1000U}) {
        RequestReader reader(limits);
        ASSERT_EQ(feed(reader, with_fields("Host: h\r\nContent-Length: 5\r\n") + "hello", piece),
                  State::complete);
        EXPECT_EQ(reader.take().body, "hello");
        ASSERT_EQ(feed(reader,
                       with_fields("Host: h\r\ntransfer-encoding: Chunked\r\n") +
                           "3;name=\"v\"\r\nhel\r\n00002\r\nlo\r\n0\r\nX-Admin: 1\r\n\r\n",
                       piece),
                  State::complete);
        const Request request = reader.take();
        EXPECT_EQ(request.body, "hello");
        // A trailer is no header.
        EXPECT_EQ(request.headers.find("X-Admin"), std::nullopt);
    }
}

TEST(RequestReader, RefusesBrokenChunks) {
    for (const std::string bad :
         {"x\r\n", "-1\r\n", "\r\n\r\n", "3\r\nhelXX0\r\n\r\n", "3\nhel\r\n0\r\n\r\n",
          "fffffffffffffffff\r\n", "0x3\r\nhel\r\n0\r\n\r\n", "3 x\r\nhel\r\n0\r\n\r\n"}) {
        const int status =
            status_of(with_fields("Host: h\r\nTransfer-Encoding: chunked\r\n") + bad);
        EXPECT_TRUE(status == 400 || status == 413) << bad << status;
    }
    const std::string endless = "3;" + std::string(64 * 1024, 'a');
    EXPECT_EQ(status_of(with_fields("Host: h\r\nTransfer-Encoding: chunked\r\n") + endless), 400);
    const std::string trailer = "0\r\nA: " + std::string(64 * 1024, 'a');
    EXPECT_EQ(status_of(with_fields("Host: h\r\nTransfer-Encoding: chunked\r\n") + trailer), 400);
}

TEST(RequestReader, KeepsEachLimitToTheByte) {
    Limits limits;
    limits.request_line = 64;
    limits.headers = 100;
    limits.body = 10;
    const auto line = [](std::size_t size) {
        return "GET /" + std::string(size - 16, 'a') + " HTTP/1.1\r\n";
    };
    EXPECT_EQ(status_of(line(64) + "Host: h\r\n\r\n", limits), 200);
    EXPECT_EQ(status_of(line(65) + "Host: h\r\n\r\n", limits), 414);
    // Without waiting for the line's end.
    EXPECT_EQ(status_of("GET /" + std::string(60, 'a'), limits), 414);

    const auto fields = [](std::size_t size) {
        return "GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(size - 14, 'a') + "\r\n\r\n";
    };
    EXPECT_EQ(status_of(fields(100), limits), 200);
    EXPECT_EQ(status_of(fields(101), limits), 431);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nA: " + std::string(100, 'a'), limits), 431);

    EXPECT_EQ(status_of(with_fields("Host: h\r\nContent-Length: 10\r\n") + "0123456789", limits),
              200);
    EXPECT_EQ(status_of(with_fields("Host: h\r\nContent-Length: 11\r\n"), limits), 413);
    const std::string chunked = with_fields("Host: h\r\nTransfer-Encoding: chunked\r\n");
    EXPECT_EQ(status_of(chunked + "a\r\n0123456789\r\n0\r\n\r\n", limits), 200);
    EXPECT_EQ(status_of(chunked + "b\r\n", limits), 413);
    EXPECT_EQ(status_of(chunked + "6\r\n012345\r\n5\r\n", limits), 413);
}

TEST(RequestReader, CountsFields) {
    std::string fields = "Host: h\r\n";
    for (int i = 0; i < 127; ++i)
        fields += "A: b\r\n";
    EXPECT_EQ(status_of(with_fields(fields)), 200);
    EXPECT_EQ(status_of(with_fields(fields + "A: b\r\n")), 431);
}

TEST(RequestReader, KnowsWhatTheClientExpects) {
    EXPECT_EQ(status_of(with_fields("Host: h\r\nExpect: a-pony\r\nContent-Length: 1\r\n")), 417);
    const Limits limits;
    RequestReader reader(limits);
    ASSERT_EQ(feed(reader, with_fields("Host: h\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n")),
              State::body);
    EXPECT_TRUE(reader.expects_continue());
}

TEST(RequestReader, RemembersThePathOfWhatItRefuses) {
    const Limits limits;
    RequestReader reader(limits);
    ASSERT_EQ(feed(reader, "GET /api/x?token=1 HTTP/1.1\r\n\r\n"), State::refused);
    EXPECT_EQ(reader.refused_path(), "/api/x");
    RequestReader other(limits);
    ASSERT_EQ(feed(other, "GET /api/y?secret HTTP/9.9\r\n\r\n"), State::refused);
    EXPECT_EQ(other.refused_path(), "/api/y");
}

// The same bytes mean the same, however the network cuts them, and pipelined requests come out one
// by one.
RC_GTEST_PROP(RequestReaderPieces, DoNotMatter, ()) {
    const auto bodies =
        *rc::gen::container<std::vector<std::string>>(rc::gen::string<std::string>());
    const auto piece = *rc::gen::inRange<std::size_t>(1, 50);
    std::string bytes;
    for (const auto& body : bodies) {
        bytes += fmt::format("POST /{0} HTTP/1.1\r\nHost: h\r\nContent-Length: {0}\r\n\r\n{1}",
                             body.size(), body);
    }
    const Limits limits;
    RequestReader reader(limits);
    std::vector<std::string> got;
    std::string_view rest = bytes;
    for (;;) {
        const State state = reader.advance();
        RC_ASSERT(state != State::refused);
        if (state == State::complete) {
            got.push_back(reader.take().body);
            continue;
        }
        if (rest.empty()) break;
        const auto space = reader.space();
        const auto size = std::min({piece, rest.size(), space.size()});
        std::memcpy(space.data(), rest.data(), size);
        reader.received(size);
        rest.remove_prefix(size);
    }
    RC_ASSERT(got == bodies);
    RC_ASSERT(!reader.started());
}

// A request whose bytes were changed anywhere either is refused, waits, or still has one meaning.
RC_GTEST_PROP(RequestReaderDamage, NeverReadsPastTheEnd, ()) {
    std::string bytes =
        "POST /x?a=b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n"
        "5;e=1\r\nhello\r\n0\r\nT: r\r\n\r\n";
    const auto changes = *rc::gen::inRange(1, 4);
    for (int i = 0; i < changes; ++i) {
        const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
        bytes[at] = *rc::gen::arbitrary<char>();
    }
    const Limits limits;
    RequestReader reader(limits);
    const State state = feed(reader, bytes, *rc::gen::inRange<std::size_t>(1, 40));
    if (state == State::complete) {
        const Request request = reader.take();
        RC_ASSERT(request.target.starts_with('/'));
        RC_ASSERT(request.body.size() <= bytes.size());
    }
    RC_ASSERT((state != State::refused || reader.refusal().status >= 400));
}

}  // namespace
}  // namespace casement::http
