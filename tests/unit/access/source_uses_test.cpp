// Who reads a source or a model: named, meant without a name, thrown away, another's.
#include "access/source_uses.h"

#include "unit/access/content_world.h"

namespace casement::access {
namespace {

class SourceUses : public ContentTest {
  protected:
    Uses of_source(const std::string& name, store::OrgId org = 1) {
        return uses_of_source(*catalog->snapshot(), org, name);
    }
    Uses of_model(const std::string& name, store::OrgId org = 1) {
        return uses_of_model(*catalog->snapshot(), org, name);
    }
    Result<void> unused(const store::Source& row) {
        return check_unused(*catalog->snapshot(), row);
    }
    static Texts uids(const Uses& uses) {
        Texts all;
        for (const auto& one : uses.dashboards)
            all.push_back(one.uid);
        std::ranges::sort(all);
        return all;
    }
    /// A dashboard whose variable finds its choices with this query, and whose panel has none.
    store::Dashboard with_variable(const std::string& uid, const std::string& query) {
        store::Dashboard row = dashboard(uid, {});
        row.document = document(
            {}, R"(, "variables": [{"name": "airport", "type": "query", "query": )" + query + "}]");
        change(row);
        return row;
    }
    store::Dashboard imported(const std::string& uid, const std::string& datasource) {
        store::Dashboard row;
        row.org = 1;
        row.uid = uid;
        row.dialect = "grafana";
        row.title = "Imported";
        row.document = parse_json(R"({"title": "T", "panels": [{"id": 1, "type": "table",)" +
                                  datasource + R"( "targets": [{"rawSql": "SELECT 1"}]}]})")
                           .value()
                           .as_object();
        return put(row);
    }
    template <class Row>
    void throw_away(Row row) {
        row.deleted_at = clock.now();
        change(row);
    }
};

TEST_F(SourceUses, NobodyReadsWhatIsNotNamed) {
    dashboard("other", {"flights", "model:carriers"});
    EXPECT_TRUE(of_source("plain").empty());
    EXPECT_TRUE(of_source("no such source").empty());
    EXPECT_TRUE(of_source("").empty());
    EXPECT_TRUE(of_model("flights").empty());
    EXPECT_TRUE(of_model("no such model").empty());
    EXPECT_EQ(words_of(of_source("plain")), "");
}

TEST_F(SourceUses, TheModelsOfASourceStandInOrder) {
    EXPECT_EQ(of_source("flights").models, (Texts{"carriers", "flights"}));
    EXPECT_TRUE(of_source("flights").dashboards.empty());
    model("arrivals", "plain");
    EXPECT_EQ(of_source("plain").models, (Texts{"arrivals"}));
}

TEST_F(SourceUses, PanelsAndVariablesOfDashboardsCountAndLooksDo) {
    dashboard("panel", {"model:flights", "plain"});
    dashboard("twice", {"plain", "plain"});
    with_variable("variable", R"({"source": "plain", "sql": "SELECT 1"})");
    look({"plain"});
    const auto uses = of_source("plain");
    EXPECT_EQ(uids(uses), (Texts{"panel", "twice", "variable"})) << "each once";
    EXPECT_EQ(uses.looks, (Texts{"A look"}));
    EXPECT_TRUE(uses.models.empty());
    for (const auto& one : uses.dashboards)
        EXPECT_EQ(one.title, "Title of " + one.uid);
}

TEST_F(SourceUses, AQueryOverAModelReadsTheModelAndNotTheSourceBeneathIt) {
    dashboard("over", {"model:flights"});
    with_variable("variable", R"({"model": "flights", "sql": "SELECT 1"})");
    look({"model:flights"});
    // A model and a source may have the same name.
    EXPECT_TRUE(of_source("flights").dashboards.empty());
    EXPECT_TRUE(of_source("flights").looks.empty());
    const auto uses = of_model("flights");
    EXPECT_EQ(uids(uses), (Texts{"over", "variable"}));
    EXPECT_EQ(uses.looks, (Texts{"A look"}));
    EXPECT_TRUE(uses.models.empty());
    dashboard("straight", {"flights"});
    EXPECT_EQ(uids(of_source("flights")), (Texts{"straight"}));
    EXPECT_EQ(uids(of_model("flights")), (Texts{"over", "variable"}));
}

TEST_F(SourceUses, WhatIsInTheBinDoesNotCount) {
    throw_away(dashboard("old", {"plain", "model:flights"}));
    throw_away(look({"plain"}));
    throw_away(look({"model:flights"}));
    EXPECT_TRUE(of_source("plain").empty());
    EXPECT_TRUE(of_model("flights").empty());
}

TEST_F(SourceUses, ADocumentThatDoesNotReadDoesNotCountAndHidesNoOther) {
    store::Dashboard broken = dashboard("broken", {"plain"});
    broken.document["panels"] = "none";
    change(broken);
    store::Look look_row = look({"plain"});
    look_row.document = {{"panels", 7}};
    change(look_row);
    dashboard("whole", {"plain"});
    const auto uses = of_source("plain");
    EXPECT_EQ(uids(uses), (Texts{"whole"}));
    EXPECT_TRUE(uses.looks.empty());
}

TEST_F(SourceUses, AnImportedDashboardMeansASourceByNameByUidOrByDefault) {
    store::Source main;
    main.org = 1;
    main.name = "main";
    main.uid = "u-main";
    main.type = "duckdb";
    main.settings = {{"grafana", {{"isDefault", true}}}};
    put(main);
    imported("by-name", R"("datasource": "main",)");
    imported("by-uid", R"("datasource": {"uid": "u-main"},)");
    imported("by-default", "");
    imported("another", R"("datasource": "plain",)");
    imported("nobody", R"("datasource": "gone",)");
    EXPECT_EQ(uids(of_source("main")), (Texts{"by-default", "by-name", "by-uid"}));
    EXPECT_EQ(uids(of_source("plain")), (Texts{"another"}));
    // One that is named by nothing that is there is read by nobody.
    EXPECT_TRUE(of_source("gone").empty());
}

TEST_F(SourceUses, ADocumentOfOurOwnMeansNoSourceByItsUid) {
    store::Source row;
    row.org = 1;
    row.name = "main";
    row.uid = "u-main";
    row.type = "duckdb";
    put(row);
    dashboard("by-uid", {"u-main"});
    EXPECT_TRUE(of_source("main").empty());
}

TEST_F(SourceUses, AnotherOrganizationsThingsAreNotThere) {
    const auto other = another_organization();
    source("plain", other);
    source("flights", other);
    store::Model theirs;
    theirs.org = other;
    theirs.name = "flights";
    theirs.source = "plain";
    theirs.document = parse_json(R"({"relations": {"t": {}}})").value().as_object();
    put(theirs);
    store::Dashboard row;
    row.org = other;
    row.uid = "theirs";
    row.dialect = "casement";
    row.title = "Theirs";
    row.document = document({"plain", "model:flights"});
    put(row);
    store::Look look_row;
    look_row.org = other;
    look_row.title = "Their look";
    look_row.document = document({"plain"});
    put(look_row);

    EXPECT_TRUE(of_source("plain").empty());
    EXPECT_TRUE(of_model("flights").empty());
    const auto own = of_source("plain", other);
    EXPECT_EQ(own.models, (Texts{"flights"}));
    EXPECT_EQ(uids(own), (Texts{"theirs"}));
    EXPECT_EQ(own.looks, (Texts{"Their look"}));
    EXPECT_EQ(uids(of_model("flights", other)), (Texts{"theirs"}));
    EXPECT_TRUE(of_source("flights", other).empty()) << "its namesake's models are not its own";
    EXPECT_TRUE(of_source("plain", 999).empty());

    const auto snapshot = catalog->snapshot();
    EXPECT_TRUE(unused(*snapshot->source_by_name(1, "plain")));
    EXPECT_TRUE(unused(*snapshot->source_by_name(other, "flights")));
    EXPECT_FALSE(unused(*snapshot->source_by_name(other, "plain")));
    const auto refused = unused(*snapshot->source_by_name(1, "flights"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message.find("heir"), std::string::npos) << refused.error().message;
}

TEST_F(SourceUses, ASourceInUseIsNotTakenAwayAndTheMessageNamesItsReaders) {
    const auto plain = *catalog->snapshot()->source_by_name(1, "plain");
    EXPECT_TRUE(unused(plain));
    dashboard("sales", {"plain"});
    look({"plain"});
    model("arrivals", "plain");
    const auto refused = unused(plain);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    EXPECT_EQ(refused.error().code, "source_in_use");
    EXPECT_EQ(refused.error().message,
              "The source \"plain\" is read by dashboard \"Title of sales\" (sales); look \"A "
              "look\"; model \"arrivals\". Change or delete them first.");
}

TEST(WordsOfUses, NameEightAndCountTheRest) {
    Uses uses;
    EXPECT_TRUE(uses.empty());
    std::string expected;
    for (int n = 1; n <= 8; ++n) {
        uses.models.push_back("m" + std::to_string(n));
        expected += (n == 1 ? "" : "; ") + ("model \"m" + std::to_string(n) + "\"");
    }
    EXPECT_FALSE(uses.empty());
    EXPECT_EQ(words_of(uses), expected);
    uses.models.push_back("m9");
    EXPECT_EQ(words_of(uses), expected + "; and 1 more");
    uses.looks = {"l1", "l2"};
    uses.dashboards = {{"uid", "T"}};
    const auto mixed = words_of(uses);
    EXPECT_TRUE(mixed.starts_with("dashboard \"T\" (uid); look \"l1\"; look \"l2\"; model \"m1\""))
        << mixed;
    EXPECT_TRUE(mixed.ends_with("model \"m5\"; and 4 more")) << mixed;
}

}  // namespace
}  // namespace casement::access
