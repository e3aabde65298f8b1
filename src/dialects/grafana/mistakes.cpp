#include "dialects/grafana/mistakes.h"

#include "base/encoding.h"
#include "dialects/grafana/hash_candidates.h"
#include "dialects/grafana/text.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace casement::grafana {
namespace {

/// What may have been digested for version 2, given a hash.
std::vector<Candidate> v2_messages(std::string_view hash, std::string_view timestamp) {
    const auto time = std::string(timestamp);
    std::vector<Candidate> list = {
        {fmt::format("{}_{}", hash, time), ""},
        {fmt::format("{}{}", hash, time), "the '_' between hash and timestamp was left out"},
        {fmt::format("{}-{}", hash, time), "there was a '-' where '_' belongs"},
        {fmt::format("{}:{}", hash, time), "there was a ':' where '_' belongs"},
        {fmt::format("{}_{}", time, hash), "the timestamp stood before the hash"},
        {fmt::format("{}{}", time, hash), "the timestamp stood before the hash, without '_'"},
        {fmt::format("{}_{}\n", hash, time), "there was a line break after the timestamp"},
        {fmt::format("{}_", hash), "no timestamp was signed"},
        {fmt::format("{}_{}000", hash, time), "milliseconds were signed and seconds sent"},
        {fmt::format("{}_\"{}\"", hash, time), "there were quotation marks around the timestamp"},
        {fmt::format("{}_{}.0", hash, time), "the timestamp was signed with a fraction"},
    };
    if (time.size() > 12) {
        list.push_back({fmt::format("{}_{}", hash, time.substr(0, time.size() - 3)),
                        "seconds were signed and milliseconds sent; send the seconds"});
    }
    return list;
}

/// A digest of another kind than the right one.
struct Method {
    const EVP_MD* method;
    std::string_view name;
};
std::array<Method, 4> methods() {
    return {{{EVP_md5(), "MD5"},
             {EVP_sha1(), "SHA-1"},
             {EVP_sha256(), "SHA-256"},
             {EVP_sha512(), "SHA-512"}}};
}

struct Given {
    std::string bytes;
    std::string fault;  ///< of how the bytes were written
};

std::optional<Given> read_signature(std::string_view text) {
    if (const auto bytes = from_hex(text)) {
        if (is_lower_hex(text)) return Given{*bytes, ""};
        return Given{*bytes, "the signature was written in upper case; it is lower case"};
    }
    std::string base64(text);
    std::ranges::replace(base64, ' ', '+');
    if (const auto bytes = from_base64(base64)) {
        return Given{*bytes, "the signature was written in base64; it is lower-case hex"};
    }
    return std::nullopt;
}

/// The mistake with the fewest faults comes first in each list, so the first that fits is told.
std::optional<std::string> sentence(const std::string& a, const std::string& b,
                                    const std::string& c) {
    auto text = both(both(a, b), c);
    if (text.empty()) return std::nullopt;
    return text;
}

using Lines = std::vector<SignedLine>;

/// What may have been signed for version 3.
class Messages {
  public:
    explicit Messages(const SignedParts& parts)
        : parts_(parts), right_(signed_lines(parts.texts)) {}

    std::vector<Candidate> all() {
        add(right_, "");
        ends();
        texts();
        variables();
        return std::move(list_);
    }

  private:
    static std::string joined(const Lines& lines, std::string_view separator = "\n") {
        std::string out;
        for (const auto& line : lines) {
            if (&line != &lines.front()) out.append(separator);
            out.append(line.text);
        }
        return out;
    }
    void add(const Lines& lines, std::string fault) {
        list_.push_back({joined(lines), std::move(fault)});
    }
    void with(std::string_view name, std::string text, std::string fault) {
        auto lines = right_;
        const auto found = std::ranges::find(lines, name, &SignedLine::name);
        if (found == lines.end() || found->text == text) return;
        found->text = std::move(text);
        add(lines, std::move(fault));
    }
    void without(std::string_view name, std::string fault) {
        auto lines = right_;
        if (std::erase_if(lines, [&](const auto& one) { return one.name == name; }) > 0) {
            add(lines, std::move(fault));
        }
    }

    void ends() {
        list_.push_back({joined(right_) + "\n", "there was a line feed after the last line"});
        list_.push_back({joined(right_, "\r\n"), "its lines ended in CR LF; they end in LF"});
        list_.push_back({joined(right_, ""), "nothing stood between its lines; LF belongs there"});
        list_.push_back({joined(right_, "&"), "'&' stood between its lines; LF belongs there"});
    }

    void texts() {
        const auto& texts = parts_.texts;
        without("version", "its first line, casement-grafana-v3, was left out");
        with("path", percent_decode(texts.path).value_or(texts.path),
             "the path was decoded; it is signed as it stands in the URL");
        with("path", fmt::format("{}?{}", texts.path, parts_.query),
             "the query was signed with the path; the path ends before the '?'");
        if (texts.path.starts_with('/')) {
            with("path", texts.path.substr(1), "the path was signed without its first '/'");
        }
        with("casement_key", percent_encode(texts.key_name),
             "the name of the key was signed encoded; it is signed as the text that it is");
        with("casement_expires", texts.expires + "000",
             "casement_expires was signed in milliseconds and sent in seconds");
        if (texts.session.empty()) {
            with("casement_session", "3600",
                 "a session of 3600 was signed but not sent; the line is empty without "
                 "casement_session");
            without("casement_session",
                    "the line of casement_session was left out; it is there, empty");
        }
        without("panelId", "the line panel:N, which a /d-solo/ link has, was left out");
    }

    void variables() {
        const auto is_variable = [](const SignedLine& line) {
            return line.name.starts_with("var-");
        };
        auto reversed = right_;
        const auto first = std::ranges::find_if(reversed, is_variable);
        if (first == reversed.end()) return;
        std::reverse(first, reversed.end());
        add(reversed,
            "the lines of variables were in another order; they are sorted by name and "
            "value, first those of casement_lock");
        auto by_line = right_;
        std::sort(by_line.end() - (reversed.end() - first), by_line.end(),
                  [](const auto& a, const auto& b) { return a.text < b.text; });
        add(by_line,
            "the lines of variables were sorted as whole lines; they are sorted by name "
            "and value, first those of casement_lock");
        auto fixed = right_;
        std::erase_if(fixed, is_variable);
        add(fixed, "the lines of the locked and bounded variables were left out");
        changed(
            [](std::string_view name, std::string_view value) {
                return fmt::format("{}={}", name, percent_encode(value));
            },
            true, "values of variables were signed encoded; they are signed as the texts they are");
        changed([](std::string_view name,
                   std::string_view value) { return fmt::format("var-{}={}", name, value); },
                true, "names of variables were signed with 'var-' before them");
        changed([](std::string_view name,
                   std::string_view value) { return fmt::format("{}={}", name, value); },
                false, "the lines of variables had no 'lock:' or 'bound:' before them");
    }

    template <class Write>
    void changed(Write write, bool keeps_prefix, std::string fault) {
        auto lines = right_;
        for (auto& line : lines) {
            if (!line.name.starts_with("var-")) continue;
            const auto colon = line.text.find(':');
            const auto equals = line.text.find('=', colon);
            const std::string_view text = line.text;
            line.text = (keeps_prefix ? std::string(text.substr(0, colon + 1)) : "") +
                        write(text.substr(colon + 1, equals - colon - 1), text.substr(equals + 1));
        }
        add(lines, std::move(fault));
    }

    const SignedParts& parts_;
    Lines right_;
    std::vector<Candidate> list_;
};

std::string hmac(const EVP_MD* method, std::string_view key, std::string_view text) {
    // Written out, because a method of any kind is needed here and nowhere else.
    const auto block = static_cast<std::size_t>(EVP_MD_get_block_size(method));
    std::string padded = key.size() > block ? digest_with(method, key) : std::string(key);
    padded.resize(block, '\0');
    std::string inner = padded;
    std::string outer = padded;
    for (char& c : inner)
        c = static_cast<char>(c ^ 0x36);
    for (char& c : outer)
        c = static_cast<char>(c ^ 0x5c);
    return digest_with(method, outer + digest_with(method, inner.append(text)));
}

}  // namespace

std::optional<std::string> find_v2_mistake(const SignedParts& parts, const SigningKey& key) {
    const auto given = read_signature(parts.signature);
    if (!given) return std::nullopt;
    for (const auto& hash : hash_candidates(parts.key_name, parts.account, key)) {
        for (const auto& message : v2_messages(hash.text, parts.timestamp)) {
            for (const auto& [method, name] : methods()) {
                if (static_cast<std::size_t>(EVP_MD_get_size(method)) != given->bytes.size()) {
                    continue;
                }
                if (!equal_in_constant_time(digest_with(method, message.text), given->bytes)) {
                    continue;
                }
                const auto other =
                    name == "MD5" ? "" : fmt::format("it was made with {} instead of MD5", name);
                return sentence(both(hash.fault, message.fault), other, given->fault);
            }
        }
        for (const auto& [method, name] : methods()) {
            if (equal_in_constant_time(hmac(method, hash.text, parts.timestamp), given->bytes)) {
                return sentence(hash.fault,
                                fmt::format("it was made with HMAC-{}; it is the plain MD5 of "
                                            "hash, '_' and timestamp",
                                            name),
                                given->fault);
            }
        }
    }
    return std::nullopt;
}

std::optional<std::string> find_v3_mistake(const SignedParts& parts, const SigningKey& key) {
    const auto given = read_signature(parts.signature);
    if (!given) return std::nullopt;
    const auto messages = Messages(parts).all();
    for (const auto& hash : hash_candidates(parts.key_name, parts.account, key)) {
        for (const auto& message : messages) {
            for (const auto& [method, name] : methods()) {
                if (static_cast<std::size_t>(EVP_MD_get_size(method)) != given->bytes.size()) {
                    continue;
                }
                if (equal_in_constant_time(hmac(method, hash.text, message.text), given->bytes)) {
                    const auto other = name == "SHA-256"
                                           ? ""
                                           : fmt::format(
                                                 "it was made with HMAC-{} instead of "
                                                 "HMAC-SHA256",
                                                 name);
                    return sentence(both(hash.fault, message.fault), other, given->fault);
                }
                if (equal_in_constant_time(digest_with(method, hash.text + message.text),
                                           given->bytes)) {
                    return sentence(
                        both(hash.fault, message.fault),
                        fmt::format("it was made with plain {} instead of HMAC-SHA256", name),
                        given->fault);
                }
            }
        }
    }
    return std::nullopt;
}

}  // namespace casement::grafana
