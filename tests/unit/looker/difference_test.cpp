#include "dialects/looker/difference.h"

#include "base/encoding.h"
#include "unit/looker/vectors.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::looker {
namespace {

class LookerDifference : public testing::Test {
  protected:
    const Vector vector_ = vectors()[0];
    const std::vector<SignedLine> lines_ = signed_lines(vector_.host, vector_.texts);
    const std::string text_ = string_to_sign(vector_.host, vector_.texts);

    std::string difference(const std::string& theirs) const {
        const auto found = first_difference(lines_, theirs);
        return found ? describe(*found) : "none";
    }
    std::string changed(std::string_view what, std::string_view with) const {
        auto text = text_;
        return text.replace(text.find(what), what.size(), with);
    }
};

TEST_F(LookerDifference, NamesTheFirstLineThatDiffers) {
    EXPECT_EQ(difference(text_), "none");
    EXPECT_EQ(difference(changed(R"(["access_data","see)", R"(["access_data", "see)")),
              R"(line 7, permissions: the server has ["access_data","see_looks",)"
              R"("see_user_dashboards"], your text has ["access_data", "see_looks",)"
              R"("see_user_dashboards"])");
    EXPECT_EQ(difference(changed("test.looker.com", "https://test.looker.com")),
              "line 1, host: the server has test.looker.com, your text has "
              "https://test.looker.com");
    EXPECT_EQ(first_difference(lines_, changed("[1,2,3]\n", ""))->name, "group_ids");
}

TEST_F(LookerDifference, TellsEndsApart) {
    EXPECT_NE(difference(text_ + "\n").find("line 13, end: your text has a line break"),
              std::string::npos);
    EXPECT_NE(difference(text_ + "\nx").find("yours goes on with x"), std::string::npos);
    EXPECT_NE(difference("test.looker.com").find("line 2, path: your text is over here"),
              std::string::npos);
    EXPECT_NE(difference(changed("\n", "\r\n")).find("CR LF"), std::string::npos);
    EXPECT_EQ(first_difference(lines_, "")->name, "host");
}

TEST_F(LookerDifference, ShowsALongLineWhereItDiffers) {
    SignedTexts texts = vector_.texts;
    texts.models = "[\"" + std::string(3000, 'm') + "1\"]";
    const auto ours = signed_lines("h", texts);
    auto other = texts;
    other.models = "[\"" + std::string(3000, 'm') + "2\"]";
    const auto said = describe(*first_difference(ours, string_to_sign("h", other)));
    EXPECT_LT(said.size(), 200U);
    EXPECT_NE(said.find("m1\"]"), std::string::npos);
    EXPECT_NE(said.find("m2\"]"), std::string::npos);
}

TEST_F(LookerDifference, AnyTextIsShownWithoutWhatATerminalObeys) {
    EXPECT_TRUE(rc::check([&](const std::string& bytes) {
        const auto found = first_difference(lines_, bytes);
        RC_ASSERT(found.has_value());
        const auto said = describe(*found);
        RC_ASSERT(is_utf8(said));
        RC_ASSERT(has_no_controls(said));
    }));
}

}  // namespace
}  // namespace casement::looker
