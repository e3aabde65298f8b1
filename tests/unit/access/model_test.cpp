// Models: what their documents may say, what scope they give to whom, and which one a query runs
// under.
#include "access/model.h"

#include "access/dashboard_service.h"
#include "access/look_service.h"
#include "access/publish_check.h"
#include "unit/access/embed_world.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::access {
namespace {

using Texts = EmbedWorld::Texts;
using Type = data::RowFilter::Type;

store::Model row(std::string_view document) {
    store::Model model;
    model.org = 1;
    model.name = "sales";
    model.label = "Sales";
    model.source = "shop";
    model.document = parse_json(document).value().as_object();
    return model;
}

constexpr const char* kDocument = R"({"relations": {
    "orders": {"row_filters": [{"column": "tenant", "attribute": "tenant"},
                               {"column": "region", "attribute": "regions", "type": "number"}]},
    "countries": {}}})";

std::string wrong(std::string_view document) {
    const auto read = read_model(row(document));
    if (read) return "fits";
    EXPECT_EQ(read.error().code, "invalid_model");
    return read.error().field;
}

TEST(ReadModel, TakesRelationsAndTheirFilters) {
    const auto model = read_model(row(kDocument));
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ(model->name, "sales");
    EXPECT_EQ(model->source, "shop");
    ASSERT_EQ(model->relations.size(), 2U);
    EXPECT_EQ(model->relations[0].name, "orders");
    ASSERT_EQ(model->relations[0].filters.size(), 2U);
    EXPECT_EQ(model->relations[0].filters[0].type, Type::text);
    EXPECT_EQ(model->relations[0].filters[1].attribute, "regions");
    EXPECT_EQ(model->relations[0].filters[1].type, Type::number);
    EXPECT_TRUE(model->relations[1].filters.empty());
}

TEST(ReadModel, NothingIsGuessed) {
    EXPECT_EQ(wrong("{}"), "relations");
    EXPECT_EQ(wrong(R"({"relations": {}})"), "relations");
    EXPECT_EQ(wrong(R"({"relations": []})"), "relations");
    EXPECT_EQ(wrong(R"({"relations": null})"), "relations");
    EXPECT_EQ(wrong(R"({"relations": {"": {}}})"), "relations");
    EXPECT_EQ(wrong(R"({"relations": {"a\u0007": {}}})"), "relations");
    EXPECT_EQ(wrong(R"({"relations": {"a": {}, "A": {}}})"), "relations.A");
    EXPECT_EQ(wrong(R"({"relations": {"a": {}}, "row_filters": []})"), "row_filters");
    // Misspelled, a filter would narrow nothing.
    EXPECT_EQ(wrong(R"({"relations": {"a": {"row_filter": []}}})"), "relations.a.row_filter");
    EXPECT_EQ(wrong(R"({"relations": {"a": {"row_filters": {}}}})"), "relations.a.row_filters");
    EXPECT_EQ(wrong(R"({"relations": {"a": {"row_filters": null}}})"), "relations.a.row_filters");
    const std::string filter = R"({"relations": {"a": {"row_filters": [{)";
    const std::string path = "relations.a.row_filters[0].";
    EXPECT_EQ(wrong(filter + R"("column": "c"}]}}})"), path + "attribute");
    EXPECT_EQ(wrong(filter + R"("attribute": "c"}]}}})"), path + "column");
    EXPECT_EQ(wrong(filter + R"("column": "", "attribute": "c"}]}}})"), path + "column");
    EXPECT_EQ(wrong(filter + R"("column": "c", "attribute": "C"}]}}})"), path + "attribute");
    EXPECT_EQ(wrong(filter + R"("column": "c", "attribute": ["c"]}]}}})"), path + "attribute");
    EXPECT_EQ(wrong(filter + R"("column": "c", "attribute": "c", "type": "date"}]}}})"),
              path + "type");
    EXPECT_EQ(wrong(filter + R"("column": "c", "attribute": "c", "values": []}]}}})"),
              path + "values");
    EXPECT_EQ(wrong(filter + R"("column": "c", "attribute": "c", "match": "like"}]}}})"),
              path + "match");
    const std::string column = R"({"relations": {"a": {"columns": {)";
    const std::string of = "relations.a.columns.";
    EXPECT_EQ(wrong(column + R"("c": {}}}}})"), of + "c.show");
    EXPECT_EQ(wrong(column + R"("c": {"show": "blurred"}}}}})"), of + "c.show");
    EXPECT_EQ(wrong(column + R"("c": {"show": null}}}}})"), of + "c.show");
    EXPECT_EQ(wrong(column + R"("c": {"show": "null", "unles": "see_sql"}}}}})"), of + "c.unles");
    EXPECT_EQ(wrong(column + R"("c": {"show": "null", "unless": "see_all"}}}}})"), of + "c.unless");
    EXPECT_EQ(wrong(column + R"("c": {"show": "null", "unless": "explore"}}}}})"), of + "c.unless");
    EXPECT_EQ(wrong(column + R"("c": {"show": "null"}, "C": {"show": "stars"}}}}})"), of + "C");
    EXPECT_EQ(wrong(column + R"("": {"show": "null"}}}}})"), of);
}

TEST(ReadModel, TakesTypesRangesAndCoveredColumns) {
    const auto model = read_model(row(R"({"relations": {"*": {"row_filters": [
        {"column": "at", "attribute": "days", "type": "time", "match": "range"}],
        "columns": {"ssn": {"show": "hidden"}, "mail": {"show": "stars", "unless": "see_sql"},
                    "pay": {"show": "null"}}}}})"));
    ASSERT_TRUE(model) << model.error().message;
    const auto& relation = model->relations[0];
    EXPECT_EQ(relation.filters[0].type, Type::time);
    EXPECT_EQ(relation.filters[0].kind, data::RowFilter::Kind::range);
    ASSERT_EQ(relation.columns.size(), 3U);
    EXPECT_EQ(relation.columns[1].unless, "see_sql");
    const auto nobody = scope_of(*model, AttributeValues{{"days", {"2026-01-01..2026-01-31"}}});
    EXPECT_EQ(nobody->relations[0].covered.size(), 3U);
    EXPECT_EQ(nobody->relations[0].filters[0].values,
              Texts({"2026-01-01T00:00:00.000000Z", "2026-01-31T23:59:59.999999Z"}));
    EmbedGrant grant;
    grant.roles = {{{"access_data", "see_looks", "see_sql"}, {"sales"}, false}};
    const auto reader = scope_of(*model, grant);
    ASSERT_EQ(reader->relations[0].covered.size(), 2U);
    EXPECT_EQ(reader->relations[0].covered[0].name, "ssn");
    EXPECT_EQ(reader->relations[0].covered[1].how, data::CoveredColumn::How::as_null);
    EXPECT_EQ(reader->relations[0].filters[0].values, Texts());
    EXPECT_NE(nobody->key, reader->key);
}

TEST(ScopeOfModel, BindsFiltersToTheViewersValues) {
    const auto model = read_model(row(kDocument)).value();
    const auto scope = scope_of(model, {{"tenant", {"acme"}}, {"regions", {"2", "1"}}});
    ASSERT_EQ(scope->relations.size(), 2U);
    EXPECT_EQ(scope->model, "sales");
    EXPECT_EQ(scope->relations[0].filters[0].values, Texts({"acme"}));
    EXPECT_EQ(scope->relations[0].filters[1].values, Texts({"1", "2"}));
    EXPECT_TRUE(scope->relations[1].filters.empty());
}

TEST(ScopeOfModel, WhatIsMissingOrWrongLeavesNoValue) {
    const auto model = read_model(row(kDocument)).value();
    const auto values = [&](const AttributeValues& attributes, std::size_t filter) {
        const auto scope = scope_of(model, attributes);
        EXPECT_EQ(scope->relations[0].filters.size(), 2U);
        return scope->relations[0].filters[filter].values;
    };
    EXPECT_EQ(values({}, 0), Texts());
    EXPECT_EQ(values({{"tenant", {}}}, 0), Texts());
    EXPECT_EQ(values({{"tenant", {""}}}, 0), Texts());
    EXPECT_EQ(values({{"Tenant", {"acme"}}}, 0), Texts());
    EXPECT_EQ(values({{"tenant", {"acme", "", "acme"}}}, 0), Texts({"acme"}));
    for (const char* text : {"one", "1 or 1=1", " 1", "0x1", "inf", "nan", "+1", "-", "1.", "."}) {
        const bool is_number = std::string_view(text) == "1.";
        EXPECT_EQ(values({{"regions", {"2", text}}}, 1), is_number ? Texts({"1.", "2"}) : Texts())
            << text;
    }
}

TEST(ScopeOfModel, DifferentValuesHaveDifferentKeys) {
    EXPECT_TRUE(rc::check([] {
        const auto model = read_model(row(kDocument)).value();
        const auto left = *rc::gen::arbitrary<std::vector<std::string>>();
        const auto right = *rc::gen::arbitrary<std::vector<std::string>>();
        const auto one = scope_of(model, {{"tenant", left}});
        const auto two = scope_of(model, {{"tenant", right}});
        const bool same =
            one->relations[0].filters[0].values == two->relations[0].filters[0].values;
        RC_ASSERT((one->key == two->key) == same);
    }));
}

class PlanQuery : public testing::Test, public EmbedWorld {
  protected:
    PlanQuery() {
        source("shop");
        source("plain");
        store::Model sales = row(kDocument);
        put(sales);
    }
    static EmbedGrant grant_of(Texts models, AttributeValues attributes = {}) {
        EmbedGrant grant;
        grant.roles = {{{"access_data", "see_looks"}, std::move(models), false}};
        grant.attributes = std::move(attributes);
        return grant;
    }
    Result<PlannedQuery> plan(const EmbedGrant& grant, std::string_view source_name,
                              std::string_view model_name) const {
        return plan_query(*catalog->snapshot(), 1, grant, source_name, model_name);
    }
    std::string refused(const EmbedGrant& grant, std::string_view source_name,
                        std::string_view model_name) const {
        const auto planned = plan(grant, source_name, model_name);
        if (planned) return planned->scope ? "scoped" : "whole";
        EXPECT_EQ(planned.error().kind, ErrorKind::forbidden);
        return std::string(planned.error().code);
    }
};

TEST_F(PlanQuery, ANamedModelMustBeGranted) {
    const auto planned = plan(grant_of({"sales"}, {{"tenant", {"acme"}}}), "", "sales");
    ASSERT_TRUE(planned) << planned.error().message;
    EXPECT_EQ(planned->source, "shop");
    EXPECT_EQ(planned->model, "sales");
    ASSERT_TRUE(planned->scope);
    EXPECT_EQ(planned->scope->relations[0].filters[0].values, Texts({"acme"}));
    EXPECT_EQ(refused(grant_of({}), "", "sales"), "model_not_granted");
    EXPECT_EQ(refused(grant_of({"Sales"}), "", "sales"), "model_not_granted");
    EXPECT_EQ(refused(grant_of({"sales"}), "", "Sales"), "model_not_granted");
    EXPECT_EQ(refused(grant_of({"plain"}), "", "plain"), "model_not_granted");
    EXPECT_EQ(refused(EmbedGrant{}, "", "sales"), "model_not_granted");
    EmbedGrant other;
    other.roles = {{{"see_looks"}, {"sales"}, false}, {{"access_data"}, {"other"}, false}};
    EXPECT_EQ(refused(other, "", "sales"), "model_not_granted");
}

TEST_F(PlanQuery, AnAttributeThatItsOwnerMayEditNarrowsToNothing) {
    auto grant = grant_of({"sales"}, {{"tenant", {"acme"}}, {"regions", {"1"}}});
    grant.editable = {"tenant"};
    const auto planned = plan(grant, "", "sales");
    ASSERT_TRUE(planned);
    EXPECT_EQ(planned->scope->relations[0].filters[0].values, Texts());
    EXPECT_EQ(planned->scope->relations[0].filters[1].values, Texts({"1"}));
}

TEST_F(PlanQuery, ASourceRunsUnderTheOneGrantedModelOverIt) {
    EXPECT_EQ(plan(grant_of({"sales"}), "shop", "")->model, "sales");
    EXPECT_EQ(refused(grant_of({"sales"}), "shop", ""), "scoped");
    EXPECT_EQ(refused(grant_of({"other"}), "shop", ""), "model_not_granted");
    // A source with models never stands for itself.
    EXPECT_EQ(refused(grant_of({"shop"}), "shop", ""), "model_not_granted");
    model("second", "shop");
    EXPECT_EQ(refused(grant_of({"sales"}), "shop", ""), "scoped");
    EXPECT_EQ(refused(grant_of({"sales", "second"}), "shop", ""), "model_not_granted");
    EmbedGrant administrator;
    administrator.roles = {{{"access_data"}, {}, true}};
    EXPECT_EQ(refused(administrator, "shop", ""), "model_not_granted");
    EXPECT_EQ(refused(administrator, "", "sales"), "scoped");
    EXPECT_EQ(refused(administrator, "plain", ""), "whole");
}

TEST_F(PlanQuery, ASourceWithoutModelsIsOneUnderItsOwnName) {
    EXPECT_EQ(plan(grant_of({"plain"}), "plain", "")->model, "plain");
    EXPECT_EQ(refused(grant_of({"plain"}), "plain", ""), "whole");
    EXPECT_EQ(refused(grant_of({"sales"}), "plain", ""), "model_not_granted");
    EXPECT_EQ(refused(grant_of({"nowhere"}), "nowhere", ""), "model_not_granted");
    // Granted as a model over another source, the name opens that one only.
    model("plain", "shop");
    EXPECT_EQ(refused(grant_of({"plain"}), "plain", ""), "model_not_granted");
}

TEST_F(PlanQuery, ADamagedModelOpensNothing) {
    store::Model damaged = model("damaged", "plain");
    damaged.document = {{"relations", {{"a", {{"row_filter", json::array{}}}}}}};
    change(damaged);
    EXPECT_EQ(refused(grant_of({"damaged"}), "", "damaged"), "model_not_granted");
    EXPECT_EQ(refused(grant_of({"damaged"}), "plain", ""), "model_not_granted");
    EXPECT_EQ(refused(grant_of({"plain"}), "plain", ""), "model_not_granted");
    const auto shared = plan_query(*catalog->snapshot(), 1, AttributeValues{}, "", "damaged");
    EXPECT_FALSE(shared);
}

TEST_F(PlanQuery, ModelsOfAnotherOrganizationAreNotThere) {
    const auto org = another_organization();
    source("theirs", org);
    model("theirs", "theirs", org);
    EXPECT_EQ(refused(grant_of({"theirs"}), "", "theirs"), "model_not_granted");
    EXPECT_EQ(refused(grant_of({"theirs"}), "theirs", ""), "model_not_granted");
    EXPECT_FALSE(plan_query(*catalog->snapshot(), 1, AttributeValues{}, "", "theirs"));
}

TEST_F(PlanQuery, UnderAShareItsLockedValuesStandForAttributes) {
    const auto snapshot = catalog->snapshot();
    const auto whole = plan_query(*snapshot, 1, AttributeValues{}, "shop", "");
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->source, "shop");
    EXPECT_FALSE(whole->scope);
    const auto locked =
        plan_query(*snapshot, 1, AttributeValues{{"tenant", {"acme"}}}, "", "sales");
    ASSERT_TRUE(locked);
    EXPECT_EQ(locked->scope->relations[0].filters[0].values, Texts({"acme"}));
    const auto nothing = plan_query(*snapshot, 1, AttributeValues{}, "", "sales");
    ASSERT_TRUE(nothing);
    EXPECT_EQ(nothing->scope->relations[0].filters[0].values, Texts());
    EXPECT_FALSE(plan_query(*snapshot, 1, AttributeValues{}, "", "nowhere"));
}

class ModelQueries : public PlanQuery {
  protected:
    static json::object document(const std::string& query, const std::string& more = "") {
        return parse_json(R"({"title": "T", "panels": [{"id": 4, "type": "table", "title": "All",
                              "grid": {"x": 0, "y": 0, "w": 12, "h": 4}, "queries": [)" +
                          query + "]}]" + more + "}")
            .value()
            .as_object();
    }
    Result<void> check(const json::object& written) const {
        store::Dashboard row;
        row.org = 1;
        row.dialect = "casement";
        row.document = written;
        return check_dashboard(*catalog->snapshot(), row);
    }
};

TEST_F(ModelQueries, StayInsideTheirModel) {
    EXPECT_TRUE(check(document(R"({"model": "sales", "sql": "select * from orders"})")));
    EXPECT_TRUE(check(document(R"({"model": "sales", "sql": "from Orders, countries;"})")));
    EXPECT_TRUE(check(document(R"({"source": "shop", "sql": "select * from secrets"})")));
    const auto refused = check(document(R"({"source": "shop", "sql": "select 1"},
                                           {"model": "sales", "sql": "select * from secrets"})"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "model_not_proven");
    EXPECT_EQ(refused.error().field, "panels[0].queries[1].sql");
    EXPECT_EQ(refused.error().message,
              "panel 4 (\"All\"), query B: model \"sales\": The query reads \"secrets\", which the "
              "model \"sales\" does not have.");
    const auto missing = check(document(R"({"model": "nowhere", "sql": "select 1"})"));
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().field, "panels[0].queries[0].model");
    const auto variable = check(document(R"({"source": "shop", "sql": "select 1"})",
                                         R"(, "variables": [{"name": "v", "type": "query",
                                            "default": ["a"],
                                            "query": {"model": "sales", "sql": "from secrets"}}])"));
    ASSERT_FALSE(variable);
    EXPECT_EQ(variable.error().field, "variables[0].query.sql");
}

TEST_F(ModelQueries, AreCheckedWhenADashboardIsSaved) {
    DashboardService service({*catalog, audit, random, clock});
    Principal editor;
    editor.org = 1;
    editor.handle = "ada";
    editor.permissions = {Permission::dashboards_write, Permission::dashboards_read};
    NewDashboard what;
    what.title = "T";
    what.document = document(R"({"model": "sales", "sql": "select * from secrets"})");
    const auto refused = test::run(service.create(editor, what));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "model_not_proven");
    what.document = document(R"({"model": "sales", "sql": "select * from orders"})");
    const auto made = test::run(service.create(editor, what));
    ASSERT_TRUE(made) << made.error().message;
    const std::function<Result<void>(store::Dashboard&)> change = [](store::Dashboard& of) {
        of.document = document(R"({"model": "sales", "sql": "select * from main.orders"})");
        return Result<void>{};
    };
    const auto changed = test::run(service.update(editor, made->uid, change));
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().code, "model_not_proven");
    EXPECT_EQ(catalog->snapshot()->dashboard(made->id)->document, what.document);
}

TEST_F(ModelQueries, AreCheckedWhenALookIsSaved) {
    LookService service({*catalog, audit, random, clock});
    Principal editor;
    editor.org = 1;
    editor.handle = "ada";
    editor.permissions = {Permission::dashboards_write, Permission::dashboards_read};
    NewLook what;
    what.title = "L";
    what.document = document(R"({"model": "sales", "sql": "select * from secrets"})");
    const auto refused = test::run(service.create(editor, what));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("which the model \"sales\" does not have"),
              std::string::npos)
        << refused.error().message;
    what.document = document(R"({"model": "sales", "sql": "select * from orders"})");
    const auto made = test::run(service.create(editor, what));
    EXPECT_TRUE(made) << made.error().message;
}

}  // namespace
}  // namespace casement::access
