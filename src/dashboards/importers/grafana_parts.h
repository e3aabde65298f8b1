// What the parts of the Grafana importer share. Of no use outside of this folder.
#pragma once

#include "dashboards/importers/grafana.h"
#include "dashboards/importers/grafana_sql.h"
#include "dashboards/importers/json_parts.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casement::dashboards::grafana {

/// Takes the notes; with no report to go to, they are dropped.
class Notes {
  public:
    Notes(ImportReport* report, std::string subject)
        : report_(report), subject_(std::move(subject)) {}
    void taken(std::string sentence) { add(ImportNote::Kind::taken, std::move(sentence)); }
    void changed(std::string sentence) { add(ImportNote::Kind::changed, std::move(sentence)); }
    void left_out(std::string sentence) { add(ImportNote::Kind::left_out, std::move(sentence)); }
    [[nodiscard]] Notes about(std::string subject) const { return {report_, std::move(subject)}; }

  private:
    void add(ImportNote::Kind kind, std::string sentence) {
        constexpr std::size_t kMostNotes = 2000;
        if (report_ == nullptr || report_->size() >= kMostNotes) return;
        report_->push_back({kind, subject_, std::move(sentence)});
    }
    ImportReport* report_;
    std::string subject_;
};

/// What a document calls a source: a name or uid of ours, or "" for a default one; and of which
/// type it must be ("prometheus"), where the document or the organization says so.
struct SourceRef {
    std::string name;
    std::string type;
};

/// What queries may name: filled in while the document is read.
struct Scope {
    const ImportContext* context = nullptr;
    std::vector<SqlVariable> variables;
    std::map<std::string, SourceRef, std::less<>> sources;  ///< of source variables and inputs
    /// Sources that the document names otherwise than they are called here.
    std::map<std::string, std::string, std::less<>> renamed;
    std::map<std::string, std::string, std::less<>> constants;  ///< inputs that are texts
    /// Values that variables which stand for a length of time begin with.
    std::map<std::string, std::string, std::less<>> lengths;
    std::map<int, const json::object*> panels;  ///< of the document, by their ids

    [[nodiscard]] bool has(std::string_view variable) const { return find(variable) != nullptr; }
    [[nodiscard]] const SqlVariable* find(std::string_view name) const {
        for (const auto& variable : variables) {
            if (variable.name == name && !variable.missing) return &variable;
        }
        return nullptr;
    }
};

// grafana_time.cpp
void read_general(const json::object& document, Dashboard& out, Notes& notes);

// grafana_variables.cpp
void read_variables(const json::object& document, Dashboard& out, Scope& scope, const Notes& notes);

// grafana_choices.cpp
/// "a,b", "label : value", "a\,b".
[[nodiscard]] std::vector<Choice> split_choices(std::string_view text);
/// What the vendor's page had stored for the picker.
[[nodiscard]] std::vector<Choice> stored_choices(const json::object& entry);

// grafana_sources.cpp
/// Our type of source for a plugin of the vendor's; empty: there is none.
[[nodiscard]] std::string source_type_of(std::string_view plugin);
/// The name of a thing of the vendor's own ("-- Mixed --", "-- Dashboard --", …), else empty.
[[nodiscard]] std::string special_source(const json::value& datasource);
/// The source that a `datasource` member names.
/// Errors: unprocessable "query_not_importable": a special one, or one of a type that cannot be
/// asked here.
[[nodiscard]] Result<SourceRef> source_of(const json::value* datasource, const Scope& scope);
/// The text of a target or variable query and where it goes; an empty text: there is no query.
/// Errors: as source_of and import_sql, and for what is neither SQL nor PromQL.
/// `renamed`: columns that the text names by a variable's value.
[[nodiscard]] Result<PanelQuery> query_of(const json::object& target, const json::value* datasource,
                                          const Scope& scope, Notes& notes,
                                          std::vector<ImportedSql::Renamed>* renamed = nullptr);
/// The same of a variable's query: the value first, then what is shown for it.
[[nodiscard]] Result<PanelQuery> choices_query(const json::object& target,
                                               const json::value* datasource, const Scope& scope,
                                               Notes& notes);
/// Does the target's SQL name the column that splits rows into series?
[[nodiscard]] bool has_metric_column(const json::object& target);

// grafana_promql.cpp
/// A PromQL text by the names that its variables are bound by.
[[nodiscard]] std::string promql_of(std::string_view written, const Scope& scope);
/// Settings of a PromQL target: legend, format, instant, shortest step.
[[nodiscard]] json::object promql_settings(const json::object& target, const Scope& scope,
                                           Notes& notes);
/// What a variable asks, as a call of a label function.
[[nodiscard]] std::string promql_choices(std::string_view written);

// grafana_math.cpp
/// "$A / $B * 100" over PromQL queries of one source, as one of its own. Errors: unprocessable
/// "query_not_importable" for what computes otherwise.
[[nodiscard]] Result<PanelQuery> math_query(const json::object& target, const json::array& targets,
                                            const json::value* datasource, const Scope& scope,
                                            Notes& notes);

// grafana_inputs.cpp
/// What the document's inputs ("${DS_PROMETHEUS}") stand for.
void read_inputs(const json::object& document, Scope& scope, const Notes& notes);

// grafana_elements.cpp
/// The document with its library panels, which an export carries beside it, in their places.
[[nodiscard]] json::object with_elements(const json::object& document);

// grafana_layout.cpp
struct Placed {
    const json::object* panel = nullptr;
    Grid grid;
    bool is_row = false;
    bool collapsed = false;
};
/// All panels in the order of the page, rows among them, on our grid.
[[nodiscard]] std::vector<Placed> layout_of(const json::object& document, Notes& notes);

// grafana_panels.cpp
/// Everything but id and grid.
[[nodiscard]] Panel read_panel(const json::object& panel, const Scope& scope, Notes& notes);
/// The same of a row, which may be repeated too.
[[nodiscard]] Panel read_row(const json::object& row, const Scope& scope, Notes& notes);

// grafana_legacy.cpp: panel types of before Grafana 7, as their successors write them.
[[nodiscard]] json::object modern_panel(const json::object& panel, Notes& notes);

// grafana_types.cpp
[[nodiscard]] bool is_drawn(std::string_view type);
/// The panel's type and the type's own options.
void read_type(const json::object& panel, std::string_view type, Panel& out);

// grafana_legend.cpp
void read_legend(const json::object& options, Panel& out);
void read_tooltip(const json::object& options, Panel& out);

// grafana_settle.cpp
/// Once all options and overrides are there: takes out what goes without saying, and what the
/// panel's type does not take.
void settle_options(Panel& out);

// grafana_fields.cpp
/// Unit, decimals, colours, thresholds, mappings, … of all fields, or of an override's.
void read_field_options(const json::object& defaults, json::object& set, Notes& notes);
[[nodiscard]] json::array overrides_of(const json::object& panel, PanelType type, Notes& notes);

// grafana_links.cpp
/// `links` of a panel, a field or a dashboard. What is no address of a web page is left out.
[[nodiscard]] json::array links_of(const json::object& object, Notes& notes);

// grafana_custom.cpp
/// How a series is drawn or a column looks: what stands in `custom`.
void read_custom_options(const json::object& defaults, PanelType type, json::object& set,
                         Notes& notes);

/// "green", "dark-red", "#rrggbb", "rgba(…)" as the page takes colours; nullopt for none.
[[nodiscard]] std::optional<std::string> colour_of(std::string_view written);

// grafana_text.cpp
[[nodiscard]] std::string markdown_of(const json::object& panel);

}  // namespace casement::dashboards::grafana
