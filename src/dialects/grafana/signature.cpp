#include "dialects/grafana/signature.h"

#include "base/encoding.h"
#include "crypto/hash.h"
#include "dialects/grafana/text.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace casement::grafana {
namespace {

void add_variables(std::vector<SignedLine>& lines, std::string_view prefix,
                   std::vector<Pair> pairs) {
    std::ranges::sort(pairs);
    for (const auto& [name, value] : pairs)
        lines.push_back({"var-" + name, fmt::format("{}:{}={}", prefix, name, value)});
}

bool is_word_character(char c) {
    return is_alphanumeric({&c, 1}) || c == '_' || c == '-';
}

}  // namespace

std::string md5(std::string_view data) {
    static const EVP_MD* const method = EVP_MD_fetch(nullptr, "MD5", nullptr);
    if (method == nullptr) throw std::runtime_error("OpenSSL has no MD5");
    std::string digest(16, '\0');
    unsigned int size = 0;
    if (EVP_Digest(data.data(), data.size(), reinterpret_cast<unsigned char*>(digest.data()), &size,
                   method, nullptr) != 1) {
        throw std::runtime_error("MD5 failed");
    }
    return digest;
}

std::string sign_v2(const Secret& key_hash, std::string_view timestamp) {
    const Secret text(fmt::format("{}_{}", key_hash.reveal(), timestamp));
    return to_hex(md5(text.reveal()));
}

std::vector<SignedLine> signed_lines(const SignedTexts& texts) {
    std::vector<SignedLine> lines = {
        {"version", std::string(kVersion3)}, {"path", texts.path},
        {"casement_org", texts.org},         {"casement_key", texts.key_name},
        {"casement_expires", texts.expires}, {"casement_session", texts.session},
        {"casement_nonce", texts.nonce}};
    if (!texts.panel.empty()) lines.push_back({"panelId", "panel:" + texts.panel});
    add_variables(lines, "lock", texts.locked);
    add_variables(lines, "bound", texts.bounded);
    return lines;
}

std::string string_to_sign(const SignedTexts& texts) {
    std::string out;
    for (const auto& line : signed_lines(texts)) {
        if (!out.empty()) out.push_back('\n');
        out += line.text;
    }
    return out;
}

std::string sign_v3(const Secret& key_hash, const SignedTexts& texts) {
    return crypto::hmac_sha256_hex(key_hash.reveal(), string_to_sign(texts));
}

bool is_variable_name(std::string_view name) noexcept {
    return !name.empty() && name.size() <= kMaxVariableName &&
           std::ranges::all_of(name, [](char c) { return is_word_character(c) || c == '.'; });
}

bool is_nonce(std::string_view text) noexcept {
    return text.size() >= kMinNonceLength && text.size() <= kMaxNonceLength &&
           std::ranges::all_of(text, is_word_character);
}

}  // namespace casement::grafana
