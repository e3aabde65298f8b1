// Queries that nobody would write: composed at random from everything that names a relation, over
// names inside and outside of the scope. None may show a foreign row, in data or in an error.
#include "scope_grammar.h"
#include "scope_world.h"

#include <chrono>
#include <random>

#include <gtest/gtest.h>

namespace casement::data {
namespace {

using namespace std::chrono_literals;

constexpr auto kTime = 10s;
constexpr int kFewest = 5000;

TEST(ScopeFuzz, NoQueryShowsAForeignRow) {
    const TempFolder folder;
    const auto files = open_scope_files(folder);
    const auto database = open_scope_database(folder);
    const std::vector<ScopePtr> scopes = {scope_for({"acme"}), scope_for({"acme", "nobody"}),
                                          scope_for({}, {})};
    const auto seed = std::random_device{}();
    ScopeGrammar grammar(seed);
    const auto end = std::chrono::steady_clock::now() + kTime;
    int tried = 0;
    int ran = 0;
    for (; tried < kFewest || std::chrono::steady_clock::now() < end; ++tried) {
        const auto text = grammar.statement();
        auto query = scoped(text, scopes[static_cast<std::size_t>(tried) % scopes.size()],
                            {{"v", Scalar(std::string("globex"))}});
        query.limits.time = 2s;
        query.limits.rows = 200;
        auto& source = tried % 2 == 0 ? *database : *files;
        const auto said = answer(source, query);
        ASSERT_FALSE(shows_foreign(said)) << "seed " << seed << ": " << text << "\n-> " << said;
        // The engine broke on it: that would cost every viewer of the source its data.
        EXPECT_FALSE(said.starts_with("source_unavailable")) << "seed " << seed << ": " << text;
        if (said.starts_with("{")) ++ran;
    }
    // A grammar whose every query is refused would prove nothing.
    EXPECT_GT(ran, tried / 20) << "of " << tried;
    RecordProperty("tried", tried);
    RecordProperty("ran", ran);
}

}  // namespace
}  // namespace casement::data
