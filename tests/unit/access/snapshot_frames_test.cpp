#include "access/snapshot_frames.h"

#include "base/shape.h"

#include <gtest/gtest.h>

namespace casement::access {
namespace {

json::value parsed(std::string_view text) {
    return parse_json(text).value();
}
Result<json::array> read(std::string_view text) {
    return read_frames(parsed(text), "data");
}
json::value shown(std::string_view text) {
    return parsed(show_frames(read(text).value()).value().json);
}
std::string field_of_refusal(std::string_view text) {
    const auto frames = read(text);
    EXPECT_FALSE(frames) << text;
    return frames ? "" : frames.error().field;
}

TEST(SnapshotFrames, AreShownAsTablesOfAViewer) {
    EXPECT_EQ(shown(R"([{"refId":"A","name":"flights","fields":[
        {"name":"Time","type":"time","config":{},"values":[1000,2000]},
        {"name":"Value","type":"number","config":{"unit":"ms"},"values":[1.5,null]},
        {"name":"late","type":"boolean","config":{},"values":[true,false]},
        {"name":"airport","type":"string","config":{},"values":["ATL","<b>"]}]}])"),
              parsed(R"([{"name":"A","columns":[
        {"name":"Time","type":"time","values":[1000,2000]},
        {"name":"Value","type":"number","values":[1.5,null]},
        {"name":"late","type":"boolean","values":[true,false]},
        {"name":"airport","type":"text","values":["ATL","<b>"]}],
        "rows":2,"truncated":false}])"));
}

TEST(SnapshotFrames, OfTheSplitFormAreTheSame) {
    EXPECT_EQ(read(R"([{"schema":{"refId":"A","name":"n","meta":{"executedQueryString":"SELECT 1"},
                 "fields":[{"name":"t","type":"time","typeInfo":{"frame":"time.Time"}},
                           {"name":"v","type":"number","config":{"unit":"s"}}]},
                 "data":{"values":[[1],[2]]}}])")
                  .value(),
              read(R"([{"refId":"A","name":"n","fields":[
                 {"name":"t","type":"time","config":{},"values":[1]},
                 {"name":"v","type":"number","config":{"unit":"s"},"values":[2]}]}])")
                  .value());
}

TEST(SnapshotFrames, KeepNothingOfTheirQueryAndNoLink) {
    const auto kept = json::serialize(json::value(read(R"([{
        "refId":"A","meta":{"executedQueryString":"SELECT secret","custom":{"sql":"SELECT secret"}},
        "expr":"secret","target":"secret","__proto__":{"secret":1},
        "fields":[{"name":"v","type":"number","values":[1],"entities":{"secret":[1]},
                   "state":{"secret":1},
                   "config":{"links":[{"url":"https://x.example/?token=secret"}],
                             "custom":{"secret":1},"filterable":true,"unit":"ms","decimals":2,
                             "__proto__":{"secret":1}}}]}])")
                                                      .value()));
    EXPECT_EQ(kept.find("secret"), std::string::npos) << kept;
    EXPECT_NE(kept.find(R"("unit":"ms")"), std::string::npos) << kept;
    EXPECT_NE(kept.find(R"("decimals":2)"), std::string::npos) << kept;
}

TEST(SnapshotFrames, AreNamedAsTheVendorNamesThem) {
    const auto name = [](std::string_view field) {
        const auto frames = shown(R"([{"refId":"A","fields":[)" + std::string(field) + "]}]");
        return std::string(frames.at(0).at("columns").at(0).at("name").as_string());
    };
    EXPECT_EQ(name(R"({"name":"Value","type":"number","values":[],"labels":{"job":"api"}})"),
              "api");
    EXPECT_EQ(name(R"({"name":"Value","type":"number","values":[],
                       "labels":{"job":"api","pod":"a"}})"),
              R"({job="api", pod="a"})");
    EXPECT_EQ(name(R"({"name":"rate","type":"number","values":[],"labels":{"job":"api"}})"),
              R"(rate {job="api"})");
    EXPECT_EQ(name(R"({"name":"Value","type":"number","values":[],"labels":{"job":"api"},
                       "config":{"displayName":"Requests"}})"),
              "Requests");
    EXPECT_EQ(name(R"({"name":"__proto__","type":"number","values":[]})"), "__proto__");
}

TEST(SnapshotFrames, WithWrongValuesAreRefusedAndSayWhere) {
    EXPECT_EQ(field_of_refusal(R"({})"), "data");
    EXPECT_EQ(field_of_refusal(R"(["x"])"), "data[0]");
    EXPECT_EQ(field_of_refusal(R"([{}])"), "data[0].fields");
    EXPECT_EQ(field_of_refusal(R"([{"fields":[1]}])"), "data[0].fields[0]");
    EXPECT_EQ(field_of_refusal(R"([{"fields":[{"type":"number","values":{}}]}])"),
              "data[0].fields[0].values");
    EXPECT_EQ(field_of_refusal(R"([{"fields":[{"type":"number","values":[1,[]]}]}])"),
              "data[0].fields[0].values[1]");
    EXPECT_EQ(field_of_refusal(R"([{"fields":[{"type":"time","values":["soon"]}]}])"),
              "data[0].fields[0].values[0]");
    EXPECT_EQ(field_of_refusal(R"([{"fields":[{"type":"number","values":[1]},
                                              {"type":"number","values":[1,2]}]}])"),
              "data[0].fields[1].values");
    EXPECT_EQ(field_of_refusal(R"([{"schema":{"fields":[{"type":"number"}]},"data":{}}])"),
              "data[0].data.values");
    // The form of long ago.
    EXPECT_EQ(field_of_refusal(R"([{"target":"x","datapoints":[[1,2]]}])"), "data[0].fields");
}

TEST(SnapshotFrames, ReadTimesAndWhatIsNoNumberInJson) {
    EXPECT_EQ(shown(R"([{"fields":[
        {"name":"t","type":"time","values":["1970-01-01T00:00:01Z",null]},
        {"name":"v","type":"number","values":["NaN","Infinity"]}]}])")
                  .at(0)
                  .at("columns"),
              parsed(R"([{"name":"t","type":"time","values":[1000,null]},
                         {"name":"v","type":"number","values":[null,null]}])"));
    // What is no text of its own becomes none; frames inside of frames are left out.
    EXPECT_EQ(shown(R"([{"fields":[
        {"name":"o","type":"other","values":["x",1,{"sql":"SELECT"},true]},
        {"name":"f","type":"frame","values":[1,2,3,4]}]}])")
                  .at(0)
                  .at("columns"),
              parsed(R"([{"name":"o","type":"text","values":["x","1",null,"true"]}])"));
}

TEST(SnapshotFrames, OfAViewersLineComeBackAsThatLineHadThem) {
    const auto line = parsed(R"({"panel":1,"frames":[{"name":"B","columns":[
        {"name":"t","type":"time","values":[1]},{"name":"s","type":"text","values":[null]},
        {"name":"api","type":"number","labels":{"job":"api","pod":"a"},
         "values":[9007199254740992],"exact":{"0":"9007199254740993"}}],
        "rows":1,"truncated":true,"notice":"Only the first 1 rows are here."}]})");
    const auto stored = frames_of_line(line.as_object());
    const auto back = show_frames(stored).value();
    EXPECT_EQ(parsed(back.json), line.at("frames"));
    EXPECT_EQ(back.names, std::vector<std::string>{"B"});
}

TEST(SnapshotFrames, ThatAreDamagedAreSaidToBe) {
    for (const auto* text : {R"([1])", R"([{"fields":1}])", R"([{"fields":[{"name":"x"}]}])"}) {
        const auto back = show_frames(parsed(text).as_array());
        ASSERT_FALSE(back) << text;
        EXPECT_EQ(back.error().code, "snapshot_unreadable");
    }
}

}  // namespace
}  // namespace casement::access
