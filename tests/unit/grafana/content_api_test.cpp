// The calls about folders, dashboards and search where a running server has too few organizations,
// groups and moments; what each of them answers is held against one in tests/conformance/grafana.
#include "access/document_cache.h"
#include "access/view.h"
#include "dialects/grafana/content_parts.h"
#include "dialects/grafana/dashboard_import.h"
#include "unit/grafana/account_world.h"

#include <rapidcheck.h>

namespace casement::grafana {
namespace {

using http::Method;

json::object parsed(std::string_view text) {
    return parse_json(text).value().as_object();
}

class ContentApiTest : public AccountWorld {
  protected:
    int status_as(const std::string& key, Method method, const std::string& path,
                  const std::string& body = {}) {
        return send(request(method, path, key, body)).status;
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
    json::value save(const std::string& dashboard, const std::string& more = {}) {
        return expect(200, Method::post, "/api/dashboards/db",
                      R"({"dashboard":)" + dashboard + more + "}");
    }
};

TEST_F(ContentApiTest, AnotherOrganizationsRowsAreNotThere) {
    expect(200, Method::post, "/api/folders", R"({"uid":"f","title":"F"})");
    const auto made = save(R"({"uid":"d","title":"D"})", R"(,"folderUid":"f")");
    const auto other = stranger();
    for (const auto* path : {"/api/folders/f", "/api/folders/f/counts", "/api/dashboards/uid/d",
                             "/api/dashboards/uid/d/versions", "/api/dashboards/uid/d/versions/1",
                             "/api/folders?parentUid=f"}) {
        EXPECT_EQ(status_as(other, Method::get, path), 404) << path;
    }
    EXPECT_EQ(status_as(other, Method::del, "/api/folders/f"), 404);
    EXPECT_EQ(status_as(other, Method::put, "/api/folders/f", R"({"title":"x"})"), 404);
    EXPECT_EQ(status_as(other, Method::post, "/api/folders/f/move", "{}"), 404);
    EXPECT_EQ(status_as(other, Method::del, "/api/dashboards/uid/d"), 404);
    EXPECT_EQ(status_as(other, Method::post, "/api/dashboards/uid/d/restore", R"({"version":1})"),
              404);
    const auto id = std::to_string(made.at("id").as_int64());
    EXPECT_EQ(status_as(other, Method::post, "/api/dashboards/db",
                        R"({"dashboard":{"title":"x","id":)" + id + R"(},"overwrite":true})"),
              404);
    const auto folder = std::to_string(catalog->snapshot()->folder_by_uid(1, "f")->id);
    EXPECT_EQ(status_as(other, Method::post, "/api/dashboards/db",
                        R"({"dashboard":{"title":"x"},"folderId":)" + folder + "}"),
              400);
    EXPECT_EQ(send(request(Method::get, "/api/search", other)).body, "[]");
    EXPECT_EQ(send(request(Method::get, "/api/folders", other)).body, "[]");
    // A uid is each organization's own.
    EXPECT_EQ(status_as(other, Method::post, "/api/dashboards/db",
                        R"({"dashboard":{"uid":"d","title":"Mine"}})"),
              200);
    EXPECT_EQ(expect(200, Method::get, "/api/dashboards/uid/d").at("dashboard").at("title"), "D");
}

TEST(ContainsText, LooksForItWithoutRegardToCase) {
    EXPECT_TRUE(contains_text("Sales of EMEA", "emea"));
    EXPECT_TRUE(contains_text("Sales", "SALES"));
    EXPECT_TRUE(contains_text("", ""));
    EXPECT_FALSE(contains_text("", "a"));
    EXPECT_FALSE(contains_text("Sales", "Sales of"));
    EXPECT_FALSE(contains_text("aaaa", "aab"));
    EXPECT_TRUE(contains_text("\xC3\x84pfel", "\xC3\x84P"));
    EXPECT_FALSE(contains_text("\xC3\x84pfel", "\xC3\xA4p")) << "only of ASCII letters";
}

TEST(FillInputs, PlaceholdersThatNeverEndStayAsTheyAre) {
    const auto filled = [](const std::string& text) {
        json::object dashboard{{"__inputs", {{{"name", "A"}, {"type", "constant"}}}},
                               {"text", text}};
        const json::array inputs{{{"name", "A"}, {"type", "constant"}, {"value", "v"}}};
        return std::string(
            fill_inputs(std::move(dashboard), inputs).value().at("text").get_string());
    };
    EXPECT_EQ(filled("${A} ${B} ${A"), "v ${B} ${A");
    EXPECT_EQ(filled("${${A}}"), "${v}");
    EXPECT_EQ(filled("${${${A"), "${${${A");
    EXPECT_EQ(filled("${" + std::string(300, 'x') + "}${A}"), "${" + std::string(300, 'x') + "}v");
}

TEST_F(ContentApiTest, AFolderOfAGroupIsNotThereForOthers) {
    store::Group group;
    group.org = 1;
    group.name = "Few";
    store::Folder folder;
    folder.org = 1;
    folder.uid = "few";
    folder.name = "Few";
    folder.groups = {put(group).id};
    put(folder);
    save(R"({"uid":"secret","title":"Secret","tags":["hidden"]})", R"(,"folderUid":"few")");
    const auto editor = key_of(1, "Editor");
    for (const auto* path : {"/api/folders/few", "/api/dashboards/uid/secret",
                             "/api/dashboards/uid/secret/versions"}) {
        EXPECT_EQ(status_as(editor, Method::get, path), 404) << path;
    }
    for (const auto* path : {"/api/search", "/api/folders", "/api/dashboards/tags"}) {
        EXPECT_EQ(send(request(Method::get, path, editor)).body, "[]") << path;
    }
    EXPECT_EQ(status_as(editor, Method::del, "/api/dashboards/uid/secret"), 404);
    EXPECT_EQ(status_as(editor, Method::post, "/api/dashboards/db",
                        R"({"dashboard":{"uid":"secret","title":"x"},"overwrite":true})"),
              403);
    EXPECT_EQ(status_as(editor, Method::post, "/api/dashboards/db",
                        R"({"dashboard":{"title":"x"},"folderUid":"few"})"),
              400);
    expect(200, Method::get, "/api/dashboards/uid/secret");
}

TEST_F(ContentApiTest, AFolderGoesOnlyWithWhatThisApiMayRemove) {
    expect(200, Method::post, "/api/folders", R"({"uid":"f","title":"F"})");
    const auto id = catalog->snapshot()->folder_by_uid(1, "f")->id;
    store::Look look;
    look.org = 1;
    look.title = "L";
    look.folder = id;
    look = put(look);
    store::Dashboard file;
    file.org = 1;
    file.uid = "file";
    file.dialect = "casement";
    file.title = "File";
    file.folder = id;
    file.provisioned = true;
    file = put(file);
    EXPECT_EQ(status_as(admin, Method::del, "/api/folders/f"), 409);
    catalog
        ->write_now<void>([&](store::Transaction& tx) { return tx.remove<store::Look>(look.id); })
        .value();
    EXPECT_EQ(status_as(admin, Method::del, "/api/folders/f"), 409);
    EXPECT_EQ(status_as(admin, Method::del, "/api/dashboards/uid/file"), 400);
    file.provisioned = false;
    file.deleted_at = clock.now();
    change(file);
    EXPECT_EQ(status_as(admin, Method::del, "/api/folders/f"), 200);
    EXPECT_EQ(catalog->snapshot()->dashboard(file.id), nullptr);
}

TEST_F(ContentApiTest, ADocumentOfThisDialectIsNeverReadAsOneOfOurOwn) {
    // As a document of our own it would ask this source for this text.
    save(R"({"uid":"d","title":"D","panels":[{"id":1,"type":"table",
             "grid":{"x":0,"y":0,"w":12,"h":4},
             "queries":[{"source":"secrets","sql":"SELECT * FROM secrets"}]}]})");
    access::DocumentCache documents;
    const auto snapshot = catalog->snapshot();
    const auto* row = snapshot->dashboard_by_uid(1, "d");
    ASSERT_NE(row, nullptr);
    const auto read = documents.get(*row);
    ASSERT_TRUE(read);
    EXPECT_EQ((*read)->uid, "d");
    ASSERT_EQ((*read)->panels.size(), 1U);
    EXPECT_EQ((*read)->panels[0].type, dashboards::PanelType::text);
    EXPECT_TRUE((*read)->panels[0].queries.empty());
    // Who has a key sees the page.
    const auto content = access::find_content(
        *snapshot, 1, access::KeyGrant{}, {access::ContentRef::Type::dashboard, "d"}, documents);
    ASSERT_TRUE(content);
    EXPECT_TRUE(access::view_of_content(*snapshot, 1, access::KeyGrant{}, *content, documents));
}

TEST(ImportedInputs, AreFilledInWhereverATextNamesThem) {
    const auto filled = fill_inputs(
        parsed(R"({"__inputs":[{"name":"A","type":"datasource"},{"name":"B","type":"constant"}],
                   "x":["${A}","${B}${A}","${C}","${","$A"],"y":{"${A}":"a"}})"),
        parse_json(R"([{"name":"A","type":"datasource","value":"1"},
                       {"name":"B","type":"constant","value":"${A}"}])")
            .value()
            .as_array());
    ASSERT_TRUE(filled);
    EXPECT_EQ(json::serialize(*filled), R"({"y":{"${A}":"a"},"x":["1","${A}1","${C}","${","$A"]})");
}

TEST(ImportedInputs, ThatWereNotChosenAreAnError) {
    const auto missing = [](std::string_view dashboard, std::string_view inputs) {
        return fill_inputs(parsed(dashboard), parse_json(inputs).value().as_array());
    };
    constexpr std::string_view kOne = R"({"__inputs":[{"name":"A","type":"datasource"}]})";
    EXPECT_FALSE(missing(kOne, "[]"));
    EXPECT_FALSE(missing(kOne, R"([{"name":"A","type":"constant","value":"1"}])"));
    EXPECT_FALSE(missing(kOne, "[1]"));
    EXPECT_FALSE(missing(R"({"__inputs":{}})", "[]"));
    EXPECT_FALSE(missing(R"({"__inputs":[1]})", "[]"));
    EXPECT_TRUE(missing("{}", "[]"));
}

TEST(ImportedInputs, DoNotMakeASmallBodyLarge) {
    json::object dashboard = parsed(R"({"__inputs":[{"name":"A","type":"constant"}]})");
    json::array texts;
    for (int i = 0; i < 1000; ++i)
        texts.emplace_back("${A}${A}${A}${A}");
    dashboard["x"] = texts;
    const json::array inputs{
        {{"name", "A"}, {"type", "constant"}, {"value", std::string(10'000, 'x')}}};
    EXPECT_FALSE(fill_inputs(std::move(dashboard), inputs));
}

TEST(Slugs, HaveLettersDigitsAndSingleHyphens) {
    EXPECT_EQ(slug_of("Boilers & Pumps (2)"), "boilers-pumps-2");
    EXPECT_EQ(slug_of("大盘"), "");
    EXPECT_EQ(slug_of(""), "");
    rc::check("of any title", [](const std::string& title) {
        const auto slug = slug_of(title);
        RC_ASSERT(slug.size() <= 80U);
        RC_ASSERT(!slug.starts_with('-') && !slug.ends_with('-'));
        RC_ASSERT(slug.find("--") == std::string::npos);
        RC_ASSERT(slug.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") ==
                  std::string::npos);
        RC_ASSERT(slug_of(slug) == slug);
    });
}

TEST(Uids, HaveFortyLegalCharactersAtMost) {
    EXPECT_TRUE(check_uid("a-Z_9"));
    EXPECT_TRUE(check_uid(std::string(40, 'a')));
    EXPECT_EQ(check_uid(std::string(41, 'a')).error().code, "uid_too_long");
    for (const auto* uid : {"a b", "a/b", ".", "ä"}) {
        EXPECT_EQ(check_uid(uid).error().code, "uid_illegal");
    }
}

}  // namespace
}  // namespace casement::grafana
