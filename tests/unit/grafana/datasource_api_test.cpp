// The calls about data sources where a running server has too few organizations and moments; what
// each of them answers is held against one in tests/conformance/grafana.
#include "access/source_service.h"
#include "dialects/grafana/datasource_parts.h"
#include "unit/grafana/account_world.h"

#include <fstream>
#include <thread>

namespace casement::grafana {
namespace {

using http::Method;

class DatasourceApiTest : public AccountWorld {
  protected:
    http::Response answer(const std::string& key, Method method, const std::string& path,
                          const std::string& body = {}) {
        return send(request(method, path, key, body));
    }
    std::string key_of(store::OrgId org, std::string_view role) {
        auto made =
            create_account_credentials(*catalog, random, clock, org, std::string(role)).value();
        return std::string(made.api_key.reveal());
    }
    std::string stranger() {
        store::Organization other;
        other.name = "Other";
        return key_of(put(other).id, "Admin");
    }
    json::value add(const std::string& members) {
        return expect(200, Method::post, "/api/datasources", "{" + members + "}").at("datasource");
    }
    const store::Source* source(const std::string& uid) {
        held = catalog->snapshot();
        return held->source_by_uid(1, uid);
    }
    void write_file(const std::string& name, const std::string& text) const {
        std::ofstream(folder / name) << text;
    }
    /// A source that comes from a folder, as provisioning makes them.
    store::Source provisioned() {
        write_file("n.csv", "n\n1\n2\n");
        store::Source row;
        row.org = 1;
        row.uid = "file";
        row.name = "From a file";
        row.type = "duckdb";
        row.settings = {{"tables", {{"n", folder / "n.csv"}}}};
        row.provisioned = true;
        return put(row);
    }

    store::SnapshotPtr held;
};

constexpr const char* kPlain = R"("name":"P","type":"prometheus","uid":"p")";

TEST_F(DatasourceApiTest, AnotherOrganizationsSourcesAreNotThere) {
    const auto id = std::to_string(add(kPlain).at("id").as_int64());
    const auto other = stranger();
    const std::vector<std::string> paths{"/api/datasources/uid/p", "/api/datasources/name/P",
                                         "/api/datasources/" + id};
    for (const auto& path : paths) {
        const auto there = answer(other, Method::get, path);
        EXPECT_EQ(there.status, 404) << path;
        EXPECT_EQ(there.body, R"({"message":"Data source not found"})");
        EXPECT_EQ(answer(other, Method::del, path).status, 404) << path;
    }
    EXPECT_EQ(answer(other, Method::put, "/api/datasources/uid/p", R"({"name":"x"})").status, 404);
    EXPECT_EQ(answer(other, Method::put, "/api/datasources/" + id, R"({"name":"x"})").status, 404);
    EXPECT_EQ(answer(other, Method::get, "/api/datasources/uid/p/health").status, 404);
    EXPECT_EQ(answer(other, Method::get, "/api/datasources").body, "[]");
    // Names and uids are each organization's own.
    EXPECT_EQ(answer(other, Method::post, "/api/datasources",
                     "{" + std::string(kPlain) + R"(,"isDefault":true})")
                  .status,
              200);
    EXPECT_EQ(source("p")->name, "P");
}

TEST_F(DatasourceApiTest, OnlyAdminsSeeOrChangeThem) {
    add(kPlain);
    for (const auto* role : {"Editor", "Viewer", "None"}) {
        const auto key = key_of(1, role);
        EXPECT_EQ(answer(key, Method::get, "/api/datasources").status, 403) << role;
        EXPECT_EQ(answer(key, Method::get, "/api/datasources/uid/p").status, 403) << role;
        EXPECT_EQ(answer(key, Method::post, "/api/datasources", "{}").status, 403) << role;
        EXPECT_EQ(answer(key, Method::put, "/api/datasources/uid/p", "{}").status, 403) << role;
        EXPECT_EQ(answer(key, Method::del, "/api/datasources/uid/p").status, 403) << role;
    }
    EXPECT_EQ(answer(key_of(1, "Viewer"), Method::get, "/api/datasources/uid/p/health").status,
              403);
    EXPECT_EQ(answer("", Method::get, "/api/datasources").status, 401);
}

TEST_F(DatasourceApiTest, ASecretIsSealedAndInNoAnswerAndNoAuditRow) {
    const std::string body =
        std::string(kPlain) +
        R"(,"secureJsonData":{"password":"hunter2-hunter2","token":"tok-tok-tok"})";
    std::string answers = json::serialize(add(body));
    const auto listen = [&](Method method, const std::string& path, const std::string& sent = {}) {
        answers += answer(admin, method, path, sent).body;
    };
    listen(Method::get, "/api/datasources");
    listen(Method::get, "/api/datasources/uid/p");
    listen(Method::get, "/api/datasources/name/P");
    listen(Method::get, "/api/datasources/uid/p/health");
    listen(Method::put, "/api/datasources/uid/p",
           R"({"secureJsonData":{"password":"hunter2-again"},"version":7})");
    listen(Method::put, "/api/datasources/uid/p",
           R"({"secureJsonData":{"password":"hunter2-again"}})");
    listen(Method::put, "/api/datasources/uid/p",
           R"({"secureJsonData":{"password":["hunter2-list"]}})");
    listen(Method::post, "/api/ds/query",
           R"({"from":"now-1h","to":"now","queries":[{"datasource":{"uid":"p"},"rawSql":"x"}]})");
    EXPECT_EQ(source("p")->secret.reveal(),
              R"({"password":"hunter2-again","token":"tok-tok-tok"})");
    listen(Method::del, "/api/datasources/uid/p");
    answers += audit.text();
    EXPECT_EQ(answers.find("hunter2"), std::string::npos) << answers;
    EXPECT_EQ(answers.find("tok-tok"), std::string::npos) << answers;
    std::string disk;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        std::ifstream file(entry.path(), std::ios::binary);
        disk.append(std::istreambuf_iterator<char>(file), {});
    }
    EXPECT_NE(disk.find("prometheus"), std::string::npos);
    EXPECT_EQ(disk.find("hunter2"), std::string::npos);
    EXPECT_EQ(disk.find("tok-tok"), std::string::npos);
}

TEST_F(DatasourceApiTest, ThereIsOneDefault) {
    add(R"("name":"A","type":"prometheus","uid":"a","isDefault":true)");
    add(R"("name":"B","type":"prometheus","uid":"b","isDefault":true)");
    EXPECT_FALSE(access::is_default_source(*source("a")));
    EXPECT_EQ(source("a")->revision, 1);
    EXPECT_EQ(source("b")->settings.at("grafana").at("isDefault"), true);
    expect(200, Method::put, "/api/datasources/uid/a", R"({"isDefault":true})");
    EXPECT_FALSE(access::is_default_source(*source("b")));
    EXPECT_EQ(access::default_source(*catalog->snapshot(), 1)->uid, "a");
    expect(200, Method::put, "/api/datasources/uid/a", R"({})");
    EXPECT_EQ(access::default_source(*catalog->snapshot(), 1), nullptr);
}

TEST_F(DatasourceApiTest, ManyThatBecomeTheDefaultAtOnceLeaveOne) {
    // The key is known from then on, so that its first use by all at once is no matter.
    expect(200, Method::get, "/api/datasources");
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([this, i] {
            const auto name = std::to_string(i);
            send(request(Method::post, "/api/datasources", admin,
                         R"({"type":"prometheus","isDefault":true,"name":")" + name + R"("})"));
        });
    }
    for (auto& thread : threads)
        thread.join();
    int defaults = 0;
    held = catalog->snapshot();
    for (const auto* row : held->sources(1))
        defaults += access::is_default_source(*row) ? 1 : 0;
    EXPECT_EQ(held->sources(1).size(), 8U);
    EXPECT_EQ(defaults, 1);
}

TEST_F(DatasourceApiTest, OneFromAFileShowsNoPathAndIsNotChanged) {
    const auto row = provisioned();
    const auto shown = answer(admin, Method::get, "/api/datasources/uid/file");
    EXPECT_EQ(shown.status, 200);
    EXPECT_EQ(shown.body.find(folder.path()), std::string::npos);
    const auto body = parse_json(shown.body).value();
    EXPECT_EQ(body.at("readOnly"), true);
    EXPECT_EQ(body.at("type"), "duckdb");
    EXPECT_EQ(body.at("jsonData"), json::object{});
    EXPECT_EQ(answer(admin, Method::get, "/api/datasources").body.find(folder.path()),
              std::string::npos);
    const auto id = std::to_string(row.id);
    for (const auto& path : {std::string("/api/datasources/uid/file"), "/api/datasources/" + id}) {
        const auto changed = answer(admin, Method::put, path, R"({"name":"Mine"})");
        EXPECT_EQ(changed.status, 403);
        EXPECT_TRUE(changed.body.starts_with(R"({"message":"Cannot update read-only data source)"))
            << changed.body;
        const auto gone = answer(admin, Method::del, path);
        EXPECT_EQ(gone.status, 403);
        EXPECT_TRUE(gone.body.starts_with(R"({"message":"Cannot delete read-only data source)"))
            << gone.body;
    }
    EXPECT_EQ(source("file")->name, "From a file");
    EXPECT_EQ(expect(200, Method::get, "/api/datasources/uid/file/health").at("status"), "OK");
}

TEST_F(DatasourceApiTest, OneThatReadsFilesStaysInTheFoldersThatAreAllowed) {
    write_file("n.csv", "n\n1\n2\n");
    const test::TempDir outside;
    std::ofstream(outside / "secret.csv") << "n\n7\n";
    std::filesystem::create_symlink(outside / "secret.csv", folder / "link.csv");
    const auto with_table = [&](const std::string& path) {
        return answer(admin, Method::post, "/api/datasources",
                      R"({"name":"D","uid":"d","type":"duckdb","jsonData":{"tables":{"n":")" +
                          path + R"("}}})");
    };
    const std::string up = "../" + std::filesystem::path(outside.path()).filename().string();
    for (const auto& path :
         {outside / "secret.csv", up + "/secret.csv", std::string("/etc/passwd.csv"),
          std::string("link.csv"), folder / "../../etc/hosts.csv", std::string("missing.csv"),
          std::string("*/../../../etc/hosts.csv")}) {
        const auto refused = with_table(path);
        EXPECT_EQ(refused.status, 403) << path;
        EXPECT_EQ(refused.body.find(folder.path()), std::string::npos) << refused.body;
        EXPECT_EQ(source("d"), nullptr);
    }
    for (const auto* path : {"https://example.org/x.parquet", "s3://bucket/x.parquet", "n.txt", ""})
        EXPECT_EQ(with_table(path).status, 400) << path;
    EXPECT_EQ(with_table("n.csv").status, 200);
    EXPECT_EQ(expect(200, Method::get, "/api/datasources/uid/d/health").at("status"), "OK");
    // Also when it is changed later, and by its folder.
    const auto change = [&](const std::string& json_data) {
        return answer(admin, Method::put, "/api/datasources/uid/d",
                      R"({"jsonData":)" + json_data + "}")
            .status;
    };
    EXPECT_EQ(change(R"({"database":"/etc/x.duckdb"})"), 403);
    EXPECT_EQ(change(R"({"tables":{"n":"secret.csv"},"folder":")" + outside.path() + "\"}"), 403);
    EXPECT_EQ(change(R"({"tables":{"n":7}})"), 400);
    EXPECT_EQ(change("{}"), 400);
    EXPECT_EQ(source("d")->revision, 1);
}

TEST_F(DatasourceApiTest, AnotherTypeIsKeptAndSaysThatItCannotBeQueried) {
    add(R"("name":"P","type":"loki","uid":"p")");
    const auto health = expect(400, Method::get, "/api/datasources/uid/p/health");
    EXPECT_EQ(health.at("status"), "ERROR");
    EXPECT_TRUE(std::string(health.at("message").as_string()).find("\"loki\"") !=
                std::string::npos);
    // Nothing of what it had as another type is left for an engine to read.
    write_file("n.csv", "n\n1\n");
    add(R"("name":"D","uid":"d","type":"duckdb","jsonData":{"tables":{"n":"n.csv"}})");
    expect(200, Method::put, "/api/datasources/uid/d", R"({"type":"loki"})");
    EXPECT_FALSE(source("d")->settings.contains("tables"));
    EXPECT_EQ(answer(admin, Method::put, "/api/datasources/uid/d", R"({"type":"duckdb"})").status,
              400);
}

TEST_F(DatasourceApiTest, WhatIsNotABodyIsRefused) {
    for (const auto* body :
         {"[]", "7", "{", R"({"name":7,"type":"x"})", R"({"name":"x","name":"y","type":"x"})",
          R"({"name":"x","type":"x","jsonData":[]})", R"({"name":"x","type":"x","jsonData":"{}"})",
          R"({"name":"x","type":"x","secureJsonData":{"a":1}})", R"({"type":"x"})",
          R"({"name":"x"})", R"({"name":"x","type":"x","uid":"a/b"})",
          R"({"name":"x","type":"x","access":"tunnel"})",
          R"({"name":"x","type":"x","isDefault":"true"})"}) {
        EXPECT_EQ(answer(admin, Method::post, "/api/datasources", body).status, 400) << body;
    }
    const std::string deep(40, '[');
    EXPECT_EQ(answer(admin, Method::post, "/api/datasources",
                     R"({"name":"x","type":"x","jsonData":{"a":)" + deep + "}}")
                  .status,
              400);
    EXPECT_EQ(answer(admin, Method::post, "/api/datasources",
                     R"({"type":"x","name":")" + std::string(191, 'n') + "\"}")
                  .status,
              400);
    EXPECT_TRUE(catalog->snapshot()->sources(1).empty());
}

TEST(WithoutPaths, LeavesTheWordsAndTakesTheFiles) {
    const auto told = [](std::string message) {
        return without_paths(invalid("query_invalid", std::move(message))).message;
    };
    EXPECT_EQ(told("Invalid Input Error: CSV Error on Line: 2 file = /srv/data/x.csv"),
              "Invalid Input Error: CSV Error on Line: 2 file = (a file of the server)");
    EXPECT_EQ(told("No magic bytes found in '/srv/a b/x.parquet'"),
              "No magic bytes found in '(a file of the server) b/x.parquet'");
    EXPECT_EQ(told("Binder Error: LINE 1: SELECT a/b / c FROM t"),
              "Binder Error: LINE 1: SELECT a/b / c FROM t");
}

TEST_F(DatasourceApiTest, APostgresSourceOfAClientCanBeAsked) {
    add(R"("name":"S","uid":"s","type":"grafana-postgresql-datasource","url":"db.example:5433",)"
        R"("user":"reader","jsonData":{"database":"shop","sslmode":"verify-full",)"
        R"("maxOpenConns":100},"secureJsonData":{"password":"hidden"})");
    const auto kept = source("s")->settings;
    auto settings = kept;
    settings.erase("grafana");
    EXPECT_EQ(settings, (json::object{{"port", 5433},
                                      {"host", "db.example"},
                                      {"database", "shop"},
                                      {"user", "reader"},
                                      {"ssl_mode", "verify-full"},
                                      {"pool_size", 64}}));
    const auto text = json::serialize(kept);
    EXPECT_EQ(text.find("hidden"), std::string::npos);
    EXPECT_EQ(source("s")->type, "grafana-postgresql-datasource");

    // The older spelling, an address of version 6, and a change that keeps what it does not name.
    add(R"("name":"O","uid":"o","type":"postgres","url":"[::1]:5432","user":"u","database":"d")");
    EXPECT_EQ(source("o")->settings.at("host"), "::1");
    EXPECT_EQ(source("o")->settings.at("ssl_mode"), "require");
    expect(200, Method::put, "/api/datasources/uid/o",
           R"({"type":"postgres","user":"v","database":"d"})");
    EXPECT_EQ(source("o")->settings.at("host"), "::1");
    EXPECT_EQ(source("o")->settings.at("user"), "v");

    // Never a socket of the server's own machine, and what is incomplete is only kept.
    for (const std::string url : {"/var/run/postgresql", "@abstract", "", "db:x"}) {
        expect(200, Method::put, "/api/datasources/uid/o",
               R"({"type":"postgres","user":"v","database":"d","url":")" + url + R"("})");
        EXPECT_FALSE(source("o")->settings.contains("host")) << url;
    }
}

}  // namespace
}  // namespace casement::grafana
