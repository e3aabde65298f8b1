// Stars and looks of people: the same on both engines, bounded, and gone with what they stand on.
#include "store/home_store.h"

#include "catalog_people_fixture.h"

#include <algorithm>

namespace casement::store {
namespace {

using std::chrono::seconds;

class HomeStoreTest : public PeopleTest {
  protected:
    static std::vector<DashboardMark> marks(Catalog& catalog, std::int64_t person) {
        return HomeStore::of(catalog).marks_now(person).value();
    }
    static std::optional<DashboardMark> mark(Catalog& catalog, std::int64_t person,
                                             std::int64_t dashboard) {
        for (const auto& one : marks(catalog, person))
            if (one.dashboard == dashboard) return one;
        return std::nullopt;
    }
    Result<void> star(Catalog& catalog, std::int64_t person, std::int64_t dashboard) const {
        return HomeStore::of(catalog).star_now(person, dashboard, clock.now());
    }
    static Result<void> unstar(Catalog& catalog, std::int64_t person, std::int64_t dashboard) {
        return HomeStore::of(catalog).star_now(person, dashboard, std::nullopt);
    }
    Result<void> see(Catalog& catalog, std::int64_t person, std::int64_t dashboard) const {
        return HomeStore::of(catalog).note_seen_now(person, dashboard, clock.now());
    }
};

TEST_P(HomeStoreTest, KeepsEachPersonsOwnStarsAndLooks) {
    const auto catalog = open();
    const auto ada = insert(*catalog, a_user("ada@example.org")).id;
    const auto eve = insert(*catalog, a_user("eve@example.org")).id;
    const auto board = insert(*catalog, a_dashboard("board")).id;
    ASSERT_TRUE(star(*catalog, ada, board).has_value());
    ASSERT_TRUE(see(*catalog, eve, board).has_value());
    const auto adas = mark(*catalog, ada, board);
    ASSERT_TRUE(adas.has_value());
    EXPECT_EQ(adas->starred_at, clock.now());
    EXPECT_FALSE(adas->seen_at.has_value());
    const auto eves = mark(*catalog, eve, board);
    ASSERT_TRUE(eves.has_value());
    EXPECT_FALSE(eves->starred_at.has_value());
    EXPECT_EQ(eves->seen_at, clock.now());
}

TEST_P(HomeStoreTest, AStarKeepsItsPlaceAndIsTakenAwayWithoutTheLook) {
    const auto catalog = open();
    const auto ada = insert(*catalog, a_user("ada@example.org")).id;
    const auto board = insert(*catalog, a_dashboard("board")).id;
    const auto first = clock.now();
    ASSERT_TRUE(star(*catalog, ada, board).has_value());
    clock.advance(seconds(5));
    ASSERT_TRUE(star(*catalog, ada, board).has_value());
    ASSERT_TRUE(see(*catalog, ada, board).has_value());
    EXPECT_EQ(mark(*catalog, ada, board)->starred_at, first);
    EXPECT_EQ(mark(*catalog, ada, board)->seen_at, clock.now());
    ASSERT_TRUE(unstar(*catalog, ada, board).has_value());
    EXPECT_FALSE(mark(*catalog, ada, board)->starred_at.has_value());
    EXPECT_TRUE(mark(*catalog, ada, board)->seen_at.has_value());
    ASSERT_TRUE(star(*catalog, ada, board).has_value());
    EXPECT_EQ(mark(*catalog, ada, board)->starred_at, clock.now()) << "a star of its own";
}

TEST_P(HomeStoreTest, KeepsNoRowThatSaysNothing) {
    const auto catalog = open();
    const auto ada = insert(*catalog, a_user("ada@example.org")).id;
    const auto board = insert(*catalog, a_dashboard("board")).id;
    ASSERT_TRUE(unstar(*catalog, ada, board).has_value());
    EXPECT_TRUE(marks(*catalog, ada).empty());
    ASSERT_TRUE(star(*catalog, ada, board).has_value());
    ASSERT_TRUE(unstar(*catalog, ada, board).has_value());
    EXPECT_EQ(sql("SELECT COUNT(*) FROM person_dashboards"), "0");
}

TEST_P(HomeStoreTest, ForgetsTheOldestLooksAndNoStar) {
    const auto catalog = open();
    const auto ada = insert(*catalog, a_user("ada@example.org")).id;
    const auto eve = insert(*catalog, a_user("eve@example.org")).id;
    std::vector<std::int64_t> boards;
    for (std::size_t i = 0; i < HomeStore::kMostSeen + 3; ++i)
        boards.push_back(insert(*catalog, a_dashboard("board" + std::to_string(i))).id);
    ASSERT_TRUE(star(*catalog, ada, boards[0]).has_value());
    ASSERT_TRUE(see(*catalog, eve, boards[0]).has_value());
    for (const auto board : boards) {
        clock.advance(seconds(1));
        ASSERT_TRUE(see(*catalog, ada, board).has_value());
    }
    const auto kept = marks(*catalog, ada);
    const auto seen = std::count_if(kept.begin(), kept.end(),
                                    [](const auto& one) { return one.seen_at.has_value(); });
    EXPECT_EQ(static_cast<std::size_t>(seen), HomeStore::kMostSeen);
    EXPECT_EQ(kept.front().dashboard, boards.back()) << "the latest first";
    ASSERT_TRUE(mark(*catalog, ada, boards[0]).has_value());
    EXPECT_TRUE(mark(*catalog, ada, boards[0])->starred_at.has_value());
    EXPECT_FALSE(mark(*catalog, ada, boards[0])->seen_at.has_value());
    EXPECT_FALSE(mark(*catalog, ada, boards[1]).has_value());
    EXPECT_FALSE(mark(*catalog, ada, boards[2]).has_value());
    EXPECT_TRUE(mark(*catalog, eve, boards[0])->seen_at.has_value()) << "another person's stay";
}

TEST_P(HomeStoreTest, StarsAreBounded) {
    const auto catalog = open();
    const auto ada = insert(*catalog, a_user("ada@example.org")).id;
    const auto board = insert(*catalog, a_dashboard("board")).id;
    const auto last = insert(*catalog, a_dashboard("last")).id;
    const auto more = insert(*catalog, a_dashboard("more")).id;
    // Rows straight into the database: what they look at does not have to be real, only theirs.
    std::vector<std::int64_t> boards;
    ASSERT_TRUE(write(*catalog, [&](Transaction& tx) -> Result<void> {
                    for (std::size_t i = 0; i + 2 < HomeStore::kMostStarred; ++i) {
                        auto row = a_dashboard("many" + std::to_string(i));
                        if (auto made = tx.insert(row); !made) return made;
                        boards.push_back(row.id);
                    }
                    return {};
                }).has_value());
    std::string rows;
    for (const auto id : boards) {
        rows += (rows.empty() ? "(" : ", (") + std::to_string(ada) + ", " + std::to_string(id) +
                ", 1, 0)";
    }
    sql("INSERT INTO person_dashboards (person, dashboard, starred_at, seen_at) VALUES " + rows);
    ASSERT_TRUE(star(*catalog, ada, board).has_value());
    ASSERT_TRUE(star(*catalog, ada, last).has_value());
    EXPECT_EQ(star(*catalog, ada, more).error().code, "too_many_stars");
    EXPECT_FALSE(mark(*catalog, ada, more).has_value());
    ASSERT_TRUE(unstar(*catalog, ada, board).has_value());
    EXPECT_TRUE(star(*catalog, ada, more).has_value());
}

TEST_P(HomeStoreTest, NobodyMarksWhatIsNotThereOrAnotherOrganizations) {
    const auto catalog = open();
    Organization second;
    second.name = "Other";
    const auto org = insert(*catalog, second).id;
    const auto ada = insert(*catalog, a_user("ada@example.org")).id;
    const auto eve = insert(*catalog, a_user("eve@example.org", org)).id;
    const auto board = insert(*catalog, a_dashboard("board")).id;
    for (const auto& refused :
         {star(*catalog, eve, board), see(*catalog, eve, board), star(*catalog, ada, board + 1000),
          see(*catalog, ada, board + 1000), star(*catalog, ada + 1000, board),
          see(*catalog, ada + 1000, board)}) {
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().kind, ErrorKind::not_found);
    }
    EXPECT_EQ(sql("SELECT COUNT(*) FROM person_dashboards"), "0");
}

TEST_P(HomeStoreTest, MarksGoWithThePersonAndWithTheDashboard) {
    const auto catalog = open();
    const auto process = open();
    const auto ada = insert(*catalog, a_user("ada@example.org")).id;
    const auto eve = insert(*catalog, a_user("eve@example.org")).id;
    const auto board = insert(*catalog, a_dashboard("board")).id;
    const auto other = insert(*catalog, a_dashboard("other")).id;
    for (const auto person : {ada, eve}) {
        ASSERT_TRUE(star(*catalog, person, board).has_value());
        ASSERT_TRUE(see(*catalog, person, other).has_value());
    }
    ASSERT_TRUE(remove<User>(*catalog, ada).has_value());
    EXPECT_TRUE(marks(*process, ada).empty());
    EXPECT_EQ(marks(*process, eve).size(), 2U);
    // The bin keeps a dashboard, and its stars with it; what is taken out of the bin is gone.
    ASSERT_TRUE(
        write(*catalog, [&](Transaction& tx) { return tx.remove<Dashboard>(board); }).has_value());
    EXPECT_EQ(marks(*process, eve).size(), 1U);
    EXPECT_EQ(sql("SELECT COUNT(*) FROM person_dashboards"), "1");
}

CASEMENT_ON_BOTH_ENGINES(HomeStoreTest);

}  // namespace
}  // namespace casement::store
