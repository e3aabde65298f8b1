// What the viewer page's calls have in common: their bodies' shapes, and what is noted of them.
#pragma once

#include "access/session_service.h"
#include "access/view_service.h"
#include "console/context.h"
#include "console/operation.h"
#include "http/message.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace casement::console {

inline constexpr std::size_t kMaxViewerBody = std::size_t{256} * 1024;
/// Longest link or URL of content that a body may carry; the request line has room for no longer.
inline constexpr std::int64_t kMaxLink = std::int64_t{16} * 1024;

/// The members of a view request, without some, and with others before them.
[[nodiscard]] Shape view_shape(std::vector<ShapeMember> before,
                               std::vector<std::string_view> without);
/// `content`: the URL that a person's page shows.
[[nodiscard]] ShapeMember content_target();
/// `content`: what a person's data call is about.
[[nodiscard]] ShapeMember content_name();
/// `have`: versions of the answers that the page has.
[[nodiscard]] ShapeMember known_answers();
/// `secret`: the frame's own, in the place of a cookie.
[[nodiscard]] ShapeMember proof_secret();

[[nodiscard]] Result<access::ViewRequest> view_request(const json::object& body);
/// What `have` says, by panel. A panel that it names with two versions has none.
[[nodiscard]] std::map<access::PanelRef, std::string> have_of(const json::object& body);
/// The body without `have`: what tells one call from another, and a refresh from a new call.
[[nodiscard]] std::string without_have(const json::object& body);
/// Their ids, each once, for the log.
[[nodiscard]] std::vector<int> ids_of(const std::vector<access::PanelRef>& panels);

[[nodiscard]] std::string client_of(const http::Request& request);
[[nodiscard]] std::string user_agent_of(const http::Request& request);
[[nodiscard]] access::ClientInfo client_info(const http::Request& request);
[[nodiscard]] json::object session_json(const access::Viewer& viewer);

/// A view into its arguments.
[[nodiscard]] ViewLog::Seen seen(std::string_view action, const access::ViewRequest& view,
                                 const std::vector<int>& panels, const http::Request& request);
/// Notes what reached beyond the grant; a misspelt body is not worth a row.
void record_refused_view(Context& console, const access::Viewer& viewer, const Error& error,
                         ViewLog::Seen what);

}  // namespace casement::console
