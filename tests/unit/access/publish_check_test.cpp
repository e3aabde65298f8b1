// What cannot be proven cannot be shared with a limit, whoever changes what: dashboard, share,
// model, source.
#include "access/publish_check.h"

#include "access/dashboard_service.h"
#include "access/model_service.h"
#include "access/provisioning.h"
#include "access/scope_certificate.h"
#include "access/share_service.h"
#include "access/source_service.h"
#include "access/versioned_dashboards.h"
#include "access/view.h"
#include "unit/access/embed_world.h"

namespace casement::access {
namespace {

constexpr const char* kVariables = R"(, "variables": [{"name": "tenant", "type": "text",
    "default": ["nobody"], "attribute": "tenant"}])";
constexpr const char* kOverModel = R"({"model": "sales", "sql": "select * from orders"})";
constexpr const char* kOverSource = R"({"source": "shop", "sql": "select * from orders"})";
constexpr const char* kOverPlain = R"({"source": "plain", "sql": "select 1"})";

class PublishCheck : public testing::Test, public EmbedWorld {
  protected:
    PublishCheck() {
        source("shop");
        source("plain");
        sales.org = 1;
        sales.name = "sales";
        sales.label = "Sales";
        sales.source = "shop";
        sales.document = relations(R"({"orders": {"row_filters": [
            {"column": "tenant", "attribute": "tenant"}]}})");
        sales = put(sales);
        who.org = 1;
        who.handle = "ada";
        who.permissions = {Permission::dashboards_write, Permission::dashboards_read,
                           Permission::dashboards_embed_share, Permission::sources_write,
                           Permission::org_manage};
    }

    static json::object relations(const std::string& text) {
        return parse_json(R"({"relations": )" + text + "}").value().as_object();
    }
    static json::object document(const std::string& query, const std::string& more = kVariables) {
        return parse_json(R"({"title": "T", "panels": [{"id": 4, "type": "table", "title": "All",
                              "grid": {"x": 0, "y": 0, "w": 12, "h": 4}, "queries": [)" +
                          query + "]}]" + more + "}")
            .value()
            .as_object();
    }
    store::Dashboard dashboard(const std::string& uid, const std::string& query,
                               const std::string& more = kVariables) {
        NewDashboard what;
        what.uid = uid;
        what.title = "T";
        what.document = document(query, more);
        return test::run(dashboards.create(who, what)).value();
    }
    static NewShare locked(bool require = false) {
        NewShare what;
        what.settings = {{"selectable_template_vars",
                          json::array{{{"name", "tenant"}, {"default_values", {"acme"}}}}}};
        if (require) what.settings["require_scope"] = true;
        return what;
    }
    Result<store::Share> share(const std::string& uid, NewShare what = locked()) {
        return test::run(shares.create(who, uid, std::move(what)));
    }
    Result<store::Dashboard> rewrite(const std::string& uid, const std::string& query) {
        return test::run(dashboards.update(
            who, uid, std::function<Result<void>(store::Dashboard&)>([&](store::Dashboard& row) {
                row.document = document(query);
                return Result<void>{};
            })));
    }
    Result<store::Model> put_sales(const std::string& document_text) {
        auto row = sales;
        row.document = relations(document_text);
        const auto* now = catalog->snapshot()->by_name<store::Model>(1, "sales");
        return test::run(models.put(who, row, now == nullptr ? "" : hash_of(*now)));
    }
    template <class T>
    static std::string code(const Result<T>& result) {
        return result ? "ok" : std::string(result.error().code);
    }

    store::Model sales;
    Principal who;
    const CatalogParts parts{*catalog, audit, random, clock};
    DashboardService dashboards{parts};
    ShareService shares{parts};
    SourceService sources{parts};
    ModelService models{parts};
};

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

// -- what a kind of source cannot do --------------------------------------------------------------

class SourceKinds : public PublishCheck {
  protected:
    SourceKinds() {
        typed("metrics", "prometheus");
        typed("accounts", "mysql");
    }
    void typed(const std::string& name, const std::string& type) {
        store::Source row;
        row.org = 1;
        row.name = name;
        row.type = type;
        put(row);
    }
    static store::Model over(const std::string& source, const std::string& document) {
        store::Model row;
        row.org = 1;
        row.name = "labels";
        row.label = "Labels";
        row.source = source;
        row.document = relations(document);
        return row;
    }
    Result<store::Model> save(const std::string& source, const std::string& document) {
        return test::run(models.put(who, over(source, document), ""));
    }
    static constexpr const char* kRange = R"({"up": {"row_filters": [
        {"column": "tenant", "attribute": "tenant"},
        {"column": "le", "attribute": "le", "type": "number", "match": "range"}]}})";
    static constexpr const char* kHidden =
        R"({"up": {"columns": {"ip": {"show": "hidden", "unless": "see_sql"}}}})";
    static constexpr const char* kGood = R"({"up": {"row_filters": [
        {"column": "tenant", "attribute": "tenant"},
        {"column": "code", "attribute": "code", "type": "number"}]}})";
};

TEST_F(SourceKinds, AModelThatASourceCannotFollowIsNotSaved) {
    const auto range = save("metrics", kRange);
    ASSERT_FALSE(range);
    EXPECT_EQ(range.error().code, "model_unusable");
    EXPECT_EQ(range.error().field, "relations.up.row_filters[1].match");
    EXPECT_NE(range.error().message.find("filters the label \"le\" by a range"), std::string::npos)
        << range.error().message;
    const auto hidden = save("metrics", kHidden);
    ASSERT_FALSE(hidden);
    EXPECT_EQ(hidden.error().code, "model_unusable");
    EXPECT_EQ(hidden.error().field, "relations.up.columns.ip");
    EXPECT_EQ(code(save("metrics", R"({"up": {"row_filters": [
        {"column": "since", "attribute": "since", "type": "time"}]}})")),
              "model_unusable");
    EXPECT_EQ(code(save("metrics", R"({"up": {"row_filters": [
        {"column": "__tenant__", "attribute": "tenant"}]}})")),
              "model_unusable");
    const auto mysql = save("accounts", R"({"orders": {}})");
    ASSERT_FALSE(mysql);
    EXPECT_EQ(mysql.error().code, "scope_not_provable");
    EXPECT_EQ(mysql.error().field, "source");
    EXPECT_EQ(mysql.error().message,
              "No model can stand on a source of type \"mysql\", because what its queries read "
              "cannot be proven. Copy the data to a source of type duckdb, postgres, sqlite, "
              "prometheus, or give the source an account that sees these rows only and name it "
              "without a model.");
    EXPECT_EQ(code(save("metrics", kGood)), "ok");
}

TEST_F(SourceKinds, AModelThatWasThereBeforeIsRefusedWhenItIsPublished) {
    for (const auto& [document, member] :
         {std::pair{kRange, "by a range"}, std::pair{kHidden, "it covers the label \"ip\""}}) {
        auto row = put(over("metrics", document));
        NewDashboard what;
        what.uid = "metrics";
        what.title = "T";
        what.document = this->document(R"({"model": "labels", "promql": "up"})");
        const auto refused = test::run(dashboards.create(who, what));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, "model_not_proven");
        EXPECT_EQ(refused.error().field, "panels[0].queries[0].model");
        EXPECT_TRUE(
            refused.error().message.starts_with("panel 4 (\"All\"), query A: model \"labels\": "))
            << refused.error().message;
        EXPECT_NE(refused.error().message.find(member), std::string::npos)
            << refused.error().message;
        // And one that was shared before is not shared again.
        store::Dashboard shared;
        shared.org = 1;
        shared.uid = "shared";
        shared.dialect = "casement";
        shared.title = "T";
        shared.document = what.document;
        shared = put(shared);
        const auto share = this->share("shared");
        ASSERT_FALSE(share);
        EXPECT_EQ(share.error().code, "scope_not_proven");
        ASSERT_TRUE(catalog->write_now<bool>([&](store::Transaction& tx) -> Result<bool> {
            if (auto gone = tx.remove_dashboard(shared.id); !gone) return gone.error();
            if (auto gone = tx.remove<store::Model>(row.id); !gone) return gone.error();
            return true;
        }));
    }
    ASSERT_TRUE(save("metrics", kGood));
    dashboard("metrics", R"({"model": "labels", "promql": "up"})");
    EXPECT_EQ(code(share("metrics", locked(true))), "ok");
    // A model that stands under it may not become one that the source cannot follow.
    auto worse = over("metrics", kRange);
    const auto* now = catalog->snapshot()->by_name<store::Model>(1, "labels");
    EXPECT_EQ(code(test::run(models.put(who, worse, hash_of(*now)))), "model_unusable");
}

TEST_F(SourceKinds, ASourceDoesNotBecomeOneThatItsModelsCannotStandOn) {
    put_sales(R"({"orders": {"columns": {"ssn": {"show": "stars"}}}})").value();
    const auto id = catalog->snapshot()->source_by_name(1, "shop")->id;
    for (const std::string type : {"prometheus", "mysql", "elasticsearch"}) {
        const auto changed = test::run(sources.update(
            who, id, 0, std::function<Result<void>(store::Source&)>([&](store::Source& row) {
                row.type = type;
                return Result<void>{};
            })));
        ASSERT_FALSE(changed);
        EXPECT_EQ(changed.error().code, "proof_broken") << type;
        EXPECT_NE(changed.error().message.find("The model \"sales\" stands on this source"),
                  std::string::npos)
            << changed.error().message;
    }
}

TEST_F(SourceKinds, ABundleIsAskedTheSame) {
    const auto bundled = [&](const std::string& source, const std::string& document) {
        Bundle bundle;
        auto written = relations(document);
        written["name"] = "labels";
        written["source"] = source;
        bundle.models.push_back(read_model_spec(written).value());
        bundle.models.back().origin = "models/labels.yaml:1";
        const auto good = check_bundle(bundle, catalog->snapshot().get(), 1);
        return good ? std::string("ok") : good.error().message;
    };
    EXPECT_EQ(bundled("metrics", kGood), "ok");
    EXPECT_TRUE(bundled("metrics", kRange).starts_with("models/labels.yaml:1: The model "))
        << bundled("metrics", kRange);
    EXPECT_NE(bundled("metrics", kHidden).find("covers the label \"ip\""), std::string::npos);
    EXPECT_NE(bundled("accounts", R"({"orders": {}})").find("No model can stand on a source of "),
              std::string::npos);
    // A source that is there becomes another.
    Bundle bundle;
    SourceSpec spec;
    spec.name = "shop";
    spec.type = "mysql";
    spec.origin = "sources/shop.yaml:1";
    bundle.sources.push_back(spec);
    const auto retyped = check_bundle(bundle, catalog->snapshot().get(), 1);
    ASSERT_FALSE(retyped);
    EXPECT_NE(retyped.error().message.find("The model \"sales\" stands on this source"),
              std::string::npos)
        << retyped.error().message;
}

// -- certificates
// ---------------------------------------------------------------------------------

class Certificates : public PublishCheck {
  protected:
    json::object statement(const store::Dashboard& row) {
        const auto snapshot = catalog->snapshot();
        const CatalogChange nothing;
        const auto world = world_of(*snapshot, 1, nothing);
        const auto read = read_stored_document(row.dialect, row.document).value();
        return scope_statement(
            world, {row.uid, row.title, row.dialect, row.revision, &row.document, &read},
            [&](const std::string& name) -> std::optional<store::Model> {
                const auto* found = snapshot->by_name<store::Model>(1, name);
                return found == nullptr ? std::nullopt : std::optional(*found);
            });
    }
};

TEST_F(Certificates, SayWhatEveryQueryReadsAndWhetherThatIsProven) {
    put_sales(R"({"orders": {"row_filters": [{"column": "tenant", "attribute": "tenant"},
                   {"column": "seen", "attribute": "days", "type": "time", "match": "range"}],
                   "columns": {"ssn": {"show": "stars", "unless": "see_sql"}}}, "countries": {}})")
        .value();
    const auto row = dashboard("one", std::string(kOverModel) + "," + kOverSource);
    const auto said = statement(row);
    EXPECT_EQ(verdicts(said, "proven"), 1);
    EXPECT_EQ(verdicts(said, "unscoped"), 1);
    EXPECT_EQ(verdicts(said, "refused"), 0);
    const auto& first = said.at("queries").at(0).as_object();
    EXPECT_EQ(first.at("panel"), 4);
    EXPECT_EQ(first.at("source"), "shop");
    EXPECT_EQ(first.at("source_kind"), "duckdb");
    EXPECT_EQ(first.at("model"), "sales");
    EXPECT_EQ(first.at("relations"), json::array{"orders"});
    EXPECT_EQ(json::serialize(first.at("filters")),
              R"([{"relation":"orders","column":"tenant","attribute":"tenant","type":"text",)"
              R"("match":"one_of"},{"relation":"orders","column":"seen","attribute":"days",)"
              R"("type":"time","match":"range"}])");
    EXPECT_EQ(json::serialize(first.at("covered")),
              R"([{"relation":"orders","column":"ssn","show":"stars","unless":"see_sql"}])");
    // A model that was damaged behind the server's back.
    auto damaged = *catalog->snapshot()->by_name<store::Model>(1, "sales");
    damaged.document = relations(R"({"countries": {}})");
    change(damaged);
    const auto after = statement(row);
    EXPECT_EQ(verdicts(after, "refused"), 1);
    EXPECT_NE(canonical_hash(said), canonical_hash(after));
    EXPECT_TRUE(after.at("queries").at(0).at("reason").is_string());
}

TEST_F(Certificates, AreEqualWhereNothingHasChanged) {
    const auto row = dashboard("one", kOverModel);
    const auto first = scope_certificate(statement(row), clock.now(), Secret("key"));
    clock.advance(std::chrono::hours{1});
    const auto second = scope_certificate(statement(row), clock.now(), Secret("key"));
    EXPECT_EQ(first.at("statement_sha256"), second.at("statement_sha256"));
    EXPECT_NE(first.at("signature"), second.at("signature"));
}

TEST_F(Certificates, ShowWhereTheyComeFrom) {
    const auto made =
        scope_certificate(statement(dashboard("one", kOverModel)), clock.now(), Secret("key"));
    EXPECT_TRUE(is_genuine(made, Secret("key")));
    EXPECT_FALSE(is_genuine(made, Secret("other")));
    EXPECT_FALSE(is_genuine(made, Secret()));
    for (const char* name :
         {"issued_at", "server_version", "statement_sha256", "signature", "certificate"}) {
        auto changed = made;
        changed[name] = "x";
        EXPECT_FALSE(is_genuine(changed, Secret("key"))) << name;
        changed.erase(name);
        EXPECT_FALSE(is_genuine(changed, Secret("key"))) << name;
    }
    auto changed = made;
    changed["statement"].at("summary").as_object()["refused"] = 1;
    EXPECT_FALSE(is_genuine(changed, Secret("key")));
    changed = made;
    changed["more"] = 1;
    EXPECT_FALSE(is_genuine(changed, Secret("key")));
    const auto unsigned_one = scope_certificate(json::object{}, clock.now(), Secret());
    EXPECT_TRUE(unsigned_one.at("signature").is_null());
    EXPECT_FALSE(is_genuine(unsigned_one, Secret()));
}

TEST(CanonicalText, IsTheSameForEqualValues) {
    const auto text = [](const char* written) {
        return canonical_text(parse_json(written).value());
    };
    EXPECT_EQ(text(R"({"b": [1, {"d": null, "c": "é\n/"}], "a": true})"),
              "{\"a\":true,\"b\":[1,{\"c\":\"é\\n/\",\"d\":null}]}");
    EXPECT_EQ(text(R"({"a": 1, "b": 2})"), text(R"({"b": 2, "a": 1})"));
}

}  // namespace
}  // namespace casement::access
