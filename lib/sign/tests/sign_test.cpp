#include "casement/sign.h"

#include <set>
#include <stdexcept>

#include <gtest/gtest.h>

namespace {

using casement::sign::is_signed_by;
using casement::sign::secure_embed_url;
using casement::sign::SecureEmbedOptions;

const std::string kBase = "https://dash.example/sb/secure-embed/share-0001";
const std::string kCredential = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v2";

SecureEmbedOptions fixed(std::string nonce = "00112233445566778899aabbccddeeff") {
    SecureEmbedOptions options;
    options.nonce = std::move(nonce);
    options.timestamp =
        std::chrono::system_clock::from_time_t(1767225600) + std::chrono::milliseconds(999);
    return options;
}

TEST(CasementSign, SignsTheKnownLink) {
    EXPECT_EQ(secure_embed_url(kBase, kCredential, fixed()),
              kBase +
                  "?token=296633d660c45eef76cd7971745ab7e8c54e20a98dc5e27c7188eead0ffa25b8"
                  "&nonce=00112233445566778899aabbccddeeff&ts=1767225600");
}

TEST(CasementSign, TakesANewNonceAndTheTimeOfNow) {
    std::set<std::string> urls;
    const auto before = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    for (int i = 0; i < 100; ++i)
        urls.insert(secure_embed_url(kBase, kCredential));
    const auto after = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    EXPECT_EQ(urls.size(), 100U);
    for (const auto& url : urls) {
        const auto ts = std::stoll(url.substr(url.find("&ts=") + 4));
        EXPECT_GE(ts, before);
        EXPECT_LE(ts, after);
        EXPECT_TRUE(is_signed_by(url, kCredential));
    }
}

TEST(CasementSign, EncodesANonceOfOnesOwn) {
    const auto url = secure_embed_url(kBase, kCredential, fixed("a/b+c=="));
    EXPECT_NE(url.find("nonce=a%2Fb%2Bc%3D%3D"), std::string::npos);
    EXPECT_TRUE(is_signed_by(url, kCredential));
}

TEST(CasementSign, RefusesWhatNoServerWouldAccept) {
    EXPECT_THROW((void)secure_embed_url("dash.example/x", kCredential), std::invalid_argument);
    EXPECT_THROW((void)secure_embed_url(kBase + "?a=b", kCredential), std::invalid_argument);
    EXPECT_THROW((void)secure_embed_url(kBase, ""), std::invalid_argument);
    EXPECT_THROW((void)secure_embed_url(kBase, kCredential, fixed("a|b")), std::invalid_argument);
    auto before_1970 = fixed();
    before_1970.timestamp = std::chrono::system_clock::from_time_t(-5);
    EXPECT_THROW((void)secure_embed_url(kBase, kCredential, before_1970), std::invalid_argument);
}

TEST(CasementSign, NeverPutsTheCredentialIntoAnError) {
    try {
        (void)secure_embed_url(kBase + "#", kCredential);
        FAIL() << "a base URL with a fragment was signed";
    } catch (const std::invalid_argument& error) {
        EXPECT_EQ(std::string(error.what()).find(kCredential), std::string::npos);
    }
}

TEST(CasementSign, SeesAChangedLink) {
    const auto url = secure_embed_url(kBase, kCredential, fixed());
    EXPECT_TRUE(is_signed_by(url, kCredential));
    EXPECT_FALSE(is_signed_by(url, kCredential + "x"));
    EXPECT_FALSE(is_signed_by(url, ""));
    EXPECT_FALSE(is_signed_by(url + "1", kCredential));
    EXPECT_FALSE(is_signed_by(url + "&ts=1767225600", kCredential));
    EXPECT_FALSE(is_signed_by(kBase, kCredential));
    EXPECT_FALSE(is_signed_by("", kCredential));
    EXPECT_FALSE(is_signed_by(kBase + "?nonce=%zz&ts=1&token=", kCredential));
}

}  // namespace
