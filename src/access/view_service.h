// What a viewer sees: the dashboard as its grant allows it, and the panels' data. A viewer names
// panels, a time range and values; it never sends a query and never receives one.
#pragma once

#include "access/session_service.h"
#include "access/variables.h"
#include "base/shape.h"
#include "data/engine.h"

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace casement::access {

class PanelTimes;
class SentAnswers;

/// A panel, or with `repeat` its clone for that value of the variable that repeats it.
struct PanelRef {
    PanelRef(int panel) : id(panel) {}
    PanelRef(int panel, std::optional<std::string> value) : id(panel), repeat(std::move(value)) {}
    int id;
    std::optional<std::string> repeat;

    friend auto operator<=>(const PanelRef&, const PanelRef&) = default;
};

/// What a viewer may ask for, after its shape was checked.
struct ViewRequest {
    std::vector<PanelRef> panels;  ///< empty = all
    std::string span;              ///< named span, or empty
    std::optional<Time> from, to;  ///< custom range, or neither
    ChosenValues variables;
    int width = 1200;            ///< pixels the charts may fill, for $interval
    std::string timezone;        ///< IANA name of the viewer's browser, or empty
    std::string query_timezone;  ///< IANA name or "user_timezone"; wins over the dashboard's own
    bool fresh = false;          ///< past the result cache; needs the grant
    /// For whoever is told what holds then: a value that a variable no longer offers, since others
    /// have changed on which its choices depend, gives way to one that it does.
    bool gives_way = false;
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
    /// Variables whose `*` stands as the author's own expression in PromQL.
    std::map<std::string, std::string> all_values;
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

/// The panels and clones asked for: all that are not folded away when none are named; the clones of
/// a repeated panel where it is named alone. Rows have no data.
[[nodiscard]] std::vector<PanelRef> panels_of(const View& view, const Selection& selection,
                                              const std::vector<PanelRef>& wanted);

/// `viewer.view` must be set in all of its calls.
class ViewService {
  public:
    /// `limits` hold for every query that a viewer's request runs. With `text_frames` a text panel
    /// may hold an iframe.
    ViewService(data::Engine& engine, const Clock& clock, data::QueryLimits limits = {},
                bool text_frames = false);
    /// Before serving; must outlive the service. Without it no answer has a version.
    void remember(SentAnswers& sent) { sent_ = &sent; }
    /// Before serving. Without it nothing is measured.
    void measure(std::shared_ptr<PanelTimes> times) { times_ = std::move(times); }

    /// Settles a request against the viewer's grant. Waits only when choices of a query variable
    /// have to be fetched. Errors: see variables.h; forbidden "time_locked"; invalid
    /// "unknown_span".
    [[nodiscard]] asio::awaitable<Result<Selection>> select(
        Viewer viewer, ViewRequest request, std::shared_ptr<Cancellation> cancellation);

    /// The `dashboard` member of the first line (ARCHITECTURE.md): an allow-list of fields.
    [[nodiscard]] asio::awaitable<Result<json::object>> describe(
        Viewer viewer, Selection selection, std::shared_ptr<Cancellation> cancellation);

    /// One panel's line, newline included; a failure is a line too. Panels that are not on the
    /// dashboard are "panel_not_found". `have`: the version that the page says it has, or empty;
    /// of that answer only what is new is sent, where it is known here.
    [[nodiscard]] asio::awaitable<std::string> panel_line(
        Viewer viewer, Selection selection, PanelRef panel,
        std::shared_ptr<Cancellation> cancellation, std::string have = {});
    /// The same at once when every query of the panel is in the cache.
    [[nodiscard]] std::optional<std::string> cached_panel_line(const Viewer& viewer,
                                                               const Selection& selection,
                                                               const PanelRef& panel,
                                                               std::string_view have = {});

    /// One query of a panel, with its result or with what a viewer may know of its failure.
    struct QueryResult {
        std::string name;
        data::TablePtr table;  ///< null when it failed
        std::optional<Error> error;
    };
    /// A panel's queries in their order, as results and not as a line. A repeated panel that is
    /// named alone is its first clone. Errors: not_found "panel_not_found"; forbidden
    /// "repeat_not_selected".
    [[nodiscard]] asio::awaitable<Result<std::vector<QueryResult>>> panel_results(
        Viewer viewer, Selection selection, PanelRef panel,
        std::shared_ptr<Cancellation> cancellation);

    /// One query of a panel as it is asked, for whoever may read it.
    struct InspectedQuery {
        std::string name;
        QueryPlan plan;
        std::string written;  ///< its text
        data::Query asked;    ///< after values, filters and the scope were put in
        bool from_cache = false;
        std::chrono::microseconds took{};
        data::TablePtr table;  ///< null when it failed
        std::optional<Error> error;
    };
    /// A panel's queries in their order, asked again past the cache where the selection is fresh.
    /// Only for views of authors. Errors: as panel_results.
    [[nodiscard]] asio::awaitable<Result<std::vector<InspectedQuery>>> inspect(
        Viewer viewer, Selection selection, PanelRef panel,
        std::shared_ptr<Cancellation> cancellation);

    /// CSV of one query of a panel (its first when `query` is empty). forbidden
    /// "download_not_allowed" without the grant.
    [[nodiscard]] asio::awaitable<Result<std::string>> export_csv(
        Viewer viewer, Selection selection, PanelRef panel, std::string query,
        std::shared_ptr<Cancellation> cancellation);

    /// What a variable of type filters can filter by (`key` empty), or the values that there are
    /// for a key. Errors: not_found "variable_not_found"; forbidden "variable_locked".
    [[nodiscard]] asio::awaitable<Result<std::vector<dashboards::Choice>>> filter_choices(
        Viewer viewer, Selection selection, std::string variable, std::string key,
        std::shared_ptr<Cancellation> cancellation);

  private:
    using Choices = std::vector<dashboards::Choice>;

    /// `values`: the selection's, of a clone with its own in them.
    [[nodiscard]] data::Query query_of(const Viewer& viewer, const Selection& selection,
                                       const ChosenValues& values, const QueryPlan& plan,
                                       const dashboards::PanelQuery& query) const;
    /// One query of a panel, or what the viewer may know of its failure. `most_rows`: 0 for as many
    /// as the limits give.
    [[nodiscard]] asio::awaitable<Result<data::TablePtr>> run_query(
        Viewer viewer, Selection selection, ChosenValues values, const dashboards::Panel& panel,
        const dashboards::PanelQuery& query, std::size_t most_rows,
        std::shared_ptr<Cancellation> cancellation);
    /// Of a query that was put to its source: what its panel's viewers waited.
    void note_time(const Viewer& viewer, int panel, std::chrono::steady_clock::time_point begun,
                   const Result<data::Outcome>& outcome) const;
    /// query_of() with the filters in it that hold for it. Waits only where there are some.
    [[nodiscard]] asio::awaitable<Result<data::Query>> narrowed_query(
        Viewer viewer, Selection selection, ChosenValues values, QueryPlan plan,
        const dashboards::PanelQuery& query);
    /// `selection`: with the values of all variables that this one names.
    [[nodiscard]] asio::awaitable<Result<Choices>> choices_of(
        Viewer viewer, Selection selection, const dashboards::Variable& variable,
        std::shared_ptr<Cancellation> cancellation);
    [[nodiscard]] asio::awaitable<Result<void>> settle_variable(
        Viewer viewer, Selection& selection, std::size_t place, const ViewRequest& request,
        std::shared_ptr<Cancellation> cancellation);
    [[nodiscard]] asio::awaitable<Result<json::array>> describe_variables(
        Viewer viewer, Selection selection, std::shared_ptr<Cancellation> cancellation);
    /// The line of a panel whose tables are all there. `values`: as for query_of().
    [[nodiscard]] std::string data_line(const Viewer& viewer, const dashboards::Panel& panel,
                                        const PanelRef& ref, const Selection& selection,
                                        const ChosenValues& values,
                                        const std::vector<data::TablePtr>& tables,
                                        std::string_view have) const;
    /// The same for what a panel asks whenever it does: everything but the time.
    [[nodiscard]] std::uint64_t question_of(const Viewer& viewer, const dashboards::Panel& panel,
                                            const Selection& selection,
                                            const ChosenValues& values) const;

    data::Engine* engine_;
    data::QueryLimits limits_;
    const Clock* clock_;
    bool text_frames_;
    SentAnswers* sent_ = nullptr;
    std::shared_ptr<PanelTimes> times_;
};

}  // namespace casement::access
