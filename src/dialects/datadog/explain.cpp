#include "dialects/datadog/explain.h"

#include "base/duration_words.h"
#include "base/encoding.h"
#include "base/printable.h"
#include "base/url_query.h"
#include "base/utc_words.h"
#include "base/words.h"
#include "dialects/datadog/link.h"
#include "dialects/datadog/mistakes.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace casement::datadog {
namespace {

/// One of the three parameters as it stands in the query, however often it does.
struct Value {
    std::string raw;      ///< first one, as written
    std::string decoded;  ///< first one, decoded once; as written when that fails
    std::size_t count = 0;
    bool broken_escape = false;
};

class Explainer {
  public:
    Explainer(Time now, const Secret* credential) : now_(now), credential_(credential) {}

    std::vector<Finding> run(std::string_view link) {
        if (hides(link)) {
            wrong("secret",
                  "The credential itself stands in the link. Whoever has seen the link can sign "
                  "others with it: replace the credential, and never send it.");
        }
        read_address(link);
        read_parameters();
        explain_token();
        explain_nonce();
        explain_ts();
        explain_signature();
        return std::move(findings_);
    }

  private:
    void right(std::string name, std::string sentence) {
        findings_.push_back({std::move(name), true, std::move(sentence)});
    }
    void wrong(std::string name, std::string sentence) {
        findings_.push_back({std::move(name), false, std::move(sentence)});
    }

    /// Whether the credential stands in a text that came with the link. Very short ones would be
    /// found everywhere, and sign nothing that a share accepts.
    [[nodiscard]] bool hides(std::string_view text) const {
        return credential_ != nullptr && credential_->reveal().size() >= 8 &&
               text.find(credential_->reveal()) != std::string_view::npos;
    }
    [[nodiscard]] std::string shown(std::string_view text) const {
        return hides(text) ? "(a text with the credential in it)" : printable(text);
    }

    void read_address(std::string_view link);
    void explain_host(std::string_view scheme, std::string_view authority);
    void read_parameters();
    /// True when the parameter is there once, and what is there can be looked at.
    bool present(const std::string& name, const Value& value);
    void explain_token();
    void explain_nonce();
    void explain_ts();
    void explain_window(std::int64_t ts);
    void explain_signature();

    Time now_;
    const Secret* credential_;
    std::string_view path_;
    std::string_view query_;
    Value token_;
    Value nonce_;
    Value ts_;
    std::vector<Finding> findings_;
};

void Explainer::read_address(std::string_view link) {
    if (link.size() > kMaxLinkLength) {
        wrong("address", fmt::format("The link has {} bytes; more than {} are refused unread.",
                                     link.size(), kMaxLinkLength));
    }
    if (const auto fragment = link.find('#'); fragment != std::string_view::npos) {
        wrong("fragment",
              "There is a '#' in the link. A browser keeps everything after it to itself, so the "
              "server never sees it. Write %23 for a '#' inside a value.");
        link = link.substr(0, fragment);
    }
    auto target = link;
    if (const auto scheme_end = link.find("://"); scheme_end != std::string_view::npos) {
        const auto rest = link.substr(scheme_end + 3);
        const auto authority_end = std::min(rest.find_first_of("/?"), rest.size());
        explain_host(link.substr(0, scheme_end), rest.substr(0, authority_end));
        target = rest.substr(authority_end);
    }
    const auto question = target.find('?');
    path_ = target.substr(0, question);
    if (question != std::string_view::npos) query_ = target.substr(question + 1);

    const auto landing = path_.find(kLandingPath);
    if (landing == std::string_view::npos) {
        wrong("address", fmt::format("The path is '{}', not {}<share token>. Use the share's url "
                                     "as it was given, and append the query to it.",
                                     shown(path_), kLandingPath));
        return;
    }
    const auto share = path_.substr(landing + kLandingPath.size());
    if (is_share_token(share)) {
        right("address", fmt::format("The path names the share {}.", shown(share)));
    } else if (share.find("%3F") != std::string_view::npos ||
               share.find("%3f") != std::string_view::npos) {
        wrong("address",
              "The question mark before the query is written %3F, so the query is part of the "
              "path. The whole URL was percent-encoded; encode values only.");
    } else {
        wrong("address", fmt::format("'{}' after {} is not a share's token. It has 8 to 64 "
                                     "letters, digits, '-' or '_', and nothing after it.",
                                     shown(share), kLandingPath));
    }
}

void Explainer::explain_host(std::string_view scheme, std::string_view authority) {
    const auto host = authority.substr(0, authority.rfind(':'));
    const bool is_local = host == "localhost" || host == "127.0.0.1" || host == "[::1]";
    if (authority.find('@') != std::string_view::npos) {
        wrong("host",
              "There is a user name or password before the host. Browsers refuse to load "
              "such an address in a frame.");
    } else if (scheme == "https" || (scheme == "http" && is_local)) {
        right("host", fmt::format("{}://{} can be framed by a secure page.", shown(scheme),
                                  shown(authority)));
    } else if (scheme == "http") {
        wrong("host",
              "The link is plain http. A page that came over https does not load it in a "
              "frame, and on the way anyone can read it.");
    } else {
        wrong("host", fmt::format("'{}' is not https.", shown(scheme)));
    }
}

void Explainer::read_parameters() {
    std::vector<std::string> others;
    for (const auto& [raw_name, raw_value] : split_query(query_)) {
        const auto decoded_name = form_decode(raw_name);
        if (!decoded_name) {
            wrong("parameters", fmt::format("'{}' has a broken percent escape.", shown(raw_name)));
            continue;
        }
        auto name = *decoded_name;
        if (name.starts_with("amp;")) {
            wrong("parameters",
                  fmt::format("'{}' was written for HTML and used outside it: '&amp;' belongs "
                              "into an attribute in a page only, the URL itself has '&'.",
                              shown(name)));
            name.erase(0, 4);
        }
        Value* value = name == "token"   ? &token_
                       : name == "nonce" ? &nonce_
                       : name == "ts"    ? &ts_
                                         : nullptr;
        if (value == nullptr) {
            others.push_back(shown(name));
        } else if (++value->count == 1) {
            value->raw = raw_value;
            const auto decoded = form_decode(raw_value);
            value->broken_escape = !decoded.has_value();
            value->decoded = decoded.value_or(value->raw);
        }
    }
    if (!others.empty()) {
        right("parameters",
              fmt::format("Ignored, and neither signed nor used: {}.", fmt::join(others, ", ")));
    }
}

bool Explainer::present(const std::string& name, const Value& value) {
    if (value.count == 0) {
        wrong(name, fmt::format("There is no parameter '{}'.", name));
    } else if (value.count > 1) {
        wrong(name, fmt::format("The parameter '{}' stands {} times in the link; only once is "
                                "accepted.",
                                name, value.count));
    } else if (value.broken_escape) {
        wrong(name, fmt::format("The value of '{}' has a broken percent escape.", name));
    } else if (name != "nonce" && value.decoded.find('%') != std::string::npos) {
        wrong(name, fmt::format("The value of '{}' is percent-encoded twice: after decoding it "
                                "once, '{}' is left.",
                                name, shown(value.decoded)));
    } else {
        return true;
    }
    return false;
}

void Explainer::explain_token() {
    if (!present("token", token_)) return;
    const auto& token = token_.decoded;
    if (is_token(token)) {
        right("token", "64 lower-case hex digits, as HMAC-SHA256 has.");
        return;
    }
    std::string guess;
    const auto bytes = from_hex(token);
    if (bytes && bytes->size() == 32) {
        guess = "These are upper-case hex digits; write them in lower case.";
    } else if (bytes && bytes->size() == 20) {
        guess = "40 hex digits are SHA-1; sign with HMAC-SHA256.";
    } else if (bytes && bytes->size() == 16) {
        guess = "32 hex digits are MD5; sign with HMAC-SHA256.";
    } else if (bytes && (bytes->size() == 48 || bytes->size() == 64)) {
        guess = "That is a longer SHA-2; sign with HMAC-SHA256.";
    } else if (token.size() == 43 || token.size() == 44) {
        guess = "This looks like the digest in base64; write it as hex.";
    }
    wrong("token", fmt::format("'{}' is not 64 lower-case hex digits. {}", shown(token), guess));
}

void Explainer::explain_nonce() {
    if (!present("nonce", nonce_)) return;
    const auto& nonce = nonce_.decoded;
    if (!is_nonce(nonce)) {
        const bool has_plus = nonce_.raw.find('+') != std::string::npos;
        wrong("nonce", fmt::format("'{}' is not 1 to 128 visible ASCII characters without '|'. {}",
                                   shown(nonce),
                                   has_plus ? "A '+' in a query means a space; write %2B for it."
                                            : "16 random bytes as hex are right."));
    } else if (nonce.size() < 16) {
        right("nonce", fmt::format("{}. Accepted, but so short a nonce may come twice, "
                                   "and then the second link is refused; take 16 random bytes.",
                                   counted(nonce.size(), "character")));
    } else {
        right("nonce", fmt::format("{} characters. Whether it was used already, only the server "
                                   "knows.",
                                   nonce.size()));
    }
}

void Explainer::explain_ts() {
    if (!present("ts", ts_)) return;
    const auto& ts = ts_.decoded;
    const bool all_digits = !ts.empty() && ts.find_first_not_of("0123456789") == std::string::npos;
    if (is_timestamp(ts)) {
        std::int64_t count = 0;
        std::from_chars(ts.data(), ts.data() + ts.size(), count);
        right("ts", utc_words(from_unix_seconds(count)) + ".");
        explain_window(count);
    } else if (all_digits && ts.size() >= 13 && ts.size() <= 14) {
        wrong("ts", fmt::format("'{}' looks like milliseconds. Divide by 1000 and drop the "
                                "fraction, then sign that.",
                                shown(ts)));
    } else if (all_digits && ts.size() >= 15) {
        wrong("ts",
              fmt::format("'{}' looks like micro- or nanoseconds; sign whole seconds.", shown(ts)));
    } else if (!ts.empty() && ts.find_first_not_of("0123456789.") == std::string::npos) {
        wrong("ts", fmt::format("'{}' has a fraction or a leading zero. Sign whole seconds, "
                                "written without either.",
                                shown(ts)));
    } else if (parse_rfc3339(ts)) {
        wrong("ts", fmt::format("'{}' is a date. Sign seconds since 1970, UTC.", shown(ts)));
    } else {
        wrong("ts", fmt::format("'{}' is not whole seconds since 1970.", shown(ts)));
    }
}

void Explainer::explain_window(std::int64_t ts) {
    const auto age = to_unix_seconds(now_) - ts;
    if (age <= kValidFor.count() && -age <= kMaxAhead.count()) {
        right("window",
              age >= 0 ? fmt::format("Signed {} ago; it opens for another {}.", duration_words(age),
                                     duration_words(kValidFor.count() - age))
                       : fmt::format("Signed {} in the future, which is within the 60 s "
                                     "that clocks may differ.",
                                     duration_words(-age)));
        return;
    }
    auto sentence = age > 0 ? fmt::format(
                                  "Signed {} ago; a link opens for 30 minutes. Sign a new one "
                                  "for every page load.",
                                  duration_words(age))
                            : fmt::format("Signed for {} in the future; 60 s are allowed.",
                                          duration_words(-age));
    // Offsets from UTC are whole quarters of an hour, at most 14 h; two minutes for the way here.
    const auto distance = std::abs(age);
    const auto quarters = (distance + 450) / 900;
    if (quarters >= 2 && quarters <= 56 && std::abs(distance - quarters * 900) <= 120) {
        sentence += fmt::format(
            " Almost exactly {}: if it was signed just now, local time was "
            "taken for UTC.",
            duration_words(quarters * 900));
    }
    wrong("window", std::move(sentence));
}

void Explainer::explain_signature() {
    if (nonce_.count > 0 && ts_.count > 0) {
        right("signed text", fmt::format("What has to be signed is '{}'.",
                                         shown(signed_text(nonce_.decoded, ts_.decoded))));
    }
    if (credential_ == nullptr) {
        right("signature", "Not checked: that takes the share's credential.");
        return;
    }
    const auto key = credential_->reveal();
    if (key.empty()) {
        wrong("credential", "The credential is empty; no share accepts an empty one.");
        return;
    }
    const auto which =
        fmt::format("the credential that ends in {}", printable(credential_->suffix()));
    if (token_.count == 0 || nonce_.count == 0 || ts_.count == 0) {
        wrong("signature", "Cannot be checked while token, nonce or ts is missing.");
        return;
    }
    if (equal_in_constant_time(sign(key, nonce_.decoded, ts_.decoded), token_.decoded)) {
        right("signature", fmt::format("The token is right for {}.", which));
        return;
    }
    const SignedParts parts{token_.decoded, nonce_.decoded, nonce_.raw, ts_.decoded,
                            path_.substr(path_.rfind('/') + 1)};
    if (const auto mistake = find_mistake(parts, key)) {
        wrong("signature", fmt::format("The token was made with {}, but {}.", which, *mistake));
        return;
    }
    wrong("signature",
          fmt::format("The token does not fit {}, and no usual mistake explains it. Either it was "
                      "signed with another credential (another share's, or an old one), or nonce "
                      "or ts were changed after signing.",
                      which));
}

}  // namespace

std::vector<Finding> explain(std::string_view url_or_target, const Secret& credential, Time now) {
    return Explainer(now, &credential).run(url_or_target);
}

std::vector<Finding> explain(std::string_view url_or_target, Time now) {
    return Explainer(now, nullptr).run(url_or_target);
}

}  // namespace casement::datadog
