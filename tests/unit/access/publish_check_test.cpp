// What cannot be proven cannot be shared with a limit, whoever changes what: dashboard, share,
// model, source.
#include "access/publish_check.h"

#include "access/versioned_dashboards.h"
#include "access/view.h"
#include "unit/access/publish_world.h"

namespace casement::access {
namespace {

using PublishCheck = PublishWorld;

TEST_F(PublishCheck, AShareWithALimitRefusesQueriesThatGoAroundTheModel) {
    dashboard("good", kOverModel);
    EXPECT_EQ(code(share("good")), "ok");
    dashboard("around", std::string(kOverModel) + "," + kOverSource);
    const auto refused = share("around");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "scope_not_proven");
    EXPECT_EQ(refused.error().field, "panels[0].queries[1]");
    EXPECT_EQ(
        refused.error().message,
        "The dashboard cannot be shared with a limit on its rows: panel 4 (\"All\"), query B: "
        "it reads the whole source \"shop\", whose rows a model narrows; name the model in "
        "place of the source.");
    // No model narrows this one.
    dashboard("mixed", std::string(kOverModel) + "," + kOverPlain);
    EXPECT_EQ(code(share("mixed")), "ok");
    const auto strict = share("mixed", locked(true));
    ASSERT_FALSE(strict);
    EXPECT_NE(strict.error().message.find("query B: it names a source"), std::string::npos)
        << strict.error().message;
    EXPECT_EQ(code(share("good", locked(true))), "ok");
    // Nothing is locked that stands for an attribute.
    dashboard("whole", kOverSource, "");
    EXPECT_EQ(code(share("whole", NewShare{})), "ok");
}

TEST_F(PublishCheck, AVariablesQueryCountsToo) {
    dashboard("picker", kOverModel,
              R"(, "variables": [{"name": "tenant", "type": "text", "default": ["nobody"],
                  "attribute": "tenant"},
                  {"name": "pick", "type": "query", "default": ["a"],
                   "query": {"source": "shop", "sql": "select tenant from orders"}}])");
    const auto refused = share("picker");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().field, "variables[1].query");
}

TEST_F(PublishCheck, AShareIsAskedAgainWhenItChanges) {
    dashboard("around", kOverSource);
    NewShare paused = locked();
    paused.status = "paused";
    const auto made = share("around", paused);
    ASSERT_TRUE(made);
    const std::function<Result<void>(store::Share&)> resume = [](store::Share& row) {
        row.status = "active";
        return Result<void>{};
    };
    EXPECT_EQ(code(test::run(shares.update(who, made->token, "", resume))), "scope_not_proven");
    dashboard("good", std::string(kOverModel) + "," + kOverPlain);
    const auto good = share("good").value();
    const std::function<Result<void>(store::Share&)> tighten = [](store::Share& row) {
        row.settings["require_scope"] = true;
        return Result<void>{};
    };
    EXPECT_EQ(code(test::run(shares.update(who, good.token, "", tighten))), "scope_not_proven");
}

TEST_F(PublishCheck, ADashboardIsAskedAgainUnderItsShares) {
    dashboard("shared", kOverModel);
    dashboard("private", kOverModel);
    ASSERT_TRUE(share("shared"));
    EXPECT_EQ(code(rewrite("shared", kOverSource)), "scope_not_proven");
    EXPECT_EQ(code(rewrite("private", kOverSource)), "ok");
    EXPECT_EQ(code(rewrite("shared", R"({"model": "sales", "sql": "from secrets"})")),
              "model_not_proven");
}

TEST_F(PublishCheck, ADashboardOfAnotherDialectIsAskedToo) {
    store::Dashboard row;
    row.org = 1;
    row.uid = "theirs";
    row.dialect = "grafana";
    row.title = "Theirs";
    row.document = parse_json(R"({"title": "Theirs", "schemaVersion": 39, "panels": [
        {"id": 1, "type": "table", "title": "P", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8},
         "datasource": {"type": "postgres", "uid": "shop"},
         "targets": [{"refId": "A", "rawSql": "select 1", "format": "table"}]}]})")
                       .value()
                       .as_object();
    row = put(row);
    EXPECT_EQ(code(share("theirs", NewShare{})), "ok");
    NewShare strict;
    strict.settings["require_scope"] = true;
    EXPECT_EQ(code(share("theirs", strict)), "scope_not_proven");
}

TEST_F(PublishCheck, WhatCameOutOfTheBinIsAskedAgain) {
    dashboard("binned", kOverModel);
    ASSERT_TRUE(test::run(dashboards.bin(who, {"binned"})));
    ASSERT_EQ(code(put_sales(R"({"countries": {}})")), "ok");
    EXPECT_EQ(code(test::run(dashboards.restore(who, {"binned"}))), "model_not_proven");
    ASSERT_EQ(code(put_sales(R"({"orders": {}})")), "ok");
    EXPECT_EQ(code(test::run(dashboards.restore(who, {"binned"}))), "ok");
}

TEST_F(PublishCheck, AModelThatWouldBreakAProofIsRefusedNamingTheDashboards) {
    dashboard("one", kOverModel);
    dashboard("two", kOverModel);
    const auto refused = put_sales(R"({"countries": {}})");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "proof_broken");
    for (const char* name :
         {"dashboard \"one\"", "dashboard \"two\"", "panel 4 (\"All\"), query A"}) {
        EXPECT_NE(refused.error().message.find(name), std::string::npos) << refused.error().message;
    }
    EXPECT_EQ(code(test::run(models.remove(who, "sales", ""))), "proof_broken");
    EXPECT_EQ(code(put_sales(R"({"orders": {}, "countries": {}})")), "ok");
}

TEST_F(PublishCheck, AFirstModelOverASourceAsksTheSharesThatReadItWhole) {
    dashboard("mixed", std::string(kOverModel) + "," + kOverPlain);
    ASSERT_TRUE(share("mixed"));
    store::Model first;
    first.name = "first";
    first.label = "First";
    first.source = "plain";
    first.document = relations(R"({"things": {}})");
    EXPECT_EQ(code(test::run(models.put(who, first, ""))), "proof_broken");
}

TEST_F(PublishCheck, ModelsAreChangedFromTheVersionThatIsThere) {
    auto row = sales;
    EXPECT_EQ(code(test::run(models.put(who, row, ""))), "model_version_mismatch");
    EXPECT_EQ(code(test::run(models.put(who, row, std::string(64, '0')))),
              "model_version_mismatch");
    const auto version = hash_of(sales);
    row.document = relations(R"({"orders": {}})");
    ASSERT_EQ(code(test::run(models.put(who, row, version))), "ok");
    EXPECT_EQ(code(test::run(models.put(who, row, version))), "model_version_mismatch");
    EXPECT_EQ(code(test::run(models.remove(who, "sales", version))), "model_version_mismatch");
    EXPECT_EQ(code(test::run(models.remove(who, "sales", hash_of(row)))), "ok");
    EXPECT_EQ(code(test::run(models.remove(who, "sales", ""))), "model_not_found");
    row.source = "nowhere";
    EXPECT_EQ(code(test::run(models.put(who, row, ""))), "source_not_found");
    row.source = "shop";
    row.document = {{"relations", {{"a", {{"row_filter", json::array{}}}}}}};
    EXPECT_EQ(code(test::run(models.put(who, row, ""))), "invalid_model");
    Principal reader = who;
    reader.permissions = {Permission::dashboards_read, Permission::dashboards_write};
    EXPECT_EQ(code(test::run(models.put(reader, sales, ""))), "missing_permission");
    EXPECT_EQ(code(models.find(reader, "sales")), "missing_permission");
}

TEST_F(PublishCheck, AProvisionedModelIsChangedInItsFolder) {
    sales.provisioned = true;
    change(sales);
    EXPECT_EQ(code(put_sales(R"({"orders": {}})")), "model_read_only");
    EXPECT_EQ(code(test::run(models.remove(who, "sales", ""))), "model_read_only");
}

TEST_F(PublishCheck, ASourceThatWouldBreakAProofIsRefused) {
    dashboard("one", kOverModel);
    const auto id = catalog->snapshot()->source_by_name(1, "shop")->id;
    const auto changed = [&](const std::function<void(store::Source&)>& how) {
        return code(test::run(sources.update(
            who, id, 0, std::function<Result<void>(store::Source&)>([&](store::Source& row) {
                how(row);
                return Result<void>{};
            }))));
    };
    EXPECT_EQ(changed([](store::Source& row) { row.type = "elasticsearch"; }), "proof_broken");
    EXPECT_EQ(changed([](store::Source& row) { row.name = "other"; }), "proof_broken");
    EXPECT_EQ(code(test::run(sources.remove(who, id))), "proof_broken");
    // Its files no longer have what the model narrows.
    EXPECT_EQ(changed([](store::Source& row) {
                  row.settings = {{"folder", "/"}, {"tables", {{"letters", "letters.csv"}}}};
              }),
              "relation_missing");
    EXPECT_EQ(changed([](store::Source& row) {
                  row.settings = {{"folder", "/"}, {"tables", {{"orders", "orders.csv"}}}};
              }),
              "ok");
}

TEST_F(PublishCheck, ALinkThatLocksAnAttributeRunsNothingAroundTheModel) {
    auto row = dashboard("around", std::string(kOverModel) + "," + kOverSource);
    const auto snapshot = catalog->snapshot();
    Content content;
    content.ref = {ContentRef::Type::dashboard, row.uid};
    content.dashboard = &row;
    KeyGrant grant;
    grant.locked = {{"tenant", {"acme"}}};
    const auto narrowed = view_of_content(*snapshot, 1, grant, content, documents).value();
    EXPECT_FALSE(narrowed->panels[0][0].refused);
    ASSERT_TRUE(narrowed->panels[0][1].refused);
    EXPECT_EQ(narrowed->panels[0][1].refused->code, "query_not_scoped");
    const auto whole = view_of_content(*snapshot, 1, KeyGrant{}, content, documents).value();
    EXPECT_FALSE(whole->panels[0][1].refused);
}

TEST_F(PublishCheck, AShareThatWasThereBeforeItsLimitShowsNothingAroundIt) {
    auto row = dashboard("around", kOverSource);
    store::Share old;
    old.org = 1;
    old.dashboard = row.id;
    old.token = "old-share-token";
    old.type = "secure_embed";
    old.status = "active";
    old.settings = locked().settings;
    old = put(old);
    const auto view = view_of_share(*catalog->snapshot(), old, documents).value();
    ASSERT_TRUE(view->panels[0][0].refused);
    EXPECT_EQ(view->panels[0][0].refused->code, "query_not_scoped");
    old.settings["require_scope"] = "yes";
    old.settings.erase("selectable_template_vars");
    const auto odd = view_of_share(*catalog->snapshot(), old, documents).value();
    EXPECT_TRUE(odd->panels[0][0].refused);
}

TEST_F(PublishCheck, ABundleIsAskedWithItsShares) {
    Bundle bundle;
    bundle.shares.push_back(read_share_spec(parse_json(R"({"token": "bundle-share",
        "dashboard": "around", "variables": {"tenant": "acme"}})")
                                                .value()
                                                .as_object())
                                .value());
    bundle.shares.back().origin = "shares/a.yaml:1";
    dashboard("around", kOverSource);
    const auto refused = check_bundle(bundle, catalog->snapshot().get(), 1);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("shares/a.yaml:1: The dashboard cannot be shared with a "
                                           "limit on its rows: panel 4"),
              std::string::npos)
        << refused.error().message;
    // And a model that comes with a bundle asks the shares that are there.
    bundle.shares.clear();
    dashboard("mixed", std::string(kOverModel) + "," + kOverPlain);
    ASSERT_TRUE(share("mixed"));
    bundle.models.push_back(read_model_spec(parse_json(R"({"name": "first", "source": "plain",
        "relations": {"things": {}}})")
                                                .value()
                                                .as_object())
                                .value());
    bundle.models.back().origin = "models/first.yaml:1";
    const auto broken = check_bundle(bundle, catalog->snapshot().get(), 1);
    ASSERT_FALSE(broken);
    EXPECT_NE(broken.error().message.find("a share of the dashboard \"mixed\", which is there "
                                          "already, would no longer work"),
              std::string::npos)
        << broken.error().message;
}

}  // namespace
}  // namespace casement::access
