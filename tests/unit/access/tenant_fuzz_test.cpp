// Two tenants, one dashboard, queries at random: nothing that either is sent, by panel, picker,
// filter, file, error, annotation or cache, is ever of a row of the other.
#include "support/fuzzing.h"
#include "tenant_world.h"
#include "unit/data/scope_grammar.h"

#include <random>

namespace casement::access {
namespace {

using Texts = EmbedWorld::Texts;

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
/// Conditions as viewers put them together, and as nobody should.
const std::vector<std::string>& conditions() {
    static const std::vector<std::string> values = {"note|=|MARKGLOBEX-1",
                                                    "note|!=|x",
                                                    "note|=~|.*",
                                                    "tenant|=|globex",
                                                    "tenant|=__gfp__|acme|globex",
                                                    "amount|<|1e9",
                                                    "ssn|!=|x",
                                                    "note|!=|' or 1=1 --",
                                                    "no\"te|=|x",
                                                    "note) or (1=1|=|x",
                                                    "word|=|MARKSECRE",
                                                    ""};
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
    test::Fuzzing fuzzing("TenantFuzz", 400);
    data::ScopeGrammar grammar(fuzzing.seed());
    std::mt19937_64 random(fuzzing.seed());
    const auto one_of = [&](const auto& list) { return list[random() % list.size()]; };
    std::uint64_t hits = 0;
    while (fuzzing.next()) {
        // A text of its own each time: what is in the cache for it, this try has put there.
        const auto sql = "/* " + std::to_string(fuzzing.number()) + " */ " + grammar.statement();
        const auto row = world.dashboard_of(TenantWorld::document(sql));
        std::set<std::string> asked;
        bool shown = false;
        Whose whose;
        for (int viewer = 0; viewer < 2; ++viewer) {
            // Now and then somebody of the same scope, maybe by another way, comes second.
            const bool same = viewer == 1 && random() % 4 == 0;
            if (!same) whose = Whose{one_of(tenants()), one_of(owners()), false};
            whose.by_key = random() % 2 == 0;
            const auto looks =
                whose.by_key ? world.viewer(row, TenantWorld::key(whose.tenant, whose.owner))
                             : world.viewer(row, TenantWorld::person(whose.tenant, whose.owner));
            const auto what = fuzzing.said() + whose.said() + ": " + sql;
            const auto& plan = looks.view->plan(looks.view->document->panels[0],
                                                looks.view->document->panels[0].queries[0]);
            const auto key = plan.scope ? plan.scope->key : std::string("none");
            const auto seen = world.look(looks, "globex", one_of(conditions()), random() % 3 == 0);
            expect_own_rows(whose, seen.everything + seen.offered, what);
            if (::testing::Test::HasFatalFailure()) return;
            // A hit is of a scope that has asked before, never of another; and who comes first
            // with a scope makes the source work, so that no wait tells what others have asked.
            const bool first = asked.insert(key).second;
            ASSERT_FALSE(seen.cached && first) << what;
            ASSERT_FALSE(seen.data && first && seen.asked == 0) << what;
            if (seen.cached) ++hits;
            shown = shown || seen.data;
        }
        if (shown) fuzzing.checked();
    }
    // Hits were looked at too, and not only misses.
    std::printf("[ FUZZ     ] of the same scope again, from the cache: %llu\n",
                static_cast<unsigned long long>(hits));
    EXPECT_GT(hits, 0U);
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

TEST(TenantRows, AreFilteredWhateverEndsTheQuery) {
    TenantWorld world;
    for (const std::string end : {"", ";", "; -- note", " ; /* x; */ -- ;", " /* ; */", " -- ;"}) {
        const auto row = world.dashboard_of(TenantWorld::document(
            "select note, amount from orders where note not in ('; --', '/*')" + end));
        const auto acme = world.viewer(row, TenantWorld::person({"acme"}, {}));
        ViewRequest request;
        request.variables = {{"narrow", {"note|=|MARKACME-7"}}};
        const auto selection = test::run(world.views->select(acme, request, nullptr));
        ASSERT_TRUE(selection) << selection.error().message;
        const auto line = test::run(world.views->panel_line(acme, *selection, 1, nullptr));
        EXPECT_TRUE(has(line, R"("values":["MARKACME-7"])")) << end << "\n" << line;
        const auto choices =
            test::run(world.views->filter_choices(acme, *selection, "narrow", "note", nullptr));
        ASSERT_TRUE(choices) << end;
        EXPECT_EQ(choices->size(), 30U) << end;
    }
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
