#include "dialects/datadog/landing.h"

#include "access/share_settings.h"
#include "dialects/datadog/link.h"
#include "dialects/datadog/verifier.h"

#include <prometheus/counter.h>
#include <prometheus/registry.h>

namespace casement::datadog {
namespace {

constexpr std::string_view kShown = "shown";
constexpr std::string_view kOther = "other";
constexpr std::string_view kForged = "bad_signature";
constexpr std::string_view kAnywhere = "*";
constexpr std::string_view kOutcomes[] = {
    kShown,          "malformed_link", "share_not_found",
    kForged,         "share_paused",   "credential_disabled",
    "share_expired", "embed_disabled", kOther,
};

// Most shares name no origins, and reading all of their settings for that would be the largest
// single cost of this page.
std::string ancestors_of(const store::Share* share) {
    if (share == nullptr || !share->settings.contains("allowed_origins"))
        return std::string(kAnywhere);
    return access::frame_ancestors(access::read_share_settings(share->settings));
}

}  // namespace

Landing::Landing(const store::Catalog& catalog, access::Audit& audit, const Clock& clock,
                 prometheus::Registry& metrics, http::ViewerShell shell, bool allow_embedding)
    : catalog_(&catalog),
      clock_(&clock),
      refusals_(audit, clock),
      shell_(std::move(shell)),
      forged_page_(shell_.refused(bad_signature(), kAnywhere)),
      allow_embedding_(allow_embedding) {
    auto& family = prometheus::BuildCounter()
                       .Name("casement_landing_total")
                       .Help("Signed links that were loaded, by what came of it.")
                       .Register(metrics);
    for (const auto outcome : kOutcomes) {
        counters_[outcome] =
            &family.Add({{"dialect", "datadog"}, {"outcome", std::string(outcome)}});
    }
}

void Landing::count(std::string_view outcome) {
    const auto found = counters_.find(outcome);
    (found == counters_.end() ? counters_.at(kOther) : found->second)->Increment();
}

http::Response Landing::get(const http::Request& request) {
    if (!allow_embedding_ && http::is_framed(request)) return shell_.embedding_off();
    const auto snapshot = catalog_->snapshot();
    const auto verdict = judge(request.target, *snapshot, clock_->now());
    const std::string ancestors = allow_embedding_ ? ancestors_of(verdict.share) : "'none'";
    if (verdict.link) {
        count(kShown);
        return shell_.link(ancestors);
    }
    const Error reason = verdict.link.error();
    count(reason.code);
    // Junk that names no share leaves a number behind and nothing else.
    if (verdict.share != nullptr) {
        refusals_.record(access::RefusalLog::Refused::of(*verdict.share, "datadog", request.client),
                         reason);
    }
    if (reason.code == kForged && ancestors == kAnywhere) return forged_page_;
    return shell_.refused(reason, ancestors);
}

}  // namespace casement::datadog
