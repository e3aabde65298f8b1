#include "dialects/looker/explain.h"

#include "base/duration_words.h"
#include "base/encoding.h"
#include "base/printable.h"
#include "base/url_query.h"
#include "dialects/looker/difference.h"
#include "dialects/looker/host.h"
#include "dialects/looker/link.h"
#include "dialects/looker/mistakes.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>

#include <fmt/format.h>

namespace casement::looker {
namespace {

/// A parameter as it stands in the query, however often it does.
struct Value {
    std::string raw;      ///< first one, as written
    std::string decoded;  ///< first one, decoded once; as written when that fails
    std::size_t count = 0;
    bool broken_escape = false;
};

class Explainer {
  public:
    Explainer(const ExplainOptions& options, Time now) : options_(options), now_(now) {}

    Explanation run(std::string_view link) {
        if (hides(link)) {
            wrong("secret",
                  "The embed secret itself stands in the link. Whoever has seen the link can sign "
                  "others with it: replace the secret, and never send it.");
        }
        read_address(link);
        read_query();
        if (values_.contains(kAuthenticationToken)) {
            explain_cookieless();
        } else {
            explain_parameters();
            explain_window();
            explain_signature();
        }
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

    /// Whether the secret stands in a text that came with the link. Very short ones would be found
    /// everywhere.
    [[nodiscard]] bool hides(std::string_view text) const {
        return options_.secret != nullptr && options_.secret->reveal().size() >= 8 &&
               text.find(options_.secret->reveal()) != std::string_view::npos;
    }
    [[nodiscard]] std::string shown(std::string_view text) const {
        return hides(text) ? "(a text with the secret in it)" : printable(text);
    }
    [[nodiscard]] const Value* value(std::string_view name) const {
        const auto found = values_.find(name);
        return found == values_.end() ? nullptr : &found->second;
    }

    void read_address(std::string_view link);
    void explain_host(std::string_view scheme, std::string_view authority);
    void explain_target(std::string_view encoded);
    void read_query();
    void explain_cookieless();
    void explain_parameters();
    bool explain_parameter(const Parameter& parameter);
    void explain_window();
    void explain_signature();
    void explain_difference(const std::vector<SignedLine>& lines);
    [[nodiscard]] std::optional<SignedTexts> texts() const;
    void hold_against_server();

    const ExplainOptions& options_;
    Time now_;
    bool is_rewritten_ = false;
    std::string scheme_;
    std::string host_;
    std::string_view path_;
    std::string_view query_;
    std::string_view target_;
    LoginValues read_;
    std::map<std::string, Value, std::less<>> values_;
    Explanation out_;
};

void Explainer::read_address(std::string_view link) {
    if (const auto fragment = link.find('#'); fragment != std::string_view::npos) {
        wrong("fragment",
              "There is a '#' in the link. A browser keeps everything after it to itself, so the "
              "server never sees it. Write %23 for a '#' inside a value.");
        link = link.substr(0, fragment);
    }
    target_ = link;
    if (const auto scheme_end = link.find("://"); scheme_end < link.find_first_of("/?")) {
        const auto rest = link.substr(scheme_end + 3);
        const auto authority_end = std::min(rest.find_first_of("/?"), rest.size());
        explain_host(link.substr(0, scheme_end), rest.substr(0, authority_end));
        target_ = rest.substr(authority_end);
    }
    if (options_.host) host_ = *options_.host;
    const auto question = target_.find('?');
    path_ = target_.substr(0, question);
    if (question != std::string_view::npos) query_ = target_.substr(question + 1);

    if (path_.starts_with("/embed/login/embed/")) {
        is_rewritten_ = true;
        path_.remove_prefix(std::string_view("/embed").size());
        right("address",
              "This is the form that embed-sdk 2 makes of a signed URL; its outer embed_domain "
              "and sdk are not signed.");
    }
    if (path_.starts_with(kLoginPath) && path_.size() > kLoginPath.size()) {
        explain_target(path_.substr(kLoginPath.size()));
    } else {
        wrong("address", fmt::format("The path is '{}'. It must be {} and then the embed path, "
                                     "percent-encoded: {}%2Fembed%2Fdashboards%2F42.",
                                     shown(path_), kLoginPath, kLoginPath));
    }
}

void Explainer::explain_host(std::string_view scheme, std::string_view authority) {
    scheme_ = scheme;
    const auto name = authority.substr(0, authority.rfind(':'));
    const bool is_local = name == "localhost" || name == "127.0.0.1" || name == "[::1]";
    if (auto host = check_host(authority, {})) {
        // What a browser makes of it.
        host_ = std::move(*host);
        const auto port = scheme == "https" ? std::string_view(":443") : std::string_view(":80");
        if (host_.ends_with(port)) host_.resize(host_.size() - port.size());
        if (host_ != authority) {
            right("host", fmt::format("Browsers send this host as {}; that is what is signed.",
                                      shown(host_)));
        }
    }
    if (host_.empty()) {
        wrong("host",
              fmt::format("'{}' is no host that a browser opens in a frame.", shown(authority)));
    } else if (scheme == "https" || (scheme == "http" && is_local)) {
        right("host", fmt::format("{}://{} can be framed by a secure page.", shown(scheme),
                                  shown(authority)));
    } else if (scheme == "http") {
        wrong("host",
              "The link is plain http. A page that came over https does not load it in a frame, "
              "and on the way anyone can read it.");
    } else {
        wrong("host", fmt::format("'{}' is not https.", shown(scheme)));
    }
}

void Explainer::explain_target(std::string_view encoded) {
    const auto inner = form_decode(encoded);
    if (!inner) {
        wrong("target", "The embed path has a broken percent escape in it.");
        return;
    }
    const auto page = read_target(*inner);
    if (!page) {
        if (inner->find("%2F") != std::string::npos || inner->find("%2f") != std::string::npos) {
            wrong("target", "The embed path is percent-encoded twice; encode it once.");
        } else {
            wrong("target", page.error().message);
        }
        return;
    }
    right("target", fmt::format("It opens {}.", shown(to_location(*page, Tokens::left_out))));
    if (encoded.find("%2f") != std::string_view::npos) {
        right("target",
              "The path has lower-case escapes (%2f). They are accepted here, but Looker itself "
              "refuses them.");
    }
}

void Explainer::read_query() {
    std::vector<std::string> unknown;
    static constexpr std::array<std::string_view, 3> kOuter = {"embed_domain", "sdk",
                                                               "sandboxed_host"};
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
        const bool known =
            name == kAuthenticationToken ||
            std::ranges::any_of(parameters(), [&](const auto& one) { return one.name == name; }) ||
            (is_rewritten_ && std::ranges::find(kOuter, name) != kOuter.end());
        if (!known) unknown.push_back(name);
        auto& value = values_[name];
        if (++value.count > 1) continue;
        value.raw = raw_value;
        const auto decoded = form_decode(raw_value);
        value.broken_escape = !decoded.has_value();
        value.decoded = decoded.value_or(value.raw);
    }
    if (unknown.empty()) return;
    const bool any_hides =
        std::ranges::any_of(unknown, [&](const auto& one) { return hides(one); });
    wrong("parameters",
          fmt::format("{}. embed_domain, sdk, theme and filters belong into the embed path, before "
                      "it is encoded; what else is needed nowhere must be left out.",
                      any_hides ? "This request includes invalid params"
                                : printable(unknown_parameters(unknown).message, 400)));
}

void Explainer::explain_cookieless() {
    right("kind",
          "This is the login of a cookieless session. It is not signed: the server knows its "
          "token, which opens once, within 30 seconds.");
    if (values_.size() > 1) {
        wrong("parameters", "embed_authentication_token must be the only parameter.");
    }
}

void Explainer::explain_parameters() {
    std::size_t fine = 0;
    for (const auto& parameter : parameters()) {
        if (explain_parameter(parameter)) ++fine;
    }
    if (fine > 0) {
        right("parameters", fmt::format("{} of them are there and of their form.", fine));
    }
}

bool Explainer::explain_parameter(const Parameter& parameter) {
    const auto name = parameter.name;
    const auto* found = value(name);
    if (found == nullptr) {
        if (parameter.required) wrong(name, fmt::format("Missing required parameter: {}", name));
        return false;
    }
    if (found->count > 1) {
        wrong(name,
              fmt::format("It stands {} times in the link; only once is accepted.", found->count));
        return false;
    }
    if (found->broken_escape) {
        wrong(name, "It has a broken percent escape in it.");
        return false;
    }
    const auto error = read_value(parameter, found->decoded, read_);
    if (!error) return true;
    const auto& text = found->decoded;
    std::string guess;
    LoginValues ignored;
    if (const auto again = form_decode(text);
        text.find('%') != std::string::npos && again && !read_value(parameter, *again, ignored)) {
        guess = " It is percent-encoded twice.";
    } else if (!read_value(parameter, "\"" + text + "\"", ignored)) {
        guess = " Its quotation marks are missing: values are JSON.";
    } else if (name == "time" && text.size() >= 13 && text.size() <= 14) {
        guess = " This looks like milliseconds; divide by 1000 and drop the fraction.";
    } else if (text.find('\'') != std::string::npos && text.find('"') == std::string::npos) {
        guess = " JSON has double quotes, not single ones.";
    } else if (name == "signature" && text.find(' ') != std::string::npos) {
        guess = " A '+' that is not encoded arrives as a space.";
    }
    wrong(name, fmt::format("{}{} It is '{}'.", error->message, guess, shown(text)));
    return false;
}

void Explainer::explain_window() {
    const auto* time = value("time");
    if (time == nullptr || std::to_string(read_.time.count()) != time->decoded) return;
    const auto age = to_unix_seconds(now_) - read_.time.count();
    const auto slack = kValidFor.count();
    if (std::abs(age) <= slack) {
        right("window", age >= 0 ? fmt::format("Signed {} ago; it opens for another {}.",
                                               duration_words(age), duration_words(slack - age))
                                 : fmt::format("Signed {} in the future, which is within the 5 "
                                               "minutes that clocks may differ.",
                                               duration_words(-age)));
        return;
    }
    auto sentence = fmt::format(
        "'time' param is not within 5 minutes of the server's system time: signed {} {}. Sign a "
        "new link for every page load.",
        duration_words(std::abs(age)), age > 0 ? "ago" : "in the future");
    // Offsets from UTC are whole quarters of an hour, at most 14 h; two minutes for the way here.
    const auto quarters = (std::abs(age) + 450) / 900;
    if (quarters >= 2 && quarters <= 56 && std::abs(std::abs(age) - quarters * 900) <= 120) {
        sentence += fmt::format(
            " Almost exactly {}: if it was signed just now, local time was taken for UTC.",
            duration_words(quarters * 900));
    }
    wrong("window", std::move(sentence));
}

std::optional<SignedTexts> Explainer::texts() const {
    const auto text = [&](std::string_view name) -> std::optional<std::string> {
        const auto* found = value(name);
        if (found == nullptr) return std::nullopt;
        return found->decoded;
    };
    for (const std::string_view name : {"nonce", "time", "session_length", "external_user_id",
                                        "permissions", "models", "access_filters"}) {
        if (value(name) == nullptr) return std::nullopt;
    }
    return SignedTexts{std::string(path_),
                       *text("nonce"),
                       *text("time"),
                       *text("session_length"),
                       *text("external_user_id"),
                       *text("permissions"),
                       *text("models"),
                       text("group_ids"),
                       text("external_group_id"),
                       text("user_attributes"),
                       *text("access_filters")};
}

void Explainer::explain_difference(const std::vector<SignedLine>& lines) {
    const auto difference = first_difference(lines, *options_.string_to_sign);
    if (!difference) {
        right("difference", "Your text to sign is the server's, byte for byte.");
        return;
    }
    const bool any_hides =
        hides(difference->expected.value_or("")) || hides(difference->supplied.value_or(""));
    wrong("difference", any_hides
                            ? fmt::format("Line {}, {}, differs; the secret stands in it.",
                                          difference->line, difference->name)
                            : fmt::format("The first that differs is {}.", describe(*difference)));
}

void Explainer::explain_signature() {
    const auto signed_texts = texts();
    const auto* signature = value("signature");
    if (!signed_texts || signature == nullptr) {
        wrong("signature", "Cannot be checked while a signed parameter is missing.");
        return;
    }
    if (host_.empty()) {
        right("signature", "Not checked: that takes the whole URL, because its host is signed.");
        return;
    }
    const auto lines = signed_lines(host_, *signed_texts);
    for (const auto& line : lines) {
        out_.signed_lines.emplace_back(line.name, hides(line.text)
                                                      ? "(a text with the secret in it)"
                                                      : std::string(line.text));
    }
    if (options_.string_to_sign) explain_difference(lines);
    if (options_.secret == nullptr) {
        right("signature", "Not checked: that takes the embed secret.");
        return;
    }
    const auto key = options_.secret->reveal();
    if (key.empty()) {
        wrong("secret", "The secret is empty; no link of an empty one opens.");
        return;
    }
    const auto which =
        fmt::format("the secret that ends in {}", printable(options_.secret->suffix()));
    const auto bytes = from_base64(signature->decoded);
    const auto algorithm = bytes && bytes->size() == 20 ? Algorithm::sha1 : Algorithm::sha256;
    const auto text = string_to_sign(host_, *signed_texts);
    if (bytes && equal_in_constant_time(digest(algorithm, key, text), *bytes)) {
        if (options_.algorithm && *options_.algorithm != algorithm) {
            wrong("signature",
                  fmt::format("It is right for {}, but made with {} instead of {}.", which,
                              to_text(algorithm), to_text(*options_.algorithm)));
        } else {
            right("signature",
                  fmt::format("It is right for {} and {}.", which, to_text(algorithm)));
        }
        return;
    }
    SignedParts parts{scheme_, host_, *signed_texts, {}, signature->decoded};
    for (const auto& [name, one] : values_)
        parts.raw.emplace(name, one.raw);
    if (const auto mistake = find_mistake(parts, key)) {
        wrong("signature", fmt::format("It was made with {}, but {}.", which, *mistake));
        return;
    }
    wrong("signature",
          fmt::format("It does not fit {}, and no usual mistake explains it. Either it was signed "
                      "with another secret, or something was changed after signing. Compare the "
                      "text that your program signs with the lines below.",
                      which));
}

// The last word is the reader's that the server uses, so that nothing is called right here that
// it refuses.
void Explainer::hold_against_server() {
    if (!std::ranges::all_of(out_.findings, &Finding::ok)) return;
    const auto link = parse_login_link(target_);
    if (!link) wrong("link", printable(link.error().message, 400));
}

}  // namespace

Explanation explain(std::string_view url_or_target, const ExplainOptions& options, Time now) {
    return Explainer(options, now).run(url_or_target);
}

}  // namespace casement::looker
