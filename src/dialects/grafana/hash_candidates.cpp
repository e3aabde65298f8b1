#include "dialects/grafana/hash_candidates.h"

#include "base/encoding.h"
#include "base/words.h"

#include <fmt/format.h>
#include <openssl/evp.h>

namespace casement::grafana {
namespace {

std::string derived(const EVP_MD* method, std::string_view password, std::string_view salt,
                    int iterations) {
    std::string out(kKeyHashLength / 2, '\0');
    PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                      reinterpret_cast<const unsigned char*>(salt.data()),
                      static_cast<int>(salt.size()), iterations, method,
                      static_cast<int>(out.size()), reinterpret_cast<unsigned char*>(out.data()));
    return to_hex(out);
}

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

std::string with_bytes_turned(std::string_view hex) {
    const auto bytes = from_hex(hex).value_or("");
    return to_hex(std::string(bytes.rbegin(), bytes.rend()));
}

/// What may have been taken for the hash of the key.
class Hashes {
  public:
    Hashes(std::string_view key_name, std::string_view account, const SigningKey& key)
        : key_name_(key_name), account_(account), key_(key) {}

    std::vector<Candidate> all() {
        add(std::string(key_.hash.reveal()), "");
        if (!key_.secret.empty()) {
            add(std::string(key_.secret.reveal()),
                "the secret itself was used where its PBKDF2 hash belongs");
            add(std::string(key_.text.reveal()),
                "the whole key was used where the PBKDF2 hash of its secret belongs");
            salts();
            methods();
        }
        spellings();
        return std::move(list_);
    }

  private:
    void add(std::string text, std::string fault) {
        list_.push_back({std::move(text), std::move(fault)});
    }
    void hash_of(std::string_view password, std::string_view salt, std::string fault) {
        add(derived(EVP_sha256(), password, salt, 10'000), std::move(fault));
    }

    void salts() {
        const auto secret = key_.secret.reveal();
        const auto whole = key_.text.reveal();
        hash_of(whole, key_.salt, "PBKDF2 was given the whole key instead of the secret within it");
        const std::string_view right =
            key_.is_token ? "the salt is the checksum at the token's end"
                          : "the salt is the name of the key, as it stands within the key";
        std::vector<std::pair<std::string, std::string>> wrong = {
            {"", "no salt was used"},
            {std::string(secret), "the secret was used as its own salt"},
            {std::string(whole), "the whole key was used as the salt"}};
        if (key_.is_token) {
            wrong.emplace_back(with_bytes_turned(key_.salt),
                               "the checksum was used with its bytes in the wrong order "
                               "(big-endian)");
            wrong.emplace_back(from_hex(key_.salt).value_or(""),
                               "the checksum was decoded before it was used as the salt");
            wrong.emplace_back(upper(key_.salt), "the checksum was used in upper case");
            if (!key_name_.empty()) {
                wrong.emplace_back(std::string(key_name_), "the token's name was used as the salt");
            }
        }
        if (!account_.empty()) {
            wrong.emplace_back(std::string(account_), "the account's name was used as the salt");
        }
        for (const auto& [salt, fault] : wrong) {
            if (salt != key_.salt) hash_of(secret, salt, fmt::format("{}; {}", fault, right));
        }
        hash_of(key_.salt, secret, "secret and salt of PBKDF2 were exchanged");
    }

    void methods() {
        const auto secret = key_.secret.reveal();
        for (const auto& [method, name] :
             {std::pair(EVP_sha1(), "SHA-1"), std::pair(EVP_sha512(), "SHA-512")}) {
            add(derived(method, secret, key_.salt, 10'000),
                fmt::format("PBKDF2 was run with {} instead of SHA-256", name));
        }
        for (const int iterations : {1, 1000, 4096, 100'000}) {
            add(derived(EVP_sha256(), secret, key_.salt, iterations),
                fmt::format("PBKDF2 was run with {} instead of 10000",
                            counted(static_cast<std::size_t>(iterations), "iteration")));
        }
        for (const auto& [method, name] :
             {std::pair(EVP_md5(), "MD5"), std::pair(EVP_sha256(), "SHA-256")}) {
            add(to_hex(digest_with(method, secret)),
                fmt::format("the secret was hashed with {}, not with PBKDF2", name));
        }
    }

    void spellings() {
        const auto hashes = list_;
        for (const auto& [text, fault] : hashes) {
            if (!is_key_hash(text)) continue;
            const auto bytes = from_hex(text).value_or("");
            add(text.substr(0, 64),
                both(fault, "the hash was made of 32 bytes; it must have 50, 100 hex digits"));
            add(upper(text), both(fault, "the hash was written in upper case; it is lower case"));
            add(to_base64(bytes), both(fault, "the hash was written in base64; it is hex"));
            add(bytes, both(fault, "the raw bytes of the hash were used; it is used as hex text"));
        }
        const auto whole = list_;
        for (const auto& [text, fault] : whole)
            add(text + "\n", both(fault, "there was a line break at the end of the key"));
    }

    std::string_view key_name_;
    std::string_view account_;
    const SigningKey& key_;
    std::vector<Candidate> list_;
};

}  // namespace

std::vector<Candidate> hash_candidates(std::string_view key_name, std::string_view account,
                                       const SigningKey& key) {
    return Hashes(key_name, account, key).all();
}

std::string both(const std::string& one, const std::string& two) {
    if (one.empty() || two.empty()) return one + two;
    return one + ", and " + two;
}

std::string digest_with(const EVP_MD* method, std::string_view data) {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned int size = 0;
    EVP_Digest(data.data(), data.size(), reinterpret_cast<unsigned char*>(out.data()), &size,
               method, nullptr);
    out.resize(size);
    return out;
}

}  // namespace casement::grafana
