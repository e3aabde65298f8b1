#include "access/open_id.h"

#include <gtest/gtest.h>

namespace casement::access {
namespace {

TEST(OpenId, AProviderIsAskedOverHttpsOrOnThisMachine) {
    for (const char* url :
         {"https://id.example", "https://id.example:8443/realm", "http://localhost",
          "http://localhost:9000/x", "http://127.0.0.1:80", "http://[::1]:80/"}) {
        EXPECT_TRUE(is_provider_address(url)) << url;
    }
}

TEST(OpenId, AnAddressThatOnlyLooksLikeThisMachineIsNone) {
    for (const char* url :
         {"", "id.example", "http://id.example", "http://localhost.evil.example",
          "http://localhost:a@evil.example/", "http://127.0.0.1@evil.example",
          "https://id.example@evil.example", "ftp://localhost", "http://127.0.0.10/",
          "HTTP://localhost/", "file:///etc/passwd", "http://localhost#@evil.example"}) {
        EXPECT_FALSE(is_provider_address(url)) << url;
    }
}

}  // namespace
}  // namespace casement::access
