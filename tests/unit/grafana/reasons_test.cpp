#include "dialects/grafana/reasons.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

#include <gtest/gtest.h>

namespace casement::grafana {
namespace {

TEST(GrafanaReasons, TakeTheirStatusFromOneTable) {
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

TEST(GrafanaReasons, StandInTheGuideWithTheirStatus) {
    std::ifstream file(CASEMENT_SOURCE_DIR "/docs/grafana.md");
    std::ostringstream page;
    page << file.rdbuf();
    for (const auto& reason : reasons()) {
        const auto row =
            "| `" + std::string(reason.code) + "` | " + std::to_string(http_status(reason.kind));
        EXPECT_NE(page.str().find(row), std::string::npos) << row;
    }
}

}  // namespace
}  // namespace casement::grafana
