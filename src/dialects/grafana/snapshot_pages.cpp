#include "dialects/grafana/snapshot_pages.h"

#include "access/embed_settings.h"
#include "dialects/grafana/snapshot_target.h"
#include "http/assets.h"
#include "http/viewer_shell.h"

#include <memory>
#include <string>
#include <vector>

namespace casement::grafana {
namespace {

constexpr std::string_view kDialect = "grafana";

class SnapshotLanding {
  public:
    explicit SnapshotLanding(const SnapshotPageParts& parts)
        : parts_(parts), shell_(http::embedded_viewer_assets(parts.text_frames)) {
        if (const auto* chunk = http::find_asset("grafana.js")) preload_.emplace_back(chunk->path);
    }

    /// Nothing is stored by loading it.
    [[nodiscard]] http::Response page(const http::Request& request) const {
        if (!parts_.allow_embedding && http::is_framed(request)) return shell_.embedding_off();
        const auto snapshot = parts_.catalog.snapshot();
        const auto verified =
            parts_.verifier.verify({request.target, request.host}, *snapshot, parts_.clock.now());
        // Whoever frames a page that is not there may read why.
        if (!verified) {
            return shell_.refused(verified.error(), parts_.allow_embedding ? "*" : "'none'",
                                  kDialect);
        }
        return shell_.page(
            {{"mode", "link"}, {"dialect", std::string(kDialect)}}, preload_,
            access::frame_ancestors(*snapshot, verified->org, parts_.allow_embedding));
    }

  private:
    const SnapshotPageParts parts_;
    const http::ViewerShell shell_;
    std::vector<std::string> preload_;
};

}  // namespace

void add_snapshot_page_routes(http::Router& router, const SnapshotPageParts& parts) {
    const auto landing = std::make_shared<const SnapshotLanding>(parts);
    for (const auto path : {kSnapshotPath, kSnapshotPanelPath}) {
        router.add(http::Method::get, std::string(path) + "{key}",
                   [landing](http::Request& request) -> asio::awaitable<http::Response> {
                       co_return landing->page(request);
                   });
    }
}

}  // namespace casement::grafana
