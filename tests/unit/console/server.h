// The whole API on real stores, called without a socket.
#pragma once

#include "console/console.h"
#include "console/operation.h"
#include "fake_parts.h"
#include "support/run.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <prometheus/registry.h>

namespace casement::console::test {

inline constexpr std::string_view kHost = "bi.example";

struct Ask {
    http::Method method = http::Method::get;
    std::string target = {};
    std::optional<std::string> body = {};
    std::vector<std::pair<std::string, std::string>> headers = {};
    bool secure = true;
    std::string client = "127.0.0.1";
};

struct Reply {
    int status = 0;
    http::Headers headers;
    std::string body;
    bool streamed = false;

    [[nodiscard]] json::object json() const;
    /// Code of the error in the body, or "".
    [[nodiscard]] std::string code() const;
    [[nodiscard]] std::vector<json::object> lines() const;
    [[nodiscard]] bool complete() const { return body.ends_with("{\"end\":true}\n"); }
};

/// A dashboard's document: one list variable `airport`, and panels with these queries, ids from 1.
[[nodiscard]] json::object document(std::string_view uid, std::vector<std::string> queries);

class ServerTest : public ::testing::Test {
  protected:
    ServerTest();
    ~ServerTest() override;

    Reply call(Ask ask);
    /// As an administrator's service token, unless `token` says otherwise. A 2xx answer must fit
    /// what the operation declares.
    Reply api(http::Method method, std::string_view path,
              std::optional<json::value> body = std::nullopt, std::string_view token = {});
    /// As the frame of `link` does it, over HTTPS.
    Reply open(std::string_view link, std::string_view secret, json::object more = {});
    Reply resume(std::string_view session, std::string_view cookie, json::object more = {});
    /// With a viewer's access token.
    Reply viewer(std::string_view path, std::string_view access_token, const json::value& body);

    template <class T>
    T run(asio::awaitable<T> work) {
        return casement::test::run(std::move(work));
    }

    store::Catalog& catalog();
    store::SessionStore& sessions();
    access::SessionService& service();
    access::ConsoleAccounts& accounts();
    http::Router& router();
    prometheus::Registry& registry();

    struct Shared {
        std::string token;
        std::string credential;
        std::int64_t credential_id = 0;
    };
    /// A share whose viewers see `airport` only.
    Shared share(std::string_view dashboard, std::string_view airport, json::object more = {});
    std::string link(const Shared& share, std::string_view nonce) {
        return signed_link(share.token, share.credential, nonce);
    }
    /// A session, opened: its first line.
    json::object opened(const Shared& share, std::string_view nonce);
    static std::string access_token(const json::object& first) {
        return std::string(first.at("access_token").get_string());
    }
    static std::string session_id(const json::object& first) {
        return std::string(first.at("session").at("id").get_string());
    }

    casement::test::TempDir folder;
    crypto::SystemRandom random;
    ManualClock clock{parse_rfc3339("2026-03-11T18:30:00Z").value()};
    RecordedAudit audit;
    SteeredEngine engine;
    TestVerifier verifier;
    TestContent content;
    TestPages pages;
    std::string admin_token, viewer_token, stranger_token;
    const std::string mine;
    const std::string theirs;

    struct Rooms;
    std::unique_ptr<Rooms> rooms;
};

}  // namespace casement::console::test
