// Panel lines to a viewer: at once and with a length when all of them are in the cache, else as a
// stream that sends each as it finishes and stops when the client or the session's right is gone.
#pragma once

#include "access/session_service.h"
#include "access/view_service.h"
#include "http/message.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace casement::console {

inline constexpr std::string_view kNdjson = "application/x-ndjson";
inline constexpr std::string_view kEndLine = "{\"end\":true}\n";

/// How many panels of one answer are worked on at the same time, so that one large dashboard does
/// not fill the engine's queue.
inline constexpr std::size_t kPanelsAtOnce = 8;

struct PanelsWanted {
    int status = 200;
    std::string head;  ///< lines that go before, newlines included
    access::Viewer viewer;
    access::Selection selection;
    std::vector<access::PanelRef> panels;  ///< each once
    /// Versions of what the page has, by panel.
    std::map<access::PanelRef, std::string> have = {};
};

/// `sessions` and `views` must outlive the answer. The stream runs on the connection's executor,
/// which must be one thread at a time.
[[nodiscard]] http::Response answer_panels(access::SessionService& sessions,
                                           access::ViewService& views, const http::Request& request,
                                           PanelsWanted wanted);

}  // namespace casement::console
