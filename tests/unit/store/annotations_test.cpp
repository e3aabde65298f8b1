// Annotations: kept beside the snapshot, found by time, place and tags, and gone with their
// dashboard.
#include "catalog_people_fixture.h"
#include "store/annotation_store.h"

namespace casement::store {
namespace {

class AnnotationTest : public PeopleTest {
  protected:
    static Time at(int minutes) {
        return parse_rfc3339("2026-03-11T12:00:00Z").value() + std::chrono::minutes(minutes);
    }
    static Annotation an_annotation(const std::string& text, int starts, int ends,
                                    std::vector<std::string> tags = {},
                                    std::int64_t dashboard = 0) {
        Annotation row;
        row.org = 1;
        row.dashboard = dashboard;
        row.starts_at = at(starts);
        row.ends_at = at(ends);
        row.text = text;
        row.tags = std::move(tags);
        return row;
    }
    static Annotation add(Catalog& catalog, Annotation row) {
        return AnnotationStore::of(catalog).add_annotation_now(std::move(row)).value();
    }
    static Names texts(Catalog& catalog, AnnotationQuery query) {
        query.org = query.org == 0 ? 1 : query.org;
        Names found;
        for (const auto& row : AnnotationStore::of(catalog).annotations_now(query).value())
            found.push_back(row.text);
        return found;
    }
};

TEST_P(AnnotationTest, GivesBackEveryMember) {
    const auto catalog = open();
    auto row = an_annotation("down", 1, 5, {"deploy", "größe"});
    row.panel = 3;
    row.data = {{"by", "ci"}};
    row.author = 7;
    row.author_name = "ada@example.org";
    row = add(*catalog, row);
    const auto found =
        AnnotationStore::of(*catalog).annotations_now({.org = 1, .id = row.id}).value();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front().text, "down");
    EXPECT_EQ(found.front().tags, row.tags);
    EXPECT_EQ(found.front().data, row.data);
    EXPECT_EQ(found.front().starts_at, at(1));
    EXPECT_EQ(found.front().ends_at, at(5));
    EXPECT_EQ(found.front().panel, 3);
    EXPECT_EQ(found.front().author, 7);
    EXPECT_EQ(found.front().author_name, "ada@example.org");
    EXPECT_EQ(found.front().created_at, row.created_at);
    EXPECT_TRUE(
        AnnotationStore::of(*catalog).annotations_now({.org = 2, .id = row.id}).value().empty());
}

TEST_P(AnnotationTest, IsFoundByTimePlaceAndTags) {
    const auto catalog = open();
    const auto dashboard = insert(*catalog, a_dashboard("d")).id;
    add(*catalog, an_annotation("early", 0, 0, {"a"}));
    add(*catalog, an_annotation("long", 5, 60, {"a", "b"}));
    add(*catalog, an_annotation("own", 30, 30, {"b"}, dashboard));
    EXPECT_EQ(texts(*catalog, {}), (Names{"long", "own", "early"}));
    EXPECT_EQ(texts(*catalog, {.from = at(10)}), (Names{"long", "own"}));
    EXPECT_EQ(texts(*catalog, {.from = at(0), .to = at(4)}), Names{"early"});
    EXPECT_EQ(texts(*catalog, {.dashboard = dashboard}), Names{"own"});
    EXPECT_EQ(texts(*catalog, {.dashboard = 0}), (Names{"long", "early"}));
    EXPECT_EQ(texts(*catalog, {.tags = {"a", "b"}}), Names{"long"});
    EXPECT_EQ(texts(*catalog, {.tags = {"a", "b", "b"}, .any_tag = true}),
              (Names{"long", "own", "early"}));
    EXPECT_EQ(texts(*catalog, {.tags = {"a' OR '1'='1"}}), Names{});
    EXPECT_EQ(texts(*catalog, {.tags = {std::string("a\0b", 3)}}), Names{});
    EXPECT_EQ(texts(*catalog, {.org = 2}), Names{});
    EXPECT_EQ(texts(*catalog, {.limit = 1}), Names{"long"});
}

TEST_P(AnnotationTest, APageGoesOnWhereTheLastOneEnded) {
    const auto catalog = open();
    for (int i = 0; i < 5; ++i)
        add(*catalog, an_annotation(std::to_string(i), 0, i / 2));
    Names all;
    AnnotationQuery query{.org = 1, .limit = 2};
    while (true) {
        const auto page = AnnotationStore::of(*catalog).annotations_now(query).value();
        if (page.empty()) break;
        for (const auto& row : page)
            all.push_back(row.text);
        query.after = {page.back().ends_at, page.back().id};
    }
    EXPECT_EQ(all, (Names{"4", "3", "2", "1", "0"}));
}

TEST_P(AnnotationTest, AChangeOfTagsIsFoundByTheNewOnes) {
    const auto catalog = open();
    auto& annotations = AnnotationStore::of(*catalog);
    const auto row = add(*catalog, an_annotation("x", 0, 0, {"old", "both"}));
    const auto changed = annotations.change_annotation_now(1, row.id, [](Annotation& now) {
        now.tags = {"both", "new"};
        now.org = 2;  // stays where it is
        now.author = 9;
        return Result<void>{};
    });
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->author, 0);
    EXPECT_EQ(texts(*catalog, {.tags = {"old"}}), Names{});
    EXPECT_EQ(texts(*catalog, {.tags = {"new", "both"}}), Names{"x"});
    const auto tags = annotations.annotation_tags_now(1).value();
    ASSERT_EQ(tags.size(), 2U);
    EXPECT_EQ(tags.front().tag, "both");
    EXPECT_EQ(tags.front().count, 1);
    EXPECT_TRUE(annotations.annotation_tags_now(2).value().empty());
}

TEST_P(AnnotationTest, ARefusedChangeChangesNothing) {
    const auto catalog = open();
    auto& annotations = AnnotationStore::of(*catalog);
    const auto row = add(*catalog, an_annotation("x", 0, 0, {"a"}));
    const auto refused = annotations.change_annotation_now(1, row.id, [](Annotation& now) {
        now.text = "y";
        return Result<void>(invalid("no", "No."));
    });
    EXPECT_EQ(refused.error().code, "no");
    const auto unstorable = annotations.change_annotation_now(1, row.id, [](Annotation& now) {
        now.text = std::string("y\0", 2);
        return Result<void>{};
    });
    EXPECT_EQ(unstorable.error().code, "invalid_text");
    EXPECT_EQ(texts(*catalog, {}), Names{"x"});
    const auto keep = [](Annotation&) { return Result<void>{}; };
    EXPECT_EQ(annotations.change_annotation_now(2, row.id, keep).error().kind,
              ErrorKind::not_found);
    EXPECT_EQ(annotations.remove_annotation_now(2, row.id).error().kind, ErrorKind::not_found);
    EXPECT_EQ(texts(*catalog, {.tags = {"a"}}), Names{"x"});
}

TEST_P(AnnotationTest, GoesWithItsDashboardAndByItself) {
    const auto catalog = open();
    const auto dashboard = insert(*catalog, a_dashboard("d")).id;
    add(*catalog, an_annotation("own", 0, 0, {"a"}, dashboard));
    const auto kept = add(*catalog, an_annotation("kept", 0, 0, {"a"}));
    ASSERT_TRUE(remove<Dashboard>(*catalog, dashboard));
    EXPECT_EQ(texts(*catalog, {}), Names{"kept"});
    auto& annotations = AnnotationStore::of(*catalog);
    ASSERT_TRUE(annotations.remove_annotation_now(1, kept.id));
    EXPECT_TRUE(annotations.annotation_tags_now(1).value().empty());
    EXPECT_EQ(annotations.remove_annotation_now(1, kept.id).error().kind, ErrorKind::not_found);
}

TEST_P(AnnotationTest, RefusesWhatHasNoPlaceOrCannotBeStored) {
    const auto catalog = open();
    auto& annotations = AnnotationStore::of(*catalog);
    EXPECT_EQ(annotations.add_annotation_now(an_annotation("x", 0, 0, {}, 99)).error().kind,
              ErrorKind::not_found);
    auto other = an_annotation("x", 0, 0, {}, insert(*catalog, a_dashboard("d")).id);
    other.org = 2;
    EXPECT_EQ(annotations.add_annotation_now(other).error().kind, ErrorKind::not_found);
    const auto tagged = an_annotation("x", 0, 0, {std::string("a\0", 2)});
    EXPECT_EQ(annotations.add_annotation_now(tagged).error().code, "invalid_text");
    EXPECT_EQ(texts(*catalog, {}), Names{});
}

CASEMENT_ON_BOTH_ENGINES(AnnotationTest);

}  // namespace
}  // namespace casement::store
