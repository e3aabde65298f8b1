#include "dialects/grafana/explain.h"

#include "base/encoding.h"
#include "base/printable.h"
#include "dialects/grafana/link.h"
#include "dialects/grafana/mistakes.h"
#include "dialects/grafana/parameter_check.h"
#include "dialects/grafana/query.h"
#include "dialects/grafana/sign.h"
#include "dialects/grafana/text.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

using namespace parameter;

/// A parameter of a proof as it stands in the query, however often it does.
struct Value {
    std::string raw;      ///< first one, as written
    std::string decoded;  ///< first one, decoded once; as written when that fails
    std::size_t count = 0;
};

class Explainer {
  public:
    Explainer(const ExplainOptions& options, Time now) : options_(options), now_(now) {}

    Explanation run(std::string_view link) {
        if (options_.key != nullptr) read_key();
        read_address(link);
        read_query_pairs();
        explain_target();
        explain_version();
        hold_against_server();
        return std::move(out_);
    }

  private:
    void right(std::string_view name, std::string sentence) {
        out_.findings.push_back({std::string(name), true, std::move(sentence)});
    }
    void wrong(std::string_view name, std::string sentence) {
        out_.findings.push_back({std::string(name), false, std::move(sentence)});
    }
    [[nodiscard]] bool holds_secret(std::string_view text) const;
    [[nodiscard]] std::string shown(std::string_view text, std::size_t longest = 400) const {
        return holds_secret(text) ? "(a text with the key in it)" : printable(text, longest);
    }
    [[nodiscard]] const Value* value(std::string_view name) const {
        const auto found = proof_.find(name);
        return found == proof_.end() ? nullptr : &found->second;
    }
    [[nodiscard]] std::string text(std::string_view name) const {
        const auto* found = value(name);
        return found == nullptr ? "" : found->decoded;
    }

    void read_key();
    void read_address(std::string_view link);
    void explain_host(std::string_view scheme, std::string_view authority);
    void read_query_pairs();
    void explain_target();
    void explain_version();
    void explain_v1();
    bool explain_parameters(int version);
    bool explain_parameter(const Sample& sample);
    void explain_window(int version);
    void explain_signature(int version);
    [[nodiscard]] SignedTexts texts() const;
    void hold_against_server();

    const ExplainOptions& options_;
    Time now_;
    std::optional<SigningKey> key_;
    std::string_view target_;
    std::string page_query_;  ///< without any proof
    std::string variables_;   ///< of it, only the variables; encoded
    std::optional<Target> page_;
    std::map<std::string, Value, std::less<>> proof_;
    Explanation out_;
};

bool Explainer::holds_secret(std::string_view text) const {
    const auto is_in = [&](std::string_view secret) {
        return secret.size() >= 8 && text.find(secret) != std::string_view::npos;
    };
    if (key_ && (is_in(key_->hash.reveal()) || is_in(key_->text.reveal()) ||
                 is_in(key_->secret.reveal()))) {
        return true;
    }
    if (options_.key != nullptr && is_in(options_.key->reveal())) return true;
    // Of a link of version 1, the key in it.
    const auto* own = value(kKey);
    return own != nullptr && (is_in(own->decoded) || is_in(own->raw));
}

void Explainer::read_key() {
    auto key = read_signing_key(options_.key->reveal());
    if (key) {
        key_ = std::move(*key);
    } else {
        wrong("key", key.error().message);
    }
}

void Explainer::read_address(std::string_view link) {
    if (link.find('#') != std::string_view::npos) {
        wrong("fragment",
              "There is a '#' in the link. A browser keeps everything after it to itself, so the "
              "server never sees it. Write %23 for a '#' inside a value.");
    }
    target_ = target_of(link);
    const auto scheme_end = link.find("://");
    if (scheme_end < link.find_first_of("/?#")) {
        const auto rest = link.substr(scheme_end + 3);
        explain_host(link.substr(0, scheme_end), rest.substr(0, rest.find_first_of("/?#")));
    }
}

void Explainer::explain_host(std::string_view scheme, std::string_view authority) {
    const auto name = authority.substr(0, authority.rfind(':'));
    const bool is_local = name == "localhost" || name == "127.0.0.1" || name == "[::1]";
    if (authority.empty()) {
        wrong("host", "The link names no host.");
    } else if (scheme == "https" || (scheme == "http" && is_local)) {
        right("host",
              fmt::format("{}://{} can be framed by a secure page.", scheme, shown(authority)));
    } else if (scheme == "http") {
        wrong("host",
              "The link is plain http. A page that came over https does not load it in a frame, "
              "and on the way anyone can read it.");
    } else {
        wrong("host", fmt::format("'{}' is not https.", shown(scheme)));
    }
}

void Explainer::read_query_pairs() {
    auto query = query_of(target_);
    bool has_entities = false;
    while (!query.empty()) {
        const auto end = query.find('&');
        const auto pair = query.substr(0, end);
        query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
        const auto equals = std::min(pair.find('='), pair.size());
        const auto raw_value = pair.substr(std::min(equals + 1, pair.size()));
        auto name =
            form_decode(pair.substr(0, equals)).value_or(std::string(pair.substr(0, equals)));
        has_entities = has_entities || name.starts_with("amp;");
        if (!is_proof(name)) {
            if (!page_query_.empty()) page_query_.push_back('&');
            page_query_.append(pair);
            if (name.starts_with(kVariablePrefix)) variables_.append("&").append(pair);
            continue;
        }
        auto& one = proof_[name];
        if (one.count++ > 0) continue;
        one.raw = raw_value;
        one.decoded = form_decode(raw_value).value_or(std::string(raw_value));
        if (name == kKey) {
            one.decoded = percent_decode(raw_value).value_or(std::string(raw_value));
            std::ranges::replace(one.decoded, ' ', '+');
        }
    }
    if (has_entities) {
        wrong("parameters",
              "There is '&amp;' in the link where '&' belongs: it was copied from the source text "
              "of a page.");
    }
}

void Explainer::explain_target() {
    const auto path = path_of(target_);
    auto page = read_target(page_query_.empty() ? std::string(path)
                                                : fmt::format("{}?{}", path, page_query_));
    if (!page) {
        wrong("address", shown(page.error().message));
        return;
    }
    page_ = std::move(*page);
    right("address", page_->is_solo
                         ? fmt::format("It opens panel {} of the dashboard {}.", *page_->panel,
                                       shown(page_->dashboard_uid))
                         : fmt::format("It opens the dashboard {}.", shown(page_->dashboard_uid)));
    for (const auto& name : page_->ignored) {
        right(name, "Its value cannot be read; the dashboard's own counts instead.");
    }
}

void Explainer::explain_version() {
    std::array<bool, 4> has{};
    for (const auto& [name, one] : proof_) {
        const auto all = samples();
        const auto sample = std::ranges::find(all, name, &Sample::name);
        if (name == kKey) {
            has[1] = true;
        } else if (sample != all.end()) {
            has[static_cast<std::size_t>(sample->version)] = true;
        } else {
            wrong("parameters", fmt::format("No link has a parameter '{}'.", shown(name, 64)));
        }
        if (one.count > 1) {
            wrong(shown(name, 64), fmt::format("It stands {} times in the link; only once is "
                                               "accepted.",
                                               one.count));
        }
    }
    const auto versions = std::ranges::count(has, true);
    if (versions == 0) {
        wrong("version",
              "There is neither a key nor a signature in the link. Version 1 has aliyun_api_key, "
              "version 2 aliyun_api_key_sign, version 3 casement_signature.");
        return;
    }
    if (versions > 1) {
        wrong("version", "It has parameters of several versions. A link has those of one.");
    }
    if (has[1]) explain_v1();
    for (const int version : {2, 3}) {
        if (!has[static_cast<std::size_t>(version)]) continue;
        if (options_.key != nullptr && holds_secret(target_)) {
            wrong("key",
                  "The key itself, or its hash, stands in the link. Whoever has seen the link can "
                  "sign others with it: replace the key, and never send it.");
        }
        right("version",
              version == 2
                  ? "Version 2. The signature is over the timestamp alone: whoever holds the link "
                    "can open every dashboard that the key may see, with any variables."
                  : "Version 3. Dashboard, locked and bounded variables, organization and end are "
                    "signed; it opens once.");
        const bool is_complete = explain_parameters(version);
        explain_window(version);
        if (is_complete) explain_signature(version);
    }
}

void Explainer::explain_v1() {
    right("version",
          "Version 1. The whole key stands in the link: whoever sees the link, a proxy's log or a "
          "browser's history has the key until it is deleted.");
    const auto given = text(kKey);
    if (kind_of(given) == KeyKind::token) {
        const auto token = parse_service_token(given);
        if (token) {
            right(kKey, "It is a service account token, and its checksum fits.");
        } else {
            wrong(kKey, token.error().message);
        }
    } else {
        const auto key = parse_legacy_key(given);
        if (key) {
            right(kKey, fmt::format("It is the API key '{}' of organization {}.", shown(key->name),
                                    key->org));
        } else {
            wrong(kKey, key.error().message);
        }
    }
    if (!key_) return;
    // The hash settles it also where only that was given.
    const auto in_link = read_signing_key(given);
    if (in_link && in_link->hash == key_->hash) {
        right("key", "It is the key given here.");
    } else if (in_link) {
        wrong("key", "It is another key than the one given here.");
    }
}

bool Explainer::explain_parameters(int version) {
    std::size_t fine = 0;
    bool is_complete = true;
    for (const auto& sample : samples()) {
        if (sample.version != version) continue;
        if (value(sample.name) == nullptr) {
            if (!sample.required) continue;
            wrong(sample.name,
                  fmt::format("A link of version {} needs '{}'.", version, sample.name));
            is_complete = false;
        } else if (explain_parameter(sample)) {
            ++fine;
        }
    }
    if (fine > 0) {
        right("parameters", fmt::format("{} of them are there and of their form.", fine));
    }
    return is_complete;
}

bool Explainer::explain_parameter(const Sample& sample) {
    const auto fault =
        parameter_fault(sample, value(sample.name)->decoded, variables_, text(kCasementLock));
    if (fault) wrong(sample.name, shown(*fault));
    return !fault;
}

void Explainer::explain_window(int version) {
    const auto number = plain_number(text(version == 2 ? kTimestamp : kCasementExpires));
    if (!number) return;
    const auto now = to_unix_seconds(now_);
    auto [ok, sentence] = version == 2 ? v2_window(*number, now) : v3_window(*number, now);
    out_.findings.push_back({"window", ok, std::move(sentence)});
}

SignedTexts Explainer::texts() const {
    SignedTexts out;
    out.path = path_of(target_);
    out.org = text(kCasementOrg);
    out.key_name = text(kCasementKey);
    out.expires = text(kCasementExpires);
    out.session = text(kCasementSession);
    out.nonce = text(kCasementNonce);
    if (!page_) return out;
    out.panel = page_->panel_text;
    const auto take = [&](std::string_view list, std::vector<Pair>& pairs) {
        for (const auto& variable : page_->variables) {
            const bool is_named =
                fmt::format(",{},", list).find(fmt::format(",{},", variable.name)) !=
                std::string::npos;
            if (!is_named) continue;
            for (const auto& one : variable.values)
                pairs.emplace_back(variable.name, one);
        }
    };
    take(text(kCasementLock), out.locked);
    take(text(kCasementBound), out.bounded);
    return out;
}

void Explainer::explain_signature(int version) {
    SignedParts parts;
    const auto given = text(version == 2 ? kSign : kCasementSignature);
    const auto timestamp = text(kTimestamp);
    const auto name = text(version == 2 ? kName : kCasementKey);
    parts.signature = given;
    parts.timestamp = timestamp;
    parts.key_name = name;
    if (options_.account) parts.account = *options_.account;
    parts.query = page_query_;
    if (version == 3) {
        parts.texts = texts();
        for (const auto& line : signed_lines(parts.texts)) {
            out_.signed_lines.emplace_back(
                line.name, holds_secret(line.text) ? "(a text with the key in it)" : line.text);
        }
    }
    if (!key_) {
        if (options_.key == nullptr) right("signature", "Not checked: that takes the key.");
        return;
    }
    if (!key_->name.empty() && key_->name != name) {
        wrong(version == 2 ? kName : kCasementKey,
              fmt::format("The key given here is named '{}'; the link says '{}'.",
                          shown(key_->name), shown(name)));
    }
    const auto which = fmt::format("the key given here, hash …{}", key_->hash.suffix());
    const auto right_one =
        version == 2 ? sign_v2(key_->hash, timestamp) : sign_v3(key_->hash, parts.texts);
    if (equal_in_constant_time(right_one, given)) {
        right("signature", fmt::format("It is right for {}.", which));
        return;
    }
    const auto mistake =
        version == 2 ? find_v2_mistake(parts, *key_) : find_v3_mistake(parts, *key_);
    if (mistake) {
        wrong("signature", fmt::format("It was made with {}, but {}.", which, *mistake));
        return;
    }
    wrong("signature",
          fmt::format("It does not fit {}, and no usual mistake explains it. Either it was signed "
                      "with another key, or something was changed after signing.{}",
                      which,
                      version == 3 ? " Compare the text that your program signs with the lines "
                                     "below."
                                   : ""));
}

// The last word is the reader's that the server uses, so that nothing is called right here that
// it refuses.
void Explainer::hold_against_server() {
    if (!std::ranges::all_of(out_.findings, &Finding::ok)) return;
    const auto link = parse_link(target_, kWidestLimits);
    if (!link) wrong("link", shown(link.error().message));
}

}  // namespace

Explanation explain(std::string_view url_or_target, const ExplainOptions& options, Time now) {
    return Explainer(options, now).run(url_or_target);
}

}  // namespace casement::grafana
