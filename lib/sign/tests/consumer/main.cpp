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
}
