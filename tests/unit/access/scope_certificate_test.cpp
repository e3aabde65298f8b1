// Certificates of what each query of a dashboard reads.
#include "access/scope_certificate.h"

#include "access/publish_check.h"
#include "access/versioned_dashboards.h"
#include "unit/access/publish_world.h"

namespace casement::access {
namespace {

class Certificates : public PublishWorld {
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
