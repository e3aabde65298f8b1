#include "dialects/datadog/shared_page.h"

#include "access/refusal_log.h"
#include "access/share_settings.h"
#include "access/sharing_settings.h"
#include "http/assets.h"
#include "http/page_count.h"
#include "http/viewer_shell.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace casement::datadog {
namespace {

constexpr std::string_view kNobody = "'none'";

struct Page {
    explicit Page(const SharedPageParts& p)
        : parts(p),
          refusals(p.audit, p.clock),
          shell(http::embedded_viewer_assets(p.text_frames)),
          count(p.metrics, "casement_shared_page_total",
                "Pages of shares without a signature, by what came of it.") {
        if (const auto* part = http::find_asset("shared.js")) preload.emplace_back(part->path);
    }

    SharedPageParts parts;
    access::RefusalLog refusals;
    http::ViewerShell shell;
    std::vector<std::string> preload;
    http::PageCount count;

    /// Whose page may hold it. An embed without origins is nobody's: what opens without a proof
    /// must not open anywhere.
    std::string ancestors(const store::Snapshot& snapshot, const store::Share* share) const {
        if (!parts.allow_embedding || share == nullptr || share->type == "invite") {
            return std::string(kNobody);
        }
        const auto* organization = snapshot.organization(share->org);
        if (organization == nullptr || !access::check_sharing(*organization, "embed")) {
            return std::string(kNobody);
        }
        const auto settings = access::read_share_settings(share->settings);
        if (share->type == "embed" && settings.allowed_origins.empty()) return std::string(kNobody);
        return access::frame_ancestors(settings);
    }

    /// An embed is a page of others; by itself it does not open.
    Result<void> check_place(const store::Share& share, const http::Request& request) const {
        if (share.type != "embed") return {};
        if (access::read_share_settings(share.settings).allowed_origins.empty()) {
            return forbidden("no_origins",
                             "This dashboard may stand in no page yet: its share names no origin. "
                             "Whoever shares it adds the page's origin there.");
        }
        if (request.headers.find("Sec-Fetch-Dest").value_or("") == "document") {
            return forbidden(
                "embed_only",
                "This dashboard opens only inside the pages that it was made for. Open "
                "the page that it stands in.");
        }
        return {};
    }

    http::Response refuse(const http::Request& request, const store::Share* share,
                          const Error& reason, std::string_view allowed) {
        count.refused();
        if (share != nullptr) {
            refusals.record(access::RefusalLog::Refused::of(*share, "datadog", request.client),
                            reason);
        }
        return shell.refused(reason, allowed);
    }

    http::Response get(const http::Request& request) {
        if (!parts.allow_embedding && http::is_framed(request)) return shell.embedding_off();
        const auto snapshot = parts.catalog.snapshot();
        const auto subject = parts.verifier.subject_of(request.target, *snapshot);
        const auto* share = subject ? snapshot->share(subject->share) : nullptr;
        const auto allowed = ancestors(*snapshot, share);
        const auto verified =
            parts.verifier.verify({request.target, request.host}, *snapshot, parts.clock.now());
        if (share != nullptr && share->type == "invite") {
            // Whoever was let in before gets in again without a code; the page asks for a mail
            // where there is nothing of the kind.
            const bool asks = verified || verified.error().code == "invitation_needed" ||
                              verified.error().code == "invitation_invalid" ||
                              verified.error().kind == ErrorKind::gone;
            const bool is_over = !verified && verified.error().code == "share_expired";
            if (asks && !is_over) {
                count.shown();
                return page_of(*share, allowed);
            }
        }
        if (!verified) return refuse(request, share, verified.error(), allowed);
        if (auto placed = check_place(*share, request); !placed) {
            return refuse(request, share, placed.error(), allowed);
        }
        count.shown();
        return page_of(*share, allowed);
    }

    http::Response page_of(const store::Share& share, std::string_view allowed) const {
        return shell.page({{"mode", "link"}, {"dialect", "shared"}, {"share", share.type}}, preload,
                          allowed);
    }
};

asio::awaitable<http::Response> answer_page(std::shared_ptr<Page> page, http::Request& request) {
    co_return page->get(request);
}

}  // namespace

void add_shared_pages(http::Router& router, const SharedPageParts& parts) {
    const auto page = std::make_shared<Page>(parts);
    for (const auto path : {kSharedPath, kEmbedPath}) {
        router.add(http::Method::get, std::string(path) + "{token}",
                   [page](http::Request& request) { return answer_page(page, request); });
    }
}

}  // namespace casement::datadog
