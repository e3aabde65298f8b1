// The audit trail, searched: what fits, what is left out, and pages that miss nothing.
#include "store/audit_search.h"

#include "catalog_fixture.h"

namespace casement::store {
namespace {

class AuditSearchTest : public CatalogTest {
  protected:
    /// The ids of the first page.
    static std::vector<std::int64_t> found(Catalog& catalog, const AuditQuery& query) {
        std::vector<std::int64_t> ids;
        auto page = AuditSearch::of(catalog).search_audit_now(query);
        EXPECT_TRUE(page.has_value());
        if (!page) return ids;
        for (const auto& row : page->rows)
            ids.push_back(row.id);
        return ids;
    }
    static AuditQuery of_first() {
        AuditQuery query;
        query.org = 1;
        return query;
    }
    static AuditQuery without_ticks() {
        AuditQuery query = of_first();
        query.except_action = "tick.done";
        return query;
    }
    using Ids = std::vector<std::int64_t>;
};

TEST_P(AuditSearchTest, LeavesOneActionOut) {
    const auto catalog = open();
    ASSERT_TRUE(catalog->append_audit({an_event("tick.done"), an_event("link.redeemed"),
                                       an_event("tick.done"), an_event("tick.done_late"),
                                       an_event("tick"), an_event("tick_done")}));
    EXPECT_EQ(found(*catalog, of_first()), (Ids{6, 5, 4, 3, 2, 1}));
    EXPECT_EQ(found(*catalog, without_ticks()), (Ids{6, 5, 4, 2})) << "of this name, not alike";
    EXPECT_EQ(catalog->verify_audit(1).value(), std::nullopt);
}

TEST_P(AuditSearchTest, LeavesItOutTogetherWithOtherFilters) {
    const auto catalog = open();
    auto other = an_event("link.refused");
    other.actor = "user:7";
    ASSERT_TRUE(catalog->append_audit({an_event("tick.done"), other, an_event("tick.done"),
                                       an_event("link.redeemed"), an_event("link.redeemed", 2)}));
    auto query = without_ticks();
    query.object = "share:1";
    query.words = "WHY";
    query.from = clock.now();
    query.to = clock.now() + std::chrono::seconds(1);
    EXPECT_EQ(found(*catalog, query), (Ids{4, 2}));
    query.actor = "user:7";
    EXPECT_EQ(found(*catalog, query), (Ids{2}));
    query.action = "tick.";
    EXPECT_TRUE(found(*catalog, query).empty()) << "both hold";
    query = without_ticks();
    query.org = 2;
    EXPECT_EQ(found(*catalog, query), (Ids{1})) << "another organization has its own";
}

TEST_P(AuditSearchTest, AValueIsNeverReadAsSql) {
    const auto catalog = open();
    ASSERT_TRUE(catalog->append_audit({an_event("tick.done"), an_event("a' OR '1'='1")}));
    auto query = of_first();
    query.except_action = "a' OR '1'='1";
    EXPECT_EQ(found(*catalog, query), (Ids{1}));
}

TEST_P(AuditSearchTest, PagesAreFullOfWhatFitsAndMissNothing) {
    const auto catalog = open();
    std::vector<AuditRow> rows;
    Ids wanted;
    for (std::int64_t id = 1; id <= 60; ++id) {
        const bool is_tick = id % 3 != 0;
        rows.push_back(an_event(is_tick ? "tick.done" : "link.redeemed"));
        if (!is_tick) wanted.insert(wanted.begin(), id);
    }
    ASSERT_TRUE(catalog->append_audit(rows));
    auto query = without_ticks();
    query.limit = 7;
    Ids paged;
    std::vector<std::size_t> sizes;
    do {
        auto page = AuditSearch::of(*catalog).search_audit_now(query);
        ASSERT_TRUE(page.has_value());
        ASSERT_LE(sizes.size(), 10U) << "it comes to an end";
        sizes.push_back(page->rows.size());
        for (const auto& row : page->rows)
            paged.push_back(row.id);
        query.before = page->next;
    } while (query.before != 0);
    EXPECT_EQ(paged, wanted);
    EXPECT_EQ(sizes, (std::vector<std::size_t>{7, 7, 6}));
}

TEST_P(AuditSearchTest, ATrailOfNothingElseIsEmptyAndAtItsEnd) {
    const auto catalog = open();
    ASSERT_TRUE(catalog->append_audit(std::vector<AuditRow>(30, an_event("tick.done"))));
    auto page = AuditSearch::of(*catalog).search_audit_now(without_ticks());
    ASSERT_TRUE(page.has_value());
    EXPECT_TRUE(page->rows.empty());
    EXPECT_EQ(page->next, 0);
}

CASEMENT_ON_BOTH_ENGINES(AuditSearchTest);

}  // namespace
}  // namespace casement::store
