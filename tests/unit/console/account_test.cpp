// Signing in to the console and calling the API by its cookie: what the cookie says, where it
// counts, and what pages of other sites get.
#include "access/console_accounts.h"
#include "console/console_page.h"
#include "console/person.h"
#include "crypto/password.h"
#include "crypto/totp.h"
#include "samples.h"
#include "server.h"

namespace casement::console {
namespace {

using http::Method;
using test::Ask;
using test::Reply;
using test::ServerTest;

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kPassword = "correct horse";

const Fields kOwnPage{{"X-Casement", "1"}, {"Sec-Fetch-Site", "same-origin"}};

class Account : public ServerTest {
  protected:
    store::User a_user(const std::string& handle, const std::string& role = "Admin") {
        store::User row;
        row.org = 1;
        row.uuid = random.uuid();
        row.handle = handle;
        row.name = "Ada";
        row.role = role;
        row.password_hash = crypto::hash_password(Secret(kPassword), random, {8, 8, 1});
        catalog()
            .write_now<bool>([&](store::Transaction& tx) -> Result<bool> {
                if (auto done = tx.insert(row); !done) return done.error();
                return true;
            })
            .value();
        return row;
    }
    Reply ask(Method method, std::string_view path, std::optional<json::value> body, Fields headers,
              bool secure = true) {
        Ask what{.method = method,
                 .target = std::string(kApiRoot) + std::string(path),
                 .headers = std::move(headers),
                 .secure = secure};
        if (body) {
            what.body = json::serialize(*body);
            what.headers.emplace_back("Content-Type", "application/json");
        }
        return call(std::move(what));
    }
    static Fields with(Fields fields, std::string name, std::string value) {
        fields.emplace_back(std::move(name), std::move(value));
        return fields;
    }
    Reply sign_in(const std::string& handle = "ada@example.org",
                  const std::string& password = kPassword, json::object more = {},
                  bool secure = true) {
        more["handle"] = handle;
        more["password"] = password;
        return ask(Method::post, "/sign-in", more, kOwnPage, secure);
    }
    /// The pair that a browser sends back, or "".
    static std::string cookie(const Reply& reply, std::string_view name = kConsoleCookie) {
        const auto text = set_cookie(reply, name);
        return text.substr(0, text.find(';'));
    }
    static std::string set_cookie(const Reply& reply, std::string_view name = kConsoleCookie) {
        for (const auto& [field, value] : reply.headers.all()) {
            if (field == "Set-Cookie" && value.starts_with(std::string(name) + "=")) return value;
        }
        return {};
    }
    /// As the console's own page does.
    Reply own(Method method, std::string_view path, const std::string& cookie_pair,
              std::optional<json::value> body = std::nullopt) {
        return ask(method, path, std::move(body), with(kOwnPage, "Cookie", cookie_pair));
    }
};

TEST_F(Account, SigningInSetsACookieThatNoScriptReadsAndNoOtherSiteSends) {
    a_user("ada@example.org");
    const auto reply = sign_in();
    ASSERT_EQ(reply.status, 200) << reply.body;
    const auto text = set_cookie(reply);
    EXPECT_NE(text.find("; Path=/api/casement/v1;"), std::string::npos) << text;
    EXPECT_NE(text.find("; HttpOnly"), std::string::npos);
    EXPECT_NE(text.find("; SameSite=Strict"), std::string::npos);
    EXPECT_NE(text.find("; Secure"), std::string::npos);
    EXPECT_NE(text.find("; Max-Age=2592000"), std::string::npos);
    EXPECT_EQ(text.find("Domain"), std::string::npos);
    EXPECT_NE(set_cookie(reply, kDeviceCookie).find("; HttpOnly"), std::string::npos);
    const auto plain = sign_in("ada@example.org", kPassword, {}, false);
    EXPECT_EQ(set_cookie(plain).find("; Secure"), std::string::npos);
    // Nothing of it stands where a script could read it.
    const auto value = cookie(reply).substr(kConsoleCookie.size() + 1);
    EXPECT_EQ(reply.body.find(value.substr(0, 43)), std::string::npos);
    EXPECT_EQ(reply.body.find(kPassword), std::string::npos);
    EXPECT_EQ(audit.text().find(value.substr(0, 43)), std::string::npos);
}

TEST_F(Account, MeSaysWhoIsThere) {
    const auto user = a_user("ada@example.org", "Editor");
    const auto signed_in = sign_in();
    const auto me = own(Method::get, "/me", cookie(signed_in));
    ASSERT_EQ(me.status, 200) << me.body;
    EXPECT_EQ(me.json(), signed_in.json());
    const auto answer = me.json();
    EXPECT_EQ(answer.at("authentication"), "session");
    EXPECT_EQ(answer.at("totp"), false);
    EXPECT_EQ(
        answer.at("user"),
        (json::object{
            {"id", user.id}, {"handle", "ada@example.org"}, {"name", "Ada"}, {"role", "Editor"}}));
    EXPECT_EQ(answer.at("organization"), (json::object{{"id", 1}, {"name", "Main"}}));
    EXPECT_EQ(answer.at("organizations"), (json::array{json::object{{"id", 1}, {"name", "Main"}}}));
    const auto by_key = api(Method::get, "/me").json();
    EXPECT_EQ(by_key.at("authentication"), "key");
    EXPECT_EQ(by_key.at("user"), nullptr);
}

TEST_F(Account, APersonMayWhatHisRolePermitsAndNoMore) {
    a_user("ada@example.org", "Editor");
    const auto who = cookie(sign_in());
    const auto made = own(Method::post, "/dashboards", who,
                          json::object{{"document", test::document("flights", {"select 1"})}});
    EXPECT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(own(Method::get, "/dashboards", who).status, 200);
    const auto refused = own(Method::get, "/audit", who);
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.code(), "missing_permission");
}

TEST_F(Account, AnotherSitesPageGetsNothingByTheCookie) {
    a_user("ada@example.org");
    const auto pair = cookie(sign_in());
    const Fields with_cookie{{"Cookie", pair}};
    const std::vector<std::pair<std::string_view, Fields>> foreign{
        {"no header of ours", {{"Sec-Fetch-Site", "same-origin"}}},
        {"a wrong header", {{"X-Casement", "0"}, {"Sec-Fetch-Site", "same-origin"}}},
        {"the header twice",
         {{"X-Casement", "1"}, {"X-Casement", "1"}, {"Sec-Fetch-Site", "same-origin"}}},
        {"cross-site", {{"X-Casement", "1"}, {"Sec-Fetch-Site", "cross-site"}}},
        {"same-site", {{"X-Casement", "1"}, {"Sec-Fetch-Site", "same-site"}}},
        {"by itself", {{"X-Casement", "1"}, {"Sec-Fetch-Site", "none"}}},
        {"another origin", {{"X-Casement", "1"}, {"Origin", "https://evil.example"}}},
        {"no origin", {{"X-Casement", "1"}, {"Origin", "null"}}},
        {"two origins",
         {{"X-Casement", "1"},
          {"Origin", "https://" + std::string(test::kHost)},
          {"Origin", "https://evil.example"}}},
    };
    int seen = 0;
    for (const auto& operation : operations()) {
        const bool carried = operation.caller == Caller::principal ||
                             operation.caller == Caller::person ||
                             operation.caller == Caller::console;
        if (!carried || operation.method == Method::get) continue;
        ++seen;
        for (const auto& [what, headers] : foreign) {
            auto all = with(headers, "Cookie", pair);
            const auto body = operation.body
                                  ? std::optional<json::value>(test::sample(*operation.body))
                                  : std::nullopt;
            const auto reply = ask(operation.method, operation.path, body, all);
            EXPECT_EQ(reply.status, 403) << operation.id << " with " << what << reply.body;
            EXPECT_EQ(reply.code(), "cross_site") << operation.id << " with " << what;
            EXPECT_EQ(set_cookie(reply), "") << operation.id;
        }
    }
    EXPECT_GT(seen, 20);
    EXPECT_EQ(own(Method::get, "/me", pair).status, 200) << "nothing was ended either";
    for (const auto* site : {"cross-site", "same-site"}) {
        const auto reply =
            ask(Method::get, "/me", std::nullopt, with(with_cookie, "Sec-Fetch-Site", site));
        EXPECT_EQ(reply.code(), "cross_site") << site;
    }
    EXPECT_EQ(
        ask(Method::get, "/me", std::nullopt, with(with_cookie, "Sec-Fetch-Site", "none")).status,
        200)
        << "a person may open an address";
}

TEST_F(Account, AHeaderDecidesAloneWhateverCookieStandsBesideIt) {
    a_user("ada@example.org");
    const auto pair = cookie(sign_in());
    const auto beside = [&](std::string name, std::string value) {
        return ask(Method::get, "/me", std::nullopt,
                   with(with(kOwnPage, "Cookie", pair), std::move(name), std::move(value)));
    };
    EXPECT_EQ(beside("Authorization", "Bearer cas_wrong").status, 401);
    EXPECT_EQ(beside("Authorization", "Basic x").status, 401);
    EXPECT_EQ(beside("DD-API-KEY", "x").status, 401);
    EXPECT_EQ(beside("DD-APPLICATION-KEY", "x").status, 401);
    const auto by_key = beside("Authorization", "Bearer " + viewer_token).json();
    EXPECT_EQ(by_key.at("authentication"), "key");
    // A program's call needs none of the page's proofs, cookie or not.
    const auto written = ask(Method::post, "/dashboards",
                             json::object{{"document", test::document("flights", {"select 1"})}},
                             {{"Authorization", "Bearer " + admin_token}, {"Cookie", pair}});
    EXPECT_EQ(written.status, 201) << written.body;
}

TEST_F(Account, TwoCookiesOfTheNameAreNone) {
    a_user("ada@example.org");
    a_user("eve@example.org");
    const auto adas = cookie(sign_in());
    const auto eves = cookie(sign_in("eve@example.org"));
    for (const auto& pairs : {eves + "; " + adas, adas + "; " + eves, adas + "; " + adas}) {
        EXPECT_EQ(own(Method::get, "/me", pairs).code(), "signed_out");
    }
    auto split = with(with(kOwnPage, "Cookie", eves), "Cookie", adas);
    EXPECT_EQ(ask(Method::get, "/me", std::nullopt, split).code(), "signed_out");
}

TEST_F(Account, NoOtherCookieAndNoHeaderIsASession) {
    a_user("ada@example.org");
    const auto pair = cookie(sign_in());
    const auto value = pair.substr(kConsoleCookie.size() + 1);
    for (const auto& [name, text] : Fields{{"Cookie", "__Secure-casement=" + value},
                                           {"Cookie", "casement=" + value},
                                           {"Cookie", "CASEMENT_CONSOLE=" + value},
                                           {"Authorization", "Bearer " + value}}) {
        const auto reply = ask(Method::get, "/me", std::nullopt, with(kOwnPage, name, text));
        EXPECT_EQ(reply.status, 401) << name << ": " << text;
    }
    // Nor does a viewer's call take it.
    EXPECT_EQ(own(Method::post, "/query", pair, json::object{}).status, 401);
}

TEST_F(Account, AKeyHasNoAccount) {
    int seen = 0;
    for (const auto& operation : operations()) {
        if (operation.caller != Caller::person) continue;
        ++seen;
        const auto body = operation.body ? std::optional<json::value>(test::sample(*operation.body))
                                         : std::nullopt;
        const auto send = [&](const Fields& headers) {
            return ask(operation.method, operation.path, body, headers);
        };
        EXPECT_EQ(send(with(kOwnPage, "Authorization", "Bearer " + admin_token)).code(),
                  "session_required")
            << operation.id;
        EXPECT_EQ(send(with(kOwnPage, "Authorization", "Bearer cas_wrong")).code(),
                  "invalid_credentials")
            << operation.id;
        EXPECT_EQ(send(kOwnPage).code(), "signed_out") << operation.id;
    }
    EXPECT_EQ(seen, 10);
}

TEST_F(Account, SigningOutTakesTheCookieAndEndsTheSession) {
    a_user("ada@example.org");
    const auto pair = cookie(sign_in());
    const auto reply = own(Method::post, "/sign-out", pair);
    EXPECT_EQ(reply.status, 204);
    EXPECT_NE(set_cookie(reply).find("Max-Age=0"), std::string::npos);
    EXPECT_EQ(own(Method::get, "/me", pair).code(), "signed_out");
    EXPECT_EQ(own(Method::post, "/sign-out", pair).status, 204);
    EXPECT_EQ(own(Method::post, "/sign-out", "other=1").status, 204);
}

TEST_F(Account, OwnSessionsAreListedWithoutTheirSecretsAndEnded) {
    a_user("ada@example.org");
    const auto here = cookie(sign_in());
    const auto there = cookie(sign_in());
    const auto listed = own(Method::get, "/me/sessions", here);
    ASSERT_EQ(listed.status, 200) << listed.body;
    const auto sessions = listed.json().at("sessions").as_array();
    ASSERT_EQ(sessions.size(), 2U);
    std::string other;
    for (const auto& session : sessions)
        if (!session.at("current").as_bool()) other = session.at("id").as_string();
    EXPECT_EQ(listed.body.find(there.substr(kConsoleCookie.size() + 1, 43)), std::string::npos);
    EXPECT_EQ(listed.body.find("hash"), std::string::npos);
    EXPECT_EQ(own(Method::del, "/me/sessions/" + other, here).status, 204);
    EXPECT_EQ(own(Method::get, "/me", there).code(), "signed_out");
    EXPECT_EQ(own(Method::del, "/me/sessions/" + other, here).code(), "session_not_found");
}

TEST_F(Account, AnotherPasswordGivesThisBrowserANewCookie) {
    a_user("ada@example.org");
    const auto here = cookie(sign_in());
    const auto change = [&](const std::string& pair, const std::string& from) {
        return own(Method::put, "/me/password", pair,
                   json::object{{"old", from}, {"new", "battery staple"}});
    };
    const auto wrong = change(here, "wrong horse");
    EXPECT_EQ(wrong.status, 403);
    EXPECT_EQ(wrong.code(), "wrong_password");
    EXPECT_EQ(wrong.json().at("error").at("field"), "old");
    const auto reply = change(here, kPassword);
    ASSERT_EQ(reply.status, 204) << reply.body;
    EXPECT_EQ(own(Method::get, "/me", here).code(), "signed_out");
    EXPECT_EQ(own(Method::get, "/me", cookie(reply)).status, 200);
}

TEST_F(Account, ASecondFactorIsSetUpShownOnceAndAskedFor) {
    const auto user = a_user("ada@example.org");
    const auto here = cookie(sign_in());
    const auto started = own(Method::post, "/me/totp", here);
    ASSERT_EQ(started.status, 200) << started.body;
    EXPECT_TRUE(started.json().at("uri").as_string().starts_with("otpauth://totp/Casement:"));
    const auto secret = store::ConsoleStore::of(catalog()).totp_now(user.id).value()->secret;
    EXPECT_EQ(started.json().at("secret"), json::value(crypto::to_base32(secret.reveal())));
    const auto code = [&] { return crypto::totp_code(secret, crypto::totp_step(clock.now())); };
    const auto activated = own(Method::put, "/me/totp", here, json::object{{"code", code()}});
    ASSERT_EQ(activated.status, 200) << activated.body;
    EXPECT_EQ(activated.json().at("recovery_codes").as_array().size(), 10U);
    EXPECT_EQ(own(Method::get, "/me", here).json().at("totp"), true);
    const auto asked = sign_in();
    EXPECT_EQ(asked.status, 401);
    EXPECT_EQ(asked.code(), "totp_required");
    EXPECT_EQ(set_cookie(asked), "");
    clock.advance(seconds{30});
    EXPECT_EQ(sign_in("ada@example.org", kPassword, {{"totp", code()}}).status, 200);
    EXPECT_EQ(audit.text().find(crypto::to_base32(secret.reveal())), std::string::npos);
    EXPECT_EQ(own(Method::del, "/me/totp", here, json::object{{"password", kPassword}}).status,
              204);
    EXPECT_EQ(sign_in().status, 200);
}

TEST_F(Account, RefusalsDoNotTellWhoExists) {
    a_user("ada@example.org");
    const auto known = sign_in("ada@example.org", "wrong horse");
    const auto unknown = sign_in("eve@example.org", "wrong horse");
    EXPECT_EQ(known.status, 401);
    EXPECT_EQ(known.body, unknown.body);
    EXPECT_EQ(known.headers.all().size(), unknown.headers.all().size());
    std::string last_known, last_unknown;
    for (int i = 0; i < 10; ++i) {
        last_known = sign_in("ada@example.org", "wrong horse").body;
        last_unknown = sign_in("eve@example.org", "wrong horse").body;
    }
    EXPECT_NE(last_known.find("too_many_attempts"), std::string::npos);
    EXPECT_EQ(last_known, last_unknown);
}

TEST_F(Account, EveryFieldOfAnotherTypeIsRefused) {
    const json::array others{nullptr, true, 7, 1.5, json::array{"x"}, json::object{{"$gt", ""}}};
    for (const auto& operation : operations()) {
        if (operation.caller != Caller::console || !operation.body) continue;
        for (const auto& member : operation.body->members) {
            for (const auto& other : others) {
                if (member.shape.type == Shape::Type::integer && other.is_int64()) continue;
                auto body = test::sample(*operation.body).as_object();
                body[member.name] = other;
                const auto reply = ask(operation.method, operation.path, body, kOwnPage);
                EXPECT_EQ(reply.status, 400) << operation.id << " " << member.name;
                EXPECT_EQ(reply.code(), "invalid_body") << operation.id << " " << member.name;
            }
        }
    }
}

TEST_F(Account, TheFirstAdminIsMadeInTheBrowser) {
    EXPECT_EQ(ask(Method::get, "/setup", std::nullopt, {}).json(),
              (json::object{{"needed", true}}));
    const std::string code(accounts().set_up_code().code().reveal());
    const json::object admin{{"code", code},
                             {"organization", "Example"},
                             {"handle", "root@example.org"},
                             {"name", "Root"},
                             {"password", kPassword}};
    auto wrong = admin;
    wrong["code"] = "WRONG";
    EXPECT_EQ(ask(Method::post, "/setup", wrong, kOwnPage).code(), "wrong_code");
    const auto reply = ask(Method::post, "/setup", admin, kOwnPage);
    ASSERT_EQ(reply.status, 201) << reply.body;
    EXPECT_EQ(reply.json().at("organization").at("name"), "Example");
    EXPECT_EQ(own(Method::get, "/audit", cookie(reply)).status, 200);
    EXPECT_EQ(ask(Method::get, "/setup", std::nullopt, {}).json(),
              (json::object{{"needed", false}}));
    EXPECT_EQ(ask(Method::post, "/setup", admin, kOwnPage).status, 410);
    EXPECT_EQ(audit.text().find(code), std::string::npos);
}

TEST_F(Account, ALargeBodyIsReadOnlyFromOurPageWithOurCookie) {
    a_user("ada@example.org");
    const auto pair = cookie(sign_in());
    const auto limit = [&](Fields headers) {
        http::Request head;
        head.method = Method::post;
        head.target = std::string(kApiRoot) + "/apply";
        head.host = std::string(test::kHost);
        head.secure = true;
        for (auto& [name, value] : headers)
            head.headers.add(name, value);
        return router().body_limit(head, 1024);
    };
    EXPECT_GT(limit(with(kOwnPage, "Cookie", pair)).value(), 1024U);
    EXPECT_EQ(limit({{"Cookie", pair}}).error().code, "cross_site");
    EXPECT_EQ(limit(with(kOwnPage, "Cookie", "casement_console=junk")).error().code, "signed_out");
    EXPECT_EQ(limit(kOwnPage).error().code, "missing_credentials");
}

TEST_F(Account, TheShellRunsNothingInlineAndStandsInNobodysFrame) {
    http::Asset script;
    script.path = "/assets/console-1.js";
    http::Asset style;
    style.path = "/assets/console-1.css";
    const auto page = console_shell(script, &style);
    EXPECT_EQ(page.status, 200);
    EXPECT_NE(page.body.find("src=\"/assets/console-1.js\""), std::string::npos);
    EXPECT_NE(page.body.find("href=\"/assets/console-1.css\""), std::string::npos);
    EXPECT_EQ(page.body.find("<style"), std::string::npos);
    const std::string policy(page.headers.find("Content-Security-Policy").value());
    for (const auto* part : {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'",
                             "require-trusted-types-for 'script'", "base-uri 'none'"}) {
        EXPECT_NE(policy.find(part), std::string::npos) << part;
    }
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_EQ(page.headers.find("Cache-Control"), "no-store");
    EXPECT_EQ(page.headers.find("X-Frame-Options"), "DENY");
    EXPECT_TRUE(page.headers.find("Referrer-Policy").has_value());
}

TEST_F(Account, EveryAddressOfTheConsoleIsItsPageAndNoneClimbs) {
    const int status = has_console() ? 200 : 404;
    for (const auto* path : {"/console/", "/console/dashboards/a.b/edit", "/console/x?y=z"}) {
        const auto reply = call({.target = path});
        EXPECT_EQ(reply.status, status) << path;
        if (!has_console()) {
            EXPECT_NE(reply.body.find("without its web application"), std::string::npos);
        }
    }
    for (const auto* path : {"/console/../api", "/console/a/%2e%2e/b", "/console/./x"}) {
        EXPECT_EQ(call({.target = path}).code(), "not_found") << path;
    }
    const auto bare = call({.target = "/console"});
    EXPECT_EQ(bare.status, 302);
    EXPECT_EQ(bare.headers.find("Location"), "/console/");
}

}  // namespace
}  // namespace casement::console
