#include "dialects/grafana/link_explainer.h"

#include "access/account_keys.h"
#include "access/content.h"
#include "access/embed_settings.h"
#include "base/utc_words.h"
#include "dialects/grafana/explain.h"
#include "dialects/grafana/query.h"
#include "dialects/grafana/sign.h"

#include <algorithm>
#include <map>
#include <optional>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace casement::grafana {
namespace {

using access::LinkReport;
using Row = store::AccountKey;

LinkReport::Meaning meaning_of(std::string_view name) {
    static const std::map<std::string_view, LinkReport::Meaning> kMeanings = {
        {parameter::kKey, {"Version 1: the whole key.", true}},
        {parameter::kSign, {"Version 2: the signature, over the timestamp alone.", true}},
        {parameter::kTimestamp, {"Version 2: when it was signed, in seconds since 1970.", false}},
        {parameter::kName, {"Version 2: name of the key or token that signed.", false}},
        {parameter::kOrgId, {"Version 2: number of that key's organization.", false}},
        {parameter::kExpireSeconds, {"Version 2: how long the session lasts.", false}},
        {parameter::kCasementKey, {"Version 3: name of the key that signed.", false}},
        {parameter::kCasementOrg, {"Version 3: number of that key's organization.", false}},
        {parameter::kCasementExpires, {"Version 3: when the link's time is over.", false}},
        {parameter::kCasementSession, {"Version 3: how long the session lasts.", false}},
        {parameter::kCasementLock, {"Version 3: variables that cannot be changed.", false}},
        {parameter::kCasementBound, {"Version 3: variables with a signed set of values.", false}},
        {parameter::kCasementNonce, {"Version 3: makes it open once.", false}},
        {parameter::kCasementSignature, {"Version 3: the signature over all of this.", true}},
        {"panelId", {"The panel that is shown.", false}},
        {"from", {"Begin of the time range.", false}},
        {"to", {"End of the time range.", false}},
        {"orgId", {"The organization that the dashboard is in.", false}},
    };
    if (const auto found = kMeanings.find(name); found != kMeanings.end()) return found->second;
    if (name.starts_with(kVariablePrefix)) return {"A value of a variable.", false};
    // What claims to prove something is not shown, known or not.
    if (is_proof(name)) return {"No link has such a parameter.", true};
    return {"How the page is shown.", false};
}

std::string_view advice_on(std::string_view name) {
    if (name == "address") return "Copy the dashboard's URL, /d/UID/NAME, and add to its query.";
    if (name == "version") return "Put in the parameters of one version, and all of them.";
    if (name == "parameters") return "Build the query with a URL library.";
    if (name == "fragment") return "Leave the '#' and what follows away.";
    if (name == parameter::kKey) return "Send the key as it was shown when it was made.";
    if (is_proof(name)) return "Send it once, in the form that is named.";
    return {};
}

class Explaining {
  public:
    Explaining(const access::LinkQuestion& question, const SharableVerifier& verifier,
               access::DocumentCache& documents)
        : question_(question),
          snapshot_(*question.snapshot),
          verifier_(verifier),
          documents_(documents),
          address_(access::read_link_address(question.url)) {
        for (const auto* row : snapshot_.list<Row>(question.org)) {
            secrets_.push_back(&row->hash);
            if (!row->previous_hash.empty()) secrets_.push_back(&row->previous_hash);
        }
        // Wherever else in the link somebody may have put it.
        if (const auto all = read_query(address_.target)) {
            for (const auto& [name, value, raw] : *all) {
                if (name == parameter::kKey && own_key_.empty()) own_key_ = Secret(value);
            }
        }
        if (!own_key_.empty()) secrets_.push_back(&own_key_);
    }

    access::LinkExplanation run(bool allow_embedding) {
        report_.add_parts(address_, meaning_of,
                          "The dashboard, by its uid; its name decides nothing.");
        const auto& options = verifier_.options();
        report_.check("sharing", options.enabled,
                      options.enabled ? "Links that open a dashboard without signing in are on."
                                      : "Links that open a dashboard without signing in are "
                                        "switched off on this server.",
                      "Set aliyun.api_key_share to true.");
        explain_form();
        if (link_ && explain_organization()) {
            explain_key();
            explain_rights();
        } else {
            report_.skip("key", link_ ? "Keys of another organization are not looked at."
                                      : "Which key it is of cannot be read.");
        }
        explain_window();
        const auto* third = link_ ? std::get_if<SignedV3>(&link_->proof) : nullptr;
        if (third != nullptr && row_ != nullptr) {
            report_.ask_nonce(access::object_of(*row_), third->nonce);
        } else if (link_ && third == nullptr) {
            report_.note(std::string(access::kNonceCheck),
                         "Links of this version may be used again while their time lasts.");
        }
        explain_dashboard();
        explain_frame(allow_embedding);
        access::note_host(report_, address_, question_.server_host);
        return report_.take();
    }

  private:
    void explain_form();
    bool explain_organization();
    void explain_key();
    void explain_key_in_link(const KeyInLink& proof);
    template <class Proof>
    void explain_signature(const Proof& proof);
    [[nodiscard]] std::string find_fault(const Row& row) const;
    void explain_rights();
    void explain_window();
    void explain_dashboard();
    void explain_variables(const store::Dashboard& dashboard);
    void explain_frame(bool allow_embedding);
    [[nodiscard]] std::string fit(std::string text) const {
        return access::holds_any(text, secrets_)
                   ? std::string("It has a key's hash in it, so it is not shown here.")
                   : text;
    }

    const access::LinkQuestion& question_;
    const store::Snapshot& snapshot_;
    const SharableVerifier& verifier_;
    access::DocumentCache& documents_;
    const access::LinkAddress address_;
    Secret own_key_;
    std::vector<const Secret*> secrets_;
    LinkReport report_{"grafana", "Sharable link of managed Grafana",
                       [this](std::string_view text) { return access::holds_any(text, secrets_); }};
    std::optional<SharableLink> link_;
    std::optional<Finding> window_;
    const Row* row_ = nullptr;  ///< whose link it is, proven
};

void Explaining::explain_form() {
    auto explanation = explain(question_.url, {}, question_.now);
    for (auto& finding : explanation.findings) {
        const auto& name = finding.name;
        if (name == "window") {
            window_ = std::move(finding);
            continue;
        }
        if (name == "host" || name == "signature") continue;
        // An unknown look of the page is no fault of the link.
        if (finding.ok && (name == "parameters" || name == "version")) {
            report_.check(name, true, fit(std::move(finding.sentence)));
        } else if (finding.ok && name != "address" && name != parameter::kKey) {
            report_.note(name, fit(std::move(finding.sentence)));
        } else {
            report_.check(name, finding.ok, fit(std::move(finding.sentence)),
                          std::string(advice_on(name)));
        }
    }
    auto link = parse_link(address_.target, {verifier_.options().longest_session});
    if (!link) {
        if (!report_.stopped()) report_.check("link", false, link.error().message);
        return;
    }
    link_ = std::move(*link);
    const int version = version_of(*link_);
    report_.check(
        "accepted", verifier_.accepts(version),
        fmt::format("This server {} links of version {}.",
                    verifier_.accepts(version) ? "takes" : "takes no", version),
        fmt::format("Add v{} to aliyun.api_key_share_version, or sign in another version.",
                    version));
    if (version == 2) {
        report_.sign("hash_timestamp",
                     "(the key's hash)_" + std::get<SignedByHash>(link_->proof).timestamp_text);
        report_.signed_how(
            "The signature is MD5 over this one line, in lower-case hex. The hash is PBKDF2 of the "
            "key's secret, 100 lower-case hex digits.");
    } else if (version == 3) {
        for (const auto& [name, text] : explanation.signed_lines)
            report_.sign(name, text);
        report_.signed_how(
            "The signature is HMAC-SHA256 over these lines, joined by single line feeds with none "
            "at the end, keyed with the key's hash as text, in lower-case hex.");
    }
}

bool Explaining::explain_organization() {
    std::int64_t org = question_.org;  // a token says nothing of it
    if (const auto* second = std::get_if<SignedByHash>(&link_->proof)) org = second->org;
    if (const auto* third = std::get_if<SignedV3>(&link_->proof)) org = third->org;
    if (const auto* first = std::get_if<KeyInLink>(&link_->proof)) {
        if (const auto* legacy = std::get_if<LegacyKey>(&first->key)) org = legacy->org;
    }
    if (org == question_.org) return true;
    report_.check("organization", false,
                  fmt::format("It names organization {}; yours is {}.", org, question_.org),
                  "If it shall be yours, sign for it with one of its keys. If not, somebody who "
                  "manages that organization can have it explained.");
    return false;
}

void Explaining::explain_key() {
    if (const auto* first = std::get_if<KeyInLink>(&link_->proof)) {
        explain_key_in_link(*first);
    } else if (const auto* second = std::get_if<SignedByHash>(&link_->proof)) {
        explain_signature(*second);
    } else {
        explain_signature(std::get<SignedV3>(link_->proof));
    }
}

void Explaining::explain_key_in_link(const KeyInLink& proof) {
    const auto key = read_signing_key(proof.text.reveal());
    if (key) {
        for (const auto* row : snapshot_.list<Row>(question_.org)) {
            const bool fits = access::is_hash_of(*row, key->hash, question_.now);
            if (fits) row_ = row;
        }
    }
    report_.check("key", row_ != nullptr,
                  row_ != nullptr
                      ? fmt::format("It is the key \"{}\".", report_.shown(row_->name))
                      : "Your organization has no such key: it was deleted or rotated, or it is "
                        "another one's.",
                  "Make a new key and put it in, or better sign links with it.");
}

template <class Proof>
void Explaining::explain_signature(const Proof& proof) {
    const auto* row = snapshot_.by_name<Row>(proof.org, proof.key_name);
    report_.check("key", row != nullptr,
                  row != nullptr
                      ? fmt::format("There is a key named \"{}\".", report_.shown(proof.key_name))
                      : fmt::format("Your organization has no key named \"{}\".",
                                    report_.shown(proof.key_name)),
                  "Send the name of the key or token itself, not the one of its service account.");
    const auto signed_by = [&](const Row& one) {
        const auto hashes = access::hashes_of(one, question_.now);
        return std::ranges::any_of(
            hashes, [&](const Secret* hash) { return verify_signature(proof, hash); });
    };
    if (row != nullptr && signed_by(*row)) {
        row_ = row;
        report_.check("signature", true, "It is right for that key.");
        return;
    }
    std::string fault;
    for (const auto* other : snapshot_.list<Row>(question_.org)) {
        if (other != row && signed_by(*other)) {
            fault = fmt::format("It is signed with the key \"{}\".", report_.shown(other->name));
        }
    }
    if (fault.empty()) {
        fault = row != nullptr ? find_fault(*row) : "No key of your organization signed it.";
    }
    report_.check("signature", false, std::move(fault),
                  "Sign with the hash of the key that the link names, and change nothing "
                  "afterwards.");
}

std::string Explaining::find_fault(const Row& row) const {
    const auto* account = snapshot_.find<store::ServiceAccount>(row.account);
    ExplainOptions options;
    if (account != nullptr) options.account = account->name;
    std::string last;
    for (const auto* hash : access::hashes_of(row, question_.now)) {
        options.key = hash;
        for (const auto& finding : explain(question_.url, options, question_.now).findings) {
            if (finding.name != "signature" || finding.ok) continue;
            last = fit(finding.sentence);
            constexpr std::string_view kThisKey = "the key given here";
            if (const auto at = last.find(kThisKey); at != std::string::npos) {
                last.replace(at, kThisKey.size(), "that key");
            }
            if (last.starts_with("It was made with")) return last;
        }
    }
    return last.empty() ? "It does not fit that key." : last;
}

void Explaining::explain_rights() {
    if (row_ == nullptr) {
        report_.skip("rights", "What it may open is known once its key is.");
        return;
    }
    const auto counts =
        access::check_account_key(snapshot_, question_.org, row_->id, question_.now);
    report_.check(
        "rights", counts.has_value(),
        counts ? fmt::format("The key counts, with the role {}.", access::role_of(snapshot_, *row_))
               : counts.error().message,
        "Use another key, or make this one count again on its page.");
    if (counts && access::role_of(snapshot_, *row_) == "None") {
        report_.check("role", false, "This key's role may see no dashboards.",
                      "Give the key or its service account the role Viewer.");
    }
    if (link_->target.org && *link_->target.org != row_->org) {
        report_.check("orgId", false, "orgId names another organization than the one of the key.",
                      "Leave orgId away, or send the key's.");
    }
}

void Explaining::explain_window() {
    if (!window_) {
        if (!link_ || std::holds_alternative<KeyInLink>(link_->proof)) {
            report_.note("window", "A link of version 1 is good until its key is deleted.");
        }
        return;
    }
    report_.check("window", window_->ok,
                  fmt::format("{} Now it is {}.", window_->sentence, utc_words(question_.now)),
                  "Sign when the page is asked for, with a clock that is right.");
}

void Explaining::explain_dashboard() {
    if (!link_) {
        report_.skip("dashboard", "Which dashboard it opens cannot be read.");
        return;
    }
    const auto& uid = link_->target.dashboard_uid;
    access::KeyGrant grant;
    if (std::holds_alternative<SignedV3>(link_->proof)) grant.dashboard = uid;
    const auto content = access::find_content(
        snapshot_, question_.org, grant, {access::ContentRef::Type::dashboard, uid}, documents_);
    report_.check("dashboard", content.has_value(),
                  content
                      ? fmt::format("It shows \"{}\".", content->title)
                      : fmt::format("There is no dashboard \"{}\" that such a link may open: it "
                                    "is not there, in the bin, or in a folder that is kept for "
                                    "a group.",
                                    report_.shown(uid)),
                  "Take the uid from the dashboard's own address.");
    if (content && content->dashboard != nullptr) explain_variables(*content->dashboard);
}

void Explaining::explain_variables(const store::Dashboard& dashboard) {
    const auto document = documents_.get(dashboard);
    if (!document) {
        report_.note("document", document.error().message);
        return;
    }
    std::vector<std::string> unknown;
    for (const auto& [name, values] : link_->target.variables) {
        const auto& own = (*document)->variables;
        const bool known =
            std::ranges::any_of(own, [&](const auto& one) { return one.name == name; });
        if (!known) unknown.push_back(report_.shown(name, 64));
    }
    if (unknown.empty()) return;
    report_.note("variables",
                 fmt::format("The dashboard has no variable {}.", fmt::join(unknown, ", ")),
                 "Values of unknown variables change nothing.");
}

void Explaining::explain_frame(bool allow_embedding) {
    const auto ancestors = access::frame_ancestors(snapshot_, question_.org, allow_embedding);
    report_.note("frame",
                 ancestors == "*" ? "Any page may frame it."
                 : allow_embedding
                     ? fmt::format("Only these may frame it: {}.", ancestors)
                     : "This server lets no page frame it (security.allow_embedding).",
                 allow_embedding ? "" : "Set security.allow_embedding to true.");
}

}  // namespace

bool SharableExplainer::recognizes(std::string_view target) const {
    const auto path = path_of(target);
    return path.starts_with(kDashboardPath) || path.starts_with(kPanelPath) || has_proof(target);
}

access::LinkExplanation SharableExplainer::explain(const access::LinkQuestion& question) const {
    return Explaining(question, *verifier_, *documents_).run(allow_embedding_);
}

}  // namespace casement::grafana
