#include "dialects/looker/reasons.h"

#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

#include <gtest/gtest.h>

namespace casement::looker {
namespace {

TEST(LookerReasons, TakeTheirStatusFromOneTable) {
    std::set<std::string_view> codes;
    for (const auto& reason : reasons()) {
        EXPECT_TRUE(codes.insert(reason.code).second) << reason.code;
        EXPECT_FALSE(reason.meaning.empty());
        const auto error = refusal(reason.code, "text", "field");
        EXPECT_EQ(error.kind, reason.kind);
        EXPECT_EQ(error.code, reason.code);
        EXPECT_EQ(error.message, "text");
        EXPECT_EQ(error.field, "field");
    }
    EXPECT_THROW((void)refusal("no_such_reason", ""), std::logic_error);
}

TEST(LookerReasons, StandInTheGuideWithTheirStatus) {
    std::ifstream file(CASEMENT_SOURCE_DIR "/docs/signing.md");
    std::ostringstream page;
    page << file.rdbuf();
    const auto text = page.str();
    const auto chapter = text.substr(std::min(text.find("## Looker-style links"), text.size()));
    for (const auto& reason : reasons()) {
        const auto row =
            "| `" + std::string(reason.code) + "` | " + std::to_string(http_status(reason.kind));
        EXPECT_NE(chapter.find(row), std::string::npos) << row;
    }
}

}  // namespace
}  // namespace casement::looker
