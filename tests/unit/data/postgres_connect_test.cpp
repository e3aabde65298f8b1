// Getting to a server and losing it: addresses, passwords, TLS, restarts, and what is said then.
#include "data/postgres_source.h"
#include "postgres_world.h"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace casement::data {
namespace {

using namespace std::chrono_literals;

constexpr const char* kPassword = "correct horse battery 'staple\\";

/// A port of the loopback interface that is free now.
int free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), 0);
    ::close(socket);
    return ntohs(address.sin_port);
}

std::string read_all(const std::string& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A server of its own that wants TLS and a password over TCP.
class PostgresDoors : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        server_ = new test::Postgres;
        port_ = free_port();
        const auto data = server_->folder() + "/data";
        const auto command =
            "cd " + data +
            " && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext "
            "subjectAltName=DNS:localhost -keyout server.key -out server.crt 2> /dev/null && "
            "chmod 600 server.key && chown --reference=PG_VERSION server.key server.crt && "
            "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=other -keyout other.key "
            "-out other.crt 2> /dev/null";
        ASSERT_EQ(std::system(command.c_str()), 0);
        test::Postgres::execute(server_->address("postgres"),
                                "create role viewer login password '" +
                                    std::string("correct horse battery ''staple\\") + "'");
        std::ofstream(data + "/pg_hba.conf")
            << "local all casement trust\n"
               "hostssl postgres viewer 127.0.0.1/32 scram-sha-256\n"
               "hostssl nothing viewer 127.0.0.1/32 scram-sha-256\n"
               "host plain viewer 127.0.0.1/32 scram-sha-256\n";
        server_->stop_server();
        server_->options = {"-c", "listen_addresses=127.0.0.1", "-c", "ssl=on"};
        server_->port = port_;
        server_->start_server();
        test::Postgres::execute(server_->address("postgres"), "create database plain");
    }
    static void TearDownTestSuite() { delete server_; }

    static SourceSettings settings(json::object more = {}, const char* password = kPassword) {
        json::object all{{"host", "localhost"},
                         {"port", port_},
                         {"database", "postgres"},
                         {"user", "viewer"},
                         {"ssl_mode", "require"}};
        for (const auto& [name, value] : more)
            all[name] = value;
        return {std::move(all), Secret(password), server_->folder()};
    }
    static std::string certificate(const std::string& name) {
        return read_all(server_->folder() + "/data/" + name + ".crt");
    }
    /// "good", or what is wrong.
    static std::string checked(const SourceSettings& settings) {
        const auto source = open_postgres(settings);
        const Cancellation nobody;
        const auto good = source->check(nobody);
        if (good) return "good";
        EXPECT_EQ(good.error().code, "source_unavailable");
        EXPECT_EQ(good.error().message.find("correct horse"), std::string::npos);
        return good.error().message;
    }
    static bool says(const std::string& message, const std::string& part) {
        return message.find(part) != std::string::npos;
    }

    static inline test::Postgres* server_ = nullptr;
    static inline int port_ = 0;
};

TEST_F(PostgresDoors, APasswordOpensOverTls) {
    EXPECT_EQ(checked(settings()), "good");
    const auto source = open_postgres(settings());
    EXPECT_EQ(first_column(*source, postgres_query("select ssl from pg_stat_ssl where pid = "
                                                   "pg_backend_pid()")),
              "[true]");
    EXPECT_EQ(checked(settings({{"database", "plain"}, {"ssl_mode", "disable"}})), "good");
}

TEST_F(PostgresDoors, TheServersCertificateIsChecked) {
    EXPECT_EQ(checked(settings({{"ssl_mode", "verify-full"}, {"ca", certificate("server")}})),
              "good");
    EXPECT_EQ(checked(settings({{"ssl_mode", "verify-full"}, {"ca_file", "data/server.crt"}})),
              "good");
    const auto wrong = checked(settings({{"ssl_mode", "verify-ca"}, {"ca", certificate("other")}}));
    EXPECT_TRUE(says(wrong, "was not issued by the given authority")) << wrong;
    const auto nobody = checked(settings({{"ssl_mode", "verify-full"}}));
    EXPECT_TRUE(says(nobody, "cannot be used")) << nobody;
    const auto name = checked(settings(
        {{"host", "127.0.0.1"}, {"ssl_mode", "verify-full"}, {"ca", certificate("server")}}));
    EXPECT_TRUE(says(name, "is for another host")) << name;
    EXPECT_EQ(
        checked(settings(
            {{"host", "127.0.0.1"}, {"ssl_mode", "verify-ca"}, {"ca", certificate("server")}})),
        "good");
    const auto missing =
        checked(settings({{"ssl_mode", "verify-ca"}, {"ca_file", "no/such/file"}}));
    EXPECT_TRUE(says(missing, "Check \"ca_file\"")) << missing;
}

TEST_F(PostgresDoors, EachMistakeHasItsOwnWords) {
    const auto password = checked(settings({}, "wrong"));
    EXPECT_TRUE(says(password, "user and password do not go together")) << password;
    const auto none = checked(settings({}, ""));
    EXPECT_TRUE(says(none, "asks for a password, and the source has none")) << none;
    const auto database = checked(settings({{"database", "nothing"}}));
    EXPECT_TRUE(says(database, "there is no database \"nothing\"")) << database;
    const auto plain = checked(settings({{"ssl_mode", "disable"}}));
    EXPECT_TRUE(says(plain, "pg_hba.conf")) << plain;
    const auto host = checked(settings({{"host", "no-such-host.invalid"}}));
    EXPECT_TRUE(says(host, "the host's name is not known")) << host;
    const auto port = checked(settings({{"port", free_port()}}));
    EXPECT_TRUE(says(port, "nothing listens there")) << port;
    const auto socket = checked(settings({{"host", "/nonexistent"}}));
    EXPECT_TRUE(says(socket, "no server's socket in this folder")) << socket;
}

TEST_F(PostgresDoors, AServerWithoutTlsIsRefusedWhereTlsIsAskedFor) {
    // A socket has no TLS either, but over TCP a server can lack it: this one listens and says no.
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(listener, 8), 0);
    ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
    std::thread server([&] {
        const int client = ::accept(listener, nullptr, nullptr);
        char request[8];
        EXPECT_EQ(::recv(client, request, sizeof request, MSG_WAITALL), 8);
        EXPECT_EQ(::send(client, "N", 1, 0), 1);
        ::close(client);
    });
    const auto said =
        checked(settings({{"host", "127.0.0.1"}, {"port", int{ntohs(address.sin_port)}}}));
    server.join();
    EXPECT_TRUE(says(said, "it does not speak TLS")) << said;

    // And one that accepts and then is silent.
    const auto started = std::chrono::steady_clock::now();
    const auto silent = checked(settings(
        {{"host", "127.0.0.1"}, {"port", int{ntohs(address.sin_port)}}, {"connect_timeout", 1}}));
    EXPECT_TRUE(says(silent, "did not answer in time")) << silent;
    // To a query whose own time is over before, it is a slow one.
    const auto slow =
        open_postgres(settings({{"host", "127.0.0.1"}, {"port", int{ntohs(address.sin_port)}}}));
    ASSERT_NE(slow, nullptr);
    auto query = postgres_query("select 1");
    query.limits.time = 200ms;
    EXPECT_TRUE(answer(*slow, query).starts_with("query_timeout: "));
    EXPECT_LT(std::chrono::steady_clock::now() - started, 60s);
    ::close(listener);
}

TEST_F(PostgresDoors, AnUnreachableServerOpensAndSaysLittleToViewers) {
    const auto source = open_postgres(settings({{"port", free_port()}}));
    ASSERT_NE(source, nullptr);
    EXPECT_EQ(answer(*source, postgres_query("select 1")),
              "source_unavailable: The source's data cannot be read at the moment.");
}

TEST(PostgresRestart, AQueryAfterTheServersRestartIsAnswered) {
    test::Postgres server;
    SourceSettings settings{{{"host", server.folder()},
                             {"database", "postgres"},
                             {"user", "casement"},
                             {"ssl_mode", "disable"}},
                            Secret("unused"),
                            ""};
    const auto source = open_postgres(settings);
    const auto one = [&] { return first_column(*source, postgres_query("select 1")); };
    EXPECT_EQ(one(), "[1]");
    server.stop_server();
    EXPECT_EQ(one(), "source_unavailable");
    server.start_server();
    EXPECT_EQ(one(), "[1]");
    // And when nobody has asked in between.
    server.stop_server();
    server.start_server();
    EXPECT_EQ(one(), "[1]");
    const Cancellation nobody;
    EXPECT_TRUE(source->check(nobody));
}

TEST(PostgresSettings, AreCheckedWithTheirNames) {
    const auto wrong = [](json::object more) {
        json::object settings{{"host", "db"}, {"database", "x"}, {"user", "y"}};
        for (const auto& [name, value] : more)
            settings[name] = value;
        const auto good = check_source("postgres", settings);
        return good ? std::string() : good.error().field;
    };
    EXPECT_EQ(wrong({}), "");
    EXPECT_EQ(wrong({{"port", 0}}), "settings.port");
    EXPECT_EQ(wrong({{"ssl_mode", "maybe"}}), "settings.ssl_mode");
    EXPECT_EQ(wrong({{"ssl_mode", "verify-full"}}), "") << "by the system's authorities";
    EXPECT_EQ(wrong({{"ca", "nonsense"}}), "settings.ca");
    EXPECT_EQ(wrong({{"read_only", false}}), "settings.read_only");
    EXPECT_EQ(wrong({{"password", "secret"}}), "settings.password");
    EXPECT_EQ(wrong({{"host", "a,b"}}), "settings.host");
    EXPECT_EQ(wrong({{"schema", json::array{}}}), "settings.schema");
    EXPECT_EQ(wrong({{"schema", "sales"}, {"pool_size", 8}, {"connect_timeout", 2}}), "");
    EXPECT_EQ(check_source("postgres", {{"host", "db"}}).error().field, "settings.database");
}

TEST(PostgresSettings, ThePasswordIsAmongTheSecretsOfClientsOfGrafanasApi) {
    const auto password = [](json::object settings, const char* secret) {
        return std::string(source_password({std::move(settings), Secret(secret), ""}).reveal());
    };
    const json::object grafana{{"grafana", json::object{}}};
    EXPECT_EQ(password({{"host", "x"}}, "plain"), "plain");
    EXPECT_EQ(password(grafana, R"({"password":"p"})"), "p");
    EXPECT_EQ(password(grafana, R"({"other":"p"})"), "");
    EXPECT_EQ(password(grafana, ""), "");
}

}  // namespace
}  // namespace casement::data
