#include "data/query.h"

#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::data {
namespace {

using namespace std::chrono_literals;

Query sample() {
    Query query;
    query.org = 1;
    query.source = "flights";
    query.text = "select * from f where origin = $airport and t >= $from";
    query.parameters["airport"] = Scalar(std::string("ATL"));
    query.parameters["from"] = Scalar(Time{1s});
    return query;
}

TEST(NamedParameters, FindsEveryNameEvenInsideQuotesAndComments) {
    const auto names = named_parameters("select $a, '$b' -- $c\n, $$ $d $$, $1, $ e, $\"f\", $g_1");
    EXPECT_EQ(names, (std::set<std::string, std::less<>>{"a", "b", "c", "d", "g_1"}));
    EXPECT_EQ(named_parameters("a{b=\"${c:regex}\", d=~\"[[e]]\"}[$f] [g] ${ h} ${"),
              (std::set<std::string, std::less<>>{"c", "e", "f"}));
    EXPECT_TRUE(named_parameters("").empty());
    EXPECT_TRUE(named_parameters("$").empty());
}

TEST(CacheKey, IsTheSameForTheSameQuery) {
    EXPECT_EQ(cache_key(sample(), 7), cache_key(sample(), 7));
}

TEST(CacheKey, ChangesWithEverythingThatCanChangeARow) {
    const std::string key = cache_key(sample(), 7);
    auto changed = [&](auto change) {
        Query query = sample();
        change(query);
        return cache_key(query, 7) != key;
    };
    EXPECT_NE(cache_key(sample(), 8), key);
    EXPECT_TRUE(changed([](Query& q) { q.org = 2; }));
    EXPECT_TRUE(changed([](Query& q) { q.source = "flights2"; }));
    EXPECT_TRUE(changed([](Query& q) { q.text += " "; }));
    EXPECT_TRUE(changed([](Query& q) { q.scope = make_scope("flights", {}); }));
    EXPECT_TRUE(changed([](Query& q) { q.limits.rows = 1; }));
    EXPECT_TRUE(changed([](Query& q) { q.parameters["airport"] = Scalar(std::string("SFO")); }));
    EXPECT_TRUE(changed([](Query& q) { q.parameters["airport"] = Scalar(); }));
    EXPECT_TRUE(changed([](Query& q) { q.parameters.erase("airport"); }));
    EXPECT_TRUE(changed(
        [](Query& q) { q.parameters["airport"] = std::vector<Scalar>{std::string("ATL")}; }));
    EXPECT_TRUE(changed([](Query& q) { q.parameters["from"] = Scalar(std::int64_t{1'000'000}); }));
    EXPECT_TRUE(changed([](Query& q) { q.parameters["from"] = Scalar(1'000'000us); }));
}

TEST(CacheKey, LeavesOutWhatTheTextDoesNotName) {
    Query query = sample();
    query.parameters["to"] = Scalar(Time{2s});
    query.parameters["airports"] = Scalar(std::string("x"));
    EXPECT_EQ(cache_key(query, 7), cache_key(sample(), 7));
}

TEST(CacheKey, KeepsFieldsApart) {
    Query one = sample();
    one.source = "ab";
    one.scope = make_scope("c", {});
    Query other = sample();
    other.source = "a";
    other.scope = make_scope("bc", {});
    EXPECT_NE(cache_key(one, 7), cache_key(other, 7));

    Query list = sample();
    list.parameters["airport"] = std::vector<Scalar>{std::string("A"), std::string("B")};
    Query joined = sample();
    joined.parameters["airport"] = std::vector<Scalar>{std::string("AB")};
    EXPECT_NE(cache_key(list, 7), cache_key(joined, 7));
}

TEST(CacheKey, TwoValuesShareAKeyOnlyWhenTheyAreOne) {
    EXPECT_TRUE(rc::check([](const std::string& a, const std::string& b, const std::string& scope_a,
                             const std::string& scope_b) {
        Query one = sample();
        one.parameters["airport"] = Scalar(a);
        one.scope = make_scope(scope_a, {});
        Query other = sample();
        other.parameters["airport"] = Scalar(b);
        other.scope = make_scope(scope_b, {});
        const bool same = a == b && scope_a == scope_b;
        RC_ASSERT((cache_key(one, 1) == cache_key(other, 1)) == same);
    }));
}

}  // namespace
}  // namespace casement::data
