#include "dialects/datadog/mistakes.h"

#include "base/encoding.h"
#include "crypto/hash.h"
#include "dialects/datadog/signature.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace casement::datadog {
namespace {

/// A text that may have been used, and what was wrong with using it; empty when nothing was.
struct Candidate {
    std::string text;
    std::string fault;
};

std::string upper(std::string text) {
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

std::string to_base64(std::string_view bytes) {
    auto text = to_base64url(bytes);
    std::replace(text.begin(), text.end(), '-', '+');
    std::replace(text.begin(), text.end(), '_', '/');
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

/// Either alphabet, with or without padding.
std::optional<std::string> from_base64(std::string_view text) {
    std::string plain(text.substr(0, text.find_last_not_of('=') + 1));
    std::replace(plain.begin(), plain.end(), '+', '-');
    std::replace(plain.begin(), plain.end(), '/', '_');
    return from_base64url(plain);
}

std::string trimmed(std::string_view text) {
    static constexpr std::string_view kSpace = " \t\r\n\"'";
    const auto start = text.find_first_not_of(kSpace);
    if (start == std::string_view::npos) return {};
    return std::string(text.substr(start, text.find_last_not_of(kSpace) - start + 1));
}

std::vector<Candidate> keys(std::string_view credential) {
    const std::string text(credential);
    std::vector<Candidate> list = {{text, ""}};
    if (auto bytes = from_hex(text)) {
        list.push_back({*bytes,
                        "the credential was hex-decoded before it was used as the key; its "
                        "text is the key"});
    }
    if (auto bytes = from_base64(text)) {
        list.push_back({*bytes,
                        "the credential was base64-decoded before it was used as the key; "
                        "its text is the key"});
    }
    list.push_back({text + "\n", "the key had a line break at its end"});
    list.push_back({text + "\r\n", "the key had a line break at its end"});
    list.push_back({text + " ", "the key had a space at its end"});
    list.push_back({"\"" + text + "\"", "the key had quotation marks around it"});
    if (const auto core = trimmed(text); core != text) {
        list.push_back({core,
                        "without the spaces, line breaks or quotation marks around the "
                        "credential as it was given here"});
    }
    list.push_back({to_hex(text), "the credential was hex-encoded before it was used as the key"});
    list.push_back(
        {to_base64(text), "the credential was base64-encoded before it was used as the key"});
    list.push_back({crypto::sha256(text), "the key was the SHA-256 of the credential"});
    return list;
}

std::vector<Candidate> messages(const SignedParts& parts) {
    const std::string nonce(parts.nonce);
    const std::string ts(parts.ts);
    const std::string share(parts.share_token);
    std::vector<Candidate> list = {
        {nonce + "|" + ts, ""},
        {ts + "|" + nonce, "ts|nonce was signed instead of nonce|ts"},
        {nonce + ts, "nonce and ts were signed without the '|' between them"},
        {ts + nonce, "ts and nonce were signed without '|', and in the wrong order"},
        {nonce + "|" + ts + "\n", "a line break was signed with nonce|ts"},
        {nonce + "|" + ts + "000",
         "the ts was signed in milliseconds and sent in seconds; both must be the same text"},
        {nonce, "only the nonce was signed"},
        {ts, "only the ts was signed"},
        {"nonce=" + nonce + "&ts=" + ts, "the query was signed instead of nonce|ts"},
        {share + "|" + nonce + "|" + ts, "the share's token was signed too"},
        {nonce + "|" + ts + "|" + share, "the share's token was signed too"},
        {upper(nonce) + "|" + ts, "the nonce was signed in upper case and sent in lower case"},
    };
    for (const char separator : std::string_view(":.,-&\n ")) {
        list.push_back(
            {fmt::format("{}{}{}", nonce, separator, ts),
             fmt::format("nonce and ts were joined by '{}' instead of '|'",
                         separator == '\n' ? std::string("\\n") : std::string(1, separator))});
    }
    if (const auto bytes = from_hex(nonce)) {
        list.push_back({*bytes + "|" + ts, "the nonce's raw bytes were signed instead of its hex"});
    }
    const auto add_encoded = [&](std::string_view encoded) {
        if (encoded == nonce) return;
        list.push_back({std::string(encoded) + "|" + ts,
                        "the percent-encoded nonce was signed; sign it as it is, then encode it"});
    };
    add_encoded(parts.raw_nonce);
    add_encoded(percent_encode(nonce));
    if (const auto decoded = form_decode(nonce); decoded && *decoded != nonce) {
        list.push_back({*decoded + "|" + ts, "the nonce in the link is percent-encoded twice"});
    }
    // Milliseconds sent, seconds signed.
    if (ts.size() == 13) {
        list.push_back({nonce + "|" + ts.substr(0, 10),
                        "the ts was signed in seconds and sent in milliseconds; send the seconds"});
    }
    return list;
}

/// How the digest was written, when it is this one: empty when rightly, nullopt when it is not.
std::optional<std::string> spelling(std::string_view digest, std::string_view token) {
    const auto hex = to_hex(digest);
    if (token == hex) return std::string();
    if (from_hex(token) == digest) return "the digest was written in upper-case hex";
    if (from_base64(token) == digest) {
        return "the digest was written in base64 instead of lower-case hex";
    }
    if (from_base64(token) == hex || from_hex(token) == hex) {
        return "the hex digest was encoded once more";
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> find_mistake(const SignedParts& parts, std::string_view credential) {
    const auto said = [](const std::vector<std::string>& faults) -> std::optional<std::string> {
        std::string sentence;
        for (const auto& fault : faults) {
            if (fault.empty()) continue;
            if (!sentence.empty()) sentence += "; also, ";
            sentence += fault;
        }
        if (sentence.empty()) return std::nullopt;
        return sentence;
    };
    const auto all_keys = keys(credential);
    for (const auto& message : messages(parts)) {
        for (const auto& key : all_keys) {
            const auto digest = crypto::hmac_sha256(key.text, message.text);
            if (const auto written = spelling(digest, parts.token)) {
                return said({key.fault, message.fault, *written});
            }
        }
        const auto swapped = crypto::hmac_sha256(message.text, credential);
        if (const auto written = spelling(swapped, parts.token)) {
            return said({"key and message were swapped in the call", message.fault, *written});
        }
        const std::string text(credential);
        for (const auto& plain : {text + message.text, message.text + text}) {
            if (const auto written = spelling(crypto::sha256(plain), parts.token)) {
                return said({"it is a plain SHA-256 over both instead of HMAC-SHA256",
                             message.fault, *written});
            }
        }
    }
    return std::nullopt;
}

}  // namespace casement::datadog
