#include "unit/looker/admin_world.h"

namespace casement::looker {
namespace {

using http::Method;

constexpr std::string_view kDocument = R"({"title": "Flights", "refresh": "5m", "timezone": "UTC",
    "description": "Every flight",
    "variables": [{"name": "airport", "label": "Airport", "type": "list", "multi": true,
                   "choices": [{"value": "ATL"}, {"value": "SFO"}], "default": ["ATL", "SFO"]}],
    "panels": [
      {"id": 1, "type": "timeseries", "title": "By day", "grid": {"x": 0, "y": 0, "w": 12, "h": 8},
       "queries": [{"name": "A", "source": "flights", "sql": "SELECT secret_sql FROM f"}]},
      {"id": 2, "type": "text", "grid": {"x": 12, "y": 0, "w": 12, "h": 4}, "markdown": "Hello"}]})";
constexpr std::string_view kLook = R"({"title": "One", "panels": [
      {"id": 1, "type": "stat", "grid": {"x": 0, "y": 0, "w": 12, "h": 8},
       "queries": [{"name": "A", "source": "flights", "sql": "SELECT 1"}]}]})";

class LookerContent : public AdminWorld {
  protected:
    static std::string with_document(std::string_view document, const std::string& more = {}) {
        return R"({"casement_document": )" + std::string(document) + more + "}";
    }
    std::string dashboard(const std::string& more = {}) {
        return id(post("/dashboards", with_document(kDocument, more)));
    }
    std::string folder_of(const std::string& body) { return id(post("/folders", body)); }
};

TEST_F(LookerContent, ADashboardIsMadeShownChangedAndBinned) {
    const auto made = post("/dashboards", R"({"title": "Empty", "description": "Soon",
        "refresh_interval": "1 hour", "query_timezone": "Europe/Berlin", "id": "77",
        "provisioned": true, "dialect": "datadog", "author": "eve"})");
    EXPECT_EQ(text(made, "title"), "Empty");
    EXPECT_EQ(text(made, "refresh_interval"), "1 hour");
    EXPECT_EQ(text(made, "refresh_interval_to_i"), "3600");
    EXPECT_EQ(text(made, "query_timezone"), "Europe/Berlin");
    EXPECT_EQ(made.at("dashboard_elements"), json::array());
    EXPECT_EQ(text(made, "readonly"), "false");
    EXPECT_EQ(text(made, "url"), "/embed/dashboards/" + id(made));
    const auto path = "/dashboards/" + id(made);
    const auto changed = patch(path, R"({"title": "Full", "description": null,
                                         "refresh_interval": "30 seconds"})");
    EXPECT_EQ(text(changed, "title"), "Full");
    EXPECT_EQ(text(changed, "description"), "null");
    EXPECT_EQ(text(changed.at("casement_document"), "refresh"), "30s");
    EXPECT_EQ(text(get("/dashboards/" + text(made, "slug")), "id"), id(made)) << "by uid too";
    remove(path);
    expect(404, Method::get, path);
    EXPECT_EQ(get("/dashboards"), json::array());
    EXPECT_EQ(all(get("/dashboards/search?deleted=true"), "id"), id(made));
    expect(404, Method::patch, path, R"({"title": "Ghost"})");
    EXPECT_EQ(text(patch(path, R"({"deleted": false})"), "deleted"), "false");
    EXPECT_EQ(text(patch(path, R"({"deleted": true})"), "deleted"), "true");
    expect(404, Method::get, path);
}

TEST_F(LookerContent, ADocumentIsReadAsElementsFiltersAndALayout) {
    const auto path = "/dashboards/" + dashboard();
    const auto elements = get(path + "/dashboard_elements");
    EXPECT_EQ(all(elements, "id"), "1,2");
    EXPECT_EQ(all(elements, "type"), "vis,text");
    EXPECT_EQ(text(elements.at(1), "body_text"), "Hello");
    const auto filters = get(path + "/dashboard_filters");
    EXPECT_EQ(all(filters, "name"), "airport");
    EXPECT_EQ(text(filters.at(0), "title"), "Airport");
    EXPECT_EQ(text(filters.at(0), "default_value"), "ATL,SFO");
    EXPECT_EQ(text(filters.at(0), "allow_multiple_values"), "true");
    const auto layouts = get(path + "/dashboard_layouts");
    ASSERT_EQ(layouts.as_array().size(), 1U);
    const auto& components = layouts.at(0).at("dashboard_layout_components");
    EXPECT_EQ(all(components, "dashboard_element_id"), "1,2");
    EXPECT_EQ(all(components, "column"), "0,12");
    EXPECT_EQ(all(components, "height"), "8,4");
    const auto whole = get(path);
    EXPECT_EQ(whole.at("dashboard_elements"), elements);
    EXPECT_EQ(whole.at("dashboard_filters"), filters);
    EXPECT_EQ(whole.at("dashboard_layouts"), layouts);
    EXPECT_EQ(text(whole.at("model"), "id"), "flights");
    const auto one = get(path + "?fields=id,dashboard_elements(title)");
    EXPECT_EQ(json::serialize(one.at("dashboard_elements").at(0)), R"({"title":"By day"})");
}

TEST_F(LookerContent, QueriesAreReadByAuthorsAlone) {
    const auto path = "/dashboards/" + dashboard();
    const auto look = "/looks/" + id(post("/looks", with_document(kLook)));
    EXPECT_NE(call(Method::get, path, {}, &editor).body.find("secret_sql"), std::string::npos);
    for (const auto& read : {path, path + "/dashboard_elements", path + "/dashboard_filters",
                             std::string("/dashboards"), std::string("/dashboards/search")}) {
        const auto response = call(Method::get, read, {}, &viewer);
        EXPECT_EQ(response.status, 200) << read;
        EXPECT_EQ(response.body.find("secret_sql"), std::string::npos) << read;
    }
    EXPECT_EQ(call(Method::get, look, {}, &viewer).body.find("SELECT"), std::string::npos);
}

TEST_F(LookerContent, DashboardsAreSearchedByWhatTheyShow) {
    const auto folder = folder_of(R"({"name": "Sales"})");
    const auto one = dashboard(R"(, "title": "Flights by day", "folder_id": ")" + folder + "\"");
    const auto two = dashboard(R"(, "title": "Costs", "slug": "costs")");
    EXPECT_EQ(all(get("/dashboards/search?title=flights%25"), "id"), one);
    EXPECT_EQ(all(get("/dashboards/search?folder_id=" + folder), "id"), one);
    EXPECT_EQ(all(get("/dashboards/search?slug=costs"), "id"), two);
    EXPECT_EQ(all(get("/dashboards/search?sorts=title%20desc&limit=1"), "id"), one);
    EXPECT_EQ(all(get("/dashboards/search?description=%25FLIGHT&sorts=id%20desc"), "id"),
              two + "," + one);
    EXPECT_EQ(get("/dashboards/search?title=_lights"), json::array());
    EXPECT_EQ(all(get("/dashboards/search").at(0).at("dashboard_elements"), "id"), "1,2");
    EXPECT_EQ(text(get("/dashboards/" + one).at("folder"), "name"), "Sales");
    std::string pattern;
    for (int i = 0; i < 300; ++i)
        pattern += "%25";
    EXPECT_EQ(get("/dashboards/search?title=" + pattern), json::array());
}

TEST_F(LookerContent, WhatIsNoDashboardIsRefused) {
    const auto wrong = [&](const std::string& body) {
        return refused(Method::post, "/dashboards", body);
    };
    EXPECT_EQ(wrong("{}"), "title:missing_field");
    EXPECT_EQ(wrong(R"({"title": 5})"), "title:invalid");
    EXPECT_EQ(wrong(R"({"title": "T", "refresh_interval": "often"})"), "refresh_interval:invalid");
    EXPECT_EQ(wrong(R"({"title": "T", "refresh_interval": "1 second"})"),
              "refresh_interval:invalid");
    EXPECT_EQ(wrong(R"({"title": "T", "query_timezone": "Mars/Olympus"})"),
              "query_timezone:invalid");
    EXPECT_EQ(wrong(R"({"title": "T", "folder_id": "99999"})"), "folder_id:invalid");
    EXPECT_EQ(wrong(R"({"title": "T", "slug": "a/b"})"), "slug:invalid");
    EXPECT_EQ(wrong(R"({"casement_document": {"title": "T", "panels": [{}]}})"),
              "casement_document.panels[0].id:invalid");
    EXPECT_EQ(wrong(R"({"casement_document": [1]})"), "casement_document:invalid");
    std::string unproven(kLook);
    unproven.replace(unproven.find("source"), 6, "model");
    EXPECT_EQ(wrong(with_document(unproven)),
              "casement_document.panels[0].queries[0].model:invalid");
    EXPECT_EQ(refused(Method::post, "/looks", with_document(unproven)),
              "casement_document.panels[0].queries[0].model:invalid");
    (void)dashboard(R"(, "slug": "taken")");
    EXPECT_EQ(wrong(R"({"title": "T", "slug": "taken"})"), "slug:already_exists");
    EXPECT_EQ(refused(Method::patch, "/dashboards/taken",
                      R"({"casement_document": {"uid": "other", "title": "T", "panels": []}})"),
              "casement_document.uid:invalid");
    expect(400, Method::post, "/dashboards", "[]");
    expect(400, Method::post, "/dashboards", "{");
}

TEST_F(LookerContent, AnotherVendorsDashboardKeepsItsDocument) {
    access::DashboardService service(parts);
    access::Principal who;
    who.org = 1;
    who.permissions = access::permissions_of_role("Admin");
    access::NewDashboard what;
    what.dialect = "datadog";
    what.title = "Theirs";
    what.document = {{"title", "Theirs"}, {"layout_type", "ordered"}, {"widgets", json::array()}};
    const auto row = run(service.create(who, std::move(what))).value();
    const auto path = "/dashboards/" + std::to_string(row.id);
    EXPECT_EQ(text(get(path), "readonly"), "true");
    EXPECT_EQ(text(get(path), "casement_document"), "(absent)");
    EXPECT_EQ(refused(Method::patch, path, R"({"title": "Mine"})"), "title:invalid");
    const auto folder = folder_of(R"({"name": "Sales"})");
    EXPECT_EQ(text(patch(path, R"({"folder_id": ")" + folder + "\"}"), "folder_id"), folder);
}

// -- looks ------------------------------------------------------------------------------------

TEST_F(LookerContent, ALookIsADocumentWithOnePanel) {
    const auto made = post("/looks", with_document(kLook, R"(, "title": "Total")"));
    EXPECT_EQ(text(made, "title"), "Total");
    EXPECT_EQ(text(made.at("casement_document"), "title"), "Total");
    EXPECT_EQ(text(made.at("model"), "id"), "flights");
    const auto path = "/looks/" + id(made);
    EXPECT_EQ(text(patch(path, R"({"title": "Sum", "description": "All"})"), "description"), "All");
    EXPECT_EQ(all(get("/looks/search?title=su%25"), "id"), id(made));
    EXPECT_EQ(refused(Method::post, "/looks", R"({"title": "T", "query_id": "5"})"),
              "casement_document:missing_field");
    EXPECT_EQ(refused(Method::post, "/looks", with_document(kDocument)),
              "casement_document.panels:invalid");
    EXPECT_EQ(refused(Method::patch, path, with_document(kDocument)),
              "casement_document.panels:invalid");
    EXPECT_EQ(refused(Method::patch, path, R"({"title": ""})"), "title:missing_field");
    (void)patch(path, R"({"deleted": true})");
    EXPECT_EQ(get("/looks"), json::array());
    EXPECT_EQ(all(get("/looks/search?deleted=true"), "id"), id(made));
    (void)patch(path, R"({"deleted": false})");
    EXPECT_EQ(all(get("/looks"), "title"), "Sum");
    remove(path);
    expect(404, Method::get, path);
}

// -- folders ----------------------------------------------------------------------------------

TEST_F(LookerContent, FoldersHoldFoldersAndContent) {
    const auto top = folder_of(R"({"name": "Top"})");
    const auto sub = folder_of(R"({"name": "Sub", "parent_id": ")" + top + "\"}");
    const auto one = dashboard(R"(, "folder_id": ")" + sub + "\"");
    const auto look = id(post("/looks", with_document(kLook, R"(, "folder_id": ")" + sub + "\"")));
    EXPECT_EQ(all(get("/folders/" + top + "/children"), "name"), "Sub");
    EXPECT_EQ(all(get("/folders/" + top + "/children/search?name=x"), "id"), "");
    EXPECT_EQ(id(get("/folders/" + sub + "/parent")), top);
    expect(404, Method::get, "/folders/" + top + "/parent");
    EXPECT_EQ(all(get("/folders/" + sub + "/ancestors"), "id"), top);
    EXPECT_EQ(all(get("/folders/" + sub + "/dashboards"), "id"), one);
    EXPECT_EQ(all(get("/folders/" + sub + "/looks"), "id"), look);
    EXPECT_EQ(all(get("/folders/" + sub).at("dashboards"), "id"), one);
    EXPECT_EQ(all(get("/folders/search?parent_id=" + top), "id"), sub);
    EXPECT_EQ(text(get("/folders/" + top), "child_count"), "1");
    EXPECT_EQ(refused(Method::patch, "/folders/" + top, R"({"parent_id": ")" + sub + "\"}"),
              "parent_id:invalid");
    EXPECT_EQ(refused(Method::post, "/folders", R"({"name": "Top"})"), "name:already_exists");
    EXPECT_EQ(refused(Method::post, "/folders", R"({"name": "A", "parent_id": "99999"})"),
              "parent_id:invalid");
    EXPECT_EQ(refused(Method::post, "/folders", R"({"parent_id": null})"), "name:missing_field");
    expect(409, Method::del, "/folders/" + sub);
    EXPECT_EQ(text(patch("/folders/" + sub, R"({"parent_id": ""})"), "parent_id"), "null");
    remove("/folders/" + top);
}

TEST_F(LookerContent, AFolderOfGroupsIsThereForThemAlone) {
    const auto group = id(post("/groups", R"({"name": "Staff"})"));
    const auto closed =
        folder_of(R"({"name": "Closed", "casement_group_ids": [")" + group + R"("]})");
    const auto sub = folder_of(R"({"name": "Below", "parent_id": ")" + closed + "\"}");
    const auto one = dashboard(R"(, "folder_id": ")" + sub + "\"");
    const auto look = id(post("/looks", with_document(kLook, R"(, "folder_id": ")" + sub + "\"")));
    for (const auto* who : {&viewer, &editor}) {
        for (const auto& path : {"/folders/" + closed, "/folders/" + sub,
                                 "/folders/" + sub + "/dashboards", "/dashboards/" + one,
                                 "/dashboards/" + one + "/dashboard_elements", "/looks/" + look}) {
            expect(404, Method::get, path, {}, who);
        }
        for (const auto* path : {"/folders", "/folders/search", "/dashboards", "/looks",
                                 "/dashboards/search", "/looks/search"}) {
            EXPECT_EQ(expect(200, Method::get, path, {}, who), json::array()) << path;
        }
    }
    expect(404, Method::patch, "/dashboards/" + one, R"({"folder_id": ""})", &editor);
    expect(404, Method::del, "/dashboards/" + one, {}, &editor);
    expect(404, Method::patch, "/looks/" + look, R"({"title": "Mine"})", &editor);
    expect(404, Method::del, "/looks/" + look, {}, &editor);
    expect(404, Method::patch, "/folders/" + closed, R"({"casement_group_ids": []})", &editor);
    expect(404, Method::del, "/folders/" + sub, {}, &editor);
    expect(422, Method::post, "/dashboards", R"({"title": "T", "folder_id": ")" + sub + "\"}",
           &editor);
    expect(422, Method::post, "/folders", R"({"name": "N", "parent_id": ")" + sub + "\"}", &editor);
    const auto open = folder_of(R"({"name": "Open"})");
    expect(403, Method::patch, "/folders/" + open,
           R"({"casement_group_ids": [")" + group + R"("]})", &editor);
    // Its group gone, the folder is nobody's and not everybody's.
    remove("/groups/" + group);
    expect(404, Method::get, "/folders/" + closed, {}, &viewer);
}

TEST_F(LookerContent, AnExternalGroupsFolderStaysItsOwn) {
    (void)open_session("insider", "acme");
    const auto folder = get("/folders/search?external_id=acme").at(0);
    EXPECT_EQ(text(folder, "name"), "Embed Shared Group acme");
    EXPECT_EQ(text(folder, "is_embed"), "true");
    EXPECT_EQ(text(get("/users/credential/embed/insider"), "embed_group_folder_id"), id(folder));
    const auto path = "/folders/" + id(folder);
    expect(404, Method::get, path, {}, &viewer);
    EXPECT_EQ(expect(200, Method::get, "/folders", {}, &editor), json::array());
    const auto top = folder_of(R"({"name": "Top"})");
    EXPECT_EQ(refused(Method::patch, path, R"({"parent_id": ")" + top + "\"}"),
              "parent_id:invalid");
    EXPECT_EQ(refused(Method::patch, path, R"({"casement_group_ids": []})"), "parent_id:invalid");
}

// -- themes and models ------------------------------------------------------------------------

TEST_F(LookerContent, ThemesApplyForATimeAndOneIsTheDefault) {
    const auto dark = post("/themes", R"({"name": "dark_one", "settings": {
        "background_color": "#101010", "show_title": false, "unheard_of": 1}})");
    EXPECT_EQ(json::serialize(dark.at("settings")),
              R"({"background_color":"#101010","show_title":false})");
    const auto winter = post("/themes", R"({"name": "winter", "begin_at": "2026-12-01T00:00:00Z",
                                            "end_at": "2027-03-01T00:00:00Z"})");
    EXPECT_EQ(all(get("/themes/active"), "name"), "dark_one");
    EXPECT_EQ(all(get("/themes/active?ts=2027-01-01T00:00:00Z&name=winter"), "id"), id(winter));
    expect(404, Method::get, "/themes/default");
    EXPECT_EQ(id(expect(200, Method::put, "/themes/default?name=dark_one")), id(dark));
    EXPECT_EQ(id(get("/themes/default")), id(dark));
    EXPECT_EQ(id(get("/themes/theme_or_default?name=winter")), id(dark));
    expect(409, Method::del, "/themes/" + id(dark));
    expect(404, Method::put, "/themes/default?name=none");
    const auto path = "/themes/" + id(dark);
    const auto changed = patch(path, R"({"settings": {"show_title": null, "tile_shadow": true}})");
    EXPECT_EQ(json::serialize(changed.at("settings")),
              R"({"background_color":"#101010","tile_shadow":true})");
    EXPECT_EQ(text(patch(path, R"({"name": "darker"})"), "name"), "darker");
    EXPECT_EQ(id(get("/themes/default")), id(dark)) << "by any name";
    EXPECT_EQ(all(get("/themes/search?name=w%25"), "id"), id(winter));
    EXPECT_EQ(text(post("/themes/validate", R"({"name": "darker"})"), "message"), "Valid");
    EXPECT_EQ(get("/themes").as_array().size(), 2U);
    remove("/themes/" + id(winter));
}

TEST_F(LookerContent, WhatIsNoThemeIsRefused) {
    const auto wrong = [&](const std::string& body) {
        return refused(Method::post, "/themes", body);
    };
    EXPECT_EQ(wrong("{}"), "name:missing_field");
    EXPECT_EQ(wrong(R"({"name": "with space"})"), "name:invalid");
    EXPECT_EQ(wrong(R"({"name": "t", "begin_at": "soon"})"), "begin_at:invalid");
    EXPECT_EQ(wrong(R"({"name": "t", "begin_at": "2026-02-01T00:00:00Z",
                        "end_at": "2026-01-01T00:00:00Z"})"),
              "end_at:invalid");
    EXPECT_EQ(wrong(R"({"name": "t", "settings": {"background_color": "red;}"}})"),
              "settings.background_color:invalid");
    EXPECT_EQ(wrong(R"({"name": "t", "settings": {"show_title": "no"}})"),
              "settings.show_title:invalid");
    (void)post("/themes", R"({"name": "t"})");
    EXPECT_EQ(wrong(R"({"name": "t"})"), "name:already_exists");
}

TEST_F(LookerContent, ModelsAreNamesThatLinksCanGrant) {
    store::Source source;
    source.org = 1;
    source.type = "duckdb";
    for (const auto* name : {"flights", "weather"}) {
        source.name = name;
        (void)put(source);
    }
    store::Model model;
    model.org = 1;
    model.name = "flights/eu";
    model.label = "Flights in Europe";
    model.source = "flights";
    model.document = parse_json(R"({"relations": {"flights": {"row_filters":
        [{"column": "origin", "attribute": "airport"}]}}})")
                         .value()
                         .as_object();
    (void)put(model);
    EXPECT_EQ(all(get("/lookml_models"), "name"), "flights/eu,weather");
    const auto shown = get("/lookml_models/flights%2Feu");
    EXPECT_EQ(text(shown, "label"), "Flights in Europe");
    EXPECT_EQ(all(shown.at("explores"), "name"), "flights");
    EXPECT_EQ(json::serialize(shown).find("airport"), std::string::npos);
    EXPECT_EQ(get("/lookml_models/weather").at("explores"), json::array());
    expect(404, Method::get, "/lookml_models/flights");
}

}  // namespace
}  // namespace casement::looker
