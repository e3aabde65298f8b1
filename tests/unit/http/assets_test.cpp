#include "http/assets.h"

#include <gtest/gtest.h>

namespace casement::http {
namespace {

constexpr Asset kScript{.path = "/assets/viewer-3f2a.js",
                        .content_type = "text/javascript",
                        .etag = "\"abc\"",
                        .immutable = true,
                        .identity = "identity bytes",
                        .gzip = "gzip bytes",
                        .brotli = "brotli"};

Response serve(std::string accept, std::string if_none_match = {}, const Asset& asset = kScript) {
    Request request;
    if (!accept.empty()) request.headers.add("Accept-Encoding", std::move(accept));
    if (!if_none_match.empty()) request.headers.add("If-None-Match", std::move(if_none_match));
    return serve_asset(request, asset);
}

std::string coding(std::string accept) {
    const auto response = serve(std::move(accept));
    EXPECT_EQ(response.headers.find("Vary"), "Accept-Encoding");
    return std::string(response.headers.find("Content-Encoding").value_or("identity"));
}

TEST(Assets, TakeTheSmallestFormThatTheClientKnows) {
    EXPECT_EQ(coding("gzip, deflate, br"), "br");
    EXPECT_EQ(coding("gzip, deflate"), "gzip");
    EXPECT_EQ(coding("deflate"), "identity");
    EXPECT_EQ(coding(""), "identity");
    EXPECT_EQ(coding("*"), "br");
    EXPECT_EQ(coding("GZIP"), "gzip");
}

TEST(Assets, ListenToQualities) {
    EXPECT_EQ(coding("br;q=0.5, gzip;q=0.8"), "gzip");
    EXPECT_EQ(coding("br;q=0, gzip"), "gzip");
    EXPECT_EQ(coding("br;q=0, *"), "gzip");
    EXPECT_EQ(coding("br;q=0.000, gzip;q=0"), "identity");
    EXPECT_EQ(coding("identity, br;q=0.1"), "identity");
    EXPECT_EQ(coding("br ; Q=1.000 , gzip"), "br");
    EXPECT_EQ(coding("br;q=junk, gzip;q=0.1"), "gzip");
    EXPECT_EQ(coding("identity;q=0"), "identity");
}

TEST(Assets, SendTheBytesOfTheForm) {
    EXPECT_EQ(serve("br").body, "brotli");
    EXPECT_EQ(serve("gzip").body, "gzip bytes");
    EXPECT_EQ(serve("").body, "identity bytes");
    Asset small = kScript;
    small.gzip = {};
    small.brotli = {};
    EXPECT_EQ(serve("br, gzip", {}, small).body, "identity bytes");
    EXPECT_EQ(serve("br, gzip", {}, small).headers.find("Content-Encoding"), std::nullopt);
}

TEST(Assets, AnswerNotModifiedPerForm) {
    const std::string brotli_tag(*serve("br").headers.find("ETag"));
    const std::string gzip_tag(*serve("gzip").headers.find("ETag"));
    EXPECT_NE(brotli_tag, gzip_tag);
    EXPECT_EQ(serve("").headers.find("ETag"), "\"abc\"");

    const auto fresh = serve("br", brotli_tag);
    EXPECT_EQ(fresh.status, 304);
    EXPECT_TRUE(fresh.body.empty());
    EXPECT_EQ(fresh.headers.find("ETag"), brotli_tag);
    EXPECT_EQ(fresh.headers.find("Vary"), "Accept-Encoding");
    EXPECT_EQ(fresh.headers.find("Content-Encoding"), std::nullopt);
    EXPECT_EQ(serve("br", gzip_tag).status, 200);
    EXPECT_EQ(serve("br", "\"x\", W/" + brotli_tag).status, 304);
    EXPECT_EQ(serve("br", "*").status, 304);
    EXPECT_EQ(serve("br", "abc").status, 200);
}

TEST(Assets, AreKeptForEverOnlyWhenTheirNameHasTheirHash) {
    EXPECT_EQ(serve("").headers.find("Cache-Control"), "public, max-age=31536000, immutable");
    Asset page = kScript;
    page.immutable = false;
    EXPECT_EQ(serve("", {}, page).headers.find("Cache-Control"), "public, no-cache");
}

TEST(Assets, OfThisBuildAreWholeAndRouted) {
    Router router;
    add_asset_routes(router);
    for (const Asset& asset : embedded_assets()) {
        EXPECT_EQ(router.pattern_of(Method::get, asset.path), asset.path);
        EXPECT_FALSE(asset.identity.empty()) << asset.path;
        EXPECT_TRUE(asset.etag.starts_with('"') && asset.etag.ends_with('"')) << asset.path;
        EXPECT_TRUE(asset.gzip.empty() || asset.gzip.size() < asset.identity.size());
        EXPECT_TRUE(asset.brotli.empty() || asset.brotli.size() < asset.identity.size());
    }
    EXPECT_EQ(find_asset("no such file"), nullptr);
}

}  // namespace
}  // namespace casement::http
