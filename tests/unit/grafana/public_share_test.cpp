#include "dialects/grafana/public_share.h"

#include "base/shape.h"
#include "dialects/grafana/public_document.h"
#include "dialects/grafana/public_verifier.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::grafana {
namespace {

constexpr const char* kToken = "0f8fad5bd9cb469fa16570867728950e";

TEST(AccessToken, IsReadInEveryTextFormOfAUuid) {
    for (const auto* text :
         {"0f8fad5bd9cb469fa16570867728950e", "0F8FAD5BD9CB469FA16570867728950E",
          "0f8fad5b-d9cb-469f-a165-70867728950e", "{0f8fad5b-d9cb-469f-a165-70867728950e}",
          "urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e",
          "URN:UUID:0F8FAD5B-D9CB-469F-A165-70867728950E"}) {
        EXPECT_EQ(read_access_token(text), kToken) << text;
    }
}

TEST(AccessToken, NothingElseIsOne) {
    for (const auto* text :
         {"", "0f8fad5b", "0f8fad5bd9cb469fa16570867728950", "0f8fad5bd9cb469fa16570867728950ee",
          "0f8fad5bd-9cb-469f-a165-70867728950e", "0f8fad5b-d9cb-469f-a165-70867728950-",
          "{0f8fad5bd9cb469fa16570867728950e}", "gf8fad5bd9cb469fa16570867728950e",
          "0f8fad5b d9cb 469f a165 70867728950e", "uuid:urn:0f8fad5b-d9cb-469f-a165-70867728950e",
          "{0f8fad5b-d9cb-469f-a165-70867728950e"}) {
        EXPECT_FALSE(read_access_token(text)) << text;
    }
}

TEST(AccessToken, EveryNewOneIsReadAsItself) {
    crypto::SystemRandom random;
    rc::check([&] {
        const auto token = make_access_token(random);
        RC_ASSERT(token.size() == 32U);
        RC_ASSERT(token[12] == '4');
        RC_ASSERT(read_access_token(token) == token);
    });
}

TEST(PublicPath, HoldsATokenAndNothingElse) {
    EXPECT_EQ(token_of_path(std::string("/public-dashboards/") + kToken), kToken);
    EXPECT_EQ(token_of_path("/public-dashboards/%7B0f8fad5b-d9cb-469f-a165-70867728950e%7D"),
              kToken);
    EXPECT_FALSE(token_of_path("/public-dashboards/"));
    EXPECT_FALSE(token_of_path(std::string("/public-dashboards/") + kToken + "/x"));
    EXPECT_FALSE(token_of_path(std::string("/d/") + kToken));
}

store::Share share_with(json::object settings) {
    store::Share share;
    share.type = "open";
    share.status = "active";
    share.token = kToken;
    share.settings = std::move(settings);
    return share;
}

TEST(PublicShare, IsAnOpenShareWithANameOfThisDialect) {
    EXPECT_TRUE(is_public(share_with(public_settings("u"))));
    EXPECT_FALSE(is_public(share_with({})));
    EXPECT_FALSE(is_public(share_with({{"grafana", "u"}})));
    EXPECT_FALSE(is_public(share_with({{"grafana", {{"uid", 3}}}})));
    auto embedded = share_with(public_settings("u"));
    embedded.type = "secure_embed";
    EXPECT_FALSE(is_public(embedded));
}

TEST(PublicShare, AChangeTouchesOnlyWhatItNames) {
    auto share = share_with(public_settings("u"));
    share.settings["download"] = true;
    apply({.enabled = false, .variables = true}, share, 7, Time{});
    const auto seen = shown(share, "d");
    EXPECT_EQ(seen.at("isEnabled"), false);
    EXPECT_EQ(seen.at("variablesEnabled"), true);
    EXPECT_EQ(seen.at("timeSelectionEnabled"), false);
    EXPECT_EQ(seen.at("updatedBy"), 7);
    EXPECT_EQ(share.settings.at("download"), true);
    apply({.time_selectable = true}, share, 8, Time{});
    EXPECT_EQ(shown(share, "d").at("isEnabled"), false);
    EXPECT_EQ(shown(share, "d").at("timeSelectionEnabled"), true);
}

/// A document in which this text stands everywhere that nobody has named.
json::value hidden_everywhere(int depth) {
    constexpr const char* kNames[] = {"targets",     "panels",     "options",    "fieldConfig",
                                      "links",       "templating", "list",       "title2",
                                      "annotations", "expr",       "rawSql",     "target",
                                      "query",       "datasource", "properties", "overrides",
                                      "rows",        "url",        "definition", "inputs"};
    json::object object;
    for (const auto* name : kNames) {
        if (depth == 0) {
            object[name] = "S3CRET";
        } else if (depth % 2 == 0) {
            object[name] = json::array{hidden_everywhere(depth - 1)};
        } else {
            object[name] = hidden_everywhere(depth - 1);
        }
    }
    return object;
}

TEST(PublicDocument, HasNothingThatIsNotNamed) {
    store::Dashboard row;
    row.dialect = "grafana";
    for (const int depth : {1, 2, 3}) {
        row.document = hidden_everywhere(depth).as_object();
        row.document["title"] = "Shown";
        const auto text = json::serialize(public_document(row, {}));
        EXPECT_EQ(text.find("S3CRET"), std::string::npos) << text;
        EXPECT_NE(text.find("Shown"), std::string::npos);
    }
}

TEST(PublicDocument, BearsAnyDocument) {
    for (const auto* text :
         {R"({"panels": 3, "templating": [], "annotations": null, "time": "x", "timepicker": 5})",
          R"({"panels": [3, null, {"targets": [1, {"refId": {"a": 1}}], "panels": [[]]}]})",
          R"({"rows": [{"panels": [{"type": 5, "gridPos": [], "options": "x"}]}], "tags": {}})"}) {
        store::Dashboard row;
        row.dialect = "grafana";
        row.document = parse_json(text).value().as_object();
        EXPECT_EQ(public_document(row, {}).at("timepicker"), (json::object{{"hidden", true}}));
    }
}

}  // namespace
}  // namespace casement::grafana
