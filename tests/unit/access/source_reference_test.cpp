// Sources of imported dashboards: which one is meant, and that rows stay narrowed.
#include "access/source_reference.h"

#include "access/view.h"
#include "unit/access/content_world.h"

namespace casement::access {
namespace {

class SourceReferenceTest : public ContentTest {
  protected:
    std::string asked(const std::string& reference, bool loose = true, store::OrgId org = 1) {
        dashboards::PanelQuery query;
        query.source = reference;
        query.loose_source = loose;
        const auto snapshot = catalog->snapshot();
        const auto found = source_of(*snapshot, org, query);
        return found ? *found : std::string(found.error().code);
    }
    store::Source with_uid(const std::string& name, const std::string& uid, store::OrgId org = 1,
                           json::object settings = {}) {
        store::Source row;
        row.org = org;
        row.name = name;
        row.uid = uid;
        row.type = "duckdb";
        row.settings = std::move(settings);
        return put(row);
    }
    store::OrgId other_organization() {
        store::Organization row;
        row.name = "Other";
        return put(row).id;
    }
    store::Dashboard grafana(const std::string& uid, const std::string& datasource) {
        store::Dashboard row;
        row.org = 1;
        row.uid = uid;
        row.dialect = "grafana";
        row.title = "T";
        row.document = parse_json(R"({"title": "T", "panels": [{"id": 1, "type": "table",
            "datasource": )" + datasource +
                                  R"(, "targets": [{"rawSql": "SELECT * FROM flights"}]}]})")
                           .value()
                           .as_object();
        return put(row);
    }
    ViewPtr view(const EmbedGrant& whose, const std::string& uid) {
        const auto snapshot = catalog->snapshot();
        const auto content =
            find_content(*snapshot, 1, whose, {ContentRef::Type::dashboard, uid}, documents);
        if (!content) return nullptr;
        return view_of_content(*snapshot, 1, whose, *content, documents).value();
    }
    static json::object standard() { return {{"grafana", {{"isDefault", true}}}}; }
};

TEST_F(SourceReferenceTest, ANameWinsOverAUid) {
    with_uid("one", "plain");
    with_uid("two", "u2");
    EXPECT_EQ(asked("plain"), "plain");
    EXPECT_EQ(asked("u2"), "two");
    EXPECT_EQ(asked("one"), "one");
    EXPECT_EQ(asked("nothing"), "source_not_found");
}

TEST_F(SourceReferenceTest, ADocumentOfOurOwnNamesItsSource) {
    with_uid("two", "u2");
    EXPECT_EQ(asked("u2", false), "u2");
    EXPECT_EQ(asked("plain", false), "plain");
    EXPECT_EQ(asked("", false), "");
}

TEST_F(SourceReferenceTest, NothingMeansTheDefaultOrTheOnlyOne) {
    EXPECT_EQ(asked(""), "no_default_source");
    const auto other = other_organization();
    EXPECT_EQ(asked("", true, other), "no_default_source");
    with_uid("theirs", "t", other);
    EXPECT_EQ(asked("", true, other), "theirs");
    with_uid("main", "m", 1, standard());
    EXPECT_EQ(asked(""), "main");
    with_uid("false", "f", 1, {{"grafana", {{"isDefault", "true"}}}});
    EXPECT_EQ(asked(""), "main");
    // Which of two was meant, nobody can say.
    with_uid("second", "s", 1, standard());
    EXPECT_EQ(asked(""), "no_default_source");
}

TEST_F(SourceReferenceTest, ASourceOfAnotherOrganizationIsNotThere) {
    const auto other = other_organization();
    with_uid("theirs", "t", other, standard());
    EXPECT_EQ(asked("theirs"), "source_not_found");
    EXPECT_EQ(asked("t"), "source_not_found");
    EXPECT_EQ(asked("plain", true, other), "source_not_found");
}

TEST_F(SourceReferenceTest, AnImportedDashboardIsNarrowedByThePersonsModel) {
    with_uid("governed", "g");
    store::Model rows;
    rows.org = 1;
    rows.name = "mine";
    rows.source = "governed";
    rows.document = parse_json(R"({"relations": {"flights": {"row_filters":
        [{"column": "origin", "attribute": "airport"}]}}})")
                        .value()
                        .as_object();
    put(rows);
    const std::string all[] = {R"("governed")", R"({"uid": "g"})", R"({"uid": "governed"})"};
    int number = 0;
    for (const auto& datasource : all) {
        const auto uid = "d" + std::to_string(++number);
        grafana(uid, datasource);
        EXPECT_FALSE(sees(with(kUserPermissions, {"flights"}), "dashboards/" + uid)) << datasource;
        const auto seen = view(with(kUserPermissions, {"mine"}), uid);
        ASSERT_NE(seen, nullptr) << datasource;
        const auto& plan = seen->panels.at(0).at(0);
        EXPECT_FALSE(plan.refused);
        EXPECT_EQ(plan.source, "governed");
        ASSERT_NE(plan.scope, nullptr);
    }
    // The source's own name is no model while a model governs it.
    EXPECT_FALSE(sees(with(kUserPermissions, {"governed"}), "dashboards/d1"));
}

TEST_F(SourceReferenceTest, AnImportedDashboardWithoutAKnownSourceIsNobodysToSee) {
    grafana("lost", R"("nowhere")");
    grafana("vague", "null");
    const auto whose = with(kUserPermissions, {"flights", "carriers", "plain"});
    EXPECT_FALSE(sees(whose, "dashboards/lost"));
    EXPECT_FALSE(sees(whose, "dashboards/vague"));
}

TEST_F(SourceReferenceTest, APanelOfAKeysViewSaysWhatIsMissing) {
    grafana("lost", R"("nowhere")");
    grafana("found", R"("plain")");
    const auto snapshot = catalog->snapshot();
    const auto plan = [&](const std::string& uid) {
        const auto content =
            find_content(*snapshot, 1, KeyGrant{}, {ContentRef::Type::dashboard, uid}, documents);
        const auto seen = view_of_content(*snapshot, 1, KeyGrant{}, content.value(), documents);
        return seen.value()->panels.at(0).at(0);
    };
    const auto lost = plan("lost");
    ASSERT_TRUE(lost.refused);
    EXPECT_EQ(lost.refused->code, "source_not_found");
    const auto found = plan("found");
    EXPECT_FALSE(found.refused);
    EXPECT_EQ(found.source, "plain");
}

}  // namespace
}  // namespace casement::access
