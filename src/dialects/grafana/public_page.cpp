#include "dialects/grafana/public_page.h"

#include "access/organization_service.h"
#include "access/refusal_log.h"
#include "access/share_settings.h"
#include "dialects/grafana/public_share.h"
#include "http/assets.h"
#include "http/page_count.h"
#include "http/viewer_shell.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace casement::grafana {
namespace {

constexpr std::string_view kNobody = "'none'";

struct Page {
    explicit Page(const PublicPageParts& p)
        : parts(p),
          refusals(p.audit, p.clock),
          shell(http::embedded_viewer_assets(p.text_frames)),
          count(p.metrics, "casement_public_dashboard_total",
                "Pages of public dashboards that were loaded, by what came of it.") {
        if (const auto* chunk = http::find_asset("grafana.js")) preload.emplace_back(chunk->path);
    }

    PublicPageParts parts;
    access::RefusalLog refusals;
    http::ViewerShell shell;
    std::vector<std::string> preload;
    http::PageCount count;

    /// Everybody may open the page; whose page may hold it is another question.
    std::string ancestors(const store::Snapshot& snapshot, const store::Share* share) const {
        if (!parts.allow_embedding || share == nullptr) return std::string(kNobody);
        const auto* organization = snapshot.organization(share->org);
        if (organization == nullptr || !access::embed_sharing_enabled(*organization)) {
            return std::string(kNobody);
        }
        return access::frame_ancestors(access::read_share_settings(share->settings));
    }

    http::Response get(const http::Request& request) {
        if (!parts.allow_embedding && http::is_framed(request)) return shell.embedding_off();
        const auto snapshot = parts.catalog.snapshot();
        const auto verified =
            parts.verifier.verify({request.target, request.host}, *snapshot, parts.clock.now());
        const auto subject = parts.verifier.subject_of(request.target, *snapshot);
        const auto* share = subject ? snapshot->share(subject->share) : nullptr;
        const auto allowed = ancestors(*snapshot, share);
        if (verified) {
            count.shown();
            return shell.page({{"mode", "link"}, {"dialect", "grafana"}}, preload, allowed);
        }
        count.refused();
        if (share != nullptr) {
            refusals.record(access::RefusalLog::Refused::of(*share, "grafana", request.client),
                            verified.error());
        }
        return shell.refused(verified.error(), allowed, "grafana");
    }
};

asio::awaitable<http::Response> answer_page(std::shared_ptr<Page> page, http::Request& request) {
    co_return page->get(request);
}

}  // namespace

void add_public_page(http::Router& router, const PublicPageParts& parts) {
    router.add(http::Method::get, std::string(kPublicPath) + "{token}",
               [page = std::make_shared<Page>(parts)](http::Request& request) {
                   return answer_page(page, request);
               });
}

}  // namespace casement::grafana
