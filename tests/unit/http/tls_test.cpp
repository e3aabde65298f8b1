#include "http/tls.h"

#include "unit/http/certificate.h"
#include "unit/http/loopback.h"

#include <array>
#include <fstream>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>

namespace casement::http {
namespace {

using boost::asio::ip::tcp;
using testing::get;
using testing::LoopbackServer;
using testing::Pem;
using testing::says;
using testing::self_signed;
using testing::temporary_file;

struct Seen {
    bool connected = false;
    std::string version;
    std::string name;
    std::string protocol;
    std::string answer;
};

// One request over TLS with exactly this version of the protocol.
Seen ask(std::uint16_t port, int version, std::string_view request, std::string_view alpn = {}) {
    Seen seen;
    asio::io_context io;
    asio::ssl::context context(asio::ssl::context::tls_client);
    // The old versions are offered only below OpenSSL's default level.
    SSL_CTX_set_security_level(context.native_handle(), 0);
    SSL_CTX_set_min_proto_version(context.native_handle(), version);
    SSL_CTX_set_max_proto_version(context.native_handle(), version);
    asio::ssl::stream<tcp::socket> stream(io, context);
    if (!alpn.empty()) {
        SSL_set_alpn_protos(stream.native_handle(),
                            reinterpret_cast<const unsigned char*>(alpn.data()),
                            static_cast<unsigned>(alpn.size()));
    }
    stream.lowest_layer().connect({asio::ip::address_v4::loopback(), port});
    const timeval limit{10, 0};
    ::setsockopt(stream.lowest_layer().native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit,
                 sizeof limit);
    boost::system::error_code failed;
    stream.handshake(asio::ssl::stream_base::client, failed);
    if (failed) return seen;
    seen.connected = true;
    seen.version = SSL_get_version(stream.native_handle());
    const unsigned char* chosen = nullptr;
    unsigned chosen_size = 0;
    SSL_get0_alpn_selected(stream.native_handle(), &chosen, &chosen_size);
    seen.protocol.assign(reinterpret_cast<const char*>(chosen), chosen_size);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        SSL_get1_peer_certificate(stream.native_handle()), X509_free);
    std::array<char, 64> name{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name.data(),
                              name.size());
    seen.name = name.data();
    asio::write(stream, asio::buffer(request), failed);
    asio::read(stream, asio::dynamic_buffer(seen.answer), failed);
    return seen;
}

class TlsTest : public ::testing::Test {
  protected:
    TlsTest() {
        router.add(Method::get, "/hello", says("hello"));
        router.add(Method::get, "/big", says(std::string(1'000'000, 'x')));
        write(self_signed("first"));
    }
    void write(const Pem& pem) {
        options.tls = TlsFiles{temporary_file("certificate.pem", pem.certificate),
                               temporary_file("key.pem", pem.key)};
    }
    Router router;
    ServerOptions options;
    const std::string request = get("/hello", "Connection: close\r\n");
};

TEST_F(TlsTest, Speaks12And13) {
    LoopbackServer server(router, options);
    const auto with12 = ask(server.port(), TLS1_2_VERSION, request);
    EXPECT_EQ(with12.version, "TLSv1.2");
    EXPECT_TRUE(with12.answer.ends_with("hello"));
    EXPECT_NE(with12.answer.find("Strict-Transport-Security: max-age=31536000"), std::string::npos);
    const auto with13 = ask(server.port(), TLS1_3_VERSION, request);
    EXPECT_EQ(with13.version, "TLSv1.3");
    EXPECT_TRUE(with13.answer.ends_with("hello"));
}

TEST_F(TlsTest, RefusesOldVersions) {
    LoopbackServer server(router, options);
    EXPECT_FALSE(ask(server.port(), TLS1_1_VERSION, request).connected);
    EXPECT_FALSE(ask(server.port(), TLS1_VERSION, request).connected);
    EXPECT_TRUE(ask(server.port(), TLS1_3_VERSION, request).connected);
}

TEST_F(TlsTest, SendsBigBodiesWhole) {
    LoopbackServer server(router, options);
    const auto seen = ask(server.port(), TLS1_3_VERSION, get("/big", "Connection: close\r\n"));
    EXPECT_TRUE(seen.answer.ends_with("\r\n\r\n" + std::string(1'000'000, 'x')));
}

TEST_F(TlsTest, StreamsChunks) {
    router.add(Method::get, "/s", [](Request&) -> asio::awaitable<Response> {
        Response response;
        response.stream = [](BodyWriter& writer) -> asio::awaitable<void> {
            const std::string part(50'000, 'x');
            for (int i = 0; i < 20; ++i) {
                const bool alive = co_await writer.write(part);
                if (!alive) co_return;
            }
        };
        co_return response;
    });
    LoopbackServer server(router, options);
    const auto seen = ask(server.port(), TLS1_3_VERSION, get("/s", "Connection: close\r\n"));
    EXPECT_TRUE(seen.answer.ends_with("x\r\n0\r\n\r\n"));
    EXPECT_GT(seen.answer.size(), 1'000'000U);
}

TEST_F(TlsTest, AgreesOnHttp11) {
    LoopbackServer server(router, options);
    using namespace std::string_view_literals;
    EXPECT_EQ(ask(server.port(), TLS1_3_VERSION, request, "\x02h2\x08http/1.1"sv).protocol,
              "http/1.1");
    EXPECT_EQ(ask(server.port(), TLS1_3_VERSION, request, "\x02h2"sv).protocol, "");
}

TEST_F(TlsTest, DropsWhoSpeaksInTheClear) {
    LoopbackServer server(router, options);
    testing::RawClient client(server.port());
    client.send(request);
    EXPECT_EQ(client.read().status, 0);
    EXPECT_TRUE(ask(server.port(), TLS1_3_VERSION, request).connected);
}

TEST_F(TlsTest, TakesANewCertificateWithoutARestart) {
    LoopbackServer server(router, options);
    EXPECT_EQ(ask(server.port(), TLS1_3_VERSION, request).name, "first");
    write(self_signed("second"));
    ASSERT_TRUE(server.server().reload_tls());
    EXPECT_EQ(ask(server.port(), TLS1_3_VERSION, request).name, "second");
    // A bad file is refused, and the good one stays.
    (void)temporary_file("certificate.pem", "junk");
    EXPECT_FALSE(server.server().reload_tls());
    EXPECT_EQ(ask(server.port(), TLS1_3_VERSION, request).name, "second");
}

TEST_F(TlsTest, SaysWhatIsWrongWithItsFiles) {
    const Pem one = self_signed("one");
    const Pem other = self_signed("other");
    const auto error = [](const std::string& certificate, const std::string& key) {
        const auto loaded = load_tls({certificate, key});
        EXPECT_FALSE(loaded);
        EXPECT_EQ(loaded.error().code, "tls_failed");
        return loaded.error().message;
    };
    const auto certificate = temporary_file("one.pem", one.certificate);
    EXPECT_NE(error("/no/such/file", certificate).find("/no/such/file"), std::string::npos);
    EXPECT_NE(error(certificate, temporary_file("junk.pem", "junk")).find("junk.pem"),
              std::string::npos);
    EXPECT_NE(error(temporary_file("empty.pem", ""), certificate).find("empty.pem"),
              std::string::npos);
    const auto mixed = error(certificate, temporary_file("other.pem", other.key));
    EXPECT_NE(mixed.find("other.pem"), std::string::npos);
    EXPECT_NE(mixed.find("one.pem"), std::string::npos);
    EXPECT_EQ(mixed.find("PRIVATE"), std::string::npos);
}

}  // namespace
}  // namespace casement::http
