// The admin calls of API 4.0 over a real catalog and session store on SQLite files, through the
// router and without a socket.
#pragma once

#include "access/dashboard_service.h"
#include "dialects/looker/admin.h"
#include "store/secret_box.h"
#include "support/recorded_audit.h"
#include "support/run.h"
#include "support/temp_dir.h"

#include <map>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace casement::looker {

using test::run;

class AdminWorld : public ::testing::Test {
  protected:
    AdminWorld() {
        admin = access::create_credentials(*catalog, random, 1, "Admin").value();
        editor = access::create_credentials(*catalog, random, 1, "Editor").value();
        viewer = access::create_credentials(*catalog, random, 1, "Viewer").value();
        store::Organization organization;
        organization.name = "Other";
        other = access::create_credentials(*catalog, random, put(organization).id, "Admin").value();
        add_admin_operations(operations, {parts, sessions, *rows, documents});
    }

    template <class Row>
    Row put(Row row) {
        return catalog
            ->write_now<Row>([&](store::Transaction& tx) -> Result<Row> {
                auto inserted = tx.insert(row);
                if (!inserted) return inserted.error();
                return row;
            })
            .value();
    }

    http::Response call(http::Method method, const std::string& path, const std::string& body = {},
                        const access::NewCredentials* who = nullptr) {
        http::Request made;
        made.method = method;
        made.target = "/api/4.0" + path;
        made.client = asio::ip::make_address("192.0.2.7");
        made.host = "dash.example";
        made.cancellation = std::make_shared<Cancellation>();
        made.body = body;
        const auto& used = who == nullptr ? admin : *who;
        made.headers.add("Authorization", "token " + std::string(used.service_token.reveal()));
        return run(router.handle(made));
    }
    /// The answer's JSON; fails the test when the status is another.
    json::value expect(int status, http::Method method, const std::string& path,
                       const std::string& body = {}, const access::NewCredentials* who = nullptr) {
        const auto response = call(method, path, body, who);
        EXPECT_EQ(response.status, status)
            << to_string(method) << " " << path << " " << body << "\n"
            << response.body;
        if (status == 204) {
            EXPECT_TRUE(response.body.empty());
            EXPECT_FALSE(response.headers.find("Content-Type")) << "an SDK would read a body then";
            return nullptr;
        }
        auto parsed = parse_json(response.body);
        EXPECT_TRUE(parsed) << response.body;
        return parsed ? std::move(*parsed) : json::value(nullptr);
    }
    json::value get(const std::string& path) { return expect(200, http::Method::get, path); }
    json::value post(const std::string& path, const std::string& body) {
        return expect(200, http::Method::post, path, body);
    }
    json::value patch(const std::string& path, const std::string& body) {
        return expect(200, http::Method::patch, path, body);
    }
    json::value put_list(const std::string& path, const std::string& body) {
        return expect(200, http::Method::put, path, body);
    }
    void remove(const std::string& path) { expect(204, http::Method::del, path); }

    /// A 422: "field:code" of the first thing that is wrong.
    std::string refused(http::Method method, const std::string& path, const std::string& body) {
        const auto value = expect(422, method, path, body);
        if (!value.is_object() || !value.get_object().contains("errors")) return "no errors";
        const auto& first = value.at("errors").at(0);
        EXPECT_TRUE(first.at("documentation_url").is_string());
        return text(first, "field") + ":" + text(first, "code");
    }

    static std::string text(const json::value& of, std::string_view member) {
        const auto* value = of.get_object().if_contains(member);
        if (value == nullptr) return "(absent)";
        return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
    }
    static std::string id(const json::value& of) { return text(of, "id"); }
    /// One member of each object of a list, with commas between.
    static std::string all(const json::value& list, std::string_view member) {
        std::string out;
        for (const auto& item : list.as_array())
            out += (out.empty() ? "" : ",") + text(item, member);
        return out;
    }

    /// A session that an embed user has open; its id.
    std::string open_session(const std::string& external_user_id,
                             const std::string& external_group_id = {}) {
        access::EmbedLogin login;
        login.org = 1;
        login.external_user_id = external_user_id;
        login.external_group_id = external_group_id;
        login.permissions = {"access_data"};
        login.models = {"flights"};
        login.session_length = seconds{900};
        login.cookieless = true;
        return run(sessions.open_reference(login, {"192.0.2.9", "Browser/1"})).value().id;
    }
    bool is_live(const std::string& session) {
        const auto row = run(rows->find(session)).value();
        return row && !row->ended_at;
    }

    test::TempDir folder;
    crypto::SystemRandom random;
    ManualClock clock{parse_rfc3339("2026-03-11T18:30:00Z").value()};
    test::RecordedAudit audit;
    store::SecretBox box = store::SecretBox::create(Secret(random.bytes(32)), random).value();
    std::unique_ptr<store::Catalog> catalog =
        store::Catalog::open({"sqlite:" + (folder / "catalog.db"), 4, milliseconds{50}}, box, clock)
            .value();
    std::unique_ptr<store::SessionStore> rows =
        store::open_sqlite_session_store(folder / "sessions.db", clock).value();
    access::CatalogParts parts{*catalog, audit, random, clock};
    access::DocumentCache documents;
    access::EmbedUsers people{*catalog, audit, clock};
    access::SessionService sessions{
        *catalog, *rows,  documents, people,
        audit,    random, clock,     Secret("a key of thirty-two bytes, fixed")};
    access::Authenticator authenticator{*catalog, clock};
    ApiSessions logins{authenticator, *rows, random, clock};
    http::Router router;
    Operations operations{router, logins, clock, "https://dash.example"};
    access::NewCredentials admin, editor, viewer;
    access::NewCredentials other;  ///< Admin of another organization
};

}  // namespace casement::looker
