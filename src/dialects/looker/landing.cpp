#include "dialects/looker/landing.h"

#include "dialects/looker/reasons.h"
#include "dialects/looker/signature.h"
#include "http/assets.h"

#include <prometheus/counter.h>
#include <prometheus/registry.h>

namespace casement::looker {
namespace {

constexpr std::string_view kShown = "shown";
constexpr std::string_view kOther = "other";

// The SDK takes a signed URL that it is handed for a path under /embed (looker.md §5.1).
constexpr std::string_view kRewrittenLogin = "/embed/login/embed/";

}  // namespace

Landing::Landing(const store::Catalog& catalog, const EmbedVerifier& verifier, access::Audit& audit,
                 const Clock& clock, prometheus::Registry& metrics, http::ViewerShell shell,
                 bool allow_embedding)
    : catalog_(&catalog),
      verifier_(&verifier),
      clock_(&clock),
      refusals_(audit, clock),
      shell_(std::move(shell)),
      allow_embedding_(allow_embedding) {
    if (const auto* chunk = http::find_asset("looker.js")) preload_.emplace_back(chunk->path);
    auto& family = prometheus::BuildCounter()
                       .Name("casement_embed_landing_total")
                       .Help("Login links of persons that were loaded, by what came of it.")
                       .Register(metrics);
    const auto add = [&](std::string_view outcome) {
        counters_[std::string(outcome)] =
            &family.Add({{"dialect", "looker"}, {"outcome", std::string(outcome)}});
    };
    add(kShown);
    add(kOther);
    for (const auto& reason : reasons())
        add(reason.code);
}

void Landing::count(std::string_view outcome) {
    const auto found = counters_.find(outcome);
    (found == counters_.end() ? counters_.find(kOther) : found)->second->Increment();
}

// Who is on the allowlist may frame; an empty list is the vendor's default, which blocks nobody.
std::string Landing::ancestors(const store::Snapshot& snapshot,
                               const std::string& embed_domain) const {
    auto list = access::frame_ancestors(snapshot, kOrganization, allow_embedding_);
    if (embed_domain.empty() || list == "'none'" || list == "*") return list;
    // One that the session's own tokens allow, beyond the list.
    const auto settings = access::read_embed_settings(*snapshot.organization(kOrganization));
    if (!access::is_allowed_domain(settings, embed_domain)) list += " " + embed_domain;
    return list;
}

http::Response Landing::shell(std::string_view mode, const Judgement& judgement,
                              const store::Snapshot& snapshot) const {
    http::ViewerShell::Attributes attributes{
        {"mode", std::string(mode)}, {"dialect", "looker"}, {"version", std::string(kVersion)}};
    if (!judgement.embed_domain.empty()) {
        attributes.emplace_back("embed-domain", judgement.embed_domain);
    }
    if (!judgement.refused_domain.empty()) {
        attributes.emplace_back("embed-domain-refused", judgement.refused_domain);
    }
    const auto& target = judgement.target;
    if (target && target->sdk) attributes.emplace_back("sdk", *target->sdk);
    if (target && target->allow_login_screen) attributes.emplace_back("login-screen", "true");
    if (!judgement.force_logout) attributes.emplace_back("force-logout", "false");
    return shell_.page(attributes, preload_, ancestors(snapshot, judgement.embed_domain));
}

http::Response Landing::refuse(const http::Request& request, const Error& reason,
                               const store::Snapshot& snapshot, bool signed_by_us) {
    count(reason.code);
    // Junk that cannot even be read leaves a number behind and nothing else.
    if (verifier_->subject_of(request.target, snapshot)) {
        access::RefusalLog::Refused refused;
        refused.org = kOrganization;
        refused.signature_held = signed_by_us;
        refused.dialect = "looker";
        refused.client = request.client;
        refusals_.record(refused, reason);
    }
    return shell_.refused(reason, ancestors(snapshot, {}));
}

http::Response Landing::login(const http::Request& request) {
    if (!allow_embedding_ && http::is_framed(request)) return shell_.embedding_off();
    const auto snapshot = catalog_->snapshot();
    const auto judgement =
        verifier_->judge({request.target, request.host}, *snapshot, clock_->now());
    if (!judgement.link) return refuse(request, judgement.link.error(), *snapshot, false);
    count(kShown);
    return shell("link", judgement, *snapshot);
}

http::Response Landing::content(const http::Request& request) {
    if (!allow_embedding_ && http::is_framed(request)) return shell_.embedding_off();
    if (request.target.starts_with(kRewrittenLogin)) return login(request);
    const auto snapshot = catalog_->snapshot();
    if (verifier_->recognizes(request.target)) {
        const auto judgement =
            verifier_->judge({request.target, request.host}, *snapshot, clock_->now());
        if (!judgement.link) return refuse(request, judgement.link.error(), *snapshot, false);
        return shell("link", judgement, *snapshot);
    }
    auto target = read_target(request.target);
    if (!target) {
        return shell_.refused(not_found("content_not_found",
                                        "There is nothing at this address that can be embedded."),
                              ancestors(*snapshot, {}));
    }
    if (target->was_renamed) return http::Response::redirect(to_location(*target));
    Judgement judgement{access::VerifiedLink{}, std::move(*target), {}, {}, true};
    const auto* organization = snapshot->organization(kOrganization);
    if (judgement.target->embed_domain && organization != nullptr) {
        const auto& asked = *judgement.target->embed_domain;
        const bool allowed =
            access::is_allowed_domain(access::read_embed_settings(*organization), asked);
        (allowed ? judgement.embed_domain : judgement.refused_domain) = asked;
    }
    return shell("content", judgement, *snapshot);
}

}  // namespace casement::looker
