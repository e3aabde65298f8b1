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
                 access::Audit& audit, const Clock& clock, prometheus::Registry& metrics,
                 http::ViewerShell shell, bool allow_embedding)
    : catalog_(&catalog),
      verifier_(&verifier),
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

std::string Landing::ancestors(const store::Snapshot& snapshot, store::OrgId org) const {
    const auto* organization = snapshot.organization(org);
    if (!allow_embedding_ || organization == nullptr) return "'none'";
    const auto settings = access::read_embed_settings(*organization);
    if (settings.domain_allowlist.empty()) return "*";
    std::string list = "'self'";
    for (const auto& origin : settings.domain_allowlist)
        list += " " + origin;
    return list;
}

http::Response Landing::shell(std::string_view mode, const store::Snapshot& snapshot,
                              store::OrgId org) const {
    return shell_.page({{"mode", std::string(mode)}, {"dialect", std::string(kDialect)}}, preload_,
                       ancestors(snapshot, org));
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
    return shell_.refused(reason, ancestors(snapshot, org), kDialect);
}

asio::awaitable<http::Response> Landing::page(const http::Request& request) {
    const auto snapshot = catalog_->snapshot();
    if (!verifier_->recognizes(request.target)) {
        const auto target = read_target(request.target);
        if (!target) co_return refuse(request, target.error(), *snapshot);
        co_return shell("content", *snapshot, target->org.value_or(kFirst));
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
