#include "dialects/datadog/dashboard_body.h"
#include "unit/datadog/world.h"

#include <regex>

namespace casement::datadog {
namespace {

using http::Method;

constexpr std::string_view kDashboards = "/api/v1/dashboard";

class DatadogDashboardApi : public World {
  protected:
    static std::string path(const std::string& id) { return std::string(kDashboards) + "/" + id; }
    http::Response post(const std::string& body) {
        return call(Method::post, std::string(kDashboards), body);
    }
    json::object created(const std::string& body) {
        const auto response = post(body);
        EXPECT_EQ(response.status, 200) << response.body;
        return parsed(response);
    }
    static std::string minimal(const std::string& more = {}) {
        return R"({"title": "CPU", "layout_type": "ordered", "widgets": [])" + more + "}";
    }
    static std::string id_of(const json::object& body) {
        return std::string(body.at("id").as_string());
    }
    /// The one sentence of a v1 refusal.
    std::string refused(const http::Response& response, int status) {
        EXPECT_EQ(response.status, status) << response.body;
        const auto body = parsed(response);
        const auto* errors = body.if_contains("errors");
        if (errors == nullptr || !errors->is_array() || !errors->get_array().at(0).is_string()) {
            ADD_FAILURE() << response.body;
            return {};
        }
        return std::string(errors->get_array()[0].get_string());
    }
    std::vector<std::string> listed(const std::string& query) {
        const auto response = call(Method::get, std::string(kDashboards) + query);
        EXPECT_EQ(response.status, 200) << response.body;
        std::vector<std::string> ids;
        const auto body = parsed(response);
        for (const auto& item : body.at("dashboards").as_array()) {
            ids.emplace_back(item.at("id").as_string());
        }
        return ids;
    }
};

TEST_F(DatadogDashboardApi, CreatesWithItsOwnIds) {
    const auto body =
        created(R"~({"title": "CPU & Memory (prod)", "layout_type": "ordered", "id": "",
        "url": "mine", "author_handle": "somebody", "widgets": [
            {"definition": {"type": "note", "content": "hi"}},
            {"definition": {"type": "group", "layout_type": "ordered", "widgets": [
                {"definition": {"type": "free_text", "text": "in"}}]}}]})~");
    EXPECT_TRUE(std::regex_match(id_of(body), std::regex("[a-z0-9]{3}-[a-z0-9]{3}-[a-z0-9]{3}")));
    EXPECT_EQ(body.at("url").as_string(), "/dashboard/" + id_of(body) + "/cpu-memory-prod");
    EXPECT_EQ(body.at("author_handle").as_string(), who.handle);
    EXPECT_TRUE(body.at("author_name").is_null());
    EXPECT_EQ(body.at("created_at").as_string(), "2026-03-11T18:30:00.000000+00:00");
    EXPECT_TRUE(body.at("description").is_null());
    EXPECT_FALSE(body.contains("reflow_type")) << "echoed only when it was sent";
    const auto& widgets = body.at("widgets").as_array();
    EXPECT_GT(widgets[0].at("id").as_int64(), 0);
    EXPECT_LT(widgets[0].at("id").as_int64(), std::int64_t{1} << 53U);
    EXPECT_GT(widgets[1].at("definition").at("widgets").at(0).at("id").as_int64(), 0);
    EXPECT_NE(widgets[0].at("id"), widgets[1].at("id"));
}

TEST_F(DatadogDashboardApi, EchoesDefinitionsVerbatim) {
    const std::string definition =
        R"({"zeta":1,"type":"some_future_widget","alpha":{"b":[1,2.5,-9007199254740993,null,true],"a":"ü\u0001 \"x\""},"empty":{},"requests":[{"q":"avg:system.cpu.user{*}","display_type":"line"}]})";
    const auto body =
        created(R"({"title": "T", "layout_type": "free", "widgets": [{"id": 4611686018427387905,
        "definition": )" +
                definition + R"(, "layout": {"x": 0, "y": 0, "width": 47, "height": 15}}]})");
    const auto got = parsed(call(Method::get, path(id_of(body))));
    const auto& widget = got.at("widgets").at(0).as_object();
    EXPECT_EQ(json::serialize(widget.at("definition")), json::serialize(json::parse(definition)))
        << "values and the order of members";
    EXPECT_EQ(widget.at("id").as_int64(), 4611686018427387905);
    EXPECT_EQ(widget.at("layout").at("width").as_int64(), 47);
}

TEST_F(DatadogDashboardApi, ACopiedWidgetGetsAnIdOfItsOwn) {
    const auto body = created(R"({"title": "T", "layout_type": "ordered", "widgets": [
        {"id": 5, "definition": {"type": "note", "content": "a"}},
        {"id": 5, "definition": {"type": "note", "content": "b"}}]})");
    EXPECT_EQ(body.at("widgets").at(0).at("id").as_int64(), 5);
    EXPECT_NE(body.at("widgets").at(1).at("id").as_int64(), 5);
}

TEST_F(DatadogDashboardApi, TabsNameWidgetsByNumberOrPlace) {
    const auto body = created(R"({"title": "T", "layout_type": "ordered", "widgets": [
        {"id": 5, "definition": {"type": "note", "content": "a"}},
        {"definition": {"type": "note", "content": "b"}}],
        "tabs": [{"name": "One", "widget_ids": [5, "@2"]}]})");
    const auto& tab = body.at("tabs").at(0).as_object();
    EXPECT_EQ(tab.at("widget_ids").at(0).as_int64(), 5);
    EXPECT_EQ(tab.at("widget_ids").at(1), body.at("widgets").at(1).at("id"));
    EXPECT_EQ(tab.at("id").as_string().size(), 36U);
    for (const std::string reference : {"6", "\"@0\"", "\"@3\"", "\"@\"", "\"@1x\"", "true"}) {
        refused(post(R"({"title": "T", "layout_type": "ordered", "widgets": [
            {"id": 5, "definition": {"type": "note"}}, {"definition": {"type": "note"}}],
            "tabs": [{"name": "One", "widget_ids": [)" +
                     reference + "]}]}"),
                400);
    }
}

TEST_F(DatadogDashboardApi, UpdateReplacesTheWholeDashboard) {
    const auto body = created(minimal(R"(, "description": "old", "tags": ["team:a"])"));
    const auto response = call(Method::put, path(id_of(body)),
                               R"({"title": "New", "layout_type": "ordered", "widgets": [
                                   {"definition": {"type": "note", "content": "x"}}]})");
    EXPECT_EQ(response.status, 200) << response.body;
    const auto got = parsed(response);
    EXPECT_EQ(got.at("title").as_string(), "New");
    EXPECT_TRUE(got.at("description").is_null());
    EXPECT_FALSE(got.contains("tags"));
    EXPECT_EQ(got.at("id"), body.at("id"));
    EXPECT_EQ(got.at("created_at"), body.at("created_at"));
    EXPECT_NE(got.at("modified_at"), body.at("modified_at"));
    refused(call(Method::put, path("abc-def-ghi"), minimal()), 404);
}

TEST_F(DatadogDashboardApi, ChecksWhatAShapeCannotSay) {
    const auto widget = [](const std::string& more) {
        return R"({"definition": {"type": "note", "content": "a"})" + more + "}";
    };
    const std::string layout = R"(, "layout": {"x": 0, "y": 0, "width": 4, "height": 2})";
    const auto with = [&](const std::string& type, const std::string& item,
                          const std::string& more) {
        return R"({"title": "T", "layout_type": ")" + type + R"(", "widgets": [)" + item + "]" +
               more + "}";
    };
    EXPECT_EQ(post(with("ordered", widget(""), "")).status, 200);
    EXPECT_EQ(post(with("free", widget(layout), "")).status, 200);
    EXPECT_EQ(post(with("ordered", widget(layout), R"(, "reflow_type": "fixed")")).status, 200);
    EXPECT_EQ(post(with("ordered", widget(""), R"(, "reflow_type": "auto")")).status, 200);
    refused(post(with("free", widget(""), "")), 400);
    refused(post(with("ordered", widget(""), R"(, "reflow_type": "fixed")")), 400);
    refused(post(with("ordered", widget(layout), R"(, "reflow_type": "auto")")), 400);
    refused(post(with("free", widget(layout), R"(, "reflow_type": "fixed")")), 400);
}

TEST_F(DatadogDashboardApi, TagsAreFiveTeamsAtMost) {
    EXPECT_EQ(post(minimal(R"(, "tags": ["team:a","team:b","team:c","team:d","team:e"])")).status,
              200);
    refused(post(minimal(R"(, "tags": ["team:a","team:b","team:c","team:d","team:e","team:f"])")),
            400);
    EXPECT_EQ(refused(post(minimal(R"(, "tags": ["owner:a"])")), 400),
              "Invalid tag format. Valid tag keys are: team.");
    refused(post(minimal(R"(, "tags": ["team:"])")), 400);
}

TEST_F(DatadogDashboardApi, TemplateVariablesHaveOneKindOfDefault) {
    const auto variables = [](const std::string& list) {
        return minimal(R"(, "template_variables": )" + list);
    };
    EXPECT_EQ(post(variables("null")).status, 200);
    EXPECT_EQ(post(variables(R"([{"name": "env", "prefix": null, "defaults": ["a", "b"],
                                  "available_values": null}])"))
                  .status,
              200);
    const auto both = post(variables(R"([{"name": "env", "default": "a", "defaults": ["a"]}])"));
    EXPECT_TRUE(refused(both, 400).starts_with("'template_variables' is invalid"));
    refused(post(variables(R"([{"name": "env", "defaults": [""]}])")), 400);
    refused(post(variables(R"([{"defaults": ["a"]}])")), 400);
    refused(post(variables(R"([{"name": "env"}, {"name": "env"}])")), 400);
    refused(post(minimal(R"(, "template_variable_presets": [{"name": "p", "template_variables":
                            [{"name": "env", "value": "a", "values": ["a"]}]}])")),
            400);
}

TEST_F(DatadogDashboardApi, EveryMemberOfAWrongTypeIsRefused) {
    const json::value wrong[] = {true, 7, "text", json::array(1), json::object{{"a", 1}}};
    for (const std::string_view name :
         {"title", "layout_type", "widgets", "description", "template_variables",
          "template_variable_presets", "notify_list", "reflow_type", "restricted_roles", "tags",
          "tabs", "default_timeframe", "is_read_only"}) {
        for (const auto& value : wrong) {
            const bool fits = (value.is_string() && (name == "title" || name == "description")) ||
                              (value.is_object() && name == "default_timeframe") ||
                              (value.is_bool() && name == "is_read_only");
            if (fits) continue;
            auto body = parse_json(minimal()).value().as_object();
            body[name] = value;
            EXPECT_EQ(post(json::serialize(body)).status, 400) << name << json::serialize(value);
        }
    }
    for (const std::string body : {"", "[]", "{", "null", "{}", R"({"title":"a","title":"b"})"}) {
        auto made = request(Method::post, std::string(kDashboards));
        made.headers.add("DD-API-KEY", std::string(admin.datadog_api_key.reveal()));
        made.headers.add("DD-APPLICATION-KEY", std::string(admin.datadog_app_key.reveal()));
        made.headers.add("Content-Type", "application/json");
        made.body = body;
        refused(send(std::move(made)), 400);
    }
}

TEST_F(DatadogDashboardApi, ListsInPagesAndByFilter) {
    std::vector<std::string> ids;
    for (int i = 0; i < 5; ++i)
        ids.push_back(id_of(created(minimal())));
    EXPECT_EQ(listed(""), ids);
    EXPECT_EQ(listed("?count=2"), (std::vector{ids[0], ids[1]}));
    EXPECT_EQ(listed("?count=2&start=3"), (std::vector{ids[3], ids[4]}));
    EXPECT_TRUE(listed("?start=5").empty());
    EXPECT_TRUE(listed("?count=0").empty());
    (void)make_share(ids[2]);
    EXPECT_EQ(listed("?filter%5Bshared%5D=true"), std::vector{ids[2]});
    EXPECT_EQ(listed("?filter[shared]=false").size(), 5U);
    ASSERT_EQ(call(Method::del, path(ids[1])).status, 200);
    EXPECT_EQ(listed("").size(), 4U);
    EXPECT_EQ(listed("?filter[deleted]=true"), std::vector{ids[1]});
    for (const std::string query : {"?count=x", "?count=-1", "?start=1e3", "?filter[shared]=yes",
                                    "?count=1&count=2", "?count=99999999999999999999"}) {
        refused(call(Method::get, std::string(kDashboards) + query), 400);
    }
}

TEST_F(DatadogDashboardApi, ASummaryHasEveryKey) {
    (void)created(minimal(R"(, "description": "about")"));
    const auto body = parsed(call(Method::get, std::string(kDashboards)));
    const auto& item = body.at("dashboards").at(0).as_object();
    EXPECT_EQ(item.at("description").as_string(), "about");
    EXPECT_EQ(item.at("layout_type").as_string(), "ordered");
    EXPECT_TRUE(item.at("deleted_at").is_null());
    EXPECT_FALSE(item.at("is_read_only").as_bool());
    for (const std::string_view name :
         {"id", "title", "url", "created_at", "modified_at", "author_handle"}) {
        EXPECT_TRUE(item.at(name).is_string()) << name;
    }
}

TEST_F(DatadogDashboardApi, DeletesAndRestoresAllOrNone) {
    const auto one = id_of(created(minimal())), two = id_of(created(minimal()));
    const auto body = [](const std::vector<std::string>& ids) {
        json::array data;
        for (const auto& id : ids)
            data.push_back({{"id", id}, {"type", "dashboard"}});
        return json::serialize(json::object{{"data", std::move(data)}});
    };
    refused(call(Method::del, std::string(kDashboards), body({one, "abc-def-ghi"})), 404);
    EXPECT_EQ(call(Method::get, path(one)).status, 200);
    EXPECT_EQ(call(Method::del, std::string(kDashboards), body({one, two})).status, 204);
    refused(call(Method::get, path(one)), 404);
    refused(call(Method::patch, std::string(kDashboards), body({one, "abc-def-ghi"})), 404);
    refused(call(Method::get, path(one)), 404);
    EXPECT_EQ(call(Method::patch, std::string(kDashboards), body({one, two})).status, 204);
    EXPECT_EQ(call(Method::get, path(two)).status, 200);
    refused(call(Method::del, std::string(kDashboards), R"({"data": []})"), 400);
    refused(call(Method::del, std::string(kDashboards),
                 R"({"data": [{"id": 5, "type": "dashboard"}]})"),
            400);
}

TEST_F(DatadogDashboardApi, TheBinIsEmptiedAfterThirtyDays) {
    const auto id = id_of(created(minimal()));
    const auto gone = call(Method::del, path(id));
    EXPECT_EQ(parsed(gone).at("deleted_dashboard_id").as_string(), id);
    clock.advance(access::kBinTime);
    EXPECT_TRUE(listed("?filter[deleted]=true").empty());
    refused(call(Method::patch, std::string(kDashboards),
                 R"({"data": [{"id": ")" + id + R"(", "type": "dashboard"}]})"),
            404);
}

TEST_F(DatadogDashboardApi, SaysWhichDashboardWasNotFound) {
    EXPECT_EQ(refused(call(Method::get, path("abc-def-ghi")), 404),
              "Dashboard with ID abc-def-ghi not found");
}

TEST_F(DatadogDashboardApi, WhoMayOnlyReadCannotWrite) {
    const auto id = id_of(created(minimal()));
    EXPECT_EQ(call(Method::get, path(id), {}, &viewer).status, 200);
    refused(call(Method::post, std::string(kDashboards), minimal(), &viewer), 403);
    refused(call(Method::put, path(id), minimal(), &viewer), 403);
    refused(call(Method::del, path(id), {}, &viewer), 403);
    EXPECT_EQ(refused(send(request(Method::get, path(id))), 403), "Forbidden");
}

class NativeDashboard : public DatadogDashboardApi {
  protected:
    void SetUp() override {
        DatadogDashboardApi::SetUp();
        access::NewDashboard what;
        what.uid = "flights";
        what.title = "Flights";
        what.document = parse_json(R"({"uid": "flights", "title": "Flights",
            "description": "Every flight",
            "variables": [{"name": "airport", "type": "list", "choices": [{"value": "ATL"}, {"value": "SFO"}],
                           "default": ["ATL"]}],
            "panels": [
              {"id": 1, "type": "timeseries", "title": "By day", "grid": {"x": 0, "y": 0, "w": 12, "h": 8},
               "queries": [{"name": "A", "source": "flights", "sql": "SELECT secret_sql FROM f"}]},
              {"id": 2, "type": "text", "title": "About", "grid": {"x": 12, "y": 0, "w": 12, "h": 8},
               "markdown": "Hello"}]})")
                            .value()
                            .as_object();
        native = run(dashboards->create(who, std::move(what))).value();
    }
    store::Dashboard native;
};

TEST_F(NativeDashboard, IsReachableByBothOfItsIds) {
    EXPECT_EQ(parsed(call(Method::get, path("flights"))).at("title").as_string(), "Flights");
    EXPECT_EQ(parsed(call(Method::get, path(std::to_string(native.id)))).at("id").as_string(),
              "flights");
}

TEST_F(NativeDashboard, ShowsItsPanelsWithoutTheirQueries) {
    const auto response = call(Method::get, path("flights"));
    EXPECT_EQ(response.body.find("secret_sql"), std::string::npos);
    const auto body = parsed(response);
    EXPECT_EQ(body.at("layout_type").as_string(), "ordered");
    EXPECT_TRUE(body.at("is_read_only").as_bool());
    EXPECT_EQ(body.at("widgets").at(0).at("definition").at("type").as_string(), "timeseries");
    EXPECT_EQ(body.at("widgets").at(0).at("definition").at("title").as_string(), "By day");
    EXPECT_EQ(body.at("widgets").at(1).at("definition").at("type").as_string(), "note");
    const auto& variable = body.at("template_variables").at(0).as_object();
    EXPECT_EQ(variable.at("name").as_string(), "airport");
    EXPECT_EQ(variable.at("available_values"), (json::array{"ATL", "SFO"}));
}

TEST_F(NativeDashboard, CannotBeOverwrittenThroughThisApi) {
    EXPECT_TRUE(refused(call(Method::put, path("flights"), minimal()), 400)
                    .starts_with("This dashboard is not written in the format of this API"));
    EXPECT_EQ(dashboards->find(who, "flights").value().title, "Flights");
}

TEST_F(NativeDashboard, OneOfAThirdFormatIsRefusedInsteadOfMisread) {
    access::NewDashboard what;
    what.uid = "foreign";
    what.dialect = "grafana";
    what.title = "Foreign";
    what.document = {{"title", "Foreign"}, {"panels", json::array()}};
    run(dashboards->create(who, std::move(what))).value();
    EXPECT_NE(refused(call(Method::get, path("foreign")), 400).find("format of grafana"),
              std::string::npos);
    EXPECT_EQ(call(Method::del, path("foreign")).status, 200);
}

TEST_F(NativeDashboard, CanBeShared) {
    const auto share = make_share("flights");
    EXPECT_EQ(send(request(Method::get, target(share))).status, 200);
}

}  // namespace
}  // namespace casement::datadog
