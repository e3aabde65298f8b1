#include <chrono>
#include <iostream>

#include <casement/sign.h>

int main() {
    casement::sign::SecureEmbedOptions options;
    options.nonce = "00112233445566778899aabbccddeeff";
    options.timestamp = std::chrono::system_clock::from_time_t(1767225600);
    std::cout << casement::sign::secure_embed_url("https://dash.example/sb/secure-embed/share-0001",
                                                  "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v2",
                                                  options)
              << '\n';

    casement::sign::LookerEmbed embed;
    embed.base_url = "https://localhost:9443";
    embed.target = "/embed/dashboards/1";
    embed.external_user_id = "57";
    embed.permissions = {"access_data"};
    embed.models = {"thelook"};
    embed.force_logout_login = false;
    casement::sign::LookerOptions looker;
    looker.nonce = "n1";
    looker.timestamp = std::chrono::system_clock::from_time_t(1700000000);
    std::cout << casement::sign::looker_embed_url(embed, "secret123", looker) << '\n';
}
