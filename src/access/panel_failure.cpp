#include "access/panel_failure.h"

#include "base/log.h"

namespace casement::access {

Error for_viewer(const View& view, const Error& error) {
    if (view.failures_told) return error;
    if (error.code == "query_timeout") {
        return {ErrorKind::timeout,
                "query_timeout",
                "This panel took too long. Try a shorter time range.",
                {}};
    }
    if (error.code == "too_busy") {
        return {
            ErrorKind::unavailable, "too_busy", "The server is busy. Try again in a moment.", {}};
    }
    for (const std::string_view told :
         {"attribute_missing", "variable_without_value", "source_not_found",
          "filter_not_applicable", "query_not_scoped"}) {
        if (error.code == told) return error;
    }
    if (error.code == "model_not_granted") {
        return {ErrorKind::forbidden,
                "model_not_granted",
                "You are not allowed to see this panel's data.",
                {}};
    }
    if (error.code == "query_cancelled") {
        return {ErrorKind::unavailable, "query_cancelled", "The query was stopped.", {}};
    }
    if (error.code == "query_too_large") {
        return {ErrorKind::too_large,
                "query_too_large",
                "This panel's result is too large to show. Try a shorter time range.",
                {}};
    }
    return {ErrorKind::internal,
            "query_failed",
            "This panel could not be loaded. Its author finds the reason in the server's log.",
            {}};
}

void log_failure(const Viewer& viewer, int panel, const Error& error) {
    // An author reads it where he looks, and tries again.
    if (error.code == "query_cancelled" || viewer.view->failures_told) return;
    log::warning("panel_failed", {{"dashboard", viewer.view->uid},
                                  {"panel", panel},
                                  {"code", error.code},
                                  {"reason", error.message}});
}

}  // namespace casement::access
