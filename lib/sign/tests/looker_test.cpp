#include "casement/sign.h"

#include <set>
#include <stdexcept>

#include <gtest/gtest.h>

namespace {

using casement::sign::is_looker_url_signed_by;
using casement::sign::looker_embed_url;
using casement::sign::LookerAlgorithm;
using casement::sign::LookerEmbed;
using casement::sign::LookerOptions;

const std::string kSecret = "secret123";

// The links of tests/unit/looker/vectors.h, V2 with both algorithms.
LookerEmbed minimal(LookerAlgorithm algorithm) {
    LookerEmbed embed;
    embed.base_url = "https://localhost:9443";
    embed.target = "/embed/dashboards/1";
    embed.external_user_id = "57";
    embed.permissions = {"access_data"};
    embed.models = {"thelook"};
    embed.force_logout_login = false;
    embed.algorithm = algorithm;
    return embed;
}

LookerOptions fixed() {
    LookerOptions options;
    options.nonce = "n1";
    options.timestamp =
        std::chrono::system_clock::from_time_t(1700000000) + std::chrono::milliseconds(999);
    return options;
}

std::string expected(const std::string& signature) {
    return "https://localhost:9443/login/embed/%2Fembed%2Fdashboards%2F1?permissions=%5B%22access_"
           "data%22%5D&models=%5B%22thelook%22%5D&signature=" +
           signature +
           "&nonce=%22n1%22&time=1700000000&session_length=300&external_user_id=%2257%22&access_"
           "filters=%7B%7D&force_logout_login=false";
}

TEST(CasementSignLooker, SignsTheKnownLinkWithBothAlgorithms) {
    EXPECT_EQ(looker_embed_url(minimal(LookerAlgorithm::hmac_sha1), kSecret, fixed()),
              expected("5Zicz1sdiwPmW5%2F61pYhM7yx3cg%3D"));
    EXPECT_EQ(looker_embed_url(minimal(LookerAlgorithm::hmac_sha256), kSecret, fixed()),
              expected("0p1dVl9dyIv4tpExzKKJzlNRV3iLFkXdZ05%2BcO1ZP7w%3D"));
}

TEST(CasementSignLooker, TakesANewNonceAndTheTimeOfNow) {
    const auto embed = minimal(LookerAlgorithm::hmac_sha256);
    std::set<std::string> urls;
    const auto before = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    for (int i = 0; i < 100; ++i)
        urls.insert(looker_embed_url(embed, kSecret));
    const auto after = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    EXPECT_EQ(urls.size(), 100U);
    for (const auto& url : urls) {
        const auto time = std::stoll(url.substr(url.find("&time=") + 6));
        EXPECT_GE(time, before);
        EXPECT_LE(time, after);
        EXPECT_TRUE(is_looker_url_signed_by(url, kSecret, embed.algorithm));
    }
}

TEST(CasementSignLooker, KnowsALinkThatAnotherSignerMade) {
    // V1: every optional parameter, in another order.
    const std::string url =
        "https://analytics.example.com:9999/login/embed/%2Fembed%2Fdashboards%2F42%3FState%3D"
        "California%26embed_domain%3Dhttps%3A%2F%2Fapp.example.com%26sdk%3D3?nonce=%220123456789abc"
        "def0123456789abcdef%22&time=1700000000&session_length=900&external_user_id=%22user-4%22&"
        "permissions=%5B%22access_data%22%2C%22see_looks%22%2C%22see_user_dashboards%22%5D&models="
        "%5B%22model_one%22%2C%22model_two%22%5D&group_ids=%5B%224%22%2C%223%22%5D&external_group_"
        "id=%22Allegra%20K%22&user_attributes=%7B%22vendor_id%22%3A%2217%22%2C%22company%22%3A%22"
        "xactness%22%7D&access_filters=%7B%7D&first_name=%22Alice%22&force_logout_login=true&"
        "signature=xo3U%2B9lrrIdrHNgisv5PmiLHO%2Fc%3D";
    EXPECT_TRUE(is_looker_url_signed_by(url, kSecret, LookerAlgorithm::hmac_sha1));
    EXPECT_FALSE(is_looker_url_signed_by(url, kSecret, LookerAlgorithm::hmac_sha256));
    EXPECT_FALSE(is_looker_url_signed_by(url, "other", LookerAlgorithm::hmac_sha1));
    EXPECT_FALSE(is_looker_url_signed_by(url, "", LookerAlgorithm::hmac_sha1));
    EXPECT_FALSE(is_looker_url_signed_by(url + "&time=1", kSecret, LookerAlgorithm::hmac_sha1));
    EXPECT_FALSE(is_looker_url_signed_by(url.substr(34), kSecret, LookerAlgorithm::hmac_sha1));
    for (const std::string name : {"nonce=", "models=", "group_ids=", "access_filters="}) {
        auto other = url;
        other.replace(other.find(name), 1, "x");
        EXPECT_FALSE(is_looker_url_signed_by(other, kSecret, LookerAlgorithm::hmac_sha1)) << name;
    }
    EXPECT_FALSE(is_looker_url_signed_by("", kSecret, LookerAlgorithm::hmac_sha1));
    EXPECT_FALSE(is_looker_url_signed_by("https://h?a=%zz", kSecret, LookerAlgorithm::hmac_sha1));
}

TEST(CasementSignLooker, RefusesWhatNoServerWouldAccept) {
    const auto refuses = [](auto change, const std::string& secret = kSecret) {
        auto embed = minimal(LookerAlgorithm::hmac_sha256);
        change(embed);
        try {
            (void)looker_embed_url(embed, secret);
            ADD_FAILURE() << "it was signed";
        } catch (const std::invalid_argument& error) {
            EXPECT_EQ(std::string(error.what()).find(kSecret), std::string::npos);
        }
    };
    refuses([](LookerEmbed&) {}, "");
    refuses([](LookerEmbed& embed) { embed.base_url = "localhost:9443"; });
    refuses([](LookerEmbed& embed) { embed.base_url += "/"; });
    refuses([](LookerEmbed& embed) { embed.target = "/dashboards/1"; });
    refuses([](LookerEmbed& embed) { embed.external_user_id.clear(); });
    refuses([](LookerEmbed& embed) { embed.session_length = std::chrono::hours(24 * 31); });
    refuses([](LookerEmbed& embed) { embed.external_group_id = std::string(82, 'g'); });
}

}  // namespace
