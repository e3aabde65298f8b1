#include "dialects/grafana/pages.h"

#include "dialects/grafana/landing.h"

#include <memory>

namespace casement::grafana {
namespace {

asio::awaitable<http::Response> shown(std::shared_ptr<Landing> landing, http::Request& request) {
    auto response = co_await landing->page(request);
    co_return response;
}

}  // namespace

void add_page_routes(http::Router& router, const PageParts& parts) {
    const auto landing = std::make_shared<Landing>(
        parts.catalog, parts.verifier, parts.anonymous, parts.audit, parts.clock, parts.metrics,
        http::ViewerShell(http::embedded_viewer_assets(parts.text_frames)), parts.allow_embedding);
    const auto show = [landing](http::Request& request) { return shown(landing, request); };
    for (const auto* path :
         {"/d/{uid}", "/d/{uid}/{slug}", "/d-solo/{uid}", "/d-solo/{uid}/{slug}"})
        router.add(http::Method::get, path, show);
}

}  // namespace casement::grafana
