// What a viewer sees: the dashboard as its grant allows it, and the panels' data. A viewer names
// panels, a time range and values; it never sends a query and never receives one.
#pragma once

#include "access/session_service.h"
#include "access/variables.h"
#include "base/shape.h"
#include "data/engine.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace casement::access {

/// What a viewer may ask for, after its shape was checked.
struct ViewRequest {
    std::vector<int> panels;       ///< empty = all
    std::string span;              ///< named span, or empty
    std::optional<Time> from, to;  ///< custom range, or neither
    ChosenValues variables;
    int width = 1200;            ///< pixels the charts may fill, for $interval
    std::string timezone;        ///< IANA name of the viewer's browser, or empty
    std::string query_timezone;  ///< IANA name or "user_timezone"; wins over the dashboard's own
    bool fresh = false;          ///< past the result cache; needs the grant
};

/// Body of POST /query, /view, and (without panels) of /sessions and /resume.
[[nodiscard]] const Shape& view_request_shape();
[[nodiscard]] Result<ViewRequest> read_view_request(const json::object& body);
/// The same of a body whose view members fit that shape already; others are passed over.
[[nodiscard]] Result<ViewRequest> take_view_request(const json::object& body);

/// A ViewRequest that the grant allows: values and range settled.
struct Selection {
    ChosenValues values;  ///< `*` already expanded to every choice
    ChosenValues shown;   ///< as the pickers show them (`*` kept)
    std::string span;
    Time from{}, to{};
    std::chrono::milliseconds interval{};
    int width = 0;  ///< pixels, from which the interval follows
    std::string timezone;
    bool timezone_fixed = false;  ///< by the person or the URL, not left to the browser
    bool fresh = false;
    std::optional<std::chrono::seconds> cache_time;  ///< of one panel; see panel_selection()
};

/// What one panel is asked for: its own time and its own shortest bucket.
[[nodiscard]] Selection panel_selection(const Selection& selection, const dashboards::Panel& panel);

/// Filters of a URL or a host page as values of variables: by name, else by label; several values
/// of a multi variable stand between commas; "" is the default. Names that the dashboard does not
/// have, and variables that the grant locks, are left out: a URL may be made for many dashboards.
[[nodiscard]] ChosenValues filters_as_values(const View& view,
                                             const std::map<std::string, std::string>& filters);

/// The same for values that a URL gives by variable's name, "$__all" for every choice: what the
/// dashboard does not have, and what the grant locks, is left out.
[[nodiscard]] ChosenValues values_of_url(
    const View& view, const std::map<std::string, std::vector<std::string>>& values);

/// `viewer.view` must be set in all of its calls.
class ViewService {
  public:
    /// `limits` hold for every query that a viewer's request runs. With `text_frames` a text panel
    /// may hold an iframe.
    ViewService(data::Engine& engine, const Clock& clock, data::QueryLimits limits = {},
                bool text_frames = false);

    /// Settles a request against the viewer's grant. Waits only when choices of a query variable
    /// have to be fetched. Errors: see variables.h; forbidden "time_locked"; invalid
    /// "unknown_span".
    [[nodiscard]] asio::awaitable<Result<Selection>> select(
        Viewer viewer, ViewRequest request, std::shared_ptr<Cancellation> cancellation);

    /// The `dashboard` member of the first line (ARCHITECTURE.md): an allow-list of fields.
    [[nodiscard]] asio::awaitable<Result<json::object>> describe(
        Viewer viewer, Selection selection, std::shared_ptr<Cancellation> cancellation);

    /// One panel's line, newline included; a failure is a line too. Panels that are not on the
    /// dashboard are "panel_not_found".
    [[nodiscard]] asio::awaitable<std::string> panel_line(
        Viewer viewer, Selection selection, int panel, std::shared_ptr<Cancellation> cancellation);
    /// The same at once when every query of the panel is in the cache.
    [[nodiscard]] std::optional<std::string> cached_panel_line(const Viewer& viewer,
                                                               const Selection& selection,
                                                               int panel);

    /// One query of a panel, with its result or with what a viewer may know of its failure.
    struct QueryResult {
        std::string name;
        data::TablePtr table;  ///< null when it failed
        std::optional<Error> error;
    };
    /// A panel's queries in their order, as results and not as a line. Errors: not_found
    /// "panel_not_found".
    [[nodiscard]] asio::awaitable<Result<std::vector<QueryResult>>> panel_results(
        Viewer viewer, Selection selection, int panel, std::shared_ptr<Cancellation> cancellation);

    /// CSV of one query of a panel (its first when `query` is empty). forbidden
    /// "download_not_allowed" without the grant.
    [[nodiscard]] asio::awaitable<Result<std::string>> export_csv(
        Viewer viewer, Selection selection, int panel, std::string query,
        std::shared_ptr<Cancellation> cancellation);

  private:
    [[nodiscard]] data::Query query_of(const Viewer& viewer, const Selection& selection,
                                       const QueryPlan& plan,
                                       const dashboards::PanelQuery& query) const;
    [[nodiscard]] asio::awaitable<Result<std::vector<dashboards::Choice>>> choices_of(
        Viewer viewer, const dashboards::Variable& variable,
        std::shared_ptr<Cancellation> cancellation);

    data::Engine* engine_;
    data::QueryLimits limits_;
    const Clock* clock_;
    bool text_frames_;
};

}  // namespace casement::access
