// Whether the server works, for anybody who asks (grafana.md §5).
#include "dialects/grafana/content_parts.h"

#include <fmt/format.h>

namespace casement::grafana {
namespace {

/// Clients read it as a semantic version and choose by it how they talk: this is the last line that
/// has all the calls we answer and none of the newer ones. What comes after '+' decides nothing.
constexpr std::string_view kVersionSpoken = "11.6.0+casement";

}  // namespace

void add_health_route(http::Router& router, const store::Catalog& catalog, bool hide_version) {
    router.add(http::Method::get, "/api/health",
               [&catalog, hide_version](http::Request&) -> asio::awaitable<http::Response> {
                   const bool healthy = catalog.healthy();
                   std::string body =
                       fmt::format("{{\n  \"database\": \"{}\"", healthy ? "ok" : "failing");
                   if (!hide_version)
                       body += fmt::format(",\n  \"version\": \"{}\"", kVersionSpoken);
                   body += "\n}";
                   auto answer = http::Response::text(healthy ? 200 : 503, std::move(body),
                                                      "application/json; charset=UTF-8");
                   answer.headers.set("Cache-Control", "no-store");
                   co_return answer;
               });
}

}  // namespace casement::grafana
