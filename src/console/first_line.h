// The first line of an answer to the viewer (ARCHITECTURE.md): what is shown, as the grant allows
// it. For a share that is its dashboard; for a person what the URL names.
#pragma once

#include "access/session_service.h"
#include "access/view_service.h"
#include "console/context.h"
#include "http/message.h"

#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

namespace casement::console {

struct FirstLine {
    access::Viewer viewer;  ///< with the content settled
    /// `dashboard`, and for a person `content`, `embed`, and `folder` in the place of `dashboard`.
    json::object members;
    /// Of the panels; nullopt for a folder or a page that waits to be told what to show.
    std::optional<access::Selection> selection;
    access::ViewRequest view;  ///< with the URL's filters in it
};

/// `target` is the URL that a person's page shows ("/embed/dashboards/42?State=CA"); empty: what
/// the session was opened for. A share's session takes none.
/// Errors: not_found "content_not_found", invalid "invalid_target", those of ViewService::select.
[[nodiscard]] asio::awaitable<Result<FirstLine>> first_line(Context& console,
                                                            http::Request& request,
                                                            access::Viewer viewer,
                                                            access::ViewRequest view,
                                                            std::string target);

/// Settles the `content` of a data call ("dashboards/42"), which a person's session must name.
/// Errors: invalid "content_required", not_found "content_not_found".
[[nodiscard]] Result<void> settle_content(Context& console, access::Viewer& viewer,
                                          const json::object& body);

}  // namespace casement::console
