#include "dialects/grafana/landing.h"

#include "access/embed_settings.h"
#include "dialects/grafana/reasons.h"
#include "dialects/grafana/target.h"
#include "http/assets.h"

#include <prometheus/counter.h>
#include <prometheus/registry.h>

namespace casement::grafana {
namespace {

constexpr std::string_view kDialect = "grafana";
constexpr std::string_view kShown = "shown";
constexpr std::string_view kOther = "other";
/// A page without a link says nothing of its organization unless by orgId.
constexpr store::OrgId kFirst = 1;

}  // namespace

Landing::Landing(const store::Catalog& catalog, const SharableVerifier& verifier,
                 const access::AnonymousAccess& anonymous, access::Audit& audit, const Clock& clock,
                 prometheus::Registry& metrics, http::ViewerShell shell, bool allow_embedding)
    : catalog_(&catalog),
      verifier_(&verifier),
      anonymous_(&anonymous),
      clock_(&clock),
      refusals_(audit, clock),
      shell_(std::move(shell)),
      allow_embedding_(allow_embedding) {
    if (const auto* chunk = http::find_asset("grafana.js")) preload_.emplace_back(chunk->path);
    auto& family = prometheus::BuildCounter()
                       .Name("casement_sharable_landing_total")
                       .Help("Sharable links that were loaded, by what came of it.")
                       .Register(metrics);
    const auto add = [&](std::string_view outcome) {
        counters_[std::string(outcome)] =
            &family.Add({{"dialect", std::string(kDialect)}, {"outcome", std::string(outcome)}});
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

http::Response Landing::shell(std::string_view mode, const store::Snapshot& snapshot,
                              store::OrgId org, bool admits_anonymous) const {
    http::ViewerShell::Attributes attributes{{"mode", std::string(mode)},
                                             {"dialect", std::string(kDialect)}};
    if (admits_anonymous) attributes.emplace_back("anonymous", "true");
    return shell_.page(attributes, preload_,
                       access::frame_ancestors(snapshot, org, allow_embedding_));
}

http::Response Landing::refuse(const http::Request& request, const Error& reason,
                               const store::Snapshot& snapshot) {
    count(reason.code);
    store::OrgId org = kFirst;
    // Junk that cannot even be read leaves a number behind and nothing else.
    if (const auto subject = verifier_->subject_of(request.target, snapshot)) {
        org = subject->org;
        access::RefusalLog::Refused refused;
        refused.org = org;
        refused.dialect = kDialect;
        refused.client = request.client;
        refusals_.record(refused, reason);
    }
    return shell_.refused(reason, access::frame_ancestors(snapshot, org, allow_embedding_),
                          kDialect);
}

asio::awaitable<http::Response> Landing::page(const http::Request& request) {
    if (!allow_embedding_ && http::is_framed(request)) co_return shell_.embedding_off();
    const auto snapshot = catalog_->snapshot();
    if (!verifier_->recognizes(request.target)) {
        const auto target = read_target(request.target);
        if (!target) co_return refuse(request, target.error(), *snapshot);
        // A session that is there already goes before: its link may have locked something.
        const bool admitted = anonymous_->admits(request.client) &&
                              anonymous_->admits_at(request.host) &&
                              anonymous_->organization(*snapshot).has_value();
        co_return shell("content", *snapshot, target->org.value_or(kFirst), admitted);
    }
    const access::LinkRequest link{request.target, request.host};
    auto prepared = co_await verifier_->prepare(link, request.client.to_string());
    if (!prepared) co_return refuse(request, prepared.error(), *snapshot);
    const auto verified = verifier_->verify(link, *snapshot, clock_->now());
    if (!verified) co_return refuse(request, verified.error(), *snapshot);
    count(kShown);
    co_return shell("link", *snapshot, verified->org);
}

}  // namespace casement::grafana
