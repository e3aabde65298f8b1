// Every operation against every credential that is not its own. Operations are taken from the
// table, so a new one is covered without being named here.
#include "crypto/hash.h"
#include "samples.h"
#include "server.h"

#include <set>

namespace casement::console {
namespace {

using test::Ask;
using test::ServerTest;

using Fields = std::vector<std::pair<std::string, std::string>>;

class WrongCredentials : public ServerTest {
  protected:
    WrongCredentials() {
        const auto made = api(http::Method::post, "/dashboards",
                              json::object{{"document", test::document("flights", {"select 1"})}});
        EXPECT_EQ(made.status, 201) << made.body;
        shared = share("flights", "ATL", {{"download", true}});
        first = opened(shared, "n-live");
    }

    /// A path whose parts name what really exists.
    std::string path_of(const Operation& operation) {
        std::string path = operation.path;
        const auto put = [&](std::string_view name, std::string value) {
            const auto at = path.find(name);
            if (at != std::string::npos) path.replace(at, name.size(), value);
        };
        if (path.starts_with("/sessions")) put("{id}", session_id(first));
        if (path.starts_with("/dashboards")) put("{id}", "flights");
        put("{token}", shared.token);
        put("{id}", std::to_string(shared.credential_id));
        return path;
    }

    test::Reply send(const Operation& operation, Fields headers) {
        Ask ask{.method = operation.method,
                .target = std::string(kApiRoot) + path_of(operation),
                .headers = std::move(headers)};
        if (operation.body) {
            ask.body = json::serialize(test::sample(*operation.body));
            ask.headers.emplace_back("Content-Type", "application/json");
        }
        return call(std::move(ask));
    }

    void expect_refused(const Operation& operation, std::string_view what, Fields headers) {
        const auto reply = send(operation, std::move(headers));
        EXPECT_TRUE(reply.status == 401 || reply.status == 403)
            << operation.id << " with " << what << ": " << reply.status << " " << reply.body;
        EXPECT_NE(reply.code(), "") << operation.id;
        for (const std::string_view kept : {"frames", "\"rows\"", "document", "Atlanta", "sql"}) {
            EXPECT_EQ(reply.body.find(kept), std::string::npos) << operation.id << ": " << kept;
        }
    }

    std::string key(store::ApiKey::Kind kind, std::string_view role,
                    const std::function<void(store::ApiKey&)>& change = {}) {
        const auto secret = random.token();
        store::ApiKey row;
        row.org = 1;
        row.kind = kind;
        row.name = "test";
        row.hash = crypto::sha256(secret);
        row.suffix = "test";
        row.role = role;
        if (change) change(row);
        const std::function<Result<bool>(store::Transaction&)> write =
            [&](store::Transaction& tx) -> Result<bool> {
            if (auto inserted = tx.insert(row); !inserted) return inserted.error();
            return true;
        };
        catalog().write_now<bool>(write).value();
        return secret;
    }

    static Fields bearer(const std::string& token) {
        return {{"Authorization", "Bearer " + token}};
    }

    Shared shared;
    json::object first;
};

TEST_F(WrongCredentials, NeverOpenWhatAPrincipalMayDo) {
    using Kind = store::ApiKey::Kind;
    const auto good = admin_token;
    const auto api_key = key(Kind::datadog_api_key, "Admin");
    const auto app_key = key(Kind::datadog_app_key, "Admin");
    const auto expired = key(Kind::service_token, "Admin", [&](store::ApiKey& row) {
        row.expires_at = clock.now() - seconds{1};
    });
    const auto disabled =
        key(Kind::service_token, "Admin", [](store::ApiKey& row) { row.disabled = true; });
    const auto roleless = key(Kind::service_token, "Nobody");
    const std::vector<std::pair<std::string_view, Fields>> wrong{
        {"nothing", {}},
        {"an empty bearer", {{"Authorization", "Bearer "}}},
        {"another scheme", {{"Authorization", "Basic " + good}}},
        {"two headers", {{"Authorization", "Bearer " + good}, {"Authorization", "Bearer x"}}},
        {"an unknown token", bearer("cas_unknown")},
        {"a huge token", bearer(std::string(20'000, 'a'))},
        {"an expired token", bearer(expired)},
        {"a disabled token", bearer(disabled)},
        {"a viewer's access token", bearer(access_token(first))},
        {"a share's signing secret", bearer(shared.credential)},
        {"a frame's secret", bearer(mine)},
        {"a Datadog key as bearer", bearer(api_key)},
        {"an API key alone", {{"DD-API-KEY", api_key}}},
        {"an application key alone", {{"DD-APPLICATION-KEY", app_key}}},
        {"keys swapped", {{"DD-API-KEY", app_key}, {"DD-APPLICATION-KEY", api_key}}},
        {"a service token as keys", {{"DD-API-KEY", good}, {"DD-APPLICATION-KEY", good}}},
        {"an API key twice",
         {{"DD-API-KEY", api_key}, {"DD-API-KEY", api_key}, {"DD-APPLICATION-KEY", app_key}}},
        {"a token in a cookie", {{"Cookie", "__Secure-casement=" + good}}},
    };
    // Whoever has any key of the organization may call these.
    const std::set<std::string> for_everyone{"whoAmI", "getOrganization"};
    int seen = 0;
    for (const auto& operation : operations()) {
        if (operation.caller != Caller::principal) continue;
        ++seen;
        for (const auto& [what, headers] : wrong)
            expect_refused(operation, what, headers);
        if (!for_everyone.contains(operation.id)) {
            EXPECT_EQ(send(operation, bearer(roleless)).status, 403) << operation.id;
        }
        const bool reads = operation.permission == access::Permission::dashboards_read;
        if (!for_everyone.contains(operation.id) && !reads) {
            EXPECT_EQ(send(operation, bearer(viewer_token)).status, 403) << operation.id;
        }
    }
    EXPECT_GT(seen, 15);
    // And the right ones do open, so that the refusals above mean something.
    EXPECT_EQ(api(http::Method::get, "/shares").status, 200);
    const auto by_keys =
        call({.target = std::string(kApiRoot) + "/shares",
              .headers = {{"DD-API-KEY", api_key}, {"DD-APPLICATION-KEY", app_key}}});
    EXPECT_EQ(by_keys.status, 200) << by_keys.body;
}

TEST_F(WrongCredentials, OfAnotherOrganizationSeeNothing) {
    // What names something first: later the stranger has made things of his own.
    for (const bool is_named : {true, false}) {
        for (const auto& operation : operations()) {
            const bool names = operation.path.find('{') != std::string::npos;
            if (operation.caller != Caller::principal || names != is_named) continue;
            const auto reply = send(operation, bearer(stranger_token));
            if (names) {
                EXPECT_GE(reply.status, 400) << operation.id << reply.body;
                EXPECT_LT(reply.status, 500) << operation.id << reply.body;
            }
            for (const auto& kept : {shared.token, session_id(first), std::string("Flights")}) {
                const bool own_message = reply.code() == "dashboard_not_found";
                EXPECT_TRUE(own_message || reply.body.find(kept) == std::string::npos)
                    << operation.id << " shows " << kept << ": " << reply.body;
            }
        }
    }
    // Nothing of it was changed either.
    EXPECT_EQ(api(http::Method::get, "/shares/" + shared.token).status, 200);
    EXPECT_EQ(api(http::Method::get, "/dashboards/flights").status, 200);
    EXPECT_EQ(viewer("/query", access_token(first), json::object{}).status, 200);
}

TEST_F(WrongCredentials, NeverOpenWhatAViewerMaySee) {
    const auto killed = opened(shared, "n-killed");
    EXPECT_EQ(api(http::Method::del, "/sessions/" + session_id(killed)).status, 204);
    auto forged = access_token(first);
    forged.back() = forged.back() == 'A' ? 'B' : 'A';
    auto renamed = access_token(first);
    renamed[5] = renamed[5] == 'A' ? 'B' : 'A';
    const std::vector<std::pair<std::string_view, Fields>> wrong{
        {"nothing", {}},
        {"a malformed header", {{"Authorization", access_token(first)}}},
        {"a service token", bearer(admin_token)},
        {"a frame's secret", bearer(mine)},
        {"a session's id", bearer(session_id(first))},
        {"a token with another mac", bearer(forged)},
        {"a token for another session", bearer(renamed)},
        {"a token cut short", bearer(access_token(first).substr(0, 20))},
        {"a token in a cookie", {{"Cookie", "__Secure-casement=" + access_token(first)}}},
        {"a token twice",
         {{"Authorization", "Bearer " + access_token(first)},
          {"Authorization", "Bearer " + access_token(first)}}},
    };
    const auto refused_all = [&](std::string_view what, const Fields& headers,
                                 std::set<int> statuses) {
        for (const auto& operation : operations()) {
            if (operation.caller != Caller::viewer) continue;
            const auto reply = send(operation, headers);
            EXPECT_TRUE(statuses.contains(reply.status))
                << operation.id << " with " << what << ": " << reply.status << reply.body;
            EXPECT_EQ(reply.body.find("frames"), std::string::npos) << operation.id;
        }
    };
    for (const auto& [what, headers] : wrong)
        refused_all(what, headers, {401});
    refused_all("a killed session", bearer(access_token(killed)), {410});
    refused_all("a killed session", bearer(access_token(killed)), {410});

    const auto pause = [&](std::string_view status) {
        return api(http::Method::patch, "/shares/" + shared.token,
                   json::object{{"status", status}});
    };
    EXPECT_EQ(pause("paused").status, 200);
    refused_all("a paused share", bearer(access_token(first)), {403});
    EXPECT_EQ(pause("active").status, 200);
    EXPECT_EQ(viewer("/query", access_token(first), json::object{}).status, 200);

    clock.advance(seconds{601});
    refused_all("an expired token", bearer(access_token(first)), {401});
}

TEST_F(WrongCredentials, EveryOperationSaysWhoMayCallIt) {
    // Text about the server itself, nothing of an organization.
    const std::set<std::string> for_anyone{"openapi", "dashboardSchema", "isSetUpNeeded",
                                           "getOpenId"};
    // Each proves itself by what is in it: a code, a password, a cookie, an invitation's secret.
    const std::set<std::string> for_console{"setUp", "signIn", "signOut", "lookAtInvitation",
                                            "acceptInvitation"};
    // Each proves itself by what is in it: a link, a cookie, the frame's secret, a token. Who asks
    // for an invitation hears the same whoever he is.
    const std::set<std::string> for_frame{"openSession", "resumeSession", "leaveSession",
                                          "exchangeTokens", "askForShareInvitation"};
    for (const auto& operation : operations()) {
        if (operation.caller == Caller::anyone) {
            EXPECT_TRUE(for_anyone.contains(operation.id)) << operation.id;
        }
        if (operation.caller == Caller::console) {
            EXPECT_TRUE(for_console.contains(operation.id)) << operation.id;
        }
        if (operation.caller == Caller::frame) {
            EXPECT_TRUE(for_frame.contains(operation.id)) << operation.id;
        }
    }
}

}  // namespace
}  // namespace casement::console
