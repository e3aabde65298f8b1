// The dashboard document: what an author writes, read into plain structs. The document's shape is
// published as JSON Schema (docs/dashboard.schema.json is made from the same declaration).
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/shape.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::dashboards {

enum class PanelType {
    timeseries,
    stat,
    barchart,
    table,
    text,
    gauge,
    bargauge,
    piechart,
    heatmap,
    histogram,
    logs,
    state_timeline,
    status_history,
    geomap,
    row,
};
enum class Theme { system, light, dark };

/// A time range: the last `span`, ending now (or at `as_of` for data that stands still); or fixed.
struct TimeRange {
    std::string span;  ///< "15m" "1h" "4h" "1d" "2d" "1w" "1mo" "3mo" "6mo" "1y"; empty = fixed
    std::optional<Time> from;
    std::optional<Time> to;
};

struct PanelQuery {
    std::string name;  ///< "A"; unique in the panel
    /// Whose relations it reads as they are ("$name": as that variable says); or else
    std::string source;
    std::string model;  ///< whose relations it reads, narrowed to the viewer's rows
    enum class Language { sql, promql } language = Language::sql;
    std::string text{};  ///< in that language
    /// promql: {"format": "time_series"|"table"|"heatmap", "instant": bool, "legend": text,
    /// "min_step": text}; each may be missing.
    json::object settings{};
    /// Of an imported document: `source` is a source's name or its uid, or empty for the
    /// organization's default one.
    bool loose_source = false;
    std::string source_type{};  ///< of such a source, when the document says; else empty
    bool hide = false;          ///< of a panel: not drawn itself, but there for the transformations
};

struct Grid {
    int x = 0, y = 0, w = 12, h = 8;  ///< columns of 24, rows of 36 px
};

/// A panel, or a row with its panels, that is there once for each chosen value of a variable.
struct Repeat {
    std::string variable;
    bool down = false;    ///< one below the other; else side by side over the whole width
    int max_per_row = 4;  ///< side by side: more begin another line
};

struct Panel {
    int id = 0;  ///< unique in the dashboard, from 1
    PanelType type = PanelType::text;
    std::string title;
    std::string description;
    Grid grid;
    std::vector<PanelQuery> queries;
    /// Options of the panel's type, checked: unit, decimals, legend, stack, thresholds, columns, …
    json::object options;
    std::string markdown;  ///< text panels
    std::optional<Repeat> repeat;
    bool collapsed = false;  ///< row: its panels, all up to the next row, are folded away at first
    /// Options of single columns or series, checked: {"match", "set"} each (field_shapes.h).
    json::array overrides;
    json::array transformations;  ///< {"id", "options"} each, done by the page in their order
    json::array links;            ///< {"title", "url", …} each
    std::optional<std::chrono::milliseconds> interval;   ///< shortest bucket
    std::optional<std::chrono::seconds> cache_time;      ///< how long a result may be served again
    std::optional<std::chrono::milliseconds> time_from;  ///< shows the last …, if the range is live
    std::optional<std::chrono::milliseconds> time_shift;  ///< shows as much earlier
    /// The last two as written ("6h"), for the panel's head; empty where it shall not say so.
    std::string time_note;
    bool transparent = false;
};

struct Choice {
    std::string value;
    std::string label;
};

struct Variable {
    enum class Type {
        list,
        query,
        text,
        interval,  ///< choices are durations; binds as an interval
        constant,  ///< its one default, which nobody changes and no picker offers
        source,    ///< the name of a source; queries say `"source": "$name"`
        filters,   ///< what the viewer puts together (filters.h); narrows results, binds nothing
    };
    /// "none", "alpha_asc", …: by label.
    enum class Sort {
        none,
        alpha_asc,
        alpha_desc,
        numeric_asc,  ///< by the first whole number in the label
        numeric_desc,
        alpha_ignore_case_asc,
        alpha_ignore_case_desc,
        natural_asc,
        natural_desc,
    };
    /// An interval that follows the time range: a readable one of which it holds about `count`.
    struct Auto {
        int count = 30;
        std::chrono::milliseconds min{10'000};
    };
    std::string name;  ///< [A-Za-z_][A-Za-z0-9_]{0,63}, not a reserved name
    std::string label;
    Type type = Type::list;
    std::vector<Choice> choices;  ///< list, interval
    /// query: first column value, second (if any) label; its text may name other variables and
    /// `$from`, `$to`, `$timezone`. filters: only which source or model they narrow; empty: all.
    PanelQuery query;
    std::string regex;              ///< query, source: which choices stay, and what of them
    Sort sort = Sort::none;         ///< query
    std::optional<Auto> automatic;  ///< interval: "auto" may be chosen
    std::string source_type;        ///< source
    std::vector<std::string> keys;  ///< filters: what may be filtered by; empty: what is there
    bool multi = false;
    bool include_all = false;  ///< "*" may be chosen: every choice, never "no filter"
    /// What "*" stands for in PromQL, in the place of every choice; written by the author, and only
    /// where nothing bounds the variable.
    std::string all_value;
    std::vector<std::string> defaults;
    std::int64_t max_length = 256;  ///< text
    /// For a person with attributes the variable is locked to this one's values; where a share
    /// locks the variable, its values stand for the attribute.
    std::string attribute;
    // Of imported documents only, but for the last:
    std::string parameter;      ///< what queries call it, where that is not its name
    bool hidden = false;        ///< has no picker; a link may give it a value all the same
    bool first_choice = false;  ///< where it is the viewer's, he begins with the first choice

    [[nodiscard]] const std::string& parameter_name() const {
        return parameter.empty() ? name : parameter;
    }
};

struct Dashboard {
    std::string uid;
    std::string title;
    std::string description;
    std::vector<std::string> tags;
    Theme theme = Theme::system;
    std::string timezone = "browser";             ///< "browser", "UTC" or an IANA name
    std::optional<std::chrono::seconds> refresh;  ///< how often the viewer asks again, or never
    TimeRange time;
    bool time_selectable = true;
    std::optional<Time> as_of;  ///< what "now" means for data that stands still
    std::vector<Variable> variables;
    std::vector<Panel> panels;
    json::array links;  ///< {"title", "url", …} each

    [[nodiscard]] const Panel* panel(int id) const;
    [[nodiscard]] const Variable* variable(std::string_view name) const;
};

/// Names that queries use for the time range: `$from` `$to` (TIMESTAMP, UTC), `$interval`
/// (INTERVAL, a readable bucket for the width of the picture), `$timezone` (text).
[[nodiscard]] bool is_reserved_name(std::string_view name);

/// Checks and reads. Errors: invalid "invalid_dashboard", `field` is the path
/// ("panels[2].queries[0].sql"), the message says what was expected.
[[nodiscard]] Result<Dashboard> read_dashboard(const json::value& document);

/// The declared shape, for the published JSON Schema and the OpenAPI document. Its panel options
/// are those of all types together; options_shape() is what one type takes.
[[nodiscard]] const Shape& dashboard_shape();
[[nodiscard]] const Shape& options_shape(PanelType type);

/// What docs/dashboard.schema.json holds.
[[nodiscard]] json::object dashboard_json_schema();

/// Length of a named span, or nullopt for an unknown name. A month is 30 days.
[[nodiscard]] std::optional<std::chrono::seconds> span_length(std::string_view span);

/// Markdown as a tree that a page can draw without any HTML: arrays of nodes
/// `{"t": "p"|"h1"…"h6"|"ul"|"ol"|"li"|"blockquote"|"pre"|"code"|"em"|"strong"|"del"|"a"|"br"|"hr"
/// |"table"|"tr"|"th"|"td"|"text", "c": [children], "v": text, "href": url}`.
/// "text", "code" and "pre" have `v`, "br" and "hr" nothing, "a" has `href` and `c`, the others
/// `c`. Raw HTML becomes text; a link stays one only for http, https, mailto and same-page anchors,
/// else its words remain; images become their alt text. At most 12 levels and 10 000 nodes.
/// With `frames`, an iframe in a block of HTML becomes `{"t": "iframe", "href": url, "v": title,
/// "height": pixels or 0}` (text_frames.h).
[[nodiscard]] json::array markdown_tree(std::string_view markdown, bool frames = false);

}  // namespace casement::dashboards
