#include "store/packed_json.h"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace casement::store {
namespace {

json::value packed(std::string_view text) {
    json::error_code failed;
    auto value = parse_packed(text, failed, {});
    EXPECT_FALSE(failed) << text;
    return value;
}

std::string large_document() {
    json::array panels;
    for (int i = 0; i < 200; ++i) {
        panels.push_back(json::object{{"id", i},
                                      {"title", std::string(static_cast<std::size_t>(i), 't')},
                                      {"options", {{"unit", nullptr}, {"stack", true}}},
                                      {"grid", {1, 2.5, -3, "four"}}});
    }
    return json::serialize(json::object{{"panels", panels}});
}

TEST(PackedJson, ReadsWhatBoostReads) {
    for (const std::string& text :
         {std::string("{}"), std::string("[]"), std::string("null"),
          std::string(R"({"a":{"b":[1,"two",3.5]}})"),
          R"({"long":")" + std::string(10'000, 'x') + R"("})", large_document()}) {
        EXPECT_EQ(packed(text), json::parse(text));
    }
    json::error_code failed;
    (void)parse_packed(R"({"a":)", failed, {});
    EXPECT_TRUE(failed);
}

TEST(PackedJson, CanBeChangedAndOutlivesItsParts) {
    auto value = packed(large_document());
    auto& panels = value.as_object().at("panels").as_array();
    for (int i = 0; i < 1000; ++i)
        panels.push_back(json::object{{"id", i}});
    panels.erase(panels.begin(), panels.begin() + 150);
    panels[0].as_object()["title"] = std::string(5000, 'n');
    EXPECT_EQ(panels.size(), 1050U);

    // A part that was taken out holds the memory that it lies in.
    json::value part = std::move(panels[1]);
    value = nullptr;
    EXPECT_EQ(part.at("title").as_string().size(), 151U);
    json::value copy = part;
    part = nullptr;
    EXPECT_EQ(copy.at("grid").at(3).as_string(), "four");
}

TEST(PackedJson, IsCopiedByManyThreadsAtOnce) {
    const std::string text = large_document();
    const auto value = packed(text);
    const auto expected = json::parse(text);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&value, &expected] {
            for (int i = 0; i < 20; ++i) {
                json::object copy(value.as_object());
                EXPECT_EQ(copy, expected.as_object());
                copy["panels"].as_array().emplace_back(i);
                const json::value panel = copy["panels"].as_array()[7];
                EXPECT_EQ(panel.at("id").as_int64(), 7);
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
}

}  // namespace
}  // namespace casement::store
