// Two tenants, one dashboard, queries at random: nothing that either is sent, by panel, picker,
// file, error or cache, is ever of a row of the other. CASEMENT_FUZZ_TRIES asks for more tries.
#include "tenant_world.h"
#include "unit/data/scope_grammar.h"

#include <cstdlib>
#include <random>

namespace casement::access {
namespace {

using Texts = EmbedWorld::Texts;

int tries() {
    const char* asked = std::getenv("CASEMENT_FUZZ_TRIES");
    return asked == nullptr ? 400 : std::atoi(asked);
}

/// Values of attributes as hosts send them, and as nobody should.
const std::vector<Texts>& tenants() {
    static const std::vector<Texts> values = {{"acme"},
                                              {"globex"},
                                              {"acme"},
                                              {"globex"},
                                              {},
                                              {""},
                                              {"*"},
                                              {"%"},
                                              {"Acme"},
                                              {"acme "},
                                              {"nobody"},
                                              {"' or 1=1 --"},
                                              {"acme\"", "x"},
                                              {"acme','globex"},
                                              {"acme,globex"},
                                              {"null"},
                                              {"$v"},
                                              {"\xff"},
                                              {std::string("acme\0", 5)}};
    return values;
}
const std::vector<Texts>& owners() {
    static const std::vector<Texts> values = {
        {"1..1"},         {"2..2"}, {},      {""},     {".."},         {"1"},
        {"1..1", "2..2"}, {"..0"},  {"3.."}, {"x..2"}, {"0..0 or 1=1"}};
    return values;
}

bool holds(const Texts& values, std::string_view wanted) {
    return std::find(values.begin(), values.end(), wanted) != values.end();
}

struct Whose {
    Texts tenant, owner;
    bool by_key = false;

    [[nodiscard]] bool may_see(std::string_view mark) const {
        if (mark == kAcme) return holds(tenant, "acme") || holds(owner, "1..1");
        return holds(tenant, "globex") || holds(owner, "2..2");
    }
    [[nodiscard]] std::string said() const {
        std::string out = by_key ? "key" : "person";
        for (const auto& value : tenant)
            out += " tenant=" + value;
        for (const auto& value : owner)
            out += " owner=" + value;
        return out;
    }
};

void expect_own_rows(const Whose& whose, const std::string& sent, const std::string& what) {
    ASSERT_FALSE(has(sent, kSecret) || has(sent, "333300")) << what << "\n-> " << sent;
    // Covered for everybody here, whosever they are.
    ASSERT_FALSE(has(sent, "SSN-")) << what << "\n-> " << sent;
    if (!whose.may_see(kAcme)) {
        ASSERT_FALSE(has(sent, kAcme) || has(sent, "111100")) << what << "\n-> " << sent;
    }
    if (!whose.may_see(kGlobex)) {
        ASSERT_FALSE(has(sent, kGlobex) || has(sent, "222200")) << what << "\n-> " << sent;
    }
}

TEST(TenantFuzz, NothingOfAForeignRowIsEverSent) {
    TenantWorld world;
    const auto seed = std::random_device{}();
    data::ScopeGrammar grammar(seed);
    std::mt19937_64 random(seed);
    const auto one_of = [&](const auto& list) { return list[random() % list.size()]; };
    int shown = 0;
    int foreign_hits = 0;
    for (int n = 0; n < tries(); ++n) {
        // A text of its own each time: what is in the cache for it, this try has put there.
        const auto sql = "/* " + std::to_string(n) + " */ " + grammar.statement();
        const auto row = world.dashboard_of(TenantWorld::document(sql));
        std::set<std::string> asked;
        for (int viewer = 0; viewer < 2; ++viewer) {
            Whose whose{one_of(tenants()), one_of(owners()), random() % 2 == 0};
            const auto looks =
                whose.by_key ? world.viewer(row, TenantWorld::key(whose.tenant, whose.owner))
                             : world.viewer(row, TenantWorld::person(whose.tenant, whose.owner));
            const auto what = "seed " + std::to_string(seed) + ": " + whose.said() + ": " + sql;
            const auto& plan = looks.view->plan(looks.view->document->panels[0],
                                                looks.view->document->panels[0].queries[0]);
            const auto key = plan.scope ? plan.scope->key : std::string("none");
            const auto seen = world.look(looks);
            expect_own_rows(whose, seen.everything, what);
            if (::testing::Test::HasFatalFailure()) return;
            // A hit is of a scope that has asked before, never of another.
            if (seen.cached && !asked.contains(key)) ++foreign_hits;
            asked.insert(key);
            if (seen.data) ++shown;
        }
    }
    EXPECT_EQ(foreign_hits, 0);
    // A grammar whose every query is refused would prove nothing.
    EXPECT_GT(shown, tries() / 20) << "of " << tries();
    RecordProperty("shown", shown);
}

TEST(TenantCache, ATenantsQueryNeverHitsWhatAnotherTenantsMade) {
    TenantWorld world;
    const auto row = world.dashboard_of(
        TenantWorld::document("select id, note, amount from orders where amount >= 0"));
    const auto acme = world.viewer(row, TenantWorld::person({"acme"}, {}));
    const auto globex = world.viewer(row, TenantWorld::person({"globex"}, {}));
    const auto first = world.look(acme);
    EXPECT_TRUE(first.data && has(first.everything, kAcme)) << first.everything;
    const auto before = world.engine->stats();
    const auto other = world.look(globex);
    const auto after = world.engine->stats();
    EXPECT_FALSE(other.cached);
    EXPECT_GT(after.runs, before.runs);
    EXPECT_TRUE(has(other.everything, kGlobex));
    EXPECT_FALSE(has(other.everything, kAcme));
    // Nobody gets a hit from a scope that only looks like his own.
    for (const auto& values : std::vector<Texts>{{}, {"Acme"}, {"acme", "globex"}, {"acme "}}) {
        EXPECT_FALSE(world.look(world.viewer(row, TenantWorld::person(values, {}))).cached);
    }
    // The same rows for a person who sees more of their columns are another result.
    EXPECT_FALSE(
        world.look(world.viewer(row, TenantWorld::person({"acme"}, {}, {"see_sql"}))).cached);
    // And his own are there.
    EXPECT_TRUE(world.look(acme).cached);
    // The same values by another way are the same scope.
    EXPECT_TRUE(world.look(world.viewer(row, TenantWorld::person({"acme", "acme"}, {}))).cached);
}

TEST(TenantRows, AreThoseOfTheAttributesHoweverTheyCome) {
    TenantWorld world;
    const auto row = world.dashboard_of(TenantWorld::document("select * from orders"));
    const auto sent = [&](const auto& grant) {
        return world.look(world.viewer(row, grant)).everything;
    };
    EXPECT_TRUE(has(sent(TenantWorld::person({"acme"}, {})), kAcme));
    EXPECT_TRUE(has(sent(TenantWorld::key({"acme"}, {})), kAcme));
    const auto accounts = world.dashboard_of(TenantWorld::document("select name from accounts"));
    EXPECT_TRUE(has(
        world.look(world.viewer(accounts, TenantWorld::person({}, {"2..2"}))).everything, kGlobex));
    EXPECT_TRUE(has(world.look(world.viewer(accounts, TenantWorld::person({}, {"..1"}))).everything,
                    kAcme));
}

}  // namespace
}  // namespace casement::access
