#include "dialects/datadog/link_explainer.h"

#include "access/share_settings.h"
#include "access/standing.h"
#include "base/encoding.h"
#include "base/url_query.h"
#include "base/utc_words.h"
#include "base/words.h"
#include "dialects/datadog/explain.h"
#include "dialects/datadog/link.h"
#include "dialects/datadog/mistakes.h"
#include "dialects/datadog/verifier.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace casement::datadog {
namespace {

using access::LinkReport;

/// Credentials of other shares that a token which fits none of its own share's is held against.
constexpr std::size_t kMostOthersTried = 5000;

/// The value of a parameter as it stands in the query, and decoded; of several the first.
struct Value {
    std::string raw;
    std::string decoded;
};
std::optional<Value> value_of(std::string_view query, std::string_view name) {
    for (const auto& [raw_name, raw_value] : split_query(query)) {
        if (form_decode(raw_name) != name) continue;
        return Value{std::string(raw_value),
                     form_decode(raw_value).value_or(std::string(raw_value))};
    }
    return std::nullopt;
}

LinkReport::Meaning meaning_of(std::string_view name) {
    if (name == "token") return {"The signature, over nonce and ts.", true};
    if (name == "nonce") return {"Makes this link one of its own: it opens once.", false};
    if (name == "ts") return {"When it was signed, in seconds since 1970, UTC.", false};
    return {"Not part of such a link: neither signed nor used.", false};
}

std::string_view advice_on(std::string_view name) {
    if (name == "address") return "Copy the share's URL as its page shows it.";
    if (name == "token") {
        return "Write the HMAC-SHA256 as 64 lower-case hex digits, once, as the parameter token.";
    }
    if (name == "nonce") return "Send a fresh random text, such as 32 hex digits, once, as nonce.";
    if (name == "ts") return "Send the time of signing as whole seconds since 1970, once, as ts.";
    if (name == "parameters") return "Build the query with a URL library and put it in as it is.";
    if (name == "fragment") return "Leave the '#' and what follows away.";
    return {};
}

std::string end_of(const store::Credential& credential) {
    const auto note =
        credential.note.empty() ? std::string() : fmt::format(" (\"{}\")", credential.note);
    return fmt::format("the credential that ends in {}{}", credential.suffix, note);
}

/// Puts one link's explanation together.
class Explaining {
  public:
    Explaining(const access::LinkQuestion& question, bool allow_embedding)
        : question_(question),
          snapshot_(*question.snapshot),
          allow_embedding_(allow_embedding),
          address_(access::read_link_address(question.url)),
          nonce_(value_of(address_.query(), "nonce")),
          ts_(value_of(address_.query(), "ts")) {
        for (const auto* share : snapshot_.shares(question.org)) {
            for (const auto& credential : share->credentials)
                secrets_.push_back(&credential.secret);
        }
    }

    access::LinkExplanation run() {
        report_.add_parts(address_, meaning_of, "Names the share.");
        explain_form();
        if (nonce_ && ts_) {
            report_.sign("nonce|ts", signed_text(nonce_->decoded, ts_->decoded));
            report_.signed_how(
                "The token is HMAC-SHA256 over this one line, keyed with the credential's text as "
                "it was given, and written as 64 lower-case hex digits.");
        }
        const auto* share = explain_share();
        explain_signature(share);
        if (share != nullptr) explain_state(*share);
        explain_window();
        explain_credential();
        if (share != nullptr) {
            report_.ask_nonce(fmt::format("share:{}", share->id),
                              link_ ? link_->nonce : std::string());
            explain_frame(*share);
        }
        access::note_host(report_, address_, question_.server_host);
        return report_.take();
    }

  private:
    void explain_form();
    const store::Share* explain_share();
    void explain_signature(const store::Share* share);
    [[nodiscard]] std::string find_fault(const store::Share& share) const;
    void explain_state(const store::Share& share);
    void explain_window();
    void explain_credential();
    void explain_frame(const store::Share& share);

    const access::LinkQuestion& question_;
    const store::Snapshot& snapshot_;
    const bool allow_embedding_;
    const access::LinkAddress address_;
    const std::optional<Value> nonce_, ts_;
    std::vector<const Secret*> secrets_;  ///< of the whole organization
    LinkReport report_{"datadog", "Datadog secure embed link",
                       [this](std::string_view text) { return access::holds_any(text, secrets_); }};
    std::optional<Link> link_;
    std::optional<Finding> window_;
    const store::Credential* signer_ = nullptr;
};

void Explaining::explain_form() {
    const bool has_secret = access::holds_any(question_.url, secrets_);
    for (auto& finding : explain(question_.url, question_.now)) {
        const auto& name = finding.name;
        if (name == "window") {
            window_ = std::move(finding);
            continue;
        }
        if (name == "host" || name == "signed text" || name == "signature") continue;
        auto sentence = access::holds_any(finding.sentence, secrets_)
                            ? std::string("It has a credential in it, so it is not shown here.")
                            : std::move(finding.sentence);
        if (name == "parameters" && finding.ok) {
            report_.note(name, std::move(sentence));
        } else {
            report_.check(name, finding.ok, std::move(sentence), std::string(advice_on(name)));
        }
    }
    if (has_secret) {
        report_.note("secret",
                     "A credential itself stands in the link. Whoever has seen the link can sign "
                     "others with it.",
                     "Replace that credential, and never send it.");
    }
    auto link = parse_link(address_.target);
    if (link) {
        link_ = std::move(*link);
    } else if (!report_.stopped()) {
        report_.check("link", false, link.error().message);
    }
}

const store::Share* Explaining::explain_share() {
    const auto path = address_.path();
    const auto token = path.starts_with(kLandingPath) ? path.substr(kLandingPath.size()) : "";
    if (!is_share_token(token)) {
        report_.skip("share", "Which share it is for cannot be read.");
        return nullptr;
    }
    const auto* share = snapshot_.share_by_token(token);
    const bool own = share != nullptr && share->org == question_.org;
    if (!own || share->type != "secure_embed") {
        report_.check(
            "share", false,
            own ? fmt::format("The share is of type {}, which is not opened by signed "
                              "links.",
                              share->type)
                : "Your organization has no share of this token.",
            own ? "Make a share of type secure embed, or open this one at its own address."
                : "Take the URL from the share's page. A share that was removed does not "
                  "come back: make another one.");
        return nullptr;
    }
    const auto* dashboard = snapshot_.dashboard(share->dashboard);
    report_.check("share", true,
                  fmt::format("It is a share of the dashboard \"{}\".",
                              dashboard == nullptr ? "?" : dashboard->title));
    return share;
}

std::string Explaining::find_fault(const store::Share& share) const {
    const SignedParts parts{link_->token, link_->nonce, nonce_->raw, link_->ts_text,
                            link_->share_token};
    for (const auto& credential : share.credentials) {
        if (const auto mistake = find_mistake(parts, credential.secret.reveal())) {
            return fmt::format("The token was made with {}, but {}.", end_of(credential), *mistake);
        }
    }
    std::size_t tried = 0;
    for (const auto* other : snapshot_.shares(question_.org)) {
        if (other->id == share.id) continue;
        for (const auto& credential : other->credentials) {
            if (++tried > kMostOthersTried) break;
            if (!verify_signature(*link_, credential.secret)) continue;
            const auto* dashboard = snapshot_.dashboard(other->dashboard);
            return fmt::format(
                "The token is signed with a credential of another share, of the "
                "dashboard \"{}\". Each share has its own.",
                dashboard == nullptr ? "?" : dashboard->title);
        }
    }
    return fmt::format(
        "The token {} of this share, and no usual mistake explains it. It was signed with another "
        "one, or nonce or ts were changed after signing.",
        fits_none_of(share.credentials.size(), "credential"));
}

void Explaining::explain_signature(const store::Share* share) {
    if (!link_ || share == nullptr) {
        report_.skip("signature",
                     share == nullptr
                         ? "There is no share whose credentials it could fit."
                         : "It cannot be checked before token, nonce and ts are right.");
        return;
    }
    const store::Credential* usable = nullptr;
    const store::Credential* expired = nullptr;
    const store::Credential* disabled = nullptr;
    for (const auto& credential : share->credentials) {
        if (!verify_signature(*link_, credential.secret)) continue;
        const bool is_over = credential.expires_at && *credential.expires_at <= question_.now;
        (credential.disabled ? disabled : is_over ? expired : usable) = &credential;
    }
    const auto* signer = usable != nullptr ? usable : expired != nullptr ? expired : disabled;
    if (signer == nullptr) {
        report_.check("signature", false, find_fault(*share),
                      "Compare the text that your program signs with the one shown here, and the "
                      "end of its credential with those of the share.");
        return;
    }
    report_.check("signature", true, fmt::format("It is right for {}.", end_of(*signer)));
    if (signer == disabled) {
        report_.check("credential", false, "The credential has been switched off.",
                      "Sign with another credential of the share, or switch this one on.");
    }
    // Held against the clock after the window, as the server does.
    signer_ = signer;
}

void Explaining::explain_state(const store::Share& share) {
    const auto open = access::check_share_open(snapshot_, share, question_.now);
    if (open) {
        report_.check("state", true, "The share is active and its dashboard is there.");
        return;
    }
    const auto& code = open.error().code;
    const std::string_view advice =
        code == "share_paused"     ? "Resume the share on its page."
        : code == "share_expired"  ? "Move the share's end, or make another share."
        : code == "embed_disabled" ? "Switch embedding on for the organization."
                                   : "Restore the dashboard from the bin.";
    report_.check("state", false, open.error().message, std::string(advice));
}

void Explaining::explain_window() {
    if (!window_) {
        report_.skip("window", "The time cannot be read.");
        return;
    }
    const auto until =
        link_ ? fmt::format(" Made {}, good until {}; now it is {}.",
                            utc_words(from_unix_seconds(link_->ts.count())),
                            utc_words(from_unix_seconds((link_->ts + kValidFor).count())),
                            utc_words(question_.now))
              : std::string();
    report_.check("window", window_->ok, window_->sentence + until,
                  "Sign when the page is asked for, with a clock that is right.");
}

void Explaining::explain_credential() {
    if (signer_ == nullptr || signer_->disabled) return;
    const bool is_over = signer_->expires_at && *signer_->expires_at <= question_.now;
    report_.check("credential", !is_over,
                  is_over ? "The credential has expired: sessions that it opened go on, and new "
                            "ones are not opened."
                          : "The credential may sign.",
                  "Sign with the share's newer credential.");
}

void Explaining::explain_frame(const store::Share& share) {
    const auto settings = access::read_share_settings(share.settings);
    if (!allow_embedding_) {
        report_.note("frame", "This server lets no page frame it (security.allow_embedding).",
                     "Set security.allow_embedding to true.");
    } else if (settings.allowed_origins.empty()) {
        report_.note("frame", "Any page may frame it.");
    } else {
        report_.note("frame",
                     fmt::format("Only pages of {} may frame it; elsewhere the browser shows "
                                 "nothing.",
                                 fmt::join(settings.allowed_origins, ", ")));
    }
}

}  // namespace

bool SecureEmbedExplainer::recognizes(std::string_view target) const {
    // Also behind a path that does not belong there: that is one of the mistakes.
    return target.substr(0, target.find('?')).find(kLandingPath) != std::string_view::npos;
}

access::LinkExplanation SecureEmbedExplainer::explain(const access::LinkQuestion& question) const {
    return Explaining(question, allow_embedding_).run();
}

}  // namespace casement::datadog
