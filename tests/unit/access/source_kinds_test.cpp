// What a kind of source cannot do no model may ask of it, whoever changes what.
#include "access/publish_check.h"
#include "access/versioned_dashboards.h"
#include "unit/access/publish_world.h"

namespace casement::access {
namespace {

class SourceKinds : public PublishWorld {
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

}  // namespace
}  // namespace casement::access
