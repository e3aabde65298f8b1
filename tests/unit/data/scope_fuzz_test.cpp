// Queries that nobody would write: composed at random from everything that names a relation, over
// names inside and outside of the scope. None may show a foreign row, in data or in an error.
#include "scope_grammar.h"
#include "scope_world.h"
#include "support/fuzzing.h"

#include <chrono>

#include <gtest/gtest.h>

namespace casement::data {
namespace {

using namespace std::chrono_literals;

TEST(ScopeFuzz, NoQueryShowsAForeignRow) {
    const TempFolder folder;
    const auto files = open_scope_files(folder);
    const auto database = open_scope_database(folder);
    const std::vector<ScopePtr> scopes = {scope_for({"acme"}), scope_for({"acme", "nobody"}),
                                          scope_for({}, {})};
    test::Fuzzing fuzzing("ScopeFuzz, DuckDB", 5000);
    ScopeGrammar grammar(fuzzing.seed());
    while (fuzzing.next()) {
        const auto text = grammar.statement();
        auto query = scoped(text, scopes[fuzzing.number() % scopes.size()],
                            {{"v", Scalar(std::string("globex"))}});
        query.limits.time = 2s;
        query.limits.rows = 200;
        auto& source = fuzzing.number() % 2 == 0 ? *database : *files;
        const auto said = answer(source, query);
        ASSERT_FALSE(shows_foreign(said)) << fuzzing.said() << text << "\n-> " << said;
        // The engine broke on it: that would cost every viewer of the source its data.
        EXPECT_FALSE(said.starts_with("source_unavailable")) << fuzzing.said() << text;
        if (said.starts_with("{")) fuzzing.checked();
    }
}

}  // namespace
}  // namespace casement::data
