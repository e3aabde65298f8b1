#include "dialects/looker/link_explainer.h"

#include "access/embed_settings.h"
#include "base/encoding.h"
#include "base/url_query.h"
#include "base/utc_words.h"
#include "base/words.h"
#include "dialects/looker/explain.h"
#include "dialects/looker/host.h"
#include "dialects/looker/link.h"
#include "dialects/looker/mistakes.h"
#include "dialects/looker/reasons.h"

#include <algorithm>
#include <map>
#include <optional>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace casement::looker {
namespace {

using access::LinkReport;

constexpr std::string_view kNavigationToken = "embed_navigation_token";

LinkReport::Meaning meaning_of(std::string_view name) {
    static const std::map<std::string_view, LinkReport::Meaning> kMeanings = {
        {"nonce", {"Makes this link one of its own: it opens once.", false}},
        {"time", {"When it was signed, in seconds since 1970, UTC.", false}},
        {"session_length", {"How long the session lasts, in seconds.", false}},
        {"external_user_id", {"Whom it lets in, by your own id.", false}},
        {"permissions", {"What this person may do.", false}},
        {"models", {"With which models.", false}},
        {"group_ids", {"Groups that this person is in.", false}},
        {"external_group_id", {"The group of your own that this person is in.", false}},
        {"user_attributes", {"Facts that rows are filtered by.", false}},
        {"access_filters", {"Of older versions; an empty object.", false}},
        {"first_name", {"Shown, not signed.", false}},
        {"last_name", {"Shown, not signed.", false}},
        {"user_timezone", {"Not signed.", false}},
        {"force_logout_login",
         {"Whether somebody signed in here is passed over. Not signed.", false}},
        {"signature", {"The signature, over host, path and the signed parameters.", true}},
        {kAuthenticationToken, {"The token of a cookieless session; it opens once.", true}},
        {kNavigationToken, {"The token of a further frame of a cookieless session.", true}},
        {"embed_domain", {"Origin of the page around it.", false}},
        {"sdk", {"Version of the SDK that talks to the page.", false}},
        {"sandboxed_host", {"Whether the page around it is sandboxed.", false}},
        {"secret", {"No link has such a parameter.", true}},
    };
    if (const auto found = kMeanings.find(name); found != kMeanings.end()) return found->second;
    return {"Not part of such a link.", false};
}

std::string_view advice_on(std::string_view name) {
    if (name == "address" || name == "target") {
        return "Percent-encode the embed path once, slashes too: /login/embed/%2Fembed%2Fdashboards"
               "%2F42.";
    }
    if (name == "parameters") {
        return "Leave away what is named; filters and theme belong into the embed path.";
    }
    if (name == "signature") return "Send the base64 of the HMAC, percent-encoded.";
    if (name == "fragment") return "Leave the '#' and what follows away.";
    return "Send it once, as JSON, percent-encoded.";
}

class Explaining {
  public:
    Explaining(const access::LinkQuestion& question, const EmbedVerifier& verifier)
        : question_(question),
          snapshot_(*question.snapshot),
          verifier_(verifier),
          address_(access::read_link_address(question.url)),
          host_(address_.host.empty() ? question.server_host : std::string(address_.host)) {
        for (const auto* row : snapshot_.list<store::EmbedSecret>(question.org)) {
            if (const auto algorithm = parse_algorithm(row->algorithm)) {
                views_.push_back(
                    {row->id, *algorithm, &row->secret, row->enabled, row->expires_at});
            }
            secrets_.push_back(&row->secret);
        }
        if (const auto* row = snapshot_.organization(question.org)) {
            settings_ = access::read_embed_settings(*row);
        }
    }

    access::LinkExplanation run(const access::EmbedUsers& people,
                                const access::ContentReader& content,
                                access::DocumentCache& documents, bool allow_embedding) {
        report_.add_parts(address_, meaning_of,
                          "Leads to the login; behind it, encoded, the page that is shown.");
        if (question_.org != kOrganization) {
            report_.check("organization", false,
                          "Links of this kind belong to the server's first organization, and yours "
                          "is another.",
                          "Somebody who manages the first organization can have it explained.");
            return report_.take();
        }
        if (is_login_link(address_.target) || address_.target.starts_with("/login")) {
            explain_form();
        }
        const auto judgement = verifier_.judge({address_.target, host_}, snapshot_, question_.now);
        if (login_) {
            explain_signed(people);
        } else if (is_token_link()) {
            explain_token(judgement);
        }
        explain_switch();
        if (judgement.link && judgement.link->org == question_.org &&
            !judgement.link->nonce.empty()) {
            report_.ask_nonce(judgement.link->scope, judgement.link->nonce);
        } else if (login_) {
            report_.skip(std::string(access::kNonceCheck),
                         "Whether it was used already is not asked for a link that is refused "
                         "before that.");
        }
        if (login_) explain_content(people, content, documents);
        explain_domain(judgement, allow_embedding);
        access::note_host(report_, address_, question_.server_host);
        return report_.take();
    }

  private:
    [[nodiscard]] bool is_token_link() const {
        return (link_ && std::holds_alternative<CookielessLogin>(*link_)) ||
               !is_login_link(address_.target);
    }
    void explain_form();
    void explain_signed(const access::EmbedUsers& people);
    void explain_signature(const std::string& host);
    [[nodiscard]] std::string find_fault(const std::string& host) const;
    void explain_person(const access::EmbedUsers& people);
    void explain_window();
    void explain_token(const Judgement& judgement);
    void explain_switch();
    void explain_content(const access::EmbedUsers& people, const access::ContentReader& content,
                         access::DocumentCache& documents);
    void explain_domain(const Judgement& judgement, bool allow_embedding);
    [[nodiscard]] std::string fit(std::string text) const {
        return access::holds_any(text, secrets_)
                   ? std::string("It has an embed secret in it, so it is not shown here.")
                   : text;
    }
    [[nodiscard]] std::string name_of(std::int64_t secret) const;

    const access::LinkQuestion& question_;
    const store::Snapshot& snapshot_;
    const EmbedVerifier& verifier_;
    const access::LinkAddress address_;
    const std::string host_;
    std::vector<EmbedSecretView> views_;
    std::vector<const Secret*> secrets_;
    access::EmbedSettings settings_;
    LinkReport report_{"looker", "Looker signed embedding",
                       [this](std::string_view text) { return access::holds_any(text, secrets_); }};
    std::optional<LoginLink> link_;
    const SignedLogin* login_ = nullptr;  ///< in link_
    std::optional<Finding> window_;
};

std::string Explaining::name_of(std::int64_t secret) const {
    const auto* row = snapshot_.find<store::EmbedSecret>(secret);
    return row == nullptr ? "an embed secret"
                          : fmt::format("the embed secret that ends in {}", row->suffix);
}

void Explaining::explain_form() {
    ExplainOptions options;
    options.host = host_;
    auto explanation = explain(question_.url, options, question_.now);
    for (auto& finding : explanation.findings) {
        const auto& name = finding.name;
        if (name == "window") {
            window_ = std::move(finding);
            continue;
        }
        const bool is_unchecked_signature = name == "signature" && finding.ok;
        if (name == "host" || is_unchecked_signature) continue;
        if (finding.ok && name == "kind") {
            report_.note(name, fit(std::move(finding.sentence)));
        } else {
            report_.check(name, finding.ok, fit(std::move(finding.sentence)),
                          std::string(advice_on(name)));
        }
    }
    for (const auto& [name, text] : explanation.signed_lines)
        report_.sign(name, text);
    if (!explanation.signed_lines.empty()) {
        report_.signed_how(
            "The signature is the HMAC over these lines, joined by single line feeds with none at "
            "the end, keyed with the embed secret's text as it was given, in base64 with padding. "
            "It is SHA-256 for secrets of hmac/sha-256, SHA-1 for those of hmac/sha-1.");
    }
    if (access::holds_any(question_.url, secrets_)) {
        report_.note("secret",
                     "An embed secret itself stands in the link. Whoever has seen the link can "
                     "sign others with it.",
                     "Replace that secret, and never send it.");
    }
    auto link = parse_login_link(address_.target);
    if (!link) {
        if (!report_.stopped()) report_.check("link", false, fit(link.error().message));
        return;
    }
    link_ = std::move(*link);
    login_ = std::get_if<SignedLogin>(&*link_);
}

void Explaining::explain_signed(const access::EmbedUsers& people) {
    report_.check("signed links", settings_.signed_links,
                  settings_.signed_links ? "Links that an embed secret signed are switched on."
                                         : "Links that an embed secret signed are switched off.",
                  "Switch signed embedding (sso_auth_enabled) on in the embedding settings.");
    const auto host = check_host(host_, verifier_.public_hosts());
    report_.check(
        "host", host.has_value(),
        host ? fmt::format("It is looked at as signed for the host {}.", report_.shown(*host))
             : fit(host.error().message),
        "Sign for, and load from, the host that browsers know this server by.");
    explain_signature(host ? *host : host_);
    explain_person(people);
    explain_window();
}

void Explaining::explain_signature(const std::string& host) {
    const auto usable = std::ranges::count_if(views_, [&](const auto& one) {
        return one.enabled && (!one.expires_at || *one.expires_at > question_.now);
    });
    if (usable == 0) {
        report_.check("secrets", false,
                      fmt::format("{}.", how_many_can_sign(0, views_.size(), "embed secret")),
                      "Make an embed secret, or enable one.");
    }
    const auto signer = verify_signature(*login_, host, views_, question_.now);
    if (signer) {
        report_.check("signature", true, fmt::format("It is right for {}.", name_of(*signer)));
        return;
    }
    const bool is_disabled = signer.error().code == kSecretDisabled;
    report_.check("signature", false, is_disabled ? signer.error().message : find_fault(host),
                  is_disabled ? "Sign with an embed secret that is enabled, or enable this one."
                              : "Compare the text that your program signs with the lines shown "
                                "here: the first line that differs is the fault.");
}

std::string Explaining::find_fault(const std::string& host) const {
    SignedParts parts{address_.scheme, host, login_->texts, {}, login_->signature};
    for (const auto& [raw_name, raw_value] : split_query(address_.query())) {
        if (const auto name = form_decode(raw_name)) parts.raw.emplace(*name, raw_value);
    }
    for (const auto& one : views_) {
        const auto mistake = find_mistake(parts, one.secret->reveal());
        if (mistake) {
            return fit(fmt::format("It was made with {}, but {}.", name_of(one.id), *mistake));
        }
    }
    return fmt::format(
        "It {}, and no usual mistake explains it. It was signed with another secret, or something "
        "was changed after signing.",
        fits_none_of(views_.size(), "embed secret"));
}

void Explaining::explain_person(const access::EmbedUsers& people) {
    auto person = login_of(login_->values, kOrganization);
    person.target = to_location(login_->target, Tokens::left_out);
    const auto fits = people.check(snapshot_, person);
    report_.check("person", fits.has_value(),
                  fits ? "What it says of the person can be granted." : fit(fits.error().message),
                  "Grant with permissions and models, or with groups that have roles.");
    std::vector<std::string> unknown;
    for (const auto& model : person.models) {
        if (!access::is_model_name(snapshot_, kOrganization, model)) {
            unknown.push_back(report_.shown(model, 64));
        }
    }
    if (!unknown.empty()) {
        report_.note("models", fmt::format("There is no model {}.", fmt::join(unknown, ", ")),
                     "Unknown models grant nothing. Take the names from the list of models.");
    }
}

void Explaining::explain_window() {
    if (!window_) {
        report_.skip("window", "The time cannot be read.");
        return;
    }
    const auto made = login_->values.time;
    report_.check("window", window_->ok,
                  fmt::format("{} Made {}, good until {}; now it is {}.", window_->sentence,
                              utc_words(from_unix_seconds(made.count())),
                              utc_words(from_unix_seconds((made + kValidFor).count())),
                              utc_words(question_.now)),
                  "Sign when the page is asked for, with a clock that is right.");
}

void Explaining::explain_token(const Judgement& judgement) {
    if (!judgement.link) {
        report_.check("token", false, fit(judgement.link.error().message),
                      "Acquire a new session, and open what its answer says.");
        return;
    }
    report_.check("token", true, "It is a token of this server's.");
    const auto& outside = judgement.link->outside_window;
    report_.check("window", !outside, outside ? outside->message : "Its time is not over.",
                  "Let the page ask for a new token.");
}

void Explaining::explain_switch() {
    report_.check("embedding", settings_.enabled,
                  settings_.enabled ? "Embedding is switched on."
                                    : "Embedding is switched off by the organization.",
                  "Switch embedding on in the embedding settings.");
}

void Explaining::explain_content(const access::EmbedUsers& people,
                                 const access::ContentReader& content,
                                 access::DocumentCache& documents) {
    const auto target = to_location(login_->target, Tokens::left_out);
    const auto asked = content.read(target, snapshot_, kOrganization, question_.now);
    if (!asked) {
        report_.check("content", false, fit(asked.error().message),
                      "Take the address from the dashboard's own page.");
        return;
    }
    if (asked->preload) {
        report_.check("content", true, "It loads, and is told later what to show.");
        return;
    }
    const auto grant = people.grant_of(snapshot_, login_of(login_->values, kOrganization));
    const auto found = access::find_content(snapshot_, kOrganization, grant, asked->ref, documents);
    report_.check("content", found.has_value(),
                  found ? fmt::format("It shows \"{}\".", found->title)
                        : fmt::format("{} is not there, or this person may not see it.",
                                      access::to_string(asked->ref)),
                  "A dashboard takes access_data, see_looks and see_user_dashboards for each of "
                  "its models, and a folder that the person's groups may see.");
}

void Explaining::explain_domain(const Judgement& judgement, bool allow_embedding) {
    if (!judgement.refused_domain.empty()) {
        report_.note("embed_domain",
                     fmt::format("{} is not on the allowlist, so the frame will not talk to it.",
                                 report_.shown(judgement.refused_domain)),
                     "Add it to the allowlist of the embedding settings.");
    } else if (!judgement.embed_domain.empty()) {
        report_.note("embed_domain",
                     fmt::format("{} is on the allowlist.", report_.shown(judgement.embed_domain)));
    }
    const auto ancestors = access::frame_ancestors(snapshot_, kOrganization, allow_embedding);
    report_.note("frame",
                 ancestors == "*" ? "Any page may frame it."
                 : !allow_embedding
                     ? "This server lets no page frame it (security.allow_embedding)."
                     : fmt::format("Only these may frame it: {}.", ancestors),
                 allow_embedding ? "" : "Set security.allow_embedding to true.");
}

}  // namespace

bool EmbedExplainer::recognizes(std::string_view target) const {
    return is_login_link(target) || target.starts_with("/login/embed") ||
           target.starts_with(kContentPath);
}

access::LinkExplanation EmbedExplainer::explain(const access::LinkQuestion& question) const {
    return Explaining(question, *verifier_).run(*people_, *content_, *documents_, allow_embedding_);
}

}  // namespace casement::looker
