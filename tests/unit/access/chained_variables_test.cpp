// Variables that follow from others, their clones and filters, under grants and over a real engine.
#include "access/view.h"
#include "access/view_service.h"
#include "unit/access/content_world.h"

#include <algorithm>
#include <fstream>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

namespace casement::access {
namespace {

namespace asio = boost::asio;

constexpr const char* kHosts =
    "customer,region,host,load\n"
    "acme,eu,web-1,1\nacme,us,web-2,2\nglobex,eu,db-1,3\nglobex,us,db-2,4\n";

constexpr const char* kDocument = R"({"title": "Hosts", "uid": "hosts",
  "time": {"from": "2026-03-01", "to": "2026-03-02"},
  "variables": [
    {"name": "host", "type": "query", "multi": true, "include_all": true, "sort": "alpha_asc",
     "query": {"source": "$ds", "sql":
       "select host from hosts where customer = $customer and region = $region"}},
    {"name": "region", "type": "query", "default": ["eu"],
     "query": {"source": "$ds", "sql":
       "select distinct region from hosts where customer = $customer order by 1"}},
    {"name": "customer", "type": "query", "default": ["acme"],
     "query": {"source": "$ds", "sql": "select distinct customer from hosts order by 1"}},
    {"name": "ds", "type": "source", "source_type": "duckdb", "regex": "/^(main|other)$/"},
    {"name": "step", "type": "interval", "choices": [{"value": "1m"}],
     "auto": {"count": 10, "min": "5m"}, "default": ["auto"]},
    {"name": "word", "type": "constant", "default": ["fixed"]},
    {"name": "adhoc", "type": "filters"}],
  "panels": [
    {"id": 1, "type": "table", "title": "$host", "grid": {"x": 0, "y": 0, "w": 12, "h": 4},
     "repeat": {"variable": "host"},
     "queries": [{"source": "$ds", "sql":
       "select host, region, load from hosts where list_contains($host, host) order by host -- end"}]},
    {"id": 2, "type": "table", "grid": {"x": 0, "y": 4, "w": 12, "h": 4},
     "queries": [{"source": "$ds", "sql": "select $step as step, $word as word"}]},
    {"id": 3, "type": "row", "collapsed": true, "grid": {"x": 0, "y": 8, "w": 24, "h": 1}},
    {"id": 4, "type": "table", "grid": {"x": 0, "y": 9, "w": 12, "h": 4},
     "queries": [{"source": "main", "sql": "select count(*) as n from hosts"}]}]})";

/// Variables without a default: one for whoever looks, one that an attribute decides.
constexpr const char* kWithoutDefaults = R"({"title": "Sizes", "uid": "sizes",
  "time": {"from": "2026-03-01", "to": "2026-03-02"},
  "variables": [
    {"name": "size", "type": "list", "choices": [{"value": "s"}, {"value": "l"}]},
    {"name": "tenant", "type": "list", "choices": [{"value": "acme"}], "attribute": "tenant"}],
  "panels": [{"id": 1, "type": "table", "grid": {"x": 0, "y": 0, "w": 12, "h": 4},
     "queries": [{"source": "main", "sql": "select host from hosts where customer = $tenant"}]}]})";

class ChainedVariables : public ContentTest {
  protected:
    ChainedVariables() {
        std::ofstream(folder / "hosts.csv") << kHosts;
        std::ofstream(folder / "other.csv") << "customer,region,host,load\nacme,eu,other-1,9\n";
        source("main");
        source("other");
        source("third");
        source("main", another_organization());
        stored = store_document("hosts", kDocument);
        store_document("sizes", kWithoutDefaults);
        data::EngineOptions options;
        options.data_folder = folder.path();
        options.threads = 1;
        engine = data::Engine::create(
            options,
            [](std::int64_t org, const std::string& name) -> data::SourceDefinitionPtr {
                if (org != 1 || (name != "main" && name != "other")) return nullptr;
                data::SourceDefinition definition;
                definition.type = "duckdb";
                definition.settings = {
                    {"tables", {{"hosts", name == "main" ? "hosts.csv" : "other.csv"}}}};
                return std::make_shared<const data::SourceDefinition>(std::move(definition));
            },
            clock);
        views.emplace(*engine, clock);
        by_key({});
    }

    template <class T>
    static T await(asio::awaitable<T> work) {
        asio::io_context io;
        auto guard = asio::make_work_guard(io);
        std::thread thread([&] { io.run(); });
        auto result = asio::co_spawn(io, std::move(work), asio::use_future);
        result.wait();
        guard.reset();
        thread.join();
        return result.get();
    }
    std::int64_t store_document(const std::string& uid, const char* document) {
        store::Dashboard row;
        row.org = 1;
        row.uid = uid;
        row.dialect = "casement";
        row.title = uid;
        row.document = parse_json(document).value().as_object();
        return put(row).id;
    }
    void by_key(const KeyGrant& grant, const std::string& uid = "hosts") {
        const auto snapshot = catalog->snapshot();
        KeyGrant whole = grant;
        auto content =
            find_content(*snapshot, 1, whole, {ContentRef::Type::dashboard, uid}, documents);
        viewer.view = view_of_content(*snapshot, 1, whole, content.value(), documents).value();
        viewer.snapshot = snapshot;
    }
    void by_share(const std::string& settings) {
        const auto snapshot = catalog->snapshot();
        store::Share share;
        share.org = 1;
        share.dashboard = stored;
        share.type = "secure_embed";
        share.settings = parse_json(settings).value().as_object();
        viewer.view = view_of_share(*snapshot, share, documents).value();
    }
    Result<Selection> select(ChosenValues chosen, bool gives_way = false) {
        ViewRequest request;
        request.variables = std::move(chosen);
        request.gives_way = gives_way;
        return await(views->select(viewer, std::move(request), nullptr));
    }
    Texts values(const std::string& name, ChosenValues chosen, bool gives_way = false) {
        auto selection = select(std::move(chosen), gives_way);
        if (!selection) return {std::string("! ") + std::string(selection.error().code)};
        return selection->values[name];
    }
    json::object line(PanelRef panel, ChosenValues chosen) {
        auto selection = select(std::move(chosen));
        EXPECT_TRUE(selection) << selection.error().message;
        return parse_json(await(views->panel_line(viewer, *selection, std::move(panel), nullptr)))
            .value()
            .as_object();
    }
    Texts cells(PanelRef panel, ChosenValues chosen, std::size_t column = 0) {
        const auto shown = line(std::move(panel), std::move(chosen));
        if (const auto* error = shown.if_contains("error")) {
            return {"! " + std::string(error->at("code").as_string())};
        }
        Texts list;
        for (const auto& cell :
             shown.at("frames").at(0).at("columns").at(column).at("values").as_array()) {
            list.push_back(cell.is_string() ? std::string(cell.as_string())
                                            : json::serialize(cell));
        }
        return list;
    }

    std::int64_t stored = 0;
    std::unique_ptr<data::Engine> engine;
    std::optional<ViewService> views;
    Viewer viewer;
};

TEST_F(ChainedVariables, FollowTheirParents) {
    EXPECT_EQ(values("ds", {}), Texts{"main"});
    EXPECT_EQ(values("host", {}), Texts{"web-1"});
    EXPECT_EQ(values("host", {{"region", {"us"}}}), Texts{"web-2"});
    EXPECT_EQ(values("host", {{"customer", {"globex"}}, {"host", {"*"}}}), Texts{"db-1"});
    EXPECT_EQ(values("host", {{"ds", {"other"}}}), Texts{"other-1"});
}

TEST_F(ChainedVariables, BeginWithTheFirstChoiceWhereTheyAreTheViewersAndHaveNoDefault) {
    by_key({}, "sizes");
    EXPECT_EQ(values("size", {}), Texts{"s"});
    EXPECT_EQ(select({})->shown["size"], Texts{"s"});
    EXPECT_EQ(values("size", {{"size", {"l"}}}), Texts{"l"});
}

TEST_F(ChainedVariables, TakeNoChoiceThatSomebodysAttributeShouldHaveMade) {
    by_key({}, "sizes");
    EXPECT_EQ(viewer.view->rules[1].mode, VariableMode::locked);
    EXPECT_EQ(values("tenant", {}), Texts{});
    EXPECT_EQ(cells(1, {}), Texts{"! attribute_missing"});
    EXPECT_EQ(values("tenant", {{"tenant", {"acme"}}}), Texts{"! variable_locked"});
}

TEST_F(ChainedVariables, GiveWayWhereTheyAreNoLongerOffered) {
    const ChosenValues stale = {{"customer", {"globex"}}, {"host", {"web-1"}}};
    EXPECT_EQ(values("host", stale, true), Texts{"db-1"});
    // What the page is told and what a query uses are the same.
    EXPECT_EQ(select(stale, true)->shown["host"], Texts{"db-1"});
    EXPECT_EQ(values("region", {{"ds", {"other"}}, {"region", {"us"}}}, true), Texts{"eu"});
}

TEST_F(ChainedVariables, StayInsideALockedParent) {
    KeyGrant grant;
    grant.locked = {{"customer", {"globex"}}};
    by_key(grant);
    EXPECT_EQ(values("host", {}), Texts{"db-1"});
    EXPECT_EQ(values("host", {{"host", {"*"}}}), Texts{"db-1"});
    EXPECT_EQ(values("host", {{"host", {"web-1"}}}), Texts{"! value_not_allowed"});
    EXPECT_EQ(values("host", {{"host", {"web-1"}}}, true), Texts{"db-1"});
    EXPECT_EQ(values("customer", {{"customer", {"acme"}}}), Texts{"! variable_locked"});
    EXPECT_EQ(values("region", {{"region", {"moon"}}}), Texts{"! value_not_allowed"});
}

TEST_F(ChainedVariables, StayInsideABoundedParentOfAShare) {
    by_share(R"({"selectable_template_vars": [
        {"name": "customer", "default_values": ["globex"], "visible_tags": ["globex"]},
        {"name": "host", "default_values": ["db-1"], "visible_tags": ["*"]}]})");
    EXPECT_EQ(viewer.view->rules[0].mode, VariableMode::free);
    EXPECT_EQ(viewer.view->rules[2].mode, VariableMode::locked);
    EXPECT_EQ(values("host", {{"host", {"web-1"}}}), Texts{"! value_not_allowed"});
    EXPECT_EQ(values("host", {{"host", {"db-1"}}}), Texts{"db-1"});
}

TEST_F(ChainedVariables, AnIntervalFollowsTheRangeAndBindsAsOne) {
    // A day in ten parts, as people read it.
    EXPECT_EQ(cells(2, {}), Texts{"02:00:00"});
    EXPECT_EQ(cells(2, {{"step", {"1m"}}}), Texts{"00:01:00"});
    EXPECT_EQ(values("step", {{"step", {"7m"}}}), Texts{"! value_not_allowed"});
}

TEST_F(ChainedVariables, AConstantIsNobodysToChange) {
    EXPECT_EQ(cells(2, {}, 1), Texts{"fixed"});
    EXPECT_EQ(values("word", {{"word", {"else"}}}), Texts{"! variable_locked"});
    const auto snapshot = catalog->snapshot();
    KeyGrant grant;
    grant.locked = {{"word", {"else"}}};
    auto content =
        find_content(*snapshot, 1, grant, {ContentRef::Type::dashboard, "hosts"}, documents);
    const auto refused = view_of_content(*snapshot, 1, grant, content.value(), documents);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "variable_constant");
    by_share(R"({"selectable_template_vars": [{"name": "word", "default_values": ["else"]}]})");
    EXPECT_EQ(values("word", {}), Texts{"! variable_without_value"});
}

TEST_F(ChainedVariables, ASourceIsOneOfThoseOffered) {
    EXPECT_EQ(values("ds", {{"ds", {"third"}}}), Texts{"! value_not_allowed"});
    EXPECT_EQ(values("ds", {{"ds", {"flights"}}}), Texts{"! value_not_allowed"});
    KeyGrant grant;
    grant.locked = {{"ds", {"third"}}};
    by_key(grant);
    EXPECT_EQ(cells(2, {}), Texts{"! source_not_found"});
}

TEST_F(ChainedVariables, ACloneSeesItsOwnValueAndNoOther) {
    const ChosenValues all = {{"host", {"*"}}, {"region", {"eu"}}};
    EXPECT_EQ(cells({1, "web-1"}, all), Texts{"web-1"});
    EXPECT_EQ(cells({1, "web-2"}, all), Texts{"! repeat_not_selected"});
    EXPECT_EQ(cells({2, "web-1"}, all), Texts{"! repeat_not_selected"});
    EXPECT_EQ(line({1, "web-1"}, all).at("repeat"), "web-1");
    auto selection = select(all).value();
    viewer.view = [&] {
        auto open = std::make_shared<View>(*viewer.view);
        open->settings.download = true;
        return open;
    }();
    EXPECT_EQ(await(views->export_csv(viewer, selection, {1, "web-1"}, "", nullptr)).value(),
              "host,region,load\r\nweb-1,eu,1\r\n");
    EXPECT_EQ(await(views->export_csv(viewer, selection, {1, "db-1"}, "", nullptr)).error().code,
              "repeat_not_selected");
}

TEST_F(ChainedVariables, PanelsOfAFoldedRowWaitUntilTheyAreNamed) {
    const auto selection = select({}).value();
    const std::vector<PanelRef> open = {{1, "web-1"}, 2};
    EXPECT_EQ(panels_of(*viewer.view, selection, {}), open);
    EXPECT_EQ(panels_of(*viewer.view, selection, {4}), std::vector<PanelRef>{4});
    EXPECT_EQ(panels_of(*viewer.view, selection, {1}), (std::vector<PanelRef>{{1, "web-1"}}));
}

TEST_F(ChainedVariables, ThePageIsToldWhatFollowsFromWhat) {
    const auto selection = select({{"host", {"*"}}}).value();
    const auto described = await(views->describe(viewer, selection, nullptr)).value();
    EXPECT_EQ(described.at("settles").at("variables"),
              (json::array{"host", "region", "customer", "ds"}));
    EXPECT_EQ(described.at("settles").at("time"), false);
    const auto& clone = described.at("panels").at(0);
    EXPECT_EQ(clone.at("id"), 1);
    EXPECT_EQ(clone.at("repeat"), "web-1");
    EXPECT_EQ(clone.at("repeat_by"), "host");
    EXPECT_EQ(described.at("variables").at(5).at("hidden"), true);
    EXPECT_EQ(described.at("variables").at(3).at("choices"),
              parse_json(R"([{"value": "main", "label": "main"},
                             {"value": "other", "label": "other"}])")
                  .value());
}

TEST_F(ChainedVariables, FiltersNarrowWhatHasTheColumn) {
    const auto rows = [&](const std::string& filter) {
        return cells(1,
                     {{"customer", {"acme"}}, {"host", {"web-1", "web-2"}}, {"adhoc", {filter}}});
    };
    EXPECT_EQ(rows("region|=|us"), Texts{"web-2"});
    EXPECT_EQ(rows("region|!=|us"), Texts{"web-1"});
    EXPECT_EQ(rows("host|=~|web-."), (Texts{"web-1", "web-2"}));
    EXPECT_EQ(rows("host|!~|.*2"), Texts{"web-1"});
    EXPECT_EQ(rows("load|>|1"), Texts{"web-2"});
    EXPECT_EQ(rows("load|=|two"), Texts{"! filter_not_applicable"});
    EXPECT_EQ(rows("region|=__gfp__|eu|us"), (Texts{"web-1", "web-2"}));
    EXPECT_EQ(rows("customer|=|globex"), (Texts{"web-1", "web-2"}));  // not in its result
    EXPECT_EQ(rows("region|=|us' or '1'='1"), Texts{});
    EXPECT_EQ(rows("region\" or 1=1 --|=|us"), (Texts{"web-1", "web-2"}));
}

TEST_F(ChainedVariables, AFilterThatTheGrantFixesHoldsOrNothingIsShown) {
    KeyGrant grant;
    grant.locked = {{"adhoc", {"region|=|us"}}};
    by_key(grant);
    EXPECT_EQ(cells(1, {{"host", {"web-1", "web-2"}}}), Texts{"web-2"});
    EXPECT_EQ(cells(4, {}), Texts{"! filter_not_applicable"});
    EXPECT_EQ(values("adhoc", {{"adhoc", {}}}), Texts{"! variable_locked"});
    EXPECT_EQ(values("adhoc", {{"adhoc", {"region|=|eu"}}}), Texts{"! variable_locked"});
}

TEST_F(ChainedVariables, FiltersOfferWhatTheDataHas) {
    const auto selection = select({{"host", {"*"}}, {"region", {"us"}}}).value();
    const auto offered = [&](const std::string& key) {
        auto choices = await(views->filter_choices(viewer, selection, "adhoc", key, nullptr));
        Texts list;
        for (const auto& choice : choices.value())
            list.push_back(choice.value);
        return list;
    };
    const auto keys = offered("");
    EXPECT_NE(std::find(keys.begin(), keys.end(), "region"), keys.end());
    EXPECT_EQ(offered("region"), Texts{"us"});
    EXPECT_EQ(offered("customer"), Texts{});
}

TEST_F(ChainedVariables, AnAddressSaysFiltersAsGrafanaDoes) {
    const auto chosen = values_of_url(
        *viewer.view, {{"adhoc", {"region,Region|=|eu,Europe", "half|a"}}, {"word", {"else"}}});
    EXPECT_EQ(chosen, (ChosenValues{{"adhoc", {"region|=|eu"}}}));
}

}  // namespace
}  // namespace casement::access
