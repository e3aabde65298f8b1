#include "http/tls.h"

#include <fstream>
#include <string_view>

#include <fmt/format.h>
#include <openssl/ssl.h>

namespace casement::http {
namespace {

// TLS 1.2: ephemeral keys and authenticated encryption only. 1.3 has no other suites.
constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

Error failed(std::string message) {
    return {ErrorKind::unavailable, "tls_failed", std::move(message), {}};
}

// A client that offers only other protocols goes on without ALPN and gets HTTP/1.1.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* in, unsigned in_size, void*) {
    static constexpr std::string_view kOurs = "http/1.1";
    for (unsigned at = 0; at < in_size;) {
        const unsigned size = in[at];
        if (at + 1 + size > in_size) break;
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
        if (std::string_view(reinterpret_cast<const char*>(in + at + 1), size) == kOurs) {
            *out = in + at + 1;
            *out_size = static_cast<unsigned char>(size);
            return SSL_TLSEXT_ERR_OK;
        }
        at += 1 + size;
    }
    return SSL_TLSEXT_ERR_NOACK;
}

bool readable(const std::string& path) {
    return std::ifstream(path).good();
}

}  // namespace

Result<TlsContext> load_tls(const TlsFiles& files) {
    for (const auto& path : {files.certificate_chain, files.private_key}) {
        if (!readable(path)) {
            return failed(
                fmt::format("The TLS file {} cannot be read. Check that it is there and "
                            "that the server's user may read it.",
                            path));
        }
    }
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX* const raw = context->native_handle();
    SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
    SSL_CTX_set_options(
        raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_cipher_list(raw, kCiphers);
    SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);
    // Tickets resume sessions; a cache in memory beside them would only grow.
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
    // A key with a passphrase must be an error, not a question on a terminal nobody sees.
    SSL_CTX_set_default_passwd_cb(raw, [](char*, int, int, void*) { return 0; });

    boost::system::error_code error;
    context->use_certificate_chain_file(files.certificate_chain, error);
    if (error) {
        return failed(
            fmt::format("{} is not a PEM certificate chain ({}). It must start with the "
                        "server's own certificate.",
                        files.certificate_chain, error.message()));
    }
    context->use_private_key_file(files.private_key, asio::ssl::context::pem, error);
    if (error) {
        return failed(
            fmt::format("{} is not a PEM private key without passphrase that belongs to "
                        "the certificate in {} ({}).",
                        files.private_key, files.certificate_chain, error.message()));
    }
    if (SSL_CTX_check_private_key(raw) != 1) {
        return failed(fmt::format("The private key {} does not belong to the certificate {}.",
                                  files.private_key, files.certificate_chain));
    }
    return context;
}

}  // namespace casement::http
